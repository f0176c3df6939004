import { randomUUID } from "node:crypto";
import { isProblem, Problem } from "@/lib/problem/problem";
import { getStore } from "@/lib/store/database";
import { onEachStore } from "@/tests/stores";
import { grant } from "./broker";
import { connectionsOf } from "./connections";
import { endConnections } from "./end-connections";
import { endSession } from "./end-session";
import { runRevocations } from "./revocations";
import type { PortalSession, PortalUser } from "./user";
import type { VendorAdapter } from "./vendor-adapter";
import { ConnectionLost } from "./vendor-adapter";

jest.mock("@/portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));

type State = { token: string };
type Grant = { token: string; n: number };

/** A vendor that counts what the broker asks of it. */
function countingVendor(overrides: Partial<VendorAdapter<null, State, Grant>> = {}) {
  const calls = { connect: 0, mint: 0, revoked: [] as string[] };
  const vendor: VendorAdapter<null, State, Grant> = {
    id: "boards",
    name: "Boards",
    renewal: "connection",
    maxLifetimeMs: 3600_000,
    scope: (item) => item.slug,
    async connect() {
      calls.connect++;
      return { state: { token: `t${calls.connect}` } };
    },
    async mint(_context, state) {
      calls.mint++;
      return { grant: { token: state.token, n: calls.mint } };
    },
    async revoke(_context, state) {
      calls.revoked.push(state.token);
    },
    ...overrides,
  };
  return { vendor, calls };
}

const user = (id: string, groups: string[] = ["analysts"]): PortalUser => ({
  id,
  name: id,
  email: null,
  emailVerified: false,
  groups,
  claims: {},
  persona: true,
});

const session = (who: PortalUser = user("persona-analyst")): PortalSession => ({
  id: randomUUID(),
  user: who,
  expiresAt: new Date(Date.now() + 3600_000),
});

function order(
  vendor: VendorAdapter<null, State, Grant>,
  given: Partial<Parameters<typeof grant<null, State, Grant>>[0]> = {},
) {
  return {
    vendor,
    config: null,
    sandboxed: true,
    session: session(),
    slug: "for-everyone",
    renew: false,
    requestId: "00000000-0000-4000-8000-000000000000",
    locale: "en",
    timeZone: null,
    oidcTokens: async () => null,
    ...given,
  };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "granted",
    (error: unknown) => (isProblem(error) ? error.code : error),
  );

const lastEvent = async () => {
  const db = await getStore();
  return db.selectFrom("audit_event").selectAll().orderBy("at", "desc").orderBy("id", "desc").executeTakeFirstOrThrow();
};

// Who waits for one attempt is decided in this process, whatever the store: a slower one would only scatter the callers.
describe("single flight", () => {
  test("a failed connect is told to every waiter of it and tried again by the next request", async () => {
    let fail = true;
    const { vendor, calls } = countingVendor();
    const connect = vendor.connect;
    const flaky = {
      ...vendor,
      connect: async (context: Parameters<typeof connect>[0]) => {
        if (!fail) return connect(context);
        calls.connect++;
        throw new Problem("vendor_unreachable");
      },
    };
    const request = order(flaky);
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(grant(request))));
    expect(new Set(codes)).toEqual(new Set(["vendor_unreachable"]));
    expect(calls.connect).toBe(1);
    fail = false;
    expect(await codeOf(grant(request))).toBe("granted");
  });
});

onEachStore(() => {
  beforeEach(async () => {
    const db = await getStore();
    await db.deleteFrom("audit_event").execute();
    await db.deleteFrom("revocation").execute();
  });

  describe("the broker refuses, with an audit event and without calling the vendor", () => {
    const cases: [string, string, Parameters<typeof order>[1]][] = [
      ["a disabled user", "user_disabled", { session: session(user("persona-disabled")) }],
      ["a persona at a real vendor", "persona_refused", { sandboxed: false }],
      ["an item that does not exist", "item_forbidden", { slug: "no-such-item" }],
      ["an item of another vendor", "item_forbidden", { slug: "a-letter" }],
      ["an item of someone else", "item_forbidden", { slug: "for-admins" }],
      ["a prototype key as item", "item_forbidden", { slug: "__proto__" }],
      ["a user without an account", "account_unmapped", { session: session(user("persona-unmapped")) }],
    ];
    test.each(cases)("%s: %s", async (_name, code, given) => {
      const { vendor, calls } = countingVendor();
      expect(await codeOf(grant(order(vendor, given)))).toBe(code);
      expect(calls).toEqual({ connect: 0, mint: 0, revoked: [] });
      expect(await lastEvent()).toMatchObject({ outcome: "denied", code, vendor: "boards" });
    });

    test.each(["two words", "a\r\nx-auth-token: b", "a\u0000b", " a", "x".repeat(256)])(
      "a mapping that yields no plain word (%j): account_unmapped",
      async (account) => {
        const { vendor, calls } = countingVendor({ id: "letters" });
        const claims = { letters_username: account };
        const given = { session: session({ ...user("u-1"), claims }), slug: "a-letter" };
        expect(await codeOf(grant(order(vendor, given)))).toBe("account_unmapped");
        expect(calls.connect).toBe(0);
      },
    );

    test("who asks too often: rate_limited, also for what is not theirs", async () => {
      const { vendor, calls } = countingVendor();
      const often = session(user("asks-too-often"));
      const ask = () => codeOf(grant(order(vendor, { session: often, slug: "no-such-item" })));
      const codes = await Promise.all(Array.from({ length: 301 }, ask));
      expect(codes.filter((code) => code === "rate_limited")).toHaveLength(1);
      expect(await codeOf(grant(order(vendor, { session: often })))).toBe("rate_limited");
      expect(calls.connect).toBe(0);
    });
  });

  describe("a token with control characters is the vendor's failure", () => {
    // Another user, since grants are counted.
    const viewer = () => ({ session: session(user("persona-viewer")) });

    test.each(["a\nb", "a\r\nx-injected: b", "\u0000", "a\u001f", "a\u007f", "token\t"])("%j", async (token) => {
      const { vendor, calls } = countingVendor({ connect: async () => ({ state: { token } }) });
      expect(await codeOf(grant(order(vendor, viewer())))).toBe("vendor_failed");
      expect(calls.mint).toBe(0);
      expect(await lastEvent()).toMatchObject({ code: "vendor_failed", reference: "control characters in a token" });
      const mints = countingVendor({ mint: async () => ({ grant: { token, n: 1 } }) });
      expect(await codeOf(grant(order(mints.vendor, viewer())))).toBe("vendor_failed");
    });

    test("and is not kept: the next grant connects again", async () => {
      let tries = 0;
      const { vendor } = countingVendor({
        connect: async () => ({ state: { token: tries++ === 0 ? "a\n" : "good" } }),
      });
      const request = order(vendor, viewer());
      expect(await codeOf(grant(request))).toBe("vendor_failed");
      expect((await grant(request)).token).toBe("good");
    });
  });

  test("a fault of the portal before any decision is audited as failed, not denied", async () => {
    const { vendor } = countingVendor();
    const broken = { ...session(), user: { ...user("persona-analyst"), groups: null as unknown as string[] } };
    expect(await codeOf(grant(order(vendor, { session: broken })))).toBe("portal_failed");
    expect(await lastEvent()).toMatchObject({ outcome: "failed", code: "portal_failed", vendor: "boards" });
  });

  describe("session economy", () => {
    test("50 concurrent requests of one user open one connection", async () => {
      const { vendor, calls } = countingVendor();
      const request = order(vendor);
      const grants = await Promise.all(Array.from({ length: 50 }, () => grant(request)));
      expect(calls.connect).toBe(1);
      expect(new Set(grants.map(({ token }) => token))).toEqual(new Set(["t1"]));
    });

    test("another session of the same user has its own connection", async () => {
      const { vendor, calls } = countingVendor();
      await grant(order(vendor));
      await grant(order(vendor));
      expect(calls.connect).toBe(2);
    });

    test("a connection about to expire is not handed out", async () => {
      const { vendor, calls } = countingVendor({});
      const connect = vendor.connect;
      const short = {
        ...vendor,
        connect: async (context: Parameters<typeof connect>[0]) => ({
          ...(await connect(context)),
          expiresAt: new Date(Date.now() + 4_000),
        }),
      };
      const request = order(short);
      await grant(request);
      await grant(request);
      expect(calls.connect).toBe(2);
    });
  });

  describe("renewal", () => {
    test("a renewed grant comes from a new connection; the old one lives a moment longer, then it is ended at the vendor", async () => {
      const { vendor, calls } = countingVendor();
      const find = () => ({ vendor: vendor as VendorAdapter, config: null });
      const request = order(vendor);
      await grant(request);
      expect(await grant({ ...request, renew: true })).toMatchObject({ token: "t2" });
      expect(await grant(request)).toMatchObject({ token: "t2" });
      await runRevocations(find);
      expect(calls.revoked).toEqual([]);
      const db = await getStore();
      await db.updateTable("revocation").set({ next_at: 0 }).execute();
      await runRevocations(find);
      expect(calls.revoked).toEqual(["t1"]);
    });

    test("sign-out ends a replaced connection at once", async () => {
      const { vendor, calls } = countingVendor();
      const request = order(vendor);
      await grant(request);
      await grant({ ...request, renew: true });
      await endSession(request.session);
      await runRevocations(() => ({ vendor: vendor as VendorAdapter, config: null }));
      expect(calls.revoked.sort()).toEqual(["t1", "t2"]);
    });

    test("55 renewals leave one token alive at the vendor once the grace period is over, and none after sign-out", async () => {
      const { vendor, calls } = countingVendor();
      const find = () => ({ vendor: vendor as VendorAdapter, config: null });
      const alive = () => calls.connect - calls.revoked.length;
      const request = order(vendor);
      await grant(request);
      for (let time = 0; time < 55; time += 1) {
        await grant({ ...request, renew: true });
        await runRevocations(find);
        // The current one, and the one it has just replaced: a frame may still be moving.
        expect(alive()).toBe(2);
      }
      const db = await getStore();
      const queued = await db.selectFrom("revocation").select(["next_at", "created_at"]).execute();
      expect(queued.map(({ next_at, created_at }) => next_at - created_at)).toEqual([30_000]);
      await db.updateTable("revocation").set({ next_at: 0 }).execute();
      await runRevocations(find);
      expect(alive()).toBe(1);
      await endSession(request.session);
      await runRevocations(find);
      expect(alive()).toBe(0);
    });

    test("where the grant is renewed on the same connection, nothing is ended", async () => {
      const { vendor, calls } = countingVendor({ renewal: "grant" });
      const request = order(vendor);
      await grant(request);
      expect(await grant({ ...request, renew: true })).toEqual({ token: "t1", n: 2 });
      expect(calls.connect).toBe(1);
    });

    test("a connection the vendor forgot is opened again exactly once for all who noticed", async () => {
      const { vendor, calls } = countingVendor();
      const mint = vendor.mint;
      const forgetful: typeof vendor = {
        ...vendor,
        mint: async (context, state) => {
          if (state.token === "t1") throw new ConnectionLost();
          return mint(context, state);
        },
      };
      const request = order(forgetful);
      const grants = await Promise.all(Array.from({ length: 20 }, () => grant(request)));
      expect(new Set(grants.map(({ token }) => token))).toEqual(new Set(["t2"]));
      expect(calls.connect).toBe(2);
    });

    test("a vendor that forgets every connection is an error, not a loop", async () => {
      const { vendor, calls } = countingVendor({
        mint: async () => {
          throw new ConnectionLost();
        },
      });
      expect(await codeOf(grant(order(vendor)))).toBe("vendor_failed");
      expect(calls.connect).toBe(2);
    });
  });

  describe("the end of a session", () => {
    test("ends every connection at the vendor", async () => {
      const { vendor, calls } = countingVendor();
      const request = order(vendor);
      await grant(request);
      await endSession(request.session);
      await runRevocations(() => ({ vendor: vendor as VendorAdapter, config: null }));
      expect(calls.revoked).toEqual(["t1"]);
      expect(await connectionsOf(request.session.id)).toEqual([]);
    });

    test("a vendor that is down keeps its revocation queued", async () => {
      let up = false;
      const { vendor, calls } = countingVendor();
      const revoke = vendor.revoke;
      const down: typeof vendor = {
        ...vendor,
        revoke: async (context, state) => {
          if (!up) throw new Problem("vendor_unreachable");
          return revoke(context, state);
        },
      };
      const find = () => ({ vendor: down as VendorAdapter, config: null });
      const request = order(down);
      await grant(request);
      await endSession(request.session);
      expect(await runRevocations(find)).toBe(0);
      const db = await getStore();
      expect(await db.selectFrom("revocation").select("attempts").execute()).toEqual([{ attempts: 1 }]);
      up = true;
      await db.updateTable("revocation").set({ next_at: 0 }).execute();
      expect(await runRevocations(find)).toBe(1);
      expect(calls.revoked).toEqual(["t1"]);
    });

    test("leaves the vendor room for grants, however many connections end at once", async () => {
      let now = 0;
      let most = 0;
      const { vendor, calls } = countingVendor();
      const { revoke } = vendor;
      const watched: typeof vendor = {
        ...vendor,
        revoke: async (context, state) => {
          most = Math.max(most, ++now);
          await new Promise(setImmediate);
          now--;
          return revoke(context, state);
        },
      };
      const requests = Array.from({ length: 60 }, () => order(watched, { session: session(user("persona-viewer")) }));
      await Promise.all(requests.map((request) => grant(request)));
      await Promise.all(requests.map(({ session: ended }) => endSession(ended)));
      await runRevocations(() => ({ vendor: watched as VendorAdapter, config: null }));
      expect(calls.revoked).toHaveLength(60);
      expect(most).toBeLessThanOrEqual(8);
    });

    test("a connection that was being opened during sign-out does not survive it", async () => {
      const { vendor, calls } = countingVendor();
      const connect = vendor.connect;
      let finish = () => {};
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const slow: typeof vendor = {
        ...vendor,
        connect: async (context) => {
          await gate;
          return connect(context);
        },
      };
      const request = order(slow);
      const pending = codeOf(grant(request));
      await endSession(request.session);
      finish();
      expect(await pending).toBe("unauthenticated");
      await runRevocations(() => ({ vendor: slow as VendorAdapter, config: null }));
      expect(calls.revoked).toEqual(["t1"]);
    });

    test("expired sessions lose their connections in the sweep", async () => {
      const { vendor } = countingVendor();
      const request = order(vendor);
      await grant(request);
      expect(await endConnections({ expiredBy: request.session.expiresAt.getTime() + 1 })).toBeGreaterThanOrEqual(1);
      expect(await connectionsOf(request.session.id)).toEqual([]);
    });
  });

  describe("a connection copied in the database to someone else's row", () => {
    const tokenOf = { connect: async ({ account }: { account: string }) => ({ state: { token: `of ${account}` } }) };

    async function swapped() {
      const { vendor } = countingVendor({ ...tokenOf, renewal: "grant" });
      const admin = order(vendor, { session: session(user("persona-admin")) });
      const viewer = order(vendor, { session: session(user("persona-viewer")) });
      // Both are in use, so that this process has opened and remembers both.
      for (const request of [admin, viewer]) await grant(request);
      const db = await getStore();
      const { sealed } = await db
        .selectFrom("connection")
        .select("sealed")
        .where("session_id", "=", admin.session.id)
        .executeTakeFirstOrThrow();
      await db.updateTable("connection").set({ sealed }).where("session_id", "=", viewer.session.id).execute();
      return { vendor, viewer };
    }

    test("is not unsealed there, however often this process has unsealed it in its own row", async () => {
      const { viewer } = await swapped();
      expect((await grant(viewer)).token).toBe("of victor.viewer@portico.example");
    });

    test("is replaced by a connection of the row's own user, once", async () => {
      const { vendor, viewer } = await swapped();
      await Promise.all(Array.from({ length: 10 }, () => grant(viewer)));
      expect((await connectionsOf(viewer.session.id)).map(({ account }) => account)).toEqual([
        "victor.viewer@portico.example",
      ]);
      // What cannot be unsealed cannot be ended either: its revocation does not come back forever.
      const db = await getStore();
      await db.updateTable("revocation").set({ next_at: 0 }).execute();
      await runRevocations(() => ({ vendor: vendor as VendorAdapter, config: null }));
      expect(await db.selectFrom("revocation").selectAll().execute()).toEqual([]);
    });
  });

  test("two users at once never receive each other's token", async () => {
    const { vendor } = countingVendor({
      connect: async (context) => ({ state: { token: `of ${context.account}` } }),
    });
    const people = ["persona-admin", "persona-analyst", "persona-viewer"].map((id) => session(user(id)));
    const expected: Record<string, string> = {
      "persona-admin": "of ada.admin@portico.example",
      "persona-analyst": "of anna.analyst@portico.example",
      "persona-viewer": "of victor.viewer@portico.example",
    };
    const results = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const one = people[index % people.length] as PortalSession;
        return [one.user.id, (await grant(order(vendor, { session: one }))).token] as const;
      }),
    );
    for (const [id, token] of results) expect(token).toBe(expected[id]);
  });
});
