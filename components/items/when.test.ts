import { agoText } from "./when";

const at = (text: string) => new Date(text).getTime();
const now = at("2026-11-18T15:30:00");

describe("when an item was opened", () => {
  test.each([
    ["2026-11-18T15:29:40", "Just now"],
    ["2026-11-18T15:21:00", "9 min. ago"],
    ["2026-11-18T09:20:00", "Today, 9:20 AM"],
    ["2026-11-17T23:59:00", "Yesterday"],
    ["2026-11-16T08:00:00", "Monday"],
    ["2026-10-01T08:00:00", "Oct 1, 2026"],
  ])("%s is %s", (opened, words) => {
    expect(agoText(at(opened), now, "en-US")).toBe(words);
  });

  test("a clock that was set back does not show the future", () => {
    expect(agoText(now + 60_000, now, "en-US")).toBe("Just now");
  });
});
