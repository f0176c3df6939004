/** Every route handler goes through the guard: walks through app/ and looks at what each route.ts exports. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isGuarded } from "@/lib/broker/guard";

jest.mock("next/headers", () => ({ headers: jest.fn(), cookies: jest.fn() }));

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const routes = readdirSync(join(__dirname, "../app"), { recursive: true, encoding: "utf8" }).filter((path) =>
  /(^|\/)route\.tsx?$/.test(path),
);

test("there are routes to look at", () => {
  expect(routes).toContain("api/health/route.ts");
});

test.each(routes)("%s is guarded", (path) => {
  const exported = require(join(__dirname, "../app", path)) as Record<string, unknown>;
  const handlers = Object.keys(exported).filter((name) => methods.includes(name));
  expect(handlers.length).toBeGreaterThan(0);
  for (const name of handlers) expect([name, isGuarded(exported[name])]).toEqual([name, true]);
});

/** The routes of design's HTTP contract: nobody else's conventions answer for them. */
const contract = [
  "api/microstrategy/identity-token/route.ts",
  "api/rocketchat/token/route.ts",
  "api/rocketchat/sso/route.ts",
  "api/thoughtspot/token/route.ts",
  "api/health/route.ts",
  "api/ready/route.ts",
  "open/rocketchat/route.ts",
  "open/thoughtspot/[item]/route.ts",
];

test.each(contract)("%s answers every method itself", (path) => {
  const exported = require(join(__dirname, "../app", path)) as Record<string, unknown>;
  // Next answers HEAD with the handler of GET.
  expect(Object.keys(exported)).toEqual(expect.arrayContaining(methods.filter((method) => method !== "HEAD")));
});
