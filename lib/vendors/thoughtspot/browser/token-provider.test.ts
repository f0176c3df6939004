import { GrantRefused } from "@/lib/vendors/embed-host";
import type { Grant } from "../protocol";
import { SdkTokenProvider, type TokenOwner } from "./token-provider";

const grant = (token: string): Grant => ({ token, username: "a", expiresAt: "" });
const provider = () => new SdkTokenProvider(async () => {});

/** An embed whose grants are numbered; `take` repeats the current one, as the portal does. */
function owner(scope: string, more: Partial<TokenOwner> = {}) {
  let number = 1;
  const calls = { take: 0, renew: 0 };
  const made: TokenOwner & { calls: typeof calls } = {
    scope,
    calls,
    take: async () => {
      calls.take += 1;
      return grant(`${scope}-${number}`);
    },
    renew: async () => {
      calls.renew += 1;
      number += 1;
      return grant(`${scope}-${number}`);
    },
    ...more,
  };
  return made;
}

test("without a user on the page there is no token", async () => {
  await expect(provider().next()).rejects.toThrow("No ThoughtSpot embed");
});

test("a token that the SDK came back for is never handed out again", async () => {
  const at = provider();
  const embed = owner("object:1");
  at.claim(embed);
  const seen = [await at.next(), await at.next(), await at.next()];
  expect(new Set(seen).size).toBe(3);
  expect(embed.calls).toEqual({ take: 1, renew: 2 });
});

test("a portal that repeats a refused token is told apart from the SDK", async () => {
  const at = provider();
  const embed = owner("object:1", { renew: async () => grant("object:1-1") });
  at.claim(embed);
  await at.next();
  await expect(at.next()).rejects.toMatchObject({ problem: { code: "embed_refused" } });
});

test("the first token is the streamed one, and a refused one is not taken again after a new start", async () => {
  const at = provider();
  const embed = owner("object:1");
  at.claim(embed);
  expect(await at.next()).toBe("object:1-1");
  at.rejectCurrent();
  at.cacheEmptied();
  expect(await at.next()).toBe("object:1-2");
});

test("another item empties the cache; the same item keeps it", () => {
  const at = provider();
  expect(at.claim(owner("object:1")).cacheFits).toBe(false);
});

test("coming back to an item takes its living token again", async () => {
  const at = provider();
  const first = owner("object:1");
  at.claim(first);
  await at.next();
  const second = owner("object:2");
  expect(at.claim(second).cacheFits).toBe(false);
  at.cacheEmptied();
  expect(await at.next()).toBe("object:2-1");
  expect(at.claim(first).cacheFits).toBe(false);
  at.cacheEmptied();
  expect(await at.next()).toBe("object:1-1");
  expect(at.holdsFor(first)).toBe(true);
  expect(at.holdsFor(second)).toBe(false);
});

test("a token that arrives after the page moved on is not given to the other item", async () => {
  const at = provider();
  let release: (value: Grant) => void = () => {};
  const slow = owner("object:1", { take: () => new Promise((resolve) => (release = resolve)) });
  at.claim(slow);
  const asked = at.next();
  at.claim(owner("object:2"));
  release(grant("object:1-1"));
  expect(await asked).toBe("object:2-1");
});

test("concurrent questions share one answer", async () => {
  const at = provider();
  const embed = owner("object:1");
  at.claim(embed);
  expect(await Promise.all([at.next(), at.next(), at.next()])).toEqual(["object:1-1", "object:1-1", "object:1-1"]);
  expect(embed.calls.take).toBe(1);
});

test("a renewal outlasts a short outage, a first token does not wait", async () => {
  const at = provider();
  let failures = 2;
  const embed = owner("object:1");
  const shaky: TokenOwner = {
    ...embed,
    renew: async () => {
      failures -= 1;
      if (failures >= 0) throw new GrantRefused({ code: "vendor_unreachable" });
      return embed.renew();
    },
  };
  at.claim(shaky);
  await at.next();
  expect(await at.next()).toBe("object:1-2");

  const refusing = owner("object:2", {
    take: async () => Promise.reject(new GrantRefused({ code: "vendor_unreachable" })),
  });
  at.claim(refusing);
  await expect(at.next()).rejects.toBeInstanceOf(GrantRefused);
});

test("a refusal that time does not heal is told at once", async () => {
  const at = provider();
  const told: unknown[] = [];
  const embed = owner("object:1", {
    renew: async () => Promise.reject(new GrantRefused({ code: "unauthenticated" })),
    refused: (error) => told.push(error),
  });
  at.claim(embed);
  await at.next();
  await expect(at.next()).rejects.toMatchObject({ problem: { code: "unauthenticated" } });
  expect(told).toHaveLength(1);
});

test("an SDK that asks with each of its calls has one token for all that belong together, and then a new one", async () => {
  const at = provider();
  const clock = jest.spyOn(performance, "now").mockReturnValue(1_000);
  at.claim({ ...owner("object:1"), isUnchecked: true });
  const first = await at.next();
  clock.mockReturnValue(5_000);
  expect(await at.next()).toBe(first);
  clock.mockReturnValue(7_000);
  const second = await at.next();
  expect(second).not.toBe(first);
  at.rejectCurrent();
  expect(await at.next()).not.toBe(second);
  clock.mockRestore();
});

test("only its owner may leave the provider", () => {
  const at = provider();
  const first = owner("1");
  at.claim(first);
  const second = owner("2");
  at.claim(second);
  expect(at.release(first)).toBe(false);
  expect(at.owner).toBe(second);
  expect(at.release(second)).toBe(true);
});
