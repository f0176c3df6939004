/** Row security end to end on the server: the portal's decision, ThoughtSpot's rules, and the rows that come out. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Item } from "@/lib/config/portal";
import portal from "@/portal.config";
import { regions } from "@/sandbox/kit/world/sales";
import { analyst, territories, trial, viewer } from "@/sandbox/thoughtspot/testing";
import { thoughtSpotConfig } from "@/tests/fixtures/thoughtspot-config";
import type { Context } from "./decide";
import { connect } from "./mint";
import { connectWithRedirect } from "./strategies/redirect";

const itemOf = (slug: string): Item => {
  const found = portal.items.find((item) => item.slug === slug);
  if (!found) throw new Error(`portal.config.ts has no item ${slug}`);
  return found;
};
const board = itemOf("revenue-by-territory");
const answer = itemOf("orders-by-territory");

/** A cluster of its own for each test: the portal remembers what it assigned. */
let server: Server;
let scene: ReturnType<typeof trial>;
let url: string;
beforeEach(async () => {
  scene = trial();
  server = createServer(getRequestListener((request, env) => scene.sandbox.fetch(request, env)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const context = (account: string, groups: readonly string[], change: Partial<Context> = {}): Context => ({
  config: thoughtSpotConfig(url, { secretKeys: [scene.key] }),
  signal: AbortSignal.timeout(5_000),
  requestId: "r",
  user: {
    id: "persona",
    name: "Someone",
    email: "somebody@portico.example",
    emailVerified: true,
    groups,
    claims: {},
    persona: true,
  },
  account,
  item: board,
  locale: "en",
  timeZone: null,
  oidcTokens: async () => null,
  credential: async () => null,
  ...change,
});

/** The regions that ThoughtSpot shows to whoever holds this. */
async function shown(headers: Record<string, string>): Promise<string[] | "refused"> {
  const request = { route: "/embed/answer", source: territories, search: "revenue by region" };
  const { html } = (await (await scene.post("/app/content", request, headers)).json()) as { html: string };
  if (html.includes("No values are assigned")) return "refused";
  return [...html.matchAll(/<th scope="row">([^<]+)</g)].flatMap(([, name]) => name ?? []).sort();
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** What a session sees that the portal has nothing to do with. */
const seenElsewhere = async (account: string) => shown(bearer(await scene.token(account)));
const calls = async (path: string) =>
  ((await (await scene.call("/sandbox/state")).json()).counts[`POST /api/rest/2.0/${path}`] ?? 0) as number;

test("two groups show the rows of two regions", async () => {
  const { state } = await connect(context(viewer, ["viewers", "region-Islands", "region-South"]));
  expect(await shown(bearer(state.token))).toEqual(["Islands", "South"]);
});

test("the group that sees everything sees everything", async () => {
  const { state } = await connect(context(viewer, ["portal-admins"]));
  expect(await shown(bearer(state.token))).toHaveLength(regions.length);
});

describe("whoever lost the last group", () => {
  test("is refused, and what ThoughtSpot had kept is gone from every other session", async () => {
    expect(await seenElsewhere(analyst)).toEqual(["East"]);
    await expect(connect(context(analyst, ["analysts"]))).rejects.toMatchObject({ code: "no_rows" });
    expect(await seenElsewhere(analyst)).toBe("refused");
  });

  test("is shown an empty item where its rule says so", async () => {
    const { state } = await connect(context(analyst, ["analysts"], { item: answer }));
    expect(await shown(bearer(state.token))).toEqual([]);
    expect(await seenElsewhere(analyst)).toEqual([]);
  });

  test("loses the rows of the first connection with the second", async () => {
    const first = await connect(context(viewer, ["region-Islands"]));
    await expect(connect(context(viewer, []))).rejects.toMatchObject({ code: "no_rows" });
    expect(await shown(bearer(first.state.token))).toBe("refused");
  });

  test("keeps no rows in items without rules either, by bearer and by the redirect login", async () => {
    const plain = itemOf("customer-health");
    const { state } = await connect(context(analyst, ["analysts"], { item: plain }));
    expect(await shown(bearer(state.token))).toBe("refused");
  });

  test("is refused by the redirect login before a v1 token is made", async () => {
    await expect(connectWithRedirect(context(analyst, ["analysts"]))).rejects.toMatchObject({ code: "no_rows" });
    const { tokensMinted } = await (await scene.call("/sandbox/state")).json();
    expect(Object.keys(tokensMinted)).toEqual([`v2 custom ${analyst}`]);
    expect(await seenElsewhere(analyst)).toBe("refused");
  });
});

test("the redirect login shows the rows that were assigned before it", async () => {
  const { state } = await connectWithRedirect(context(viewer, ["region-Islands"]));
  const login = await scene.postForm("/callosum/v1/session/login/token", { auth_token: state.token, username: viewer });
  // A session of one object opens no search: look at the Liveboard itself.
  const cookie = login.headers.getSetCookie().join("; ");
  const page = await scene.post("/app/content", { route: `/embed/viz/${board.target.liveboardId}` }, { cookie });
  const { html } = (await page.json()) as { html: string };
  expect(html).toContain("Islands");
  expect(html).not.toContain("East");
});

test("the values of an account are assigned once in a while, not with every token of items without rules", async () => {
  const plain = itemOf("customer-health");
  for (const item of [plain, itemOf("sales-pipeline"), plain])
    await connect(context("a.admin@portico.example", ["portal-admins"], { item }));
  expect(await calls("auth/token/custom")).toBe(1);
  expect(await calls("auth/token/full")).toBe(3);
  // Other groups, other values: at once.
  await connect(context("a.admin@portico.example", ["region-Islands"], { item: plain }));
  expect(await calls("auth/token/custom")).toBe(2);
});

test("a token of one object assigns nothing: it reaches no other table", async () => {
  const config = thoughtSpotConfig(url, { secretKeys: [scene.key], token: "object" });
  await connect(context(analyst, ["analysts"], { config, item: itemOf("customer-health") }));
  expect(await calls("auth/token/custom")).toBe(0);
});

describe("when ThoughtSpot does not know the variable", () => {
  beforeEach(async () => {
    await scene.v2("template/variables/delete", { identifiers: ["region_var"] }, await scene.admin());
  });

  test("the item does not open, and administrators are told what to look at", async () => {
    await expect(connect(context(viewer, ["region-Islands"]))).rejects.toMatchObject({
      code: "vendor_misconfigured",
      options: { detail: expect.stringMatching(/every variable that portal.config.ts names/) },
    });
  });

  test("items without rules open: what no table's rule can name hides and shows nothing", async () => {
    await expect(connect(context(viewer, [], { item: itemOf("customer-health") }))).resolves.toBeDefined();
  });
});

test("rows that cannot be assigned open nothing", async () => {
  const rules = [{ match: "POST /api/rest/2.0/auth/token/custom", status: 500, body: "boom" }];
  await scene.faults({ rules });
  const plain = { item: itemOf("customer-health") };
  await expect(connect(context(analyst, ["analysts"], plain))).rejects.toMatchObject({ code: "vendor_failed" });
  const { tokensAlive } = await (await scene.call("/sandbox/state")).json();
  expect(tokensAlive).toEqual([]);
});
