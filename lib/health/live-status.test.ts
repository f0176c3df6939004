/** The true status: any failed grant or embed counts, any success clears, and a product is asked again by itself. */
import { randomUUID } from "node:crypto";
import type { PortalSession } from "@/lib/broker/user";
import { noteCheck, noteEmbedFailure, noteEmbedSuccess, noteGrantFailure } from "@/lib/broker/vendor-troubles";
import { grantFor } from "@/lib/grants/grant";
import type { ProblemCode } from "@/lib/problem/codes";
import type { ConfiguredVendor } from "@/lib/vendors/configured";
import { boards } from "@/lib/vendors/conformance/boards";
import { failure } from "@/tests/doctor-catalogue";
import { serveVendorCalls } from "@/tests/in-process-vendor";
import { liveStatuses, tryVendor } from "./live-status";

jest.mock("@/portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));
const mockConfigured = (): ConfiguredVendor => {
  const config = boards.environment.schema.parse(boards.environment.sandbox());
  return { vendor: boards, config, sandboxed: true };
};
jest.mock("@/lib/vendors/configured", () => ({
  configuredVendors: () => [mockConfigured()],
  configuredVendor: (id: string) => (id === "boards" ? mockConfigured() : null),
}));

let now = Date.now();

/** A session of the same person: each has a status of its own. */
const sessionOf = (): PortalSession => ({
  id: randomUUID(),
  user: {
    id: "persona-analyst",
    name: "A",
    email: null,
    emailVerified: false,
    groups: ["analysts"],
    claims: {},
    persona: true,
  },
  expiresAt: new Date(Date.now() + 3600_000),
});

type Serve = (path: string) => Response | Promise<Response>;

const works: Serve = (path) => {
  if (path === "/hello") return new Response("boards");
  if (path === "/login") return Response.json({ token: "a-token" });
  return new Response(null, { status: 200 });
};
const serve = (answer: Serve) => serveVendorCalls((request) => answer(new URL(request.url).pathname));

const order = (session: PortalSession) => ({
  session,
  vendorId: "boards",
  slug: "for-everyone",
  requestId: randomUUID(),
  headers: new Headers(),
});
const grant = (session: PortalSession) =>
  grantFor(order(session)).then(
    () => "granted",
    (error: { code: ProblemCode }) => error.code,
  );
const statusOf = async (session: PortalSession) => (await liveStatuses(session))[0];

beforeEach(() => {
  // Readiness is kept for five seconds: each test begins after that.
  now += 60_000;
  jest.spyOn(Date, "now").mockImplementation(() => now);
  serve(works);
  noteEmbedSuccess("any", "boards");
});
afterEach(() => jest.restoreAllMocks());

const never = () => new Promise<Response>(() => {});
const refuses = () => {
  throw failure("ECONNREFUSED");
};

test.each<[string, Serve, ProblemCode, string]>([
  ["503", () => new Response(null, { status: 503 }), "vendor_failed", "failing"],
  ["500", () => new Response(null, { status: 500 }), "vendor_failed", "failing"],
  ["a refused connection", refuses, "vendor_unreachable", "unavailable"],
  ["a time-out", never, "vendor_timeout", "unavailable"],
])(
  "%s: no one is told that it is ready, from the first failed grant to the first that works",
  async (_name, fails, code, state) => {
    const [one, other] = [sessionOf(), sessionOf()];
    expect(await statusOf(one)).toMatchObject({ state: "ready", since: null, code: null });
    serve(fails);
    expect(await grant(one)).toBe(code);
    for (const session of [one, other]) {
      const status = await statusOf(session);
      expect(status).toMatchObject({ state, code });
      expect(Date.parse(status?.since ?? "")).not.toBeNaN();
    }
    serve(works);
    expect(await grant(one)).toBe("granted");
    expect(await statusOf(one)).toMatchObject({ state: "connected", since: null });
    expect(await statusOf(other)).toMatchObject({ state: "ready", since: null });
  },
  30_000,
);

test("the first of several failures dates the trouble, and a session that is open hides none", async () => {
  const session = sessionOf();
  expect(await grant(session)).toBe("granted");
  serve(() => new Response(null, { status: 500 }));
  expect(await grant(sessionOf())).toBe("vendor_failed");
  const first = (await statusOf(session))?.since;
  now += 30_000;
  expect(await grant(sessionOf())).toBe("vendor_failed");
  expect(await statusOf(session)).toMatchObject({ state: "failing", since: first });
});

test("it recovers by itself: a status that is bad is asked for again", async () => {
  const session = sessionOf();
  serve(() => new Response(null, { status: 503 }));
  await grant(session);
  expect(await statusOf(session)).toMatchObject({ state: "failing" });
  serve(works);
  now += 30_000;
  expect(await statusOf(session)).toMatchObject({ state: "ready" });
});

test("a product whose status page answers while every login fails is not called well", async () => {
  const session = sessionOf();
  serve((path) => (path === "/login" ? new Response(null, { status: 500 }) : works(path)));
  await grant(session);
  now += 30_000;
  expect(await statusOf(session)).toMatchObject({ state: "failing" });
  // Long after the last failure it is no longer told as the present state.
  now += 120_000;
  expect(await statusOf(session)).toMatchObject({ state: "ready" });
});

test("a login that is refused is this user's trouble alone", async () => {
  const session = sessionOf();
  serve((path) => (path === "/login" ? new Response(null, { status: 409 }) : works(path)));
  expect(await grant(session)).toBe("credential_rejected");
  expect(await statusOf(session)).toMatchObject({ state: "failing", code: "credential_rejected" });
  expect(await statusOf(sessionOf())).toMatchObject({ state: "ready" });
});

test("what only the browser meets stays until its embed works", async () => {
  const session = sessionOf();
  noteEmbedFailure(session.id, "boards", "embed_blocked");
  expect(await grant(session)).toBe("granted");
  expect(await statusOf(session)).toMatchObject({ state: "failing", code: "embed_blocked" });
  noteEmbedSuccess(session.id, "boards");
  expect(await statusOf(session)).toMatchObject({ state: "connected" });
});

test.each<ProblemCode>(["item_forbidden", "no_rows", "rate_limited", "store_busy", "offline", "kind_unsupported"])(
  "%s says nothing about the product",
  async (code) => {
    const session = sessionOf();
    noteGrantFailure(session.id, "boards", code);
    noteEmbedFailure(session.id, "boards", code);
    expect(await statusOf(session)).toMatchObject({ state: "ready" });
  },
);

test("trying is a grant of the user's own: it ends a trouble, or confirms it", async () => {
  const session = sessionOf();
  serve((path) => (path === "/login" ? new Response(null, { status: 500 }) : works(path)));
  await tryVendor(order(session));
  expect(await statusOf(session)).toMatchObject({ state: "failing", code: "vendor_failed" });
  serve(works);
  await tryVendor(order(session));
  expect(await statusOf(session)).toMatchObject({ state: "connected" });
  await expect(tryVendor({ ...order(session), vendorId: "nothing" })).rejects.toMatchObject({
    code: "vendor_unconfigured",
  });
});

test("a failed check counts, and the next one that works ends what it began", async () => {
  const session = sessionOf();
  noteCheck("boards", false);
  serve(() => new Response(null, { status: 503 }));
  expect(await statusOf(session)).toMatchObject({ state: "failing" });
  noteCheck("boards", true);
  expect(await statusOf(session)).toMatchObject({ state: "ready" });
});
