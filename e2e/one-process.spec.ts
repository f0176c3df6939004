/**
 * A production build loads its server modules once for pages and once for route handlers, in one process. What both use
 * must be one: a connect that both wait for, the rate limit, the circuit breaker, revocations. `next dev` and unit tests
 * do not show this; each order of the two gets a portal of its own, because whoever comes first makes what is shared.
 */
import type { APIResponse, Page } from "@playwright/test";
import { ownOrigin, ownSandbox, sandboxSettings, startOwnPortal } from "./fixtures/own-portal";
import { expect, test } from "./fixtures/test";

// The pages' own scripts would request grants too.
test.use({ javaScriptEnabled: false });
test.describe.configure({ mode: "serial" });

const grantsPerMinute = 40;

interface Target {
  readonly vendor: "microstrategy" | "rocketchat" | "thoughtspot";
  readonly page: string;
  readonly endpoint: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The call by which a connection is opened. */
  readonly connect: string;
}
const targets: readonly [Target, Target, Target] = [
  {
    vendor: "thoughtspot",
    page: "/insights/customer-health",
    endpoint: "/api/thoughtspot/token",
    body: { item: "customer-health" },
    connect: "POST /api/rest/2.0/auth/token/*",
  },
  {
    vendor: "microstrategy",
    page: "/dashboards/sales-performance",
    endpoint: "/api/microstrategy/identity-token",
    body: { item: "sales-performance" },
    connect: "POST /MicroStrategyLibrary/api/auth/login",
  },
  {
    vendor: "rocketchat",
    page: "/chat",
    endpoint: "/api/rocketchat/token",
    body: {},
    connect: "GET /api/v1/users.info*",
  },
];
const [insights, dashboards, chat] = targets;

/** How often a vendor was called since its last reset, at paths with this part. */
async function callsAt(vendor: Target["vendor"], part = ""): Promise<number> {
  const { counts } = (await ownSandbox(vendor).state()) as { counts: Record<string, number> };
  const called = Object.entries(counts).filter(([call]) => call.includes(part) && !call.includes("/sandbox/"));
  return called.reduce((sum, [, count]) => sum + count, 0);
}

/** How many faults still wait for their call: one that strikes once is gone when the call arrives. */
async function rulesLeftAt(vendor: Target["vendor"]): Promise<number> {
  const { rules } = (await ownSandbox(vendor).state()) as { rules: readonly unknown[] };
  return rules.length;
}

const post = (page: Page, { endpoint, body }: Target) =>
  page.request.post(ownOrigin + endpoint, {
    headers: { origin: ownOrigin, "x-portal-request": "1" },
    data: body,
  });

/** What a grant came to: `granted`, or the code of its problem. */
type Outcome = string;

async function throughApi(page: Page, target: Target): Promise<Outcome> {
  const response = await post(page, target);
  return response.ok() ? "granted" : `${response.status()} ${((await response.json()) as { code: string }).code}`;
}

/** A page streams its grant, or the problem, in its own HTML. */
const outcomeIn = async (response: APIResponse): Promise<Outcome> => {
  const html = await response.text();
  return /\\"problem\\":\{\\"code\\":\\"(\w+)/.exec(html)?.[1] ?? (/\\"grant\\":\{/.test(html) ? "granted" : "nothing");
};
const throughPage = async (page: Page, target: Target) => outcomeIn(await page.request.get(ownOrigin + target.page));

type Way = "page" | "API";
const ways: Readonly<Record<Way, (page: Page, target: Target) => Promise<Outcome>>> = {
  page: throughPage,
  API: throughApi,
};
/** The same outcome in the words of each way. */
const told = (way: Way, status: number, code: string) => (way === "page" ? code : `${status} ${code}`);

async function signInAs(page: Page, persona: string): Promise<void> {
  await page.goto(`${ownOrigin}/signin?again=1`);
  await page.getByRole("button", { name: new RegExp(`^${persona}`, "i") }).click();
  await page.waitForURL((url) => url.pathname !== "/signin");
  // No page stays open that would ask for more.
  await page.goto("about:blank");
}

for (const [first, second] of [
  ["page", "API"],
  ["API", "page"],
] as const)
  test.describe(`first the ${first}, then the ${second}`, () => {
    let stop = async () => {};
    const lines: string[] = [];
    test.beforeAll(async () => {
      const settings = { ...sandboxSettings, PORTAL_GRANTS_PER_MINUTE: String(grantsPerMinute) };
      stop = await startOwnPortal(settings, (line) => lines.push(line));
    });
    test.afterAll(() => stop());
    test.beforeEach(() => Promise.all(targets.map(({ vendor }) => ownSandbox(vendor).reset())));

    test.afterEach(() => {
      expect(lines.filter((line) => /unexpected|Something went wrong/i.test(line))).toEqual([]);
    });

    for (const target of targets)
      test(`both are told the vendor's failure of the connect they wait for: ${target.vendor}`, async ({ page }) => {
        await signInAs(page, "analyst");
        const { faults } = ownSandbox(target.vendor);
        // Only the first call fails: a second connect would succeed.
        await faults({ rules: [{ match: target.connect, times: 1, delayMs: 1_500, status: 503 }] });
        const one = ways[first](page, target);
        await expect.poll(() => rulesLeftAt(target.vendor), "the connect has begun").toBe(0);
        const other = ways[second](page, target);
        const outcomes = await Promise.all([one, other]);
        expect(outcomes).toEqual([told(first, 502, "vendor_failed"), told(second, 502, "vendor_failed")]);
      });

    test("the circuit that the second one's failures open is open for both", async ({ page }) => {
      await signInAs(page, "analyst");
      // Makes the vendor's policy. From now on each grant is one call: a new identity token.
      expect(await ways[first](page, dashboards)).toBe("granted");
      await ownSandbox("microstrategy").faults({ rules: [{ match: "*", hangUp: true }] });
      for (let time = 0; time < 13; time += 1)
        expect(await ways[second](page, dashboards)).toBe(told(second, 502, "vendor_unreachable"));
      const reached = await callsAt("microstrategy");
      expect(await ways[first](page, dashboards)).toBe(told(first, 502, "vendor_unreachable"));
      expect(await ways[second](page, dashboards)).toBe(told(second, 502, "vendor_unreachable"));
      expect(await callsAt("microstrategy")).toBe(reached);
    });

    test("the limit that one reaches holds for both", async ({ page }) => {
      await signInAs(page, "viewer");
      await ways[first](page, insights);
      const outcomes: Outcome[] = [];
      for (let time = 0; time <= grantsPerMinute; time += 1) outcomes.push(await ways[second](page, insights));
      expect(new Set(outcomes)).toEqual(new Set(["granted", told(second, 429, "rate_limited")]));
      expect(await ways[first](page, insights)).toBe(told(first, 429, "rate_limited"));
      expect(await ways[second](page, insights)).toBe(told(second, 429, "rate_limited"));
    });

    test("a revocation that the vendor puts off is no failure, neither an unexpected one nor one for the audit", async ({
      page,
    }) => {
      await signInAs(page, "analyst");
      expect(await ways[first](page, chat)).toBe("granted");
      await ownSandbox("rocketchat").faults({ switches: { rateLimited: "logout" } });
      // Signing in again ends the session before.
      await signInAs(page, "viewer");
      await expect.poll(() => callsAt("rocketchat", "/api/v1/logout")).toBe(1);
      expect(lines.filter((line) => line.includes('"revoke"'))).toEqual([]);
    });

    test("720 calls without a session leave the next one a 401", async ({ playwright }) => {
      const signedOut = await playwright.request.newContext();
      const call = async () =>
        (
          await signedOut.post(ownOrigin + insights.endpoint, {
            headers: { origin: ownOrigin, "x-portal-request": "1" },
            data: insights.body,
          })
        ).status();
      const statuses = new Set<number>();
      for (let round = 0; round < 36; round += 1)
        for (const status of await Promise.all(Array.from({ length: 20 }, call))) statuses.add(status);
      expect(statuses).toEqual(new Set([401]));
      expect(await call()).toBe(401);
      await signedOut.dispose();
    });
  });
