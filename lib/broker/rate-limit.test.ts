import { randomUUID } from "node:crypto";
import { isProblem, Problem } from "@/lib/problem/problem";
import { getStore } from "@/lib/store/database";
import { anotherInstance } from "@/tests/instances";
import { onEachStore } from "@/tests/stores";
import { audit } from "./audit";
import { countGrant, countGuess, keepsRefusal } from "./rate-limit";

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: unknown) => (isProblem(error) ? error.code : error),
  );
const wrong = async () => {
  throw new Problem("credential_rejected");
};

test("a vendor password cannot be guessed: after ten refusals the vendor is asked no more, also for the right one", async () => {
  const user = randomUUID();
  const attempt = jest.fn(wrong);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => codeOf(countGuess(user, "microstrategy", attempt))),
  );
  expect(attempt).toHaveBeenCalledTimes(10);
  expect(answers.filter((code) => code === "rate_limited")).toHaveLength(40);
  expect(await codeOf(countGuess(user, "microstrategy", async () => {}))).toBe("rate_limited");
});

test("no one is locked out by someone else's guesses, nor by a vendor that is down", async () => {
  const [guesser, other] = [randomUUID(), randomUUID()];
  for (let time = 0; time < 20; time += 1) await codeOf(countGuess(guesser, "microstrategy", wrong));
  const down = async () => {
    throw new Problem("vendor_unreachable");
  };
  for (let time = 0; time < 20; time += 1)
    expect(await codeOf(countGuess(other, "microstrategy", down))).toBe("vendor_unreachable");
  expect(await codeOf(countGuess(other, "microstrategy", async () => {}))).toBe("ok");
});

test("one user's flood of grants is not another's, and the wait is told", async () => {
  const [flooding, other] = [randomUUID(), randomUUID()];
  const refusals: unknown[] = [];
  for (let time = 0; time < 310; time += 1)
    await countGrant(flooding, "thoughtspot").catch((error) => refusals.push(error));
  expect(refusals).toHaveLength(10);
  expect((refusals[0] as Problem).options.retryAfter).toBeGreaterThan(0);
  expect(await codeOf(countGrant(other, "thoughtspot"))).toBe("ok");
  expect(await codeOf(countGrant(flooding, "rocketchat"))).toBe("ok");
});

test("refusals cannot fill the audit, and keep no one else's events out of it", async () => {
  const [flooding, other] = [randomUUID(), randomUUID()];
  const requestId = randomUUID();
  const refuse = (userId: string) => audit({ requestId, userId, action: "request", outcome: "denied" });
  await Promise.all(Array.from({ length: 700 }, () => refuse(flooding)));
  await refuse(other);
  await audit({ requestId, userId: flooding, action: "sign-out", outcome: "ok" });
  const db = await getStore();
  const kept = await db.selectFrom("audit_event").select(["user_id", "action"]).execute();
  expect(kept.filter((event) => event.user_id === flooding && event.action === "request")).toHaveLength(600);
  expect(kept.filter((event) => event.user_id === other)).toHaveLength(1);
  expect(kept.filter((event) => event.action === "sign-out")).toHaveLength(1);
});

test("callers without a session share one allowance of stored refusals, and stay refused beyond it", async () => {
  const kept = [];
  for (let time = 0; time < 720; time += 1) kept.push(await keepsRefusal(undefined));
  expect(kept.filter(Boolean)).toHaveLength(600);
});

onEachStore((kind) => {
  const load = () => jest.requireActual<typeof import("./rate-limit")>("./rate-limit");

  test("two instances count one user's grants together where they share a database", async () => {
    const [one, other] = [anotherInstance(load), anotherInstance(load)];
    const user = randomUUID();
    const ask = (instance: typeof one) => codeOf(instance.countGrant(user, "thoughtspot"));
    for (let time = 0; time < 150; time += 1) expect([await ask(one), await ask(other)]).toEqual(["ok", "ok"]);
    const beyond = kind === "PostgreSQL" ? "rate_limited" : "ok";
    expect([await ask(one), await ask(other)]).toEqual([beyond, beyond]);
  });

  test("two instances count one user's wrong logins together where they share a database", async () => {
    const [one, other] = [anotherInstance(load), anotherInstance(load)];
    const user = randomUUID();
    const attempt = jest.fn(wrong);
    for (let time = 0; time < 10; time += 1) {
      await codeOf(one.countGuess(user, "microstrategy", attempt));
      await codeOf(other.countGuess(user, "microstrategy", attempt));
    }
    expect(attempt).toHaveBeenCalledTimes(kind === "PostgreSQL" ? 10 : 20);
  });

  test("while the shared counters are away, an instance counts for itself", async () => {
    const db = await getStore();
    const user = randomUUID();
    const instance = anotherInstance(load);
    await db.schema.alterTable("rate_limit").renameTo("rate_limit_away").execute();
    try {
      const codes = [];
      for (let time = 0; time < 301; time += 1) codes.push(await codeOf(instance.countGrant(user, "thoughtspot")));
      expect(codes.filter((code) => code === "ok")).toHaveLength(300);
      expect(codes.at(-1)).toBe("rate_limited");
    } finally {
      await db.schema.alterTable("rate_limit_away").renameTo("rate_limit").execute();
    }
  });
});
