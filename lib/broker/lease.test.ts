/** What another instance does is played by writing its rows into the shared store. */
import { randomUUID } from "node:crypto";
import { isProblem, Problem } from "@/lib/problem/problem";
import { acquireLease, releaseLease } from "@/lib/store/connections";
import { getStore } from "@/lib/store/database";
import { getSealer } from "@/lib/store/sealing";
import { onEachStore } from "@/tests/stores";
import { type ConnectionKey, idOf, ownerOf } from "./connection-key";
import { currentConnection, obtainConnection, updateConnection } from "./connections";
import { endConnections } from "./end-connections";
import { endSession } from "./end-session";
import { connectMs } from "./lease";
import type { UserContext, VendorAdapter } from "./vendor-adapter";

const key = (id: string): ConnectionKey => ({
  session: {
    id,
    user: { id: "u", name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: true },
    expiresAt: new Date(Date.now() + 3600_000),
  },
  vendor: "thoughtspot",
  scope: "",
  account: "u",
});

const vendor = (connect: () => Promise<{ state: { from: string } }>): VendorAdapter<null, { from: string }> => ({
  id: "thoughtspot",
  name: "ThoughtSpot",
  renewal: "connection",
  maxLifetimeMs: 3600_000,
  scope: () => "",
  connect,
  mint: async () => ({ grant: {} }),
  revoke: async () => {},
});

const context = {} as UserContext<null>;

async function leaseOfAnotherInstance(id: string, untilMs: number) {
  const db = await getStore();
  await db
    .insertInto("connection")
    .values({
      session_id: id,
      vendor: "thoughtspot",
      scope: "",
      user_id: "u",
      account: "u",
      sealed: null,
      connected_at: 0,
      expires_at: null,
      session_expires_at: Date.now() + 3600_000,
      lease_owner: "another instance",
      lease_until: Date.now() + untilMs,
    })
    .execute();
}

onEachStore((kind) => {
  test("while another instance connects, this one waits and takes what it opened", async () => {
    await leaseOfAnotherInstance("s1", 60_000);
    const connect = jest.fn();
    const waiting = obtainConnection(vendor(connect), context, key("s1"), 0);
    const db = await getStore();
    const sealed = await getSealer().seal("connection:s1:thoughtspot:", { from: "the other instance" });
    await db
      .updateTable("connection")
      .set({ sealed, connected_at: Date.now(), lease_until: 0, lease_owner: null })
      .where("session_id", "=", "s1")
      .execute();
    expect((await waiting).state).toEqual({ from: "the other instance" });
    expect(connect).not.toHaveBeenCalled();
  });

  test("the lease of an instance that died is taken over once it has run out", async () => {
    await leaseOfAnotherInstance("s2", -1);
    const live = await obtainConnection(
      vendor(async () => ({ state: { from: "here" } })),
      context,
      key("s2"),
      0,
    );
    expect(live.state).toEqual({ from: "here" });
  });

  // Instances that share an SQLite file share a machine, and with it a clock.
  if (kind === "PostgreSQL")
    test.each([
      ["ahead", 3600_000],
      ["behind", -3600_000],
    ])(
      "a clock of an instance that is an hour %s costs nobody a lease, and gives none that lasts too long",
      async (_, byMs) => {
        const id = randomUUID();
        const lease = (owner: string) => acquireLease(idOf(key(id)), ownerOf(key(id)), owner, connectMs);
        const withWrongClock = async <Result>(run: () => Promise<Result>) => {
          const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + byMs);
          try {
            return await run();
          } finally {
            clock.mockRestore();
          }
        };
        const held = await withWrongClock(() => lease("wrong"));
        const leftMs = (held?.lease_until ?? 0) - Date.now();
        expect([held?.lease_owner, leftMs > 0, leftMs <= connectMs]).toEqual(["wrong", true, true]);
        expect(await lease("right")).toBeUndefined();
        await releaseLease(idOf(key(id)), "wrong");
        expect((await lease("right"))?.lease_owner).toBe("right");
        expect(await withWrongClock(() => lease("wrong"))).toBeUndefined();
      },
    );

  test("a failed connect gives the lease back at once", async () => {
    const failing = vendor(async () => {
      throw new Problem("vendor_unreachable");
    });
    await expect(obtainConnection(failing, context, key("s3"), 0)).rejects.toThrow("vendor_unreachable");
    const live = await obtainConnection(
      vendor(async () => ({ state: { from: "the second try" } })),
      context,
      key("s3"),
      0,
    );
    expect(live.state).toEqual({ from: "the second try" });
  });

  test("a renewal does not settle for a connection that is as old as the rejected one", async () => {
    const first = await obtainConnection(
      vendor(async () => ({ state: { from: "first" } })),
      context,
      key("s4"),
      0,
    );
    const second = await obtainConnection(
      vendor(async () => ({ state: { from: "second" } })),
      context,
      key("s4"),
      first.connectedAt,
    );
    expect(second.state).toEqual({ from: "second" });
    expect(second.connectedAt).toBeGreaterThan(first.connectedAt);
  });

  test("a renewal within the same millisecond is still the later one", async () => {
    const open = vendor(async () => ({ state: { from: "here" } }));
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now());
    try {
      const first = await obtainConnection(open, context, key("s4b"), 0);
      const second = await obtainConnection(open, context, key("s4b"), first.connectedAt);
      expect(second.connectedAt).toBeGreaterThan(first.connectedAt);
    } finally {
      clock.mockRestore();
    }
  });

  test("a stored connection does not open for another account", async () => {
    await obtainConnection(
      vendor(async () => ({ state: { from: "u" } })),
      context,
      key("s5"),
      0,
    );
    const other = await obtainConnection(
      vendor(async () => ({ state: { from: "v" } })),
      context,
      { ...key("s5"), account: "v" },
      0,
    );
    expect(other.state).toEqual({ from: "v" });
  });

  /** A vendor whose connect does something else first, and then opens a session of this name. */
  const openingAfter = (first: () => Promise<unknown>, name: string) =>
    vendor(async () => {
      await first();
      return { state: { from: name } };
    });

  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "connected",
      (error: unknown) => (isProblem(error) ? error.code : error),
    );

  const rowOf = async (id: string) => {
    const db = await getStore();
    return db.selectFrom("connection").selectAll().where("session_id", "=", id).executeTakeFirst();
  };

  /** What is to be revoked of a portal session, in the order in which it was queued. */
  const queuedOf = async (id: string) => {
    const db = await getStore();
    const rows = await db
      .selectFrom("revocation")
      .selectAll()
      .where("session_id", "=", id)
      .orderBy("created_at")
      .execute();
    return Promise.all(
      rows.map(async (row) => ((await getSealer().unseal(row.place, row.sealed)) as { from: string }).from),
    );
  };

  test("a portal session that ended while the vendor was answering gets nothing, even where its row is still there", async () => {
    const id = randomUUID();
    const endedMeanwhile = async () => {
      const db = await getStore();
      await db
        .insertInto("ended_session")
        .values({ session_id: id, expires_at: Date.now() + 60_000 })
        .execute();
    };
    expect(await codeOf(obtainConnection(openingAfter(endedMeanwhile, "late"), context, key(id), 0))).toBe(
      "unauthenticated",
    );
    expect(await rowOf(id)).toBeUndefined();
    expect(await queuedOf(id)).toEqual(["late"]);
  });

  test("signing out while the vendor is answering is told as signed out", async () => {
    const id = randomUUID();
    const connecting = obtainConnection(
      openingAfter(() => endSession(key(id).session), "late"),
      context,
      key(id),
      0,
    );
    expect(await codeOf(connecting)).toBe("unauthenticated");
    expect(await queuedOf(id)).toEqual(["late"]);
  });

  test("disconnecting while the vendor is answering ends that connection, and the waiting embed gets a new one", async () => {
    const id = randomUUID();
    let times = 0;
    const disconnectOnce = async () => {
      times += 1;
      if (times === 1) await endConnections({ userId: "u", vendor: "thoughtspot" });
    };
    const live = await obtainConnection(openingAfter(disconnectOnce, "opened"), context, key(id), 0);
    expect(live.state).toEqual({ from: "opened" });
    expect(times).toBe(2);
    expect(await currentConnection(key(id))).toEqual(live);
    expect(await queuedOf(id)).toEqual(["opened"]);
  });

  test("disconnecting again and again is vendor_busy, not the end of the portal session", async () => {
    const id = randomUUID();
    const always = () => endConnections({ userId: "u", vendor: "thoughtspot" });
    expect(await codeOf(obtainConnection(openingAfter(always, "opened"), context, key(id), 0))).toBe("vendor_busy");
  });

  test("whoever loses the lease takes what the winner stored, and ends its own", async () => {
    const id = randomUUID();
    const winnerStores = async () => {
      const db = await getStore();
      const sealed = await getSealer().seal(`connection:${id}:thoughtspot:`, { from: "the winner" });
      const stored = { sealed, connected_at: Date.now(), lease_owner: null, lease_until: 0 };
      await db.updateTable("connection").set(stored).where("session_id", "=", id).execute();
    };
    const live = await obtainConnection(openingAfter(winnerStores, "the loser"), context, key(id), 0);
    expect(live.state).toEqual({ from: "the winner" });
    expect((await currentConnection(key(id)))?.state).toEqual({ from: "the winner" });
    expect(await queuedOf(id)).toEqual(["the loser"]);
  });

  test("whoever loses the lease to an instance that is still connecting leaves its row alone: vendor_busy", async () => {
    const id = randomUUID();
    const takenOver = async () => {
      const db = await getStore();
      const lease = { lease_owner: "another instance", lease_until: Date.now() + 60_000 };
      await db.updateTable("connection").set(lease).where("session_id", "=", id).execute();
    };
    expect(await codeOf(obtainConnection(openingAfter(takenOver, "the loser"), context, key(id), 0))).toBe(
      "vendor_busy",
    );
    expect(await rowOf(id)).toMatchObject({ lease_owner: "another instance", sealed: null });
    expect(await queuedOf(id)).toEqual(["the loser"]);
  });

  test("a connect that fails after losing the lease leaves the other instance's lease alone", async () => {
    const id = randomUUID();
    const failing = vendor(async () => {
      const db = await getStore();
      const lease = { lease_owner: "another instance", lease_until: Date.now() + 60_000 };
      await db.updateTable("connection").set(lease).where("session_id", "=", id).execute();
      throw new Problem("vendor_timeout");
    });
    expect(await codeOf(obtainConnection(failing, context, key(id), 0))).toBe("vendor_timeout");
    expect(await rowOf(id)).toMatchObject({ lease_owner: "another instance" });
  });

  test("who finds that another instance has connected gives the lease back at once", async () => {
    const id = randomUUID();
    const open = openingAfter(async () => {}, "first");
    const first = await obtainConnection(open, context, key(id), 0);
    expect(await obtainConnection(open, context, key(id), 0)).toEqual(first);
    expect(await rowOf(id)).toMatchObject({ lease_owner: null, lease_until: 0 });
  });

  test("waiting for an instance that never finishes ends with vendor_busy, after the longest connect", async () => {
    const id = randomUUID();
    await leaseOfAnotherInstance(id, 3600_000);
    const connect = jest.fn();
    const waiting = codeOf(obtainConnection(vendor(connect), context, key(id), 0));
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + connectMs + 1);
    try {
      expect(await waiting).toBe("vendor_busy");
    } finally {
      clock.mockRestore();
    }
    expect(connect).not.toHaveBeenCalled();
  });

  test("the lease outlasts the longest connect, and the deadline starts with it", async () => {
    const id = randomUUID();
    let deadlineStarted = false;
    const watched = {
      get signal() {
        deadlineStarted = true;
        return AbortSignal.timeout(connectMs);
      },
    } as UserContext<null>;
    let leaseLeftMs = 0;
    const measuring = vendor(async () => {
      expect(deadlineStarted).toBe(true);
      leaseLeftMs = ((await rowOf(id))?.lease_until ?? 0) - Date.now();
      return { state: { from: "here" } };
    });
    await obtainConnection(measuring, watched, key(id), 0);
    expect(leaseLeftMs).toBeGreaterThan(connectMs + 5_000);
  });

  test("a connection whose end cannot be queued is ended at once, and nothing of it is stored", async () => {
    const id = randomUUID();
    const db = await getStore();
    const revoke = jest.fn(async () => {});
    const first = await obtainConnection(
      openingAfter(async () => {}, "first"),
      context,
      key(id),
      0,
    );
    await db.schema.alterTable("revocation").renameTo("revocation_away").execute();
    try {
      const renewing = { ...openingAfter(async () => {}, "second"), revoke };
      await expect(obtainConnection(renewing, context, key(id), first.connectedAt)).rejects.toThrow("revocation");
    } finally {
      await db.schema.alterTable("revocation_away").renameTo("revocation").execute();
    }
    expect(revoke).toHaveBeenCalledWith(expect.anything(), { from: "second" });
    expect((await currentConnection(key(id)))?.state).toEqual({ from: "first" });
  });

  test("a changed state is stored for the connection it belongs to, and not once that was replaced", async () => {
    const id = randomUUID();
    const open = (name: string, after: number) =>
      obtainConnection(
        openingAfter(async () => {}, name),
        context,
        key(id),
        after,
      );
    const first = await open("first", 0);
    await updateConnection(key(id), first.connectedAt, { from: "first, changed" });
    expect((await currentConnection(key(id)))?.state).toEqual({ from: "first, changed" });
    await open("second", first.connectedAt);
    await updateConnection(key(id), first.connectedAt, { from: "too late" });
    expect((await currentConnection(key(id)))?.state).toEqual({ from: "second" });
  });
});

test("a connect that never ends is cut off, and what it opens later is revoked", async () => {
  const id = randomUUID();
  let open = (_: { state: { from: string } }) => {};
  const endless = vendor(
    () =>
      new Promise((resolve) => {
        open = resolve;
      }),
  );
  jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "performance", "Date"] });
  try {
    const outcome = obtainConnection(endless, context, key(id), 0).catch((error: unknown) => error);
    // The lease is taken from the store before the deadline starts.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    await jest.advanceTimersByTimeAsync(connectMs);
    expect(await outcome).toMatchObject({ code: "vendor_timeout" });
  } finally {
    jest.useRealTimers();
  }
  open({ state: { from: "far too late" } });
  const db = await getStore();
  const queued = () => db.selectFrom("revocation").select("account").where("session_id", "=", id).execute();
  for (let turn = 0; turn < 200 && (await queued()).length === 0; turn += 1) await new Promise(setImmediate);
  expect(await queued()).toEqual([{ account: "u" }]);
});
