import { localeOf, timeZoneOf } from "./request-locale";

const zoneIn = (cookie: string) => timeZoneOf(new Headers({ cookie }));

test.each([
  "",
  "portal-time-zone=",
  "portal-time-zone=+02:00",
  "portal-time-zone=Europe/Nowhere",
  "portal-time-zone=Europe/Zurich%0d%0aX: y",
  "portal-time-zone=../../etc",
  `portal-time-zone=${"A".repeat(5_000)}`,
  "not-portal-time-zone=Europe/Zurich",
  "other=portal-time-zone=Europe/Zurich",
])("a cookie that names no zone gives none: %.60s", (cookie) => {
  expect(zoneIn(cookie)).toBeNull();
});

test.each([
  ["portal-time-zone=Europe/Zurich", "Europe/Zurich"],
  ["a=b; portal-time-zone=America%2FArgentina%2FBuenos_Aires; c=d", "America/Argentina/Buenos_Aires"],
  ["portal-time-zone=UTC", "UTC"],
])("the browser's zone is read from its cookie: %s", (cookie, zone) => {
  expect(zoneIn(cookie)).toBe(zone);
});

test.each([
  ["de-CH, de;q=0.9", "de-CH"],
  ["fr;q=0.8", "fr"],
  ["*", "en"],
  ["de\u0000", "en"],
])("the language is the first one of the header, if it is a tag: %s", (header, locale) => {
  const headers = { get: () => header } as unknown as Headers;
  expect(localeOf(headers)).toBe(locale);
});
