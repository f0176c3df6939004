/** How each vendor's items open, as the drawer gets it: hops in their order, a failing one marked, what never followed. */
import { randomUUID } from "node:crypto";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace";
import { seedSandboxCredentials } from "@/lib/accounts/sandbox-credentials";
import { itemsFor } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { personaBySubject, type SandboxVendor, sandboxServices, sandboxVendors } from "@/lib/config/sandbox";
import { endPortalSession, grantFor, streamedGrantFor } from "@/lib/grants/grant";
import { inspectItem, inspectRequest } from "@/lib/inspector/inspect";
import { keepSteps } from "@/lib/inspector/steps";
import { record, replaceTracing } from "@/lib/trace/trace";
import { emulators } from "@/sandbox/vendors";
import { serveVendorCalls } from "@/tests/in-process-vendor";

jest.mock("@/lib/auth/session", () => ({ getSession: jest.fn() }));
jest.mock("next/headers", () => ({ headers: jest.fn().mockRejectedValue(new Error("outside of a request")) }));

const services = sandboxServices();
let broken = false;

beforeAll(async () => {
  replaceTracing(new InMemorySpanExporter());
  await seedSandboxCredentials();
  const options = {
    portalOrigin: "http://portal.localhost:3000",
    idpOrigin: services.idp.origin,
    idpInternalOrigin: services.idp.internalOrigin,
  };
  const running = new Map(
    sandboxVendors.map(({ id }) => [
      new URL(services[id].internalOrigin).port,
      emulators[id]({ origin: services[id].origin, ...options }),
    ]),
  );
  serveVendorCalls(async (request) => {
    const answer = broken
      ? new Response("", { status: 500 })
      : await running.get(new URL(request.url).port)?.fetch(request);
    if (!answer) throw new Error(`No emulator for ${request.url}`);
    return answer;
  });
});
afterAll(() => {
  replaceTracing(null);
});
beforeEach(() => {
  broken = false;
});

const persona = personaBySubject("persona-analyst");

const newSession = (id = "persona-analyst"): PortalSession => ({
  id: randomUUID(),
  user: {
    id,
    name: "Anna Analyst",
    email: persona?.email ?? null,
    emailVerified: true,
    groups: persona?.groups ?? [],
    claims: {},
    persona: true,
  },
  expiresAt: new Date(Date.now() + 3_600_000),
});

/** Opens the first item of a vendor as its page does. */
async function open(session: PortalSession, vendorId: string) {
  const [item] = itemsFor(session.user, vendorId);
  if (!item) throw new Error(`No item of ${vendorId}`);
  const requestId = randomUUID();
  const order = { session, vendorId, slug: item.slug, requestId, headers: new Headers() };
  const page = { root: "open", method: "GET", path: `/x/${item.slug}`, kind: "open" } as const;
  await record({ ...page, requestId, session, vendor: vendorId, item: item.slug }, () => streamedGrantFor(order));
  return { requestId, item };
}

const expected: Readonly<Record<SandboxVendor, readonly string[]>> = {
  microstrategy: ["log-in", "session-user", "store-connection", "identity-token", "owner-checked"],
  rocketchat: ["users-info", "create-token", "store-connection"],
  thoughtspot: ["token-full", "store-connection"],
};

const ids = (hops: readonly { id: string }[]) => hops.map(({ id }) => id);

describe.each(sandboxVendors.map(({ id }) => id))("%s", (vendorId) => {
  test("opens by hops that are sorted by their start, in its own terms", async () => {
    const session = newSession();
    const { item } = await open(session, vendorId);
    const opening = inspectItem(session, vendorId, item.slug)?.opening;
    const shown = ids(opening?.hops ?? []);
    const order = ["open", "rate-limit", "policy", "mapping", "connection", "lease", ...expected[vendorId], "streamed"];
    expect(shown.filter((id) => order.includes(id)).filter((id, index, all) => all.indexOf(id) === index)).toEqual(
      order,
    );
    const starts = opening?.hops.map(({ start }) => start) ?? [];
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
    expect(opening?.lanes.map(({ id }) => id)).toEqual(["browser", "portal", "broker", "store", "vendor"]);
    expect(opening?.connectionsReused).toBe(0);
  });

  test("a second opening says that the connection is reused", async () => {
    const session = newSession();
    await open(session, vendorId);
    const { item } = await open(session, vendorId);
    const opening = inspectItem(session, vendorId, item.slug)?.opening;
    expect(opening?.connectionsReused).toBe(1);
    expect(ids(opening?.hops ?? [])).not.toContain("lease");
    // The Library's session belongs to the connection; the other vendors are not called at all.
    expect((opening?.sessionsReused ?? 0) > 0).toBe(vendorId === "microstrategy");
  });

  test("one that fails marks its hop, names the cause, and lists what never followed", async () => {
    broken = true;
    const session = newSession();
    const { item } = await open(session, vendorId);
    const opening = inspectItem(session, vendorId, item.slug)?.opening;
    const failed = opening?.hops.filter(({ state }) => state === "failed") ?? [];
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ to: "vendor", status: 500, failure: { code: opening?.code } });
    expect(failed[0]?.failure?.cause).not.toBe("");
    expect(opening?.hops.filter(({ state }) => state === "never").length).toBeGreaterThan(0);
  });

  test("the browser's half joins it, as far as the vendor names it", async () => {
    const session = newSession();
    const { requestId, item } = await open(session, vendorId);
    const last = { microstrategy: "page-loaded", rocketchat: "chat-shown", thoughtspot: "rendered" }[vendorId];
    keepSteps(session, { opening: requestId, item: item.slug, steps: [`${last} 40 20`, "made-up 30 1"] });
    keepSteps(newSession("someone-else"), { opening: requestId, steps: [`${last} 40 20`] });
    const shown = ids(inspectItem(session, vendorId, item.slug)?.opening?.hops ?? []);
    expect(shown.filter((id) => id === last)).toHaveLength(1);
    expect(shown).not.toContain("made-up");
  });

  test("a renewal and the end of the session are told too", async () => {
    const session = newSession();
    const { item } = await open(session, vendorId);
    await grantFor({
      session,
      vendorId,
      slug: item.slug,
      renew: true,
      requestId: randomUUID(),
      headers: new Headers(),
    });
    expect(inspectItem(session, vendorId, item.slug)?.renewals.map(({ kind }) => kind)).toEqual(["renew"]);
    const signOut = randomUUID();
    const leave = { root: "sign-out", method: "POST", path: "/", kind: "sign-out" } as const;
    await record({ ...leave, requestId: signOut, session }, () => endPortalSession(session));
    const told = ids(inspectRequest(session, signOut)?.opening?.hops ?? []);
    expect(told.slice(0, 2)).toEqual(["sign-out", "end-session"]);
    expect(told).toContain({ microstrategy: "log-out", rocketchat: "logout", thoughtspot: "token-revoke" }[vendorId]);
  });
});

test("an opening of no one is none", () => {
  expect(inspectRequest(newSession(), randomUUID())).toBeNull();
});
