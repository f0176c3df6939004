/** Figures and dates in the reader's locale. */
import { acceptedLocale, change, figure, isNoChange, safeLocale, shortDate, tick, whole, yearText } from "./format";

test.each([
  ["en-US", "k€", 438_500, "€438.5M"],
  ["de-DE", "k€", 438_500, "438,5\u00a0Mio.\u00a0€"],
  ["ar-EG", "%", 28.4, "٢٨٫٤٪؜"],
  ["en-US", "k€", 412, "€412K"],
  ["en-US", "k€", 0, "€0"],
  ["de-DE", "k€", 412, "412.000\u00a0€"],
  ["en-US", "count", 1284, "1,284"],
  ["en-US", "count", 1_908_786, "1.91M"],
  ["de-DE", "%", 28.44, "28,4\u00a0%"],
  ["en-US", "days", 31.52, "32"],
  ["en-US", "×", 3.24, "3.2×"],
  ["en-US", "€", 233.4, "€233"],
] as const)("%s writes %s of %d as %s", (locale, unit, value, text) => {
  expect(figure(value, unit, locale)).toBe(text);
});

test("axes have no more digits than their steps, and zero is zero", () => {
  expect([0, 2500, 10_000].map((value) => tick(value, "k€", "en-US"))).toEqual(["€0", "€2.5M", "€10M"]);
  expect(tick(30, "%", "en-US")).toBe("30%");
});

test("a change has its sign, and one that rounds to nothing has none", () => {
  expect([change(5.6, "%", "en-US"), change(-0.6, "pt", "en-US"), change(3, "number", "en-US")]).toEqual([
    "+5.6%",
    "−0.6 pt",
    "+3",
  ]);
  expect([change(-0.04, "%", "en-US"), isNoChange(-0.04, "%"), isNoChange(0.06, "%")]).toEqual(["0.0%", true, false]);
  expect(whole(-0.3, "en-US")).toBe("0");
});

test("years have no separator, dates are those of UTC", () => {
  expect(yearText(2026, "en-US")).toBe("2026");
  expect(shortDate(Date.parse("2026-12-12T00:00:00Z"), "de-DE")).toMatch(/^12\. Dez/);
});

test("whatever a header or an address says leads to a locale", () => {
  expect(acceptedLocale("de-DE,de;q=0.9,en;q=0.8")).toBe("de-DE");
  for (const odd of [undefined, "", "*", "not a locale", ";q=1"]) expect(acceptedLocale(odd)).toBe("en");
  expect(safeLocale("x\u0000y")).toBe("en");
});
