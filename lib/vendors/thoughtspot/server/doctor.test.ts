/**
 * The doctor's catalogue for ThoughtSpot: each misconfiguration is set up in the sandbox and named, with no other finding.
 */
import { getConfig } from "@/lib/config/config";
import { examine } from "@/lib/vendors/examine";
import { trial } from "@/sandbox/thoughtspot/testing";
import { changeConfig, expectOnly, failure, type Misconfiguration, troubles } from "@/tests/doctor-catalogue";
import { thoughtSpotConfig } from "@/tests/fixtures/thoughtspot-config";
import { serveVendorCalls } from "@/tests/in-process-vendor";
import type { ThoughtSpotConfig } from "../config";
import { checks } from "./doctor";

const url = "http://thoughtspot.localhost:4003";
const otherKey = "00000000-0000-4000-a000-000000000000";
const portal = changeConfig();
const subject = { name: "ThoughtSpot", prefix: "THOUGHTSPOT_" };
const { origin } = getConfig();

let cluster: ReturnType<typeof trial>;

beforeEach(() => {
  cluster = trial();
  serveVendorCalls((request) => cluster.sandbox.fetch(request));
  process.env.THOUGHTSPOT_URL = url;
});
afterEach(() => {
  portal.restore();
  delete process.env.THOUGHTSPOT_URL;
});

const config = (change: Partial<ThoughtSpotConfig> = {}) =>
  thoughtSpotConfig(url, { secretKeys: [cluster.key], adminUsername: "tsadmin", ...change });

/** The security settings, as an administrator changes them. */
const settings = async (preferences: object) => {
  const answer = await cluster.v2(
    "system/security-settings/configure",
    { cluster_preferences: preferences },
    await cluster.admin(),
  );
  if (!answer.ok) throw new Error(await answer.text());
};

/** Answers with the cluster's pages after a change of their headers. */
const throughProxy = (change: (headers: Headers) => void) =>
  serveVendorCalls(async (request) => {
    const made = await cluster.sandbox.fetch(request);
    const answer = new Response(made.body, made);
    change(answer.headers);
    return answer;
  });

test("finds nothing in a cluster that is set up as the guide says", async () => {
  expect(troubles(await examine(checks(config()), subject))).toEqual([]);
});

interface Case extends Misconfiguration {
  readonly setUp?: () => unknown;
  readonly config?: () => Partial<ThoughtSpotConfig>;
}

const reachable = "thoughtspot.reachable";

const catalogue: readonly Case[] = [
  {
    name: "a cluster whose name does not resolve",
    setUp: () =>
      serveVendorCalls(() => {
        throw failure("EAI_AGAIN");
      }),
    finding: reachable,
    says: [/does not resolve/, "THOUGHTSPOT_URL"],
  },
  {
    name: "https spoken to a port of plain http",
    setUp: () => {
      process.env.THOUGHTSPOT_URL = "https://thoughtspot.localhost:4003";
      serveVendorCalls(() => {
        throw failure("ERR_SSL_WRONG_VERSION_NUMBER");
      });
    },
    config: () => ({ internalUrl: "https://thoughtspot.localhost:4003" }),
    finding: reachable,
    says: [/does not speak https/, "THOUGHTSPOT_URL"],
  },
  {
    name: "a cluster that is restarting",
    setUp: () => cluster.faults({ rules: [{ match: "/*", status: 503 }] }),
    finding: reachable,
    says: [/status 503/],
  },
  {
    name: "another product at the address",
    setUp: () => serveVendorCalls(() => Response.json({ error: "unauthorized" }, { status: 401 })),
    finding: reachable,
    says: [/is not ThoughtSpot/, "THOUGHTSPOT_URL"],
  },
  {
    name: "the address of a page",
    config: () => ({ url: `${url}/v2`, internalUrl: `${url}/v2` }),
    finding: reachable,
    says: [/has the path \/v2/, `Set it to ${url}.`],
  },
  {
    name: "ThoughtSpot on http beside a portal on https",
    setUp: () => portal.set({ origin: "https://portal.example.com" }),
    finding: "thoughtspot.transport",
    says: ["THOUGHTSPOT_URL", /over https/],
  },
  {
    name: "a key that was replaced",
    config: () => ({ secretKeys: [otherKey], adminUsername: null }),
    finding: "thoughtspot.secret-key",
    says: ["THOUGHTSPOT_SECRET_KEY", /Copy the key again/],
  },
  {
    name: "a next key that is wrong",
    config: () => ({ secretKeys: [cluster.key, otherKey] }),
    finding: "thoughtspot.secret-key-next",
    says: ["THOUGHTSPOT_SECRET_KEY_NEXT"],
  },
  {
    name: "trusted authentication that is off, once for two keys and an administrator",
    setUp: async () =>
      cluster.v2(
        "auth/configure",
        { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status: "DISABLED" } },
        await cluster.admin(),
      ),
    config: () => ({ secretKeys: [cluster.key, otherKey] }),
    finding: "thoughtspot.secret-key",
    says: [/Trusted authentication is off/, /Turn it on/, `${url}/#/develop`],
  },
  {
    name: "an administrator who does not exist",
    config: () => ({ adminUsername: "nobody@portico.example" }),
    finding: "thoughtspot.admin-username",
    says: ["THOUGHTSPOT_ADMIN_USERNAME"],
  },
  {
    name: "an administrator who may manage no one",
    config: () => ({ adminUsername: "v.viewer@portico.example" }),
    finding: "thoughtspot.admin-username",
    says: ["USER_ADMINISTRATION"],
  },
  {
    name: "a portal that is not in the list for CORS",
    setUp: () => cluster.faults({ switches: { cors: false } }),
    finding: "thoughtspot.cors",
    says: ["CORS whitelisted domains", `Add ${origin}`],
  },
  {
    name: "a portal that is not in the list for frames",
    setUp: () => cluster.faults({ switches: { framing: false } }),
    finding: "thoughtspot.frame",
    says: ["CSP visual embed hosts", `Add ${origin}`],
  },
  {
    name: "a list for frames that names every site",
    setUp: () => settings({ csp_settings: { visual_embed_hosts: ["*"] } }),
    finding: "thoughtspot.frame",
    result: "warning",
    says: [/Any site/, `Name ${origin}`],
  },
  {
    name: "a proxy that removes ThoughtSpot's policy",
    setUp: () => throughProxy((headers) => headers.delete("content-security-policy")),
    finding: "thoughtspot.frame",
    says: [/proxy/],
  },
  {
    name: "a clock that is a minute fast",
    setUp: () => throughProxy((headers) => headers.set("date", new Date(Date.now() + 60_000).toUTCString())),
    finding: "thoughtspot.clock",
    says: [/(59|60|61) s apart/],
  },
];

test.each(catalogue)("names $name", async ({ setUp, config: change, ...misconfiguration }) => {
  await setUp?.();
  await expectOnly(misconfiguration, checks(config(change?.())), subject);
});
