import { Sealer } from "@/lib/security/seal";
import { getSealer } from "@/lib/store/sealing";
import { unsealState } from "./unseal-cache";

jest.mock("@/lib/config/config", () => {
  const actual = jest.requireActual<typeof import("@/lib/config/config")>("@/lib/config/config");
  return { ...actual, getConfig: () => ({ ...actual.getConfig(), cacheEntries: 3 }) };
});

/** The first key seals: nothing is sealed again. */
const unchanged = async () => undefined;

test("beyond PORTAL_CACHE_ENTRIES the least recently used state is decrypted again, not the oldest", async () => {
  const names = ["one", "two", "three", "four"];
  const sealed = new Map<string, string>();
  for (const name of names) sealed.set(name, await getSealer().seal(name, { name }));
  const open = jest.spyOn(Sealer.prototype, "unseal");
  const decryptions = async (name: string) => {
    open.mockClear();
    expect(await unsealState(name, sealed.get(name) ?? "", unchanged)).toEqual({ name });
    return open.mock.calls.length;
  };
  for (const name of ["one", "two", "three"]) expect(await decryptions(name)).toBe(1);
  expect(await decryptions("one")).toBe(0);
  expect(await decryptions("four")).toBe(1);
  expect(await decryptions("one")).toBe(0);
  expect(await decryptions("two")).toBe(1);
});

test("a state is remembered for its own sealing context only", async () => {
  const sealed = await getSealer().seal("mine", { mine: true });
  await unsealState("mine", sealed, unchanged);
  await expect(unsealState("yours", sealed, unchanged)).rejects.toThrow();
});
