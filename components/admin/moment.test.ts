import { momentsFor } from "./moment";

const at = new Date("2026-11-20T19:48:53.000Z");
const plain = (words: string) => words.replaceAll("\u202f", " ");
const reader = (language: string, zone?: string) =>
  momentsFor(new Headers({ "accept-language": language, ...(zone && { cookie: `portal-time-zone=${zone}` }) }));

beforeEach(() => jest.useFakeTimers({ now: at }));
afterEach(() => jest.useRealTimers());

test("a time is written as the reader's locale and time zone have it", () => {
  expect(plain(reader("en-US", "America/New_York").stamp(at))).toBe("2:48:53 PM");
  expect(reader("de-DE", "Europe/Berlin").stamp(at)).toBe("20:48:53");
});

test("until the time zone is known it is in UTC, and says so", () => {
  expect(reader("en-GB").clock(at)).toBe("19:48 UTC");
  expect(reader("en-GB").whole(at)).toBe("20 Nov 2026, 19:48:53 UTC");
});

test("what was not today carries its day", () => {
  const before = new Date("2026-11-18T09:00:00.000Z");
  expect(reader("en-GB", "Europe/Berlin").stamp(before)).toBe("18 Nov, 10:00:00");
});
