import { onEachStore } from "@/tests/stores";
import { getStore } from "./database";
import { forgetExpiredSessions, markSessionEnded, sessionEnded } from "./ended-sessions";
import { hasSignIn, readSignIn, removeExpiredSignIns, removeSignIn, replaceSignIn, writeSignIn } from "./sign-ins";

const tokens = { accessToken: "a", idToken: "i", refreshToken: "r", expiresAt: 1 };
const soon = new Date(Date.now() + 60_000);
const past = new Date(Date.now() - 1);

onEachStore(() => {
  test("an ended session stays ended until its cookie expires by itself, and ending it twice is no error", async () => {
    await markSessionEnded("long", soon);
    await markSessionEnded("long", soon);
    await markSessionEnded("short", past);
    expect(await Promise.all(["long", "short", "other"].map(sessionEnded))).toEqual([true, true, false]);
    await forgetExpiredSessions(Date.now());
    expect(await Promise.all(["long", "short"].map(sessionEnded))).toEqual([true, false]);
  });

  test("the tokens of a sign-in are replaced while its session lasts, and gone with it", async () => {
    await writeSignIn("s", soon, tokens);
    expect(await replaceSignIn("s", { ...tokens, accessToken: "b" })).toBe(true);
    expect(await readSignIn("s")).toEqual({ ...tokens, accessToken: "b" });
    await removeSignIn("s");
    expect([await hasSignIn("s"), await readSignIn("s")]).toEqual([false, null]);
    // A renewal that comes back after the sign-out brings nothing back.
    expect(await replaceSignIn("s", tokens)).toBe(false);
    expect(await hasSignIn("s")).toBe(false);
  });

  test("what expired is removed however much it is, and nothing else", async () => {
    const db = await getStore();
    const count = 1_500;
    const rows = (expires_at: number) =>
      Array.from({ length: count / 2 }, (_, n) => ({ session_id: `${expires_at}-${n}`, expires_at }));
    for (const expiry of [1, 2, soon.getTime()]) await db.insertInto("ended_session").values(rows(expiry)).execute();
    await writeSignIn("expired", past, tokens);
    await writeSignIn("lasting", soon, tokens);
    await forgetExpiredSessions(Date.now());
    await removeExpiredSignIns(Date.now());
    const left = await db.selectFrom("ended_session").select("expires_at").where("session_id", "like", "%-%").execute();
    expect(left.map(({ expires_at }) => expires_at)).toEqual(Array(count / 2).fill(soon.getTime()));
    expect([await hasSignIn("expired"), await hasSignIn("lasting")]).toEqual([false, true]);
  }, 20_000);
});
