/** Every route handler goes through the guard: walks through app/ and looks at what each route.ts exports. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isGuarded, type RouteHandler } from "@/lib/http/guard";
import { vendors } from "@/lib/vendors";

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

/** The HTTP contract: each of these addresses answers by itself. */
const contract = routes.filter((path) => /^(api|open)\//.test(path));

test.each(contract)("%s answers every method itself", (path) => {
  const exported = require(join(__dirname, "../app", path)) as Record<string, unknown>;
  // Next answers HEAD with the handler of GET.
  expect(Object.keys(exported)).toEqual(expect.arrayContaining(methods.filter((method) => method !== "HEAD")));
});

const ofVendors = routes.filter((path) => vendors.some(({ id }) => path.startsWith(`api/${id}/`)));

test.each(ofVendors)("%s makes no token for who looks at its headers alone", async (path) => {
  const { HEAD } = require(join(__dirname, "../app", path)) as Record<string, RouteHandler | undefined>;
  const request = new Request(`http://portal.localhost:3000/${path}`, { method: "HEAD" });
  const answer = await HEAD?.(request, { params: Promise.resolve({}) });
  expect([403, 405]).toContain(answer?.status);
  expect(await answer?.text()).not.toMatch(/token"/i);
});
