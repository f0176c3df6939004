/** Linking a vendor login of one's own: who may, what is kept of it, and what ends with it. */
import { randomUUID } from "node:crypto";
import { obtainConnection } from "@/lib/broker/connections";
import type { PortalSession } from "@/lib/broker/user";
import { isProblem, Problem } from "@/lib/problem/problem";
import { readCredential } from "@/lib/store/credentials";
import { getStore } from "@/lib/store/database";
import { disconnect, linkCredential, testCredential, unlinkCredential } from "./linking";

jest.mock("../../portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));
jest.mock("@/lib/grants/grant", () => ({ findVendor: (id: string) => mockConfigured(id) }));

const verifyCredential = jest.fn();
const revoke = jest.fn();
const vendor = {
  id: "boards",
  name: "Boards",
  renewal: "grant",
  scope: () => "",
  credentialNeeded: () => true,
  verifyCredential,
  connect: async () => ({ state: { token: randomUUID() } }),
  mint: async () => ({ grant: {} }),
  revoke,
};
let sandboxed = true;
function mockConfigured(id: string) {
  return id === "boards" ? { vendor, config: null, sandboxed } : null;
}
jest.mock("@/lib/vendors/configured", () => ({ configuredVendor: (id: string) => mockConfigured(id) }));

/** A session of a new one, so that what one test guesses does not count in another. */
function sessionOf(id: string): PortalSession {
  const user = { id, name: id, email: null, emailVerified: false, groups: [], claims: {}, persona: true };
  return { id: randomUUID(), user, expiresAt: new Date(Date.now() + 3600_000) };
}

const order = (session: PortalSession, vendorId = "boards") => ({ session, vendorId, requestId: randomUUID() });

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => (isProblem(error) ? error.code : error),
  );

/** A live connection of this session. */
const connect = (session: PortalSession) =>
  obtainConnection(
    vendor as unknown as Parameters<typeof obtainConnection>[0],
    {} as Parameters<typeof obtainConnection>[1],
    { session, vendor: "boards", scope: "", account: "a" },
    0,
  );

const wrong = async () => {
  throw new Problem("credential_rejected");
};

beforeEach(async () => {
  sandboxed = true;
  verifyCredential.mockReset();
  revoke.mockReset();
  const db = await getStore();
  for (const table of ["credential", "connection", "revocation", "audit_event"] as const)
    await db.deleteFrom(table).execute();
});

const refusals: [string, string, () => Promise<void>][] = [
  ["a disabled user", "user_disabled", () => linkCredential(order(sessionOf("persona-disabled")), "p")],
  ["a user without an account", "account_unmapped", () => linkCredential(order(sessionOf("persona-unmapped")), "p")],
  [
    "a persona at a real vendor",
    "persona_refused",
    async () => {
      sandboxed = false;
      await linkCredential(order(sessionOf("persona-analyst")), "p");
    },
  ],
  [
    "a vendor that there is not",
    "vendor_unconfigured",
    () => linkCredential(order(sessionOf("persona-analyst"), "__proto__"), "p"),
  ],
];

test.each(refusals)("%s links nothing: %s", async (_who, code, link) => {
  expect(await codeOf(link())).toBe(code);
  expect(verifyCredential).not.toHaveBeenCalled();
  const db = await getStore();
  expect(await db.selectFrom("credential").selectAll().execute()).toEqual([]);
  expect(await db.selectFrom("audit_event").select(["action", "outcome", "code"]).execute()).toEqual([
    { action: "link", outcome: "denied", code },
  ]);
});

test("a login is tried as the mapped account, kept sealed, and stands in no event", async () => {
  const session = sessionOf("persona-analyst");
  await linkCredential(order(session), "canary-password", 16);
  const login = { username: "anna.analyst@portico.example", password: "canary-password", mode: 16 };
  expect(verifyCredential).toHaveBeenCalledWith(expect.anything(), login);
  expect(await readCredential("persona-analyst", "boards")).toEqual(login);
  const db = await getStore();
  const rows = [
    ...(await db.selectFrom("credential").selectAll().execute()),
    ...(await db.selectFrom("audit_event").selectAll().execute()),
  ];
  expect(JSON.stringify(rows)).not.toContain("canary-password");
});

test("a login that the vendor refuses changes nothing", async () => {
  const session = sessionOf("persona-admin");
  await linkCredential(order(session), "right");
  verifyCredential.mockImplementation(wrong);
  expect(await codeOf(linkCredential(order(session), "wrong"))).toBe("credential_rejected");
  expect(await readCredential("persona-admin", "boards")).toMatchObject({ password: "right" });
});

test("after ten wrong logins the vendor is not asked again, by linking or by testing", async () => {
  const session = sessionOf("persona-viewer");
  await linkCredential(order(session), "right");
  verifyCredential.mockClear().mockImplementation(wrong);
  for (let guess = 0; guess < 10; guess += 1) await codeOf(linkCredential(order(session), `guess ${guess}`));
  expect(await codeOf(linkCredential(order(session), "right"))).toBe("rate_limited");
  expect(await codeOf(testCredential(order(session)))).toBe("rate_limited");
  expect(verifyCredential).toHaveBeenCalledTimes(10);
});

test.each([
  ["another login", (session: PortalSession) => linkCredential(order(session), "another")],
  ["no login any more", (session: PortalSession) => unlinkCredential(order(session))],
  ["a disconnection", (session: PortalSession) => disconnect(order(session))],
])("%s ends what was open, in all sessions of that user and of no one else", async (_what, act) => {
  const [here, there, other] = [sessionOf("persona-analyst"), sessionOf("persona-analyst"), sessionOf("persona-admin")];
  for (const session of [here, there, other]) await connect(session);
  await act(here);
  const db = await getStore();
  expect(await db.selectFrom("connection").select("session_id").execute()).toEqual([{ session_id: other.id }]);
  expect(revoke).toHaveBeenCalledTimes(2);
});

test.each([
  ["linked", (session: PortalSession) => linkCredential(order(session), "second")],
  ["unlinked", (session: PortalSession) => unlinkCredential(order(session))],
])(
  "where the end of the old connections cannot be queued, no login is %s: both happen, or neither",
  async (_what, act) => {
    const session = sessionOf("persona-analyst");
    await linkCredential(order(session), "first");
    await connect(session);
    const db = await getStore();
    await db.schema.alterTable("revocation").renameTo("revocation_away").execute();
    try {
      expect(await codeOf(act(session))).toBe("portal_failed");
    } finally {
      await db.schema.alterTable("revocation_away").renameTo("revocation").execute();
    }
    expect(await readCredential("persona-analyst", "boards")).toMatchObject({ password: "first" });
    expect(await db.selectFrom("connection").select("session_id").execute()).toEqual([{ session_id: session.id }]);
    await act(session);
    expect(await db.selectFrom("connection").select("session_id").execute()).toEqual([]);
    expect(revoke).toHaveBeenCalledTimes(1);
  },
);

test("an unlinked login is gone", async () => {
  const session = sessionOf("persona-analyst");
  await linkCredential(order(session), "p");
  await unlinkCredential(order(session));
  expect(await readCredential("persona-analyst", "boards")).toBeNull();
  expect(await codeOf(testCredential(order(session)))).toBe("credential_missing");
});

describe("the audit", () => {
  const lastEvent = async () => {
    const db = await getStore();
    return db
      .selectFrom("audit_event")
      .select(["action", "outcome", "code", "vendor"])
      .orderBy("at", "desc")
      .orderBy("id", "desc")
      .executeTakeFirst();
  };
  const failing = (error: Error) =>
    verifyCredential.mockImplementation(async () => {
      throw error;
    });

  test.each(["vendor_unreachable", "vendor_timeout", "vendor_busy", "vendor_failed"] as const)(
    "calls a vendor's outage while linking failed, not denied: %s",
    async (code) => {
      failing(new Problem(code));
      expect(await codeOf(linkCredential(order(sessionOf("persona-analyst")), "p"))).toBe(code);
      expect(await lastEvent()).toEqual({ action: "link", outcome: "failed", code, vendor: "boards" });
    },
  );

  test("calls a login that the vendor refuses denied", async () => {
    failing(new Problem("credential_rejected"));
    await codeOf(linkCredential(order(sessionOf("persona-analyst")), "p"));
    expect(await lastEvent()).toMatchObject({ action: "link", outcome: "denied", code: "credential_rejected" });
  });

  test("holds an unexpected error too, without its text", async () => {
    failing(new Error("canary: a detail of the inside"));
    expect(await codeOf(linkCredential(order(sessionOf("persona-analyst")), "p"))).toBe("portal_failed");
    const event = await lastEvent();
    expect(event).toMatchObject({ action: "link", outcome: "failed", code: "portal_failed" });
    expect(JSON.stringify(event)).not.toContain("canary");
  });

  test("has events of their own for testing a login and for disconnecting", async () => {
    const session = sessionOf("persona-analyst");
    expect(await codeOf(testCredential(order(session)))).toBe("credential_missing");
    expect(await lastEvent()).toMatchObject({ action: "test", outcome: "denied", code: "credential_missing" });
    await linkCredential(order(session), "right");
    await testCredential(order(session));
    expect(await lastEvent()).toMatchObject({ action: "test", outcome: "ok", vendor: "boards" });
    await disconnect(order(session));
    expect(await lastEvent()).toMatchObject({ action: "disconnect", outcome: "ok", vendor: "boards" });
  });
});
