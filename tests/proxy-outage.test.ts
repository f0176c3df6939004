/** What a page, a sign-in or a sign-out answers while the database does not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { NextRequest } from "next/server";
import { getOpenedStore, replaceStore } from "@/lib/store/database";
import { proxy } from "@/proxy";
import { holdWriteLock } from "./lock-holder";
import { Cluster, findBinaries } from "./postgres/cluster.cjs";

jest.mock("@/lib/vendors/configured", () => ({ configuredVendors: () => [] }));

const request = (path: string, method: string) =>
  new NextRequest(`http://portal.localhost:3000${path}`, { method, headers: { "sec-fetch-mode": "navigate" } });

/** Asks until the answer has this status: an outage counts for a second. */
async function eventually(path: string, method: string, status: number): Promise<Response> {
  for (const deadline = Date.now() + 10_000; ; await pause(20)) {
    const response = await proxy(request(path, method));
    if (response.status === status || Date.now() > deadline) return response;
  }
}

(findBinaries() ? test : test.skip)(
  "pages, sign-in and sign-out say so with 503 while PostgreSQL is down, and work again after its start",
  async () => {
    const server = await Cluster.create();
    try {
      await server.start();
      process.env.DATABASE_URL = server.url();
      expect((await proxy(request("/", "GET"))).headers.get("x-middleware-next")).toBe("1");
      await server.stop();
      for (const [path, method] of [
        ["/", "GET"],
        ["/dashboards/sales-performance", "POST"],
        ["/api/auth/callback/oidc", "GET"],
      ] as const) {
        // The very first request of the outage too.
        const response = await proxy(request(path, method));
        expect([path, response.status, response.headers.get("retry-after")]).toEqual([path, 503, "5"]);
        expect(response.headers.get("cache-control")).toBe("no-store");
        expect(response.headers.get("content-security-policy")).toContain("frame-ancestors");
        expect(await response.text()).toContain("The portal's database is not available");
      }
      await server.start();
      const response = await eventually("/", "GET", 200);
      expect(response.headers.get("x-middleware-next")).toBe("1");
      await (await getOpenedStore()).db.destroy();
    } finally {
      await server.remove();
    }
  },
  60_000,
);

test("while another process writes to the SQLite file, pages are shown, and signing in or out is 503", async () => {
  const folder = mkdtempSync(join(tmpdir(), "portico-proxy-"));
  process.env.DATABASE_URL = join(folder, "portal.db");
  const close = await replaceStore(process.env.DATABASE_URL);
  const release = await holdWriteLock(process.env.DATABASE_URL);
  try {
    for (const [path, method] of [
      ["/", "POST"],
      ["/signin", "POST"],
      ["/api/auth/callback/oidc", "GET"],
    ] as const) {
      const response = await proxy(request(path, method));
      expect([path, response.status, response.headers.get("retry-after")]).toEqual([path, 503, "1"]);
    }
    expect((await proxy(request("/", "GET"))).headers.get("x-middleware-next")).toBe("1");
  } finally {
    await release();
  }
  expect((await eventually("/", "POST", 200)).headers.get("x-middleware-next")).toBe("1");
  await close();
  rmSync(folder, { recursive: true });
}, 30_000);
