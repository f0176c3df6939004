import { randomBytes } from "node:crypto";
import { Sealer, UnsealError } from "./seal";

const key = () => new Uint8Array(randomBytes(32));

describe("a sealed value", () => {
  test("does not open with another key", async () => {
    const sealed = await new Sealer([key()]).seal("a", { secret: 1 });
    await expect(new Sealer([key()]).unseal("a", sealed)).rejects.toThrow(UnsealError);
  });

  test("does not unseal in another context", async () => {
    const sealer = new Sealer([key()]);
    const sealed = await sealer.seal("credential:anna:microstrategy", "p");
    await expect(sealer.unseal("credential:victor:microstrategy", sealed)).rejects.toThrow(UnsealError);
  });

  test("does not open when any part of it was altered", async () => {
    const sealer = new Sealer([key()]);
    const parts = (await sealer.seal("a", { secret: 1 })).split(".");
    for (const index of [0, 2, 3, 4]) {
      const altered = parts.map((part, at) => (at === index ? `A${part.slice(1)}x` : part)).join(".");
      await expect(sealer.unseal("a", altered)).rejects.toThrow(UnsealError);
    }
  });

  test("opens after the keys were rotated, and new values use the new key", async () => {
    const [old, fresh] = [key(), key()];
    const sealed = await new Sealer([old]).seal("a", { n: 1 });
    const rotated = new Sealer([fresh, old]);
    expect(await rotated.unseal("a", sealed)).toEqual({ n: 1 });
    await expect(new Sealer([old]).unseal("a", await rotated.seal("a", 2))).rejects.toThrow(UnsealError);
  });

  test("shows nothing of its content", async () => {
    expect(await new Sealer([key()]).seal("a", "canary-in-the-vault")).not.toContain("canary");
  });
});
