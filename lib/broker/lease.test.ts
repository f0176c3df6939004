/** What another instance does is played by writing its rows into the shared store. */
import { Problem } from "@/lib/problem/problem";
import { getStore } from "@/lib/store/database";
import { getSealer } from "@/lib/store/sealing";
import { onEachStore } from "@/tests/stores";
import type { ConnectionKey } from "./connection-key";
import { obtainConnection } from "./connections";
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

onEachStore(() => {
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
});
