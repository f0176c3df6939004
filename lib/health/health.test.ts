import { randomUUID } from "node:crypto";
import { Problem } from "@/lib/problem/problem";
import { getStore } from "@/lib/store/database";
import { insertRevocations } from "@/lib/store/revocations";
import type { ConfiguredVendor } from "@/lib/vendors/configured";
import { vendors } from "@/lib/vendors/index";
import type { Check, Vendor } from "@/lib/vendors/vendor";
import { checkHealth, lastHealthReport, vendorOverviews } from "./health";
import { runCheck } from "./run-check";

jest.mock("@/lib/auth/oidc", () => ({ oidcSettings: () => null }));
jest.mock("@/lib/auth/provider", () => ({ discover: jest.fn() }));

let mockConfigured: ConfiguredVendor[] = [];
jest.mock("@/lib/vendors/configured", () => ({ configuredVendors: () => mockConfigured }));

const check = (id: string, run: Check["run"]): Check => ({ id, title: `Title of ${id}`, run });
const good = (id: string) => check(id, async () => ({ ok: true }));
const bad = (id: string) => check(id, async () => ({ ok: false, detail: "Wrong.", fix: "Mend it." }));

const secrets = ({ environment }: Vendor) =>
  Object.entries(environment.sandbox()).flatMap(([name, value]) =>
    /SECRET|TOKEN|PASSWORD|KEY/.test(name) ? value : [],
  );

/** A vendor of the registry, one with a secret if there is any, and the others. */
const vendor = vendors.find((one) => secrets(one).length > 0) ?? (vendors[0] as Vendor);
const others = vendors.filter((one) => one !== vendor);

/** That vendor alone, with other checks. */
function withChecks(...checks: Check[]): void {
  const config = vendor.environment.schema.parse(vendor.environment.sandbox());
  mockConfigured = [{ vendor: { ...vendor, checks: () => checks }, config, sandboxed: true }];
}

const results = async () => (await checkHealth()).findings.get(vendor.id)?.map(({ id, result }) => [id, result]);

test("what is wrong comes with what to do about it", async () => {
  withChecks(good("one"), bad("two"));
  expect((await checkHealth()).findings.get(vendor.id)).toEqual([
    { id: "one", title: "Title of one", result: "ok" },
    { id: "two", title: "Title of two", result: "bad", detail: "Wrong.", fix: "Mend it." },
  ]);
});

test("while a vendor does not answer, its other checks wait instead of all saying so", async () => {
  const second = jest.fn();
  withChecks(bad("one"), check("two", second), good("three"));
  expect(await results()).toEqual([
    ["one", "bad"],
    ["two", "waiting"],
    ["three", "waiting"],
  ]);
  expect(second).not.toHaveBeenCalled();
});

test("a check that throws is a finding, and tells nothing of the error", async () => {
  const failing = check("one", async () => {
    throw new Error("canary secret_key=123");
  });
  const finding = await runCheck(failing, "ThoughtSpot");
  expect(finding).toMatchObject({ result: "bad", detail: "The check did not finish." });
  expect(JSON.stringify(finding)).not.toContain("canary");
  const unreachable = check("one", async () => {
    throw new Problem("vendor_unreachable");
  });
  expect((await runCheck(unreachable, "ThoughtSpot")).detail).toContain("cannot reach ThoughtSpot");
});

test("two who ask at once share one run, and its report stays", async () => {
  const run = jest.fn<ReturnType<Check["run"]>, []>(async () => ({ ok: true }));
  withChecks(check("one", run));
  const [one, other] = await Promise.all([checkHealth(), checkHealth()]);
  expect(run).toHaveBeenCalledTimes(1);
  expect(one).toBe(other);
  expect(lastHealthReport()).toBe(one);
  expect(one.findings.get("portal")?.every(({ id }) => id.startsWith("portal."))).toBe(true);
});

test("the portal's own checks say when nothing outlives the process", async () => {
  withChecks();
  const store = (await checkHealth()).findings.get("portal")?.find(({ id }) => id === "portal.store");
  expect(store?.result).toBe("bad");
});

test("an overview tells where a vendor is and how users sign in, and holds no secret", async () => {
  withChecks(good("one"));
  // Where the tests share a database, other files leave connections behind.
  await (await getStore()).deleteFrom("connection").execute();
  const session_id = randomUUID();
  const revocation = { vendor: vendor.id, user_id: "u", account: "a", session_id, sealed: "x" };
  await insertRevocations(
    await getStore(),
    [{ ...revocation, place: `connection:${session_id}:${vendor.id}:` }],
    60_000,
  );
  const overviews = await vendorOverviews();
  const [shown, ...hidden] = [vendor, ...others].map((one) => overviews.find(({ id }) => id === one.id));
  expect(shown).toMatchObject({ served: "sandbox", connections: 0, loginDescription: expect.stringMatching(/^With /) });
  // One that was never tried waits for its frame to move on, not for the vendor.
  expect(shown?.waiting).toEqual({ count: 0, oldest: [] });
  for (const other of hidden) expect(other).toMatchObject({ served: "hidden", loginDescription: null });
  for (const secret of secrets(vendor)) expect(JSON.stringify(overviews)).not.toContain(secret);
});
