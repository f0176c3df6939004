import { isFromAnotherSite, isSameOrigin } from "./origin";

const own = ["https://portal.example"];
const headers = (origin?: string, site?: string) =>
  new Headers({ ...(origin ? { origin } : {}), ...(site ? { "sec-fetch-site": site } : {}) });

test.each([
  [undefined, "same-origin"],
  ["null", "same-origin"],
  ["https://evil.example", undefined],
  ["https://portal.example.evil.example", "same-origin"],
  ["https://xportal.example", "same-origin"],
  ["http://portal.example", "same-origin"],
  ["https://portal.example:8443", "same-origin"],
  ["https://PORTAL.example", "same-origin"],
  ["https://portal.example/", "same-origin"],
  ["https://portal.example", "cross-site"],
  ["https://portal.example", "same-site"],
  ["https://portal.example", "none"],
])("origin %s with Sec-Fetch-Site %s is foreign", (origin, site) => {
  expect(isSameOrigin(headers(origin, site), own)).toBe(false);
});

test("the portal's own origin passes, with or without Sec-Fetch-Site", () => {
  expect(isSameOrigin(headers("https://portal.example", "same-origin"), own)).toBe(true);
  expect(isSameOrigin(headers("https://portal.example"), own)).toBe(true);
});

test("a form from another site is known as such; a person's own act and a program are not one", () => {
  const said = (site?: string) => isFromAnotherSite(new Headers(site === undefined ? {} : { "sec-fetch-site": site }));
  expect(["cross-site", "same-site"].map(said)).toEqual([true, true]);
  expect(["same-origin", "none", undefined].map(said)).toEqual([false, false, false]);
});
