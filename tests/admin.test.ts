/** The admin pages' routes: who is refused first, then what they do for an administrator. */
import { randomUUID } from "node:crypto";
import { GET as exportAudit } from "@/app/api/admin/audit/route";
import { POST as runChecks } from "@/app/api/admin/checks/route";
import { POST as retry } from "@/app/api/admin/revocations/route";
import { pendingRevocations, queueRevocation, runRevocations } from "@/lib/broker/revocations";
import type { PortalSession } from "@/lib/broker/user";
import { personas } from "@/lib/config/sandbox";
import { authorizeAdmin } from "@/lib/http/authorize";
import { Problem } from "@/lib/problem/problem";
import { getStore } from "@/lib/store/database";
import { getSealer } from "@/lib/store/sealing";

let mockSession: PortalSession | null = null;
jest.mock("@/lib/auth/session", () => ({ getSession: async () => mockSession }));

const mockCheckHealth = jest.fn(async () => undefined);
const mockIsReportFresh = jest.fn(() => false);
jest.mock("@/lib/health/health", () => ({
  checkHealth: () => mockCheckHealth(),
  isReportFresh: () => mockIsReportFresh(),
}));

const mockRevoke = jest.fn(async () => {});
jest.mock("@/lib/grants/grant", () => ({
  findVendor: () => ({ vendor: { revoke: () => mockRevoke() }, config: null }),
}));

const origin = "http://portal.localhost:3000";

function sessionOf(name: string): PortalSession {
  const persona = personas.find((one) => one.persona === name);
  if (!persona) throw new Error(`no persona ${name}`);
  const { subject, name: fullName, email, groups } = persona;
  return {
    id: randomUUID(),
    user: { id: subject, name: fullName, email, emailVerified: true, groups, claims: {}, persona: true },
    expiresAt: new Date(Date.now() + 3600_000),
  };
}

const post = (route: typeof runChecks, path: string, body: object, headers: Record<string, string> = {}) =>
  route(
    new Request(origin + path, {
      method: "POST",
      headers: {
        origin,
        "sec-fetch-site": "same-origin",
        "x-portal-request": "1",
        "content-type": "application/json",
        ...headers,
      },
      body: JSON.stringify(body),
    }),
    { params: Promise.resolve({}) },
  );

const calls = {
  "the checks": () => post(runChecks, "/api/admin/checks", {}),
  "the waiting revocations": () => post(retry, "/api/admin/revocations", { vendor: "rocketchat" }),
  "the export": () => exportAudit(new Request(`${origin}/api/admin/audit`), { params: Promise.resolve({}) }),
};

const events = async () =>
  (await getStore()).selectFrom("audit_event").selectAll().orderBy("at", "desc").orderBy("id", "desc").execute();

beforeEach(async () => {
  const db = await getStore();
  await db.deleteFrom("audit_event").execute();
  await db.deleteFrom("revocation").execute();
  mockCheckHealth.mockClear();
  mockRevoke.mockClear();
});

describe.each(Object.entries(calls))("%s: refused", (_name, call) => {
  test("a user who is signed out", async () => {
    mockSession = null;
    expect((await call()).status).toBe(401);
  });

  test.each([
    ["analyst", "item_forbidden"],
    ["viewer", "item_forbidden"],
    ["unmapped", "item_forbidden"],
    ["disabled", "user_disabled"],
  ])("%s, and the refusal is in the audit", async (persona, code) => {
    mockSession = sessionOf(persona);
    const response = await call();
    expect(response.status).toBe(403);
    expect(((await response.json()) as { code: string }).code).toBe(code);
    expect(await events()).toMatchObject([
      { user_id: `persona-${persona}`, action: "request", outcome: "denied", code },
    ]);
    expect(mockCheckHealth).not.toHaveBeenCalled();
    expect(mockRevoke).not.toHaveBeenCalled();
  });
});

test("an administrator that the catalog disables is refused", async () => {
  const { user, ...rest } = sessionOf("disabled");
  const session = { ...rest, user: { ...user, groups: ["portal-admins"] } };
  expect(await authorizeAdmin(session, "/admin/health", randomUUID())).toBe("user_disabled");
});

test("refused: an administrator's browser sent by another site", async () => {
  mockSession = sessionOf("admin");
  const response = await post(runChecks, "/api/admin/checks", {}, { origin: "https://evil.example" });
  expect(response.status).toBe(403);
  expect(mockCheckHealth).not.toHaveBeenCalled();
});

describe("an administrator", () => {
  beforeEach(() => {
    mockSession = sessionOf("admin");
  });

  test("the page's own repetitions run the checks once the report is old, and are no event of the audit", async () => {
    const repeat = () => post(runChecks, "/api/admin/checks", { automatic: true });
    mockIsReportFresh.mockReturnValueOnce(true);
    expect((await repeat()).status).toBe(204);
    expect(mockCheckHealth).not.toHaveBeenCalled();
    expect((await repeat()).status).toBe(204);
    expect(mockCheckHealth).toHaveBeenCalledTimes(1);
    expect(await events()).toEqual([]);
  });

  test("runs the checks, and the audit says who did", async () => {
    expect((await calls["the checks"]()).status).toBe(204);
    expect(mockCheckHealth).toHaveBeenCalledTimes(1);
    expect(await events()).toMatchObject([
      { user_id: "persona-admin", action: "admin", outcome: "ok", item: "checks" },
    ]);
  });

  const failedOnce = async () => {
    const session_id = randomUUID();
    const place = `connection:${session_id}:rocketchat:`;
    const sealed = await getSealer().seal(place, {});
    await queueRevocation({ vendor: "rocketchat", user_id: "u", account: "a.user", session_id, place, sealed });
    mockRevoke.mockRejectedValueOnce(new Problem("vendor_unreachable"));
    const vendor = { revoke: () => mockRevoke(), maxLifetimeMs: 3600_000 };
    await runRevocations(() => ({ vendor: vendor as never, config: null }));
    expect((await pendingRevocations()).get("rocketchat")).toMatchObject({
      count: 1,
      oldest: [{ account: "a.user", attempts: 1 }],
    });
  };

  test("tries waiting revocations at once, without waiting for their next turn", async () => {
    await failedOnce();
    const response = await calls["the waiting revocations"]();
    expect(await response.json()).toEqual({ waiting: 0 });
    expect(await pendingRevocations()).toEqual(new Map());
  });

  test("is told how many the vendor has still not confirmed", async () => {
    await failedOnce();
    mockRevoke.mockRejectedValueOnce(new Problem("vendor_unreachable"));
    expect(await (await calls["the waiting revocations"]()).json()).toEqual({ waiting: 1 });
  });

  test("exports what the filter shows, and the export itself is in the audit", async () => {
    await calls["the checks"]();
    const request = new Request(`${origin}/api/admin/audit?action=admin`);
    const response = await exportAudit(request, { params: Promise.resolve({}) });
    expect(response.headers.get("content-type")).toContain("text/csv");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"$/);
    const lines = (await response.text()).trimEnd().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('"export"');
    expect(lines[2]).toContain('"checks"');
  });
});
