import { randomUUID } from "node:crypto";
import { getStore } from "@/lib/store/database";
import { insertRevocations } from "@/lib/store/revocations";
import type { ConfiguredVendor } from "@/lib/vendors/configured";
import { type Finding, runCheck } from "@/lib/vendors/examine";
import { vendors } from "@/lib/vendors/index";
import type { Check, Vendor } from "@/lib/vendors/vendor";
import { checkHealth, exitCodeOf, lastHealthReport, reportText, vendorOverviews, verdict } from "./health";

jest.mock("@/lib/auth/issuer", () => ({ oidcSettings: () => null }));

let mockConfigured: ConfiguredVendor[] = [];
jest.mock("@/lib/vendors/configured", () => ({ configuredVendors: () => mockConfigured }));

const check = (id: string, run: Check["run"]): Check => ({ id, title: `Title of ${id}`, run });
const good = (id: string) => check(id, async () => ({ result: "ok" }));
const bad = (id: string) =>
  check(id, async () => ({ result: "failed", detail: "Wrong.", where: "A_URL", fix: "Correct it." }));

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
    { id: "two", title: "Title of two", result: "failed", detail: "Wrong.", where: "A_URL", fix: "Correct it." },
  ]);
});

test("while a vendor does not answer, its other checks are not checked instead of all saying so", async () => {
  const second = jest.fn();
  withChecks(bad("one"), check("two", second), good("three"));
  expect(await results()).toEqual([
    ["one", "failed"],
    ["two", "not checked"],
    ["three", "not checked"],
  ]);
  expect(second).not.toHaveBeenCalled();
});

test("what could not be judged is not ok, and tells nothing of the error", async () => {
  const subject = { name: "ThoughtSpot", prefix: "THOUGHTSPOT_" };
  const failing = check("one", async () => {
    throw new Error("canary secret_key=123");
  });
  const finding = await runCheck(failing, subject);
  expect(finding).toMatchObject({ result: "not checked" });
  expect(JSON.stringify(finding)).not.toContain("canary");
});

const finding = (result: Finding["result"], more: Partial<Finding> = {}): Finding => ({
  id: result,
  title: "Title",
  result,
  ...more,
});

test.each<[string, readonly Finding[], number, string]>([
  ["all good", [finding("ok")], 0, "Nothing to fix in what was checked."],
  ["a warning", [finding("ok"), finding("warning")], 0, "1 warning."],
  ["a failure", [finding("failed"), finding("not checked")], 1, "1 check failed; 1 not checked."],
  [
    "a check that did not run",
    [finding("ok"), finding("not checked")],
    2,
    "Nothing to fix in what was checked; 1 not checked.",
  ],
  [
    "only what needs a user",
    [finding("not checked", { beyond: true })],
    0,
    "Nothing to fix in what was checked; 1 not checked.",
  ],
])("the command's exit code and last line for %s", (_name, findings, code, words) => {
  expect(exitCodeOf(findings)).toBe(code);
  expect(verdict(findings)).toBe(words);
});

test("the report has every finding with where to change what", async () => {
  withChecks(good("one"), bad("two"));
  const text = reportText(await checkHealth());
  expect(text).toContain("failed       Title of two: Wrong.");
  expect(text).toContain("Where: A_URL");
  expect(text).toContain("Fix:   Correct it.");
});

test("two who ask at once share one run, and its report stays", async () => {
  const run = jest.fn<ReturnType<Check["run"]>, []>(async () => ({ result: "ok" }));
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
  expect(store).toMatchObject({ result: "warning", where: "DATABASE_URL" });
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
