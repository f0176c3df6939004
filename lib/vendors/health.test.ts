import { randomUUID } from "node:crypto";
import { Problem } from "@/lib/problem/problem";
import type { ConfiguredVendor } from "./configured";
import { checkHealth, lastHealthReport, vendorOverviews } from "./health";
import { runCheck } from "./run-check";
import type { Check } from "./vendor";

const queueRevocation =
  jest.requireActual<typeof import("@/lib/broker/revocations")>("@/lib/broker/revocations").queueRevocation;

jest.mock("@/lib/auth/oidc", () => ({ oidcSettings: () => null }));
jest.mock("@/lib/auth/provider", () => ({ discover: jest.fn() }));

let mockConfigured: ConfiguredVendor[] = [];
jest.mock("./configured", () => ({ configuredVendors: () => mockConfigured }));

const check = (id: string, run: Check["run"]): Check => ({ id, title: `Title of ${id}`, run });
const good = (id: string) => check(id, async () => ({ ok: true }));
const bad = (id: string) => check(id, async () => ({ ok: false, detail: "Wrong.", fix: "Mend it." }));

/** The registry's ThoughtSpot, with other checks. */
function withChecks(...checks: Check[]): void {
  const { thoughtspot } = jest.requireActual<typeof import("./thoughtspot")>("./thoughtspot");
  const config = thoughtspot.environment.schema.parse(thoughtspot.environment.sandbox());
  mockConfigured = [{ vendor: { ...thoughtspot, checks: () => checks }, config, sandboxed: true }];
}

const results = async () => (await checkHealth()).findings.get("thoughtspot")?.map(({ id, result }) => [id, result]);

test("what is wrong comes with what to do about it", async () => {
  withChecks(good("one"), bad("two"));
  expect((await checkHealth()).findings.get("thoughtspot")).toEqual([
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
  expect(store?.result).toBe(process.env.TEST_DATABASE_URL ? "ok" : "bad");
});

test("an overview tells where a vendor is and how users sign in, and holds no secret", async () => {
  withChecks(good("one"));
  const place = `connection:${randomUUID()}:thoughtspot:`;
  await queueRevocation({ vendor: "thoughtspot", user_id: "u", account: "a", place, sealed: "x" }, 60_000);
  const overviews = await vendorOverviews();
  const thoughtspot = overviews.find(({ id }) => id === "thoughtspot");
  expect(thoughtspot).toMatchObject({ served: "sandbox", connections: 0, loginWords: expect.stringMatching(/^With /) });
  // One that was never tried waits for its frame to move on, not for the vendor.
  expect(thoughtspot?.waiting).toEqual([]);
  expect(overviews.find(({ id }) => id === "rocketchat")).toMatchObject({ served: "hidden", loginWords: null });
  const { thoughtspot: vendor } = jest.requireActual<typeof import("./thoughtspot")>("./thoughtspot");
  expect(JSON.stringify(overviews)).not.toContain(vendor.environment.sandbox().THOUGHTSPOT_SECRET_KEY);
});
