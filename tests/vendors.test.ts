/** What every registered vendor owes the portal. A fourth vendor is held to the same without a line here. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ConfigError, isConfigError } from "@/lib/config/config";
import { mountedServices } from "@/lib/config/sandbox";
import { portalProblems, problems } from "@/lib/problem/codes";
import { contentSecurityPolicy } from "@/lib/security/csp";
import { vendors } from "@/lib/vendors";
import { checkConfiguration, configureVendors } from "@/lib/vendors/configured";
import { vendorProblems } from "@/lib/vendors/problems";
import type { Vendor } from "@/lib/vendors/vendor";
import portal from "@/portal.config";
import { sourceFiles } from "./architecture/graph";
import { isTest, vendorOf } from "./architecture/rooms";

const sandboxed = configureVendors({}, true);
const named = (list: readonly Vendor[]) => list.map((vendor) => [vendor.id, vendor] as const);
const played = vendors.filter(({ environment }) => Object.keys(environment.sandbox()).length > 0);

test("without variables every vendor that has a sandbox is served by it, or hidden", () => {
  expect(sandboxed.map(({ vendor, sandboxed }) => [vendor.id, sandboxed])).toEqual(played.map(({ id }) => [id, true]));
  expect(configureVendors({}, false)).toEqual([]);
});

test("the start names the portal's faults and every vendor's together", () => {
  const incomplete = vendors.flatMap(({ environment }) => environment.variables.slice(1, 2));
  let said: readonly string[] = [];
  try {
    checkConfiguration({ NODE_ENV: "production", ...Object.fromEntries(incomplete.map((name) => [name, "nowhere"])) });
  } catch (error) {
    said = (error as ConfigError).sentences;
  }
  for (const start of ["AUTH_SECRET", "AUTH_URL", ...incomplete.map((name) => name.replace(/_.*/, "_"))])
    expect([start, said.some((sentence) => sentence.startsWith(start))]).toEqual([start, true]);
});

test("ids and routes are unique", () => {
  expect(new Set(vendors.map(({ id }) => id)).size).toBe(vendors.length);
  expect(new Set(vendors.map(({ route }) => route)).size).toBe(vendors.length);
});

test("every item belongs to a registered vendor that can embed its kind", () => {
  for (const item of portal.items) {
    const vendor = vendors.find(({ id }) => id === item.vendor);
    expect([item.slug, vendor?.kinds.includes(item.kind)]).toEqual([item.slug, true]);
  }
});

/** The error codes that a vendor's own problems.ts defines. */
const ownCodes = (id: string): string[] => {
  const { problems: own } = jest.requireActual<{ problems: object }>(`../lib/vendors/${id}/problems`);
  return Object.keys(own);
};

test("no error code is defined twice, and every vendor's own ones are in the closed list", () => {
  const all = [...Object.keys(portalProblems), ...vendors.flatMap(({ id }) => ownCodes(id))];
  expect(all.sort()).toEqual(Object.keys(problems).sort());
});

test("an error code that one vendor defines is named in that vendor's folder alone", () => {
  const owners = new Map(vendors.flatMap(({ id }) => ownCodes(id).map((code) => [code, id] as const)));
  expect([...owners.keys()].sort()).toEqual(Object.keys(vendorProblems).sort());
  const elsewhere = sourceFiles(process.cwd())
    .filter((path) => /^(app|components|lib)\//.test(path) && !isTest(path))
    .flatMap((path) => {
      const words = new Set(readFileSync(path, "utf8").match(/\w+/g));
      return [...owners].flatMap(([code, id]) =>
        words.has(code) && vendorOf(path) !== id ? [`${path}: ${code}`] : [],
      );
    });
  expect(elsewhere).toEqual([]);
});

describe.each(named(vendors))("%s", (id, vendor) => {
  test("its variables start with its id, which is how real vendors are told from the sandbox", () => {
    for (const name of vendor.environment.variables)
      expect(name).toMatch(new RegExp(`^${id.toUpperCase()}_[A-Z0-9_]+$`));
  });

  test("it has an entry under accounts, without which its variables would not count as a real vendor's", () => {
    expect(Object.keys(portal.accounts)).toContain(id);
  });

  test("its folder has the file names that every vendor's has", () => {
    const folder = join(__dirname, "../lib/vendors", id);
    for (const name of [
      "index.ts",
      "config.ts",
      "protocol.ts",
      "problems.ts",
      "look.ts",
      "theme.css",
      "server/api.ts",
      "server/mint.ts",
      "server/csp.ts",
      "server/doctor.ts",
      "browser/embed.tsx",
      "browser/driver.ts",
      "README.md",
      "conformance.test.ts",
    ])
      expect([name, existsSync(join(folder, name))]).toEqual([name, true]);
  });
});

describe.each(named(played))("%s, played by its sandbox", (id, vendor) => {
  test("half a configuration is refused, with sentences that each name a variable", () => {
    const names = Object.keys(vendor.environment.sandbox());
    const refused = names.filter((name) => {
      try {
        configureVendors({ [name]: vendor.environment.sandbox()[name] }, false);
        return false;
      } catch (error) {
        if (!isConfigError(error)) throw error;
        for (const sentence of error.sentences)
          expect(sentence).toMatch(new RegExp(`^${id.toUpperCase()}_[A-Z0-9_]+ .*[.\`]$`));
        return true;
      }
    });
    // One address may be a whole configuration; everything beside it is not.
    expect(refused.length).toBeGreaterThanOrEqual(names.length - 1);
  });

  test("what it declares fits a Content-Security-Policy", () => {
    const configured = sandboxed.find((entry) => entry.vendor.id === id);
    const csp = vendor.csp(configured?.config);
    expect(csp.frame?.length).toBeGreaterThan(0);
    expect(
      contentSecurityPolicy({ nonce: "n", path: "/", vendors: [csp], formTargets: [], development: false }),
    ).toContain(`frame-src ${csp.frame?.[0]}`);
  });

  test("what its page receives holds no value of a secret variable", () => {
    const configured = sandboxed.find((entry) => entry.vendor.id === id);
    const browser = JSON.stringify(vendor.browser(configured?.config));
    for (const [name, value] of Object.entries(vendor.environment.sandbox()))
      if (/SECRET|TOKEN|PASSWORD|KEY/.test(name)) expect([name, browser.includes(value)]).toEqual([name, false]);
  });

  test("in a preview its sandbox is below the portal's own address, for browser and server", () => {
    const portal = "https://portico-git-main.vercel.app";
    const [configured] = configureVendors({}, true, mountedServices(portal)).filter((entry) => entry.vendor.id === id);
    const addresses = Object.values(vendor.environment.sandbox(mountedServices(portal))).filter((value) =>
      URL.canParse(value),
    );
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(`${address}/`).toContain(`${portal}/sandbox/${id}/`);
    expect(vendor.csp(configured?.config).frame).toEqual([portal]);
  });

  test("its first check, the cheap one, exists", () => {
    const configured = sandboxed.find((entry) => entry.vendor.id === id);
    expect(vendor.checks(configured?.config).length).toBeGreaterThan(0);
  });
});
