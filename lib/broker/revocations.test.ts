/** Revocations: none is lost, none is hurried at the cost of the rest, and none ends in silence. */
import { randomUUID } from "node:crypto";
import { Problem } from "@/lib/problem/problem";
import { connectionContext } from "@/lib/store/connections";
import { getStore } from "@/lib/store/database";
import {
  claimRevocation,
  dueRevocations,
  insertRevocations,
  makeFailedDue,
  makeReplacedDue,
  makeSessionDue,
  unclaimRevocation,
} from "@/lib/store/revocations";
import { getSealer } from "@/lib/store/sealing";
import { anotherInstance } from "@/tests/instances";
import { onEachStore } from "@/tests/stores";
import { endConnections } from "./end-connections";
import { endSession } from "./end-session";
import { abandonedRevocations } from "./overview";
import { pendingRevocations, runRevocations } from "./revocations";
import type { PortalSession } from "./user";
import type { VendorAdapter } from "./vendor-adapter";

type State = { token: string };

function vendorWith(revoke: (state: State) => Promise<void>): VendorAdapter {
  return {
    id: "boards",
    name: "Boards",
    renewal: "connection",
    maxLifetimeMs: 3600_000,
    scope: () => "",
    connect: async () => ({ state: {} }),
    mint: async () => ({ grant: {} }),
    revoke: (_context, state) => revoke(state as State),
  };
}

const finding = (vendor: VendorAdapter) => (id: string) => (id === vendor.id ? { vendor, config: null } : null);

const sessionOf = (id: string): PortalSession => ({
  id,
  user: { id: `user of ${id}`, name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: true },
  expiresAt: new Date(Date.now() + 3600_000),
});

/** Live connections, each of a portal session of its own, sealed as the broker does. */
async function connectionsThat(expireAt: number, count: number): Promise<readonly string[]> {
  const db = await getStore();
  const ids = Array.from({ length: count }, () => randomUUID());
  const sealer = getSealer();
  const rows = await Promise.all(
    ids.map(async (id) => ({
      session_id: id,
      vendor: "boards",
      scope: "",
      user_id: "u",
      account: "a",
      sealed: await sealer.seal(connectionContext({ sessionId: id, vendor: "boards", scope: "" }), { token: id }),
      connected_at: 1,
      expires_at: null,
      session_expires_at: expireAt,
      lease_owner: null,
      lease_until: 0,
    })),
  );
  for (let start = 0; start < rows.length; start += 80)
    await db
      .insertInto("connection")
      .values(rows.slice(start, start + 80))
      .execute();
  return ids;
}

/** Queues revocations that are due now. */
async function queue(tokens: readonly string[], vendor = "boards"): Promise<void> {
  const rows = await Promise.all(
    tokens.map(async (token) => {
      const place = `connection:${token}:${vendor}:`;
      const sealed = await getSealer().seal(place, { token });
      return { vendor, user_id: "u", account: token, session_id: token, place, sealed };
    }),
  );
  await insertRevocations(await getStore(), rows);
}

const tokens = (count: number) => Array.from({ length: count }, () => randomUUID());

onEachStore((kind) => {
  beforeEach(async () => {
    const db = await getStore();
    for (const table of ["connection", "revocation", "audit_event", "ended_session"] as const)
      await db.deleteFrom(table).execute();
  });

  const all = async () => {
    const db = await getStore();
    return db.selectFrom("revocation").selectAll().execute();
  };
  const makeDue = async () => {
    const db = await getStore();
    await db.updateTable("revocation").set({ next_at: 0 }).execute();
  };
  const events = async () => {
    const db = await getStore();
    return db
      .selectFrom("audit_event")
      .select(["action", "outcome", "code", "account"])
      .orderBy("at")
      .orderBy("id")
      .execute();
  };

  describe("nothing is lost", () => {
    test("when queueing fails, the connections stay, at sign-out as at expiry", async () => {
      const [id = ""] = await connectionsThat(1, 1);
      await connectionsThat(1, 2);
      const db = await getStore();
      await db.schema.alterTable("revocation").renameTo("revocation_away").execute();
      try {
        await expect(endConnections({ expiredBy: 2 })).rejects.toThrow("revocation");
        await expect(endSession(sessionOf(id))).rejects.toThrow("revocation");
      } finally {
        await db.schema.alterTable("revocation_away").renameTo("revocation").execute();
      }
      expect(await db.selectFrom("connection").select("session_id").execute()).toHaveLength(3);
      expect(await db.selectFrom("ended_session").selectAll().execute()).toEqual([]);
      expect(await endConnections({ expiredBy: 2 })).toBe(3);
      expect(await all()).toHaveLength(3);
    });

    test("two instances that sweep at the same time queue each connection once", async () => {
      const ids = await connectionsThat(1, 350);
      await Promise.all([endConnections({ expiredBy: 2 }), endConnections({ expiredBy: 2 })]);
      expect((await all()).map(({ session_id }) => session_id).sort()).toEqual([...ids].sort());
      const db = await getStore();
      expect(await db.selectFrom("connection").selectAll().execute()).toEqual([]);
    });

    test("a revocation that is queued while others are carried out is carried out with them", async () => {
      await queue(["first"]);
      const revoked: string[] = [];
      const vendor = vendorWith(async ({ token }) => {
        revoked.push(token);
        if (token === "first") {
          await queue(["second"]);
          void runRevocations(finding(vendor));
        }
      });
      await runRevocations(finding(vendor));
      expect(revoked).toEqual(["first", "second"]);
    });
  });

  describe("many at once", () => {
    test("what expires together is moved in batches, and other work goes on in between", async () => {
      await connectionsThat(1, 1_000);
      let turns = 0;
      let running = true;
      const others = (async () => {
        while (running) {
          await new Promise(setImmediate);
          turns += 1;
        }
      })();
      expect(await endConnections({ expiredBy: 2 })).toBe(1_000);
      running = false;
      await others;
      expect(turns).toBeGreaterThanOrEqual(20);
      expect(await all()).toHaveLength(1_000);
    });

    test("what has not expired yet stays, whatever else the sweep ends", async () => {
      await connectionsThat(1, 3);
      const alive = await connectionsThat(2, 2);
      expect(await endConnections({ expiredBy: 2 })).toBe(3);
      const db = await getStore();
      const left = await db.selectFrom("connection").select("session_id").execute();
      expect(left.map(({ session_id }) => session_id).sort()).toEqual([...alive].sort());
    });

    test("one run ends all that are due, eight at a time", async () => {
      const due = tokens(150);
      await queue(due);
      const revoked: string[] = [];
      let now = 0;
      let most = 0;
      let reached = () => {};
      const eightAtOnce = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const vendor = vendorWith(async ({ token }) => {
        most = Math.max(most, ++now);
        if (now === 8) reached();
        await eightAtOnce;
        await new Promise(setImmediate);
        now -= 1;
        revoked.push(token);
      });
      expect(await runRevocations(finding(vendor))).toBe(150);
      expect([...revoked].sort()).toEqual([...due].sort());
      expect(most).toBe(8);
      expect(await all()).toEqual([]);
    });

    test("each is ended once, by whichever instance claims it first", async () => {
      const due = tokens(40);
      await queue(due);
      const revoked: string[] = [];
      const vendor = vendorWith(async ({ token }) => {
        await new Promise(setImmediate);
        revoked.push(token);
      });
      const other = anotherInstance(() => jest.requireActual<typeof import("./revocations")>("./revocations"));
      const confirmed = await Promise.all([runRevocations(finding(vendor)), other.runRevocations(finding(vendor))]);
      expect([...revoked].sort()).toEqual([...due].sort());
      expect(confirmed[0] + confirmed[1]).toBe(40);
    });

    test("a claim that another instance has made first fails", async () => {
      await queue(tokens(1));
      const [row] = await dueRevocations("boards", 1);
      if (!row) throw new Error("Nothing is due");
      expect([await claimRevocation(row, 60_000), await claimRevocation(row, 60_000)]).toEqual([true, false]);
      expect(await dueRevocations("boards", 1)).toEqual([]);
    });

    // Instances that share an SQLite file share a machine, and with it a clock.
    if (kind === "PostgreSQL")
      test("a claim lasts by the database's clock: an instance whose own is an hour ahead does not take it over", async () => {
        await queue(tokens(1));
        const [row] = await dueRevocations("boards", 1);
        if (!row) throw new Error("Nothing is due");
        expect(await claimRevocation(row, 60_000)).toBe(true);
        const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 3600_000);
        try {
          expect(await dueRevocations("boards", 1)).toEqual([]);
        } finally {
          clock.mockRestore();
        }
      });

    test("a claim that is given back too late leaves the next instance's claim alone", async () => {
      await queue(tokens(1));
      const [mine] = await dueRevocations("boards", 1);
      if (!mine) throw new Error("Nothing is due");
      // My claim lasts no time: this instance was too slow.
      await claimRevocation(mine, -1);
      const [theirs] = await dueRevocations("boards", 1);
      if (!theirs) throw new Error("The claim has not expired");
      expect(await claimRevocation(theirs, 60_000)).toBe(true);
      await unclaimRevocation(mine);
      expect((await all()).map(({ attempts }) => attempts)).toEqual([2]);
      expect(await dueRevocations("boards", 1)).toEqual([]);
    });

    test("whoever signs out does not wait behind what has merely expired", async () => {
      await queue(tokens(100));
      const [id = ""] = await connectionsThat(Date.now() + 3600_000, 1);
      await endSession(sessionOf(id));
      const [first] = await dueRevocations("boards", 1);
      expect(first?.session_id).toBe(id);
    });
  });

  describe("a vendor that does not confirm", () => {
    test("is left alone for as long as it asks; that is no failure, and what waits keeps its place", async () => {
      await queue(tokens(30));
      const db = await getStore();
      await db.updateTable("revocation").set({ next_at: 0 }).execute();
      const untouched = await all();
      let busy = true;
      const revoke = jest.fn(async () => {
        if (busy) throw new Problem("vendor_busy", { retryAfter: 30 });
      });
      const vendor = vendorWith(revoke);
      const instance = anotherInstance(() => jest.requireActual<typeof import("./revocations")>("./revocations"));
      expect(await instance.runRevocations(finding(vendor))).toBe(0);
      expect(await instance.runRevocations(finding(vendor))).toBe(0);
      const tried = revoke.mock.calls.length;
      expect([tried > 0, tried <= 8]).toEqual([true, true]);
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect([...(await all())].sort(byId)).toEqual([...untouched].sort(byId));
      expect(await events()).toEqual([]);
      expect((await pendingRevocations()).get("boards")).toMatchObject({ count: 30, oldest: { length: 20 } });
      busy = false;
      const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 30_001);
      try {
        expect(await instance.runRevocations(finding(vendor))).toBe(30);
      } finally {
        clock.mockRestore();
      }
      expect(await all()).toEqual([]);
      expect(new Set((await events()).map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
    });

    test("is not believed to be busy for longer than its tokens live", async () => {
      await queue(["t"]);
      const vendor = vendorWith(async () => {
        throw new Problem("vendor_busy", { retryAfter: 30 });
      });
      const db = await getStore();
      await db
        .updateTable("revocation")
        .set({ created_at: Date.now() - vendor.maxLifetimeMs - 60_000 })
        .execute();
      const instance = anotherInstance(() => jest.requireActual<typeof import("./revocations")>("./revocations"));
      await instance.runRevocations(finding(vendor));
      expect((await events()).map(({ outcome, code }) => [outcome, code])).toEqual([["abandoned", "vendor_busy"]]);
    });

    test("is asked again, and the audit holds the first failure and the end, not every try", async () => {
      await queue(["t"]);
      let up = false;
      const vendor = vendorWith(async () => {
        if (!up) throw new Problem("vendor_unreachable");
      });
      for (let time = 0; time < 4; time += 1) {
        await runRevocations(finding(vendor));
        await makeDue();
      }
      expect((await pendingRevocations()).get("boards")).toMatchObject({ count: 1, oldest: [{ attempts: 4 }] });
      up = true;
      await runRevocations(finding(vendor));
      expect(await events()).toEqual([
        { action: "revoke", outcome: "failed", code: "vendor_unreachable", account: "t" },
        { action: "revoke", outcome: "ok", code: null, account: "t" },
      ]);
      expect(await pendingRevocations()).toEqual(new Map());
    });

    test("is given up on after the longest life of its tokens, not before, and the audit says abandoned", async () => {
      await queue(["t"]);
      const vendor = vendorWith(async () => {
        throw new Problem("vendor_unreachable");
      });
      const db = await getStore();
      const age = async (ms: number) => {
        await db
          .updateTable("revocation")
          .set({ created_at: Date.now() - ms, next_at: 0 })
          .execute();
        await runRevocations(finding(vendor));
      };
      await age(vendor.maxLifetimeMs - 60_000);
      expect(await all()).toHaveLength(1);
      await age(vendor.maxLifetimeMs + 60_000);
      expect(await all()).toEqual([]);
      expect((await events()).map(({ outcome }) => outcome)).toEqual(["failed", "abandoned"]);
      expect(await abandonedRevocations()).toEqual(new Map([["boards", 1]]));
    });
  });

  describe("what becomes due", () => {
    /** Waits of these names: untried and tried ones of two places of one session, and an untried one of another. */
    async function waits() {
      const db = await getStore();
      for (const [name, session_id, place, attempts] of [
        ["replaced", "s", "here", 0],
        ["replaced, failed", "s", "here", 3],
        ["elsewhere", "s", "there", 0],
        ["another session's", "other", "here", 0],
      ] as const) {
        const row = { vendor: "boards", user_id: "u", account: name, session_id, place, sealed: "sealed" };
        await insertRevocations(db, [row], 3600_000);
        await db.updateTable("revocation").set({ attempts }).where("account", "=", name).execute();
      }
      return db;
    }
    const due = async () => (await dueRevocations("boards", 10)).map(({ account }) => account).sort();

    test("by the next renewal are the untried predecessors of that connection alone", async () => {
      await makeReplacedDue(await waits(), "s", "here");
      expect(await due()).toEqual(["replaced"]);
    });

    test("by a sign-out is all of that session but what the vendor failed to confirm, which keeps its pause", async () => {
      await makeSessionDue(await waits(), "s");
      expect(await due()).toEqual(["elsewhere", "replaced"]);
    });

    test("by an administrator's retry is what the vendor failed to confirm, and nothing in its grace period", async () => {
      await waits();
      await makeFailedDue("boards");
      expect(await due()).toEqual(["replaced, failed"]);
    });
  });

  test("what belongs to a vendor that is no longer configured is abandoned, and not said to be done", async () => {
    await queue(["t"], "gone");
    expect(await runRevocations(() => null)).toBe(0);
    expect(await events()).toEqual([
      { action: "revoke", outcome: "abandoned", code: "vendor_unconfigured", account: "t" },
    ]);
    expect(await abandonedRevocations()).toEqual(new Map([["gone", 1]]));
  });

  test("what cannot be decrypted is abandoned at once", async () => {
    await queue(["t"]);
    const db = await getStore();
    await db.updateTable("revocation").set({ place: "connection:another" }).execute();
    const revoke = jest.fn(async () => {});
    await runRevocations(finding(vendorWith(revoke)));
    expect(revoke).not.toHaveBeenCalled();
    expect((await events()).map(({ outcome }) => outcome)).toEqual(["abandoned"]);
  });
});
