import { randomBytes } from "node:crypto";
import { Sealer } from "@/lib/security/seal";
import { onEachStore } from "@/tests/stores";
import { connectionContext, resealConnection } from "./connections";
import { credentialContext, readCredential, resealCredential, writeCredential } from "./credentials";
import { getStore } from "./database";
import { countSealedRows, resealAll, sealedTables } from "./reseal";
import { resealRevocation } from "./revocations";
import { readSignIn, resealSignIn, signInContext } from "./sign-ins";

const [first, older, gone] = [randomBytes(32), randomBytes(32), randomBytes(32)].map((key) => new Uint8Array(key));
const [firstAlone, olderAlone, goneAlone] = [first, older, gone].map((key) => new Sealer([key ?? new Uint8Array()]));
const now = Date.now();

jest.mock("@/lib/config/config", () => {
  const actual = jest.requireActual<typeof import("@/lib/config/config")>("@/lib/config/config");
  return { ...actual, getConfig: () => ({ ...actual.getConfig(), sealingKeys: [first, older] }) };
});

const credential = { username: "a.analyst", password: "p" };
const tokens = { accessToken: "a", idToken: "i", refreshToken: null, expiresAt: 1 };

/** Writes a row of each table as an instance with this key would. */
async function fill(keys: Sealer | undefined, name: string): Promise<void> {
  const db = await getStore();
  const seal = (context: string, value: unknown) => keys?.seal(context, value) ?? Promise.reject(new Error("no key"));
  await db
    .insertInto("credential")
    .values({
      user_id: name,
      vendor: "v",
      sealed: await seal(credentialContext(name, "v"), credential),
      updated_at: now,
    })
    .execute();
  const id = { sessionId: name, vendor: "v", scope: "s" };
  const place = connectionContext(id);
  const connection = { session_id: name, vendor: "v", user_id: name, account: "a" };
  const sealed = await seal(place, { token: name });
  await db
    .insertInto("connection")
    .values([
      {
        ...connection,
        scope: "s",
        sealed,
        connected_at: now,
        expires_at: null,
        session_expires_at: now,
        lease_until: 0,
      },
      // A lease: nothing is sealed yet.
      {
        ...connection,
        scope: "l",
        sealed: null,
        connected_at: 0,
        expires_at: null,
        session_expires_at: now,
        lease_until: 0,
      },
    ])
    .execute();
  await db
    .insertInto("revocation")
    .values({ ...connection, id: name, place, sealed, created_at: now, attempts: 0, next_at: now })
    .execute();
  await db
    .insertInto("sign_in")
    .values({ session_id: name, sealed: await seal(signInContext(name), tokens), session_expires_at: now })
    .execute();
}

const tables = ["credential", "connection", "revocation", "sign_in"] as const;

const count = async (key: "first" | "older" | "unknown") => {
  const counts = await countSealedRows();
  return Object.fromEntries(
    tables.map((table) => [
      table,
      counts.filter((one) => one.table === table && one.key === key).reduce((sum, { rows }) => sum + rows, 0),
    ]),
  );
};
const each = (rows: number) => ({ credential: rows, connection: rows, revocation: rows, sign_in: rows });

onEachStore(() => {
  beforeEach(async () => {
    const db = await getStore();
    for (const table of tables) await db.deleteFrom(table).execute();
  });

  test("everything that an older key sealed is sealed with the first one, and the rest is reported", async () => {
    await fill(firstAlone, "current");
    for (const name of ["old-1", "old-2", "old-3"]) await fill(olderAlone, name);
    await fill(goneAlone, "lost");
    expect([await count("first"), await count("older"), await count("unknown")]).toEqual([each(1), each(3), each(1)]);
    expect(await resealAll()).toEqual(each(3));
    expect([await count("first"), await count("older"), await count("unknown")]).toEqual([each(4), each(0), each(1)]);
    const unknown = (await countSealedRows()).filter(({ key }) => key === "unknown");
    expect(new Set(unknown.map(({ keyId }) => keyId))).toEqual(new Set(goneAlone?.keyIds));
    // The older key can be given up: what it sealed opens without it, in its own context.
    const db = await getStore();
    const { sealed } = await db
      .selectFrom("connection")
      .select("sealed")
      .where("session_id", "=", "old-2")
      .where("scope", "=", "s")
      .executeTakeFirstOrThrow();
    const context = connectionContext({ sessionId: "old-2", vendor: "v", scope: "s" });
    expect(await firstAlone?.unseal(context, sealed ?? "")).toEqual({ token: "old-2" });
    expect(await resealAll()).toEqual(each(0));
  });

  test("more rows than one batch, and altered ones among them, end the move too", async () => {
    const db = await getStore();
    const row = async (n: number) => {
      const sealed = (await olderAlone?.seal(signInContext(`s${n}`), tokens)) ?? "";
      return { session_id: `s${n}`, sealed: n % 2 ? sealed : `${sealed.slice(0, -4)}AAAA`, session_expires_at: now };
    };
    await db
      .insertInto("sign_in")
      .values(await Promise.all(Array.from({ length: 220 }, (_, n) => row(n))))
      .execute();
    expect((await resealAll()).sign_in).toBe(110);
    expect((await count("older")).sign_in).toBe(110);
  }, 30_000);

  test("a row that is read is sealed with the first key from then on", async () => {
    await fill(olderAlone, "reader");
    expect(await readCredential("reader", "v")).toEqual(credential);
    expect(await readSignIn("reader")).toEqual(tokens);
    expect(await count("first")).toEqual({ credential: 1, connection: 0, revocation: 0, sign_in: 1 });
    expect(await readCredential("reader", "v")).toEqual(credential);
  });

  test("a linked login that no key opens asks its user to link it again", async () => {
    await fill(goneAlone, "locked-out");
    await expect(readCredential("locked-out", "v")).rejects.toMatchObject({ code: "credential_unreadable" });
    await writeCredential("locked-out", "v", credential);
    expect(await readCredential("locked-out", "v")).toEqual(credential);
  });

  test("a row that changes while it is resealed keeps what it was changed to", async () => {
    await fill(olderAlone, "busy");
    const id = { sessionId: "busy", vendor: "v", scope: "s" };
    expect([
      await resealCredential("busy", "v", "what was read", "resealed"),
      await resealConnection(id, "what was read", "resealed"),
      await resealRevocation("busy", "what was read", "resealed"),
      await resealSignIn("busy", "what was read", "resealed"),
    ]).toEqual([false, false, false, false]);
    expect(await count("older")).toEqual(each(1));
  });

  test("no table with a sealed column is forgotten", async () => {
    const db = await getStore();
    const found = (await db.introspection.getTables())
      .filter(({ columns }) => columns.some(({ name }) => name === "sealed"))
      .map(({ name }) => name);
    expect(found.sort()).toEqual(Object.keys(sealedTables).sort());
  });
});
