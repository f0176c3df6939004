/** What a user gets while the database is busy or away, and afterwards, without a restart of the portal. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { grant } from "@/lib/broker/broker";
import { endSession } from "@/lib/broker/end-session";
import type { PortalSession } from "@/lib/broker/user";
import type { VendorAdapter } from "@/lib/broker/vendor-adapter";
import { problemResponse } from "@/lib/http/guard";
import { checkStore, replaceStore } from "@/lib/store/database";
import { sessionEnded } from "@/lib/store/ended-sessions";
import { holdWriteLock } from "./lock-holder";
import { Cluster, findBinaries } from "./postgres/cluster.cjs";

jest.mock("@/portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));

const vendor: VendorAdapter<null, { token: string }, { token: string }> = {
  id: "boards",
  name: "Boards",
  renewal: "connection",
  scope: () => "",
  connect: async () => ({ state: { token: "t" } }),
  mint: async (_context, state) => ({ grant: state }),
  revoke: async () => {},
  maxLifetimeMs: 3600_000,
};

const sessionOfAnalyst = (): PortalSession => ({
  id: randomUUID(),
  user: {
    id: "persona-analyst",
    name: "Analyst",
    email: null,
    emailVerified: false,
    groups: [],
    claims: {},
    persona: true,
  },
  expiresAt: new Date(Date.now() + 3600_000),
});

const requestId = "00000000-0000-4000-8000-000000000000";

/** The answer to a request for a grant, as a route handler gives it. */
const ask = (session: PortalSession): Promise<Response> =>
  grant({
    vendor,
    config: null,
    sandboxed: true,
    session,
    slug: "for-everyone",
    renew: false,
    requestId,
    locale: "en",
    timeZone: null,
    oidcTokens: async () => null,
  }).then(
    (made) => Response.json(made),
    (error: unknown) => problemResponse(error, requestId),
  );

/** The status, code and `Retry-After` (in seconds, 0 without one) of an answer. */
async function told(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const { code = "granted" } = (await response.json()) as { code?: string };
  return [response.status, code, response.headers.get("retry-after") ?? "at once"].join(" ");
}

const granted = "200 granted at once";

describe("while another process holds the lock of the SQLite file", () => {
  let folder: string;
  let close: () => Promise<void>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "portico-outage-"));
    close = await replaceStore(join(folder, "portal.db"));
  });

  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  test("grants are refused as busy without blocking the process, and given again after it", async () => {
    const session = sessionOfAnalyst();
    expect(await told(ask(session))).toBe(granted);
    const release = await holdWriteLock(join(folder, "portal.db"));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const refused = await Promise.all(
      Array.from({ length: 20 }, (_, n) => told(ask(n ? sessionOfAnalyst() : session))),
    );
    delay.disable();
    expect(new Set(refused)).toEqual(new Set(["503 store_busy 1"]));
    // The driver's own wait would block for seconds.
    expect(delay.max / 1e6).toBeLessThan(500);
    await expect(checkStore()).rejects.toMatchObject({ code: "store_busy" });
    await release();
    const given = await Promise.all(Array.from({ length: 20 }, (_, n) => told(ask(n ? sessionOfAnalyst() : session))));
    expect(new Set(given)).toEqual(new Set([granted]));
    expect(await checkStore()).toBe("file");
  }, 30_000);
});

(findBinaries() ? describe : describe.skip)("while PostgreSQL is down", () => {
  let server: InstanceType<typeof Cluster>;
  let close: () => Promise<void>;

  beforeAll(async () => {
    server = await Cluster.create();
    await server.start();
    close = await replaceStore(server.url());
  }, 30_000);

  afterAll(async () => {
    await close();
    await server.remove();
  });

  test("grants and sign-out are refused, no session counts as valid, and all of it works again after its start", async () => {
    const session = sessionOfAnalyst();
    expect(await told(ask(session))).toBe(granted);
    await server.stop();
    const busy = { code: "store_busy" };
    expect(await told(ask(session))).toBe("503 store_busy 5");
    await expect(endSession(session)).rejects.toMatchObject(busy);
    await expect(sessionEnded(session.id)).rejects.toMatchObject(busy);
    await expect(checkStore()).rejects.toMatchObject(busy);
    await server.start();
    expect(await told(ask(session))).toBe(granted);
    await endSession(session);
    expect(await sessionEnded(session.id)).toBe(true);
    expect(await checkStore()).toBe("postgresql");
  }, 30_000);

  test("a connection that breaks while it is idle costs no one anything", async () => {
    const session = sessionOfAnalyst();
    expect(await told(ask(session))).toBe(granted);
    await server.stop();
    await server.start();
    expect(await told(ask(session))).toBe(granted);
  }, 30_000);
});
