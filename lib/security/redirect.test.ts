import fc from "fast-check";
import { hostileTargets } from "@/tests/fixtures/redirect-targets";
import { safeReturnTo, signInPath } from "./redirect";

const portal = "https://portal.example";

test("the corpus is large", () => {
  expect(hostileTargets.length).toBeGreaterThanOrEqual(500);
});

test("no hostile target is followed", () => {
  const followed = hostileTargets.filter((target) => safeReturnTo(target, "/safe") !== "/safe");
  expect(followed).toEqual([]);
});

test("whatever comes in, the result stays on the portal", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    "%2f",
    "%5c",
    "%25",
    "..",
    ".",
    "@",
    ":",
    "?",
    "#",
    "\t",
    "\r\n",
    "evil.example",
    "https",
    "x",
    "\u0000",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece).map((pieces) => pieces.join("")),
    fc.webPath(),
  );
  fc.assert(
    fc.property(text, (input) => {
      const result = safeReturnTo(input);
      const url = new URL(result, portal);
      expect(url.origin).toBe(portal);
      expect(result).toMatch(/^\/(?![/\\])/);
      // Followed twice, it still leads to the same page.
      expect(safeReturnTo(result)).toBe(result);
    }),
    { numRuns: 2000 },
  );
});

test.each([undefined, null, 1, {}, ["/dashboards"], Symbol("x")])(
  "a target that is no text is not followed",
  (input) => {
    expect(safeReturnTo(input, "/safe")).toBe("/safe");
  },
);

test.each([
  ["/", "/"],
  ["/dashboards/sales-performance", "/dashboards/sales-performance"],
  ["/chat/general?thread=1&at=2", "/chat/general?thread=1&at=2"],
  [
    "/insights/customer-health?filter=https%3A%2F%2Fexample.com%2Fa",
    "/insights/customer-health?filter=https%3A%2F%2Fexample.com%2Fa",
  ],
  ["/open/rocketchat?path=/channel/general", "/open/rocketchat?path=/channel/general"],
  ["/dashboards/sales-performance#page-2", "/dashboards/sales-performance"],
  ["/search/caf%C3%A9", "/search/caf%C3%A9"],
])("the page %s is followed", (input, expected) => {
  expect(safeReturnTo(input, "/safe")).toBe(expected);
});

test("the sign-in page remembers where the person was", () => {
  expect(signInPath("/chat?a=1")).toBe("/signin?from=%2Fchat%3Fa%3D1");
  expect(signInPath("/")).toBe("/signin");
  expect(signInPath("//evil.example")).toBe("/signin");
});
