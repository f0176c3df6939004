import { isDocumentNavigation, isOwnFetch, isSpeculative } from "./visit";

const asked = (headers: Record<string, string>, method = "GET") => ({ method, headers: new Headers(headers) });

test.each<Record<string, string>>([
  { "sec-purpose": "prefetch" },
  { "sec-purpose": "prefetch;prerender" },
  { "sec-purpose": "prefetch;anonymous-client-ip" },
  { purpose: "prefetch" },
  { "sec-purpose": "other", purpose: "prefetch" },
  { "x-purpose": "preview" },
  { "x-moz": "prefetch" },
  { "next-router-prefetch": "1" },
  { "next-router-segment-prefetch": "/_tree" },
])("%j only looks ahead", (headers) => {
  expect(isSpeculative(asked(headers))).toBe(true);
});

test("so does who asks for the headers alone", () => {
  expect(isSpeculative(asked({}, "HEAD"))).toBe(true);
});

test.each(["iframe", "frame", "image", "script", "style", "object", "embed", "font", "empty", "worker", "Document"])(
  "%s is part of another page",
  (destination) => {
    expect(isDocumentNavigation(new Headers({ "sec-fetch-dest": destination }))).toBe(false);
  },
);

test.each(["cross-site", "same-site", "none"])("a %s fetch is not the portal's own", (site) => {
  expect(isOwnFetch(new Headers({ "sec-fetch-dest": "empty", "sec-fetch-site": site }))).toBe(false);
});

test("a person's navigation is a visit, also by a browser that says nothing of itself", () => {
  const visits: Record<string, string>[] = [{}, { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" }];
  for (const headers of visits) {
    expect(isSpeculative(asked(headers))).toBe(false);
    expect(isDocumentNavigation(new Headers(headers))).toBe(true);
  }
  expect(isOwnFetch(new Headers({ "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin" }))).toBe(true);
});
