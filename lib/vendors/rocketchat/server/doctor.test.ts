/**
 * The doctor's catalogue for Rocket.Chat: each misconfiguration is set up in the sandbox and named, with no other finding.
 */
import { getConfig } from "@/lib/config/config";
import { examine } from "@/lib/vendors/examine";
import type { Sandbox } from "@/sandbox/kit/sandbox";
import { createRocketChat } from "@/sandbox/rocketchat/rocketchat";
import { changeConfig, expectOnly, failure, type Misconfiguration, troubles } from "@/tests/doctor-catalogue";
import { serveVendorCalls } from "@/tests/in-process-vendor";
import { type Config, environment } from "../config";
import { checks } from "./doctor";

/** Below the portal's own domain: one site, as a real workspace should be. */
const url = "http://chat.portal.localhost:4002";
const portal = changeConfig();
const subject = { name: "Rocket.Chat", prefix: "ROCKETCHAT_" };
const { origin } = getConfig();

let sandbox: Sandbox;

const post = async (path: string, body: object) => {
  const answer = await sandbox.fetch(
    new Request(`${url}/sandbox/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  if (!answer.ok) throw new Error(await answer.text());
};
const switches = (values: object) => post("faults", { switches: values });
const rule = (fault: object) => post("faults", { rules: [fault] });

function setUpFor(portalOrigin: string): void {
  const idp = "http://idp.localhost:4000";
  sandbox = createRocketChat({ origin: url, portalOrigin, idpOrigin: idp, idpInternalOrigin: idp });
}

beforeEach(() => {
  setUpFor(origin);
  serveVendorCalls((request) => sandbox.fetch(request));
  process.env.ROCKETCHAT_URL = url;
});
afterEach(() => {
  portal.restore();
  delete process.env.ROCKETCHAT_URL;
});

const config = (change: Partial<Config> = {}): Config => ({
  ...environment.schema.parse(environment.sandbox()),
  url,
  origin: url,
  internalUrl: url,
  ...change,
});

test("finds nothing in a workspace that is set up as the guide says, and leaves no token behind", async () => {
  expect(troubles(await examine(checks(config()), subject))).toEqual([]);
  const state = (await (await sandbox.fetch(new Request(`${url}/sandbox/state`))).json()) as {
    users: { username: string; loginTokens: number }[];
  };
  expect(state.users.find(({ username }) => username === "portal.broker")?.loginTokens).toBe(0);
  expect(state.users.map(({ username }) => username)).not.toContain("portal-doctor");
});

test("derived passwords cannot be tried without a user, and are not ok", async () => {
  const findings = await examine(checks(config({ login: "password" })), subject);
  expect(troubles(findings)).toEqual([]);
  expect(findings.find(({ id }) => id === "rocketchat-login")).toMatchObject({ result: "not checked", beyond: true });
});

interface Case extends Misconfiguration {
  readonly setUp?: () => unknown;
  readonly config?: Partial<Config>;
}

const setting = (id: string, value: string | boolean) => ({
  setUp: () => post("settings", { [id]: value }),
  says: [`OVERWRITE_SETTING_${id}=`, /Workspace > Settings > /, `${url}/admin/settings/`],
});

const catalogue: readonly Case[] = [
  {
    name: "a server that is stopped",
    setUp: () =>
      serveVendorCalls(() => {
        throw failure("ECONNREFUSED");
      }),
    finding: "rocketchat-answers",
    says: [/refuses the connection/, "ROCKETCHAT_URL"],
  },
  {
    name: "a certificate for another name",
    setUp: () =>
      serveVendorCalls(() => {
        throw failure("ERR_TLS_CERT_ALTNAME_INVALID");
      }),
    finding: "rocketchat-answers",
    says: [/certificate/, "ROCKETCHAT_URL"],
  },
  {
    name: "a proxy without the server behind it",
    setUp: () => rule({ match: "/*", status: 502, body: "<html>" }),
    finding: "rocketchat-answers",
    says: [/status 502/],
  },
  {
    name: "another product at the address",
    setUp: () => serveVendorCalls(() => new Response("<html>Welcome", { headers: { "content-type": "text/html" } })),
    finding: "rocketchat-answers",
    says: [/is not Rocket\.Chat: its \/api\/info is a web page/, "ROCKETCHAT_URL"],
  },
  {
    name: "http in place of https",
    setUp: () =>
      serveVendorCalls(
        (request) => new Response(null, { status: 308, headers: { location: request.url.replace("http:", "https:") } }),
      ),
    finding: "rocketchat-answers",
    says: [/https only/, "Set it to https://chat.portal.localhost:4002."],
  },
  {
    name: "Rocket.Chat on http beside a portal on https",
    setUp: () => {
      portal.set({ origin: "https://portal.example.com" });
      setUpFor("https://portal.example.com");
    },
    finding: "rocketchat-transport",
    says: ["ROCKETCHAT_URL", /over https/],
  },
  {
    name: "a token of the service account that is revoked",
    setUp: () => switches({ serviceAccount: "revoked" }),
    finding: "rocketchat-service-account",
    says: ["ROCKETCHAT_SERVICE_TOKEN", /personal access token/],
  },
  {
    name: "a service account without permissions",
    setUp: () => switches({ serviceAccount: "no-permissions" }),
    finding: "rocketchat-permissions",
    says: [/create-user/, "Workspace > Permissions", `${url}/admin/permissions`],
  },
  {
    name: "a token that does not bypass the second factor",
    setUp: () => switches({ serviceAccount: "no-bypass" }),
    finding: "rocketchat-permissions",
    says: ["Ignore Two Factor Authentication"],
  },
  {
    name: "login tokens that are switched off",
    setUp: () => switches({ createTokens: "off" }),
    finding: "rocketchat-login",
    says: ["CREATE_TOKENS_FOR_USERS_SECRET"],
  },
  {
    name: "another secret for login tokens",
    setUp: () => switches({ createTokens: "other-secret" }),
    finding: "rocketchat-login",
    says: ["ROCKETCHAT_CREATE_TOKEN_SECRET"],
  },
  {
    name: "no secret for login tokens",
    config: { createTokenSecret: null },
    finding: "rocketchat-login",
    says: ["ROCKETCHAT_CREATE_TOKEN_SECRET is missing"],
  },
  {
    name: "commands that the frame takes from anyone",
    finding: "rocketchat-messages",
    ...setting("Iframe_Integration_receive_origin", "*"),
  },
  {
    name: "an origin with a slash at its end",
    finding: "rocketchat-messages",
    ...setting("Iframe_Integration_receive_origin", `${origin}/`),
  },
  {
    name: "a frame that sends no messages",
    finding: "rocketchat-messages",
    ...setting("Iframe_Integration_send_enable", false),
  },
  {
    name: "a sign-in that is asked for with GET",
    finding: "rocketchat-iframe-auth",
    ...setting("Accounts_Iframe_api_method", "GET"),
  },
  {
    name: "a login page of another portal",
    finding: "rocketchat-iframe-auth",
    ...setting("Accounts_iframe_url", "http://elsewhere.example"),
  },
  {
    name: "Rocket.Chat's own lock on frames, which wins where no policy is sent",
    setUp: async () => {
      await post("settings", { Iframe_Restrict_Access: true });
      await switches({ frameAncestors: "" });
    },
    finding: "rocketchat-framing",
    says: ["Iframe_Restrict_Access"],
  },
  {
    name: "a proxy that lets the workspace alone frame itself",
    setUp: () => switches({ frameAncestors: "'self'" }),
    finding: "rocketchat-framing",
    says: [/frame-ancestors 'self'/, `Add ${origin}`],
  },
  {
    name: "pages that anyone may frame",
    setUp: () => switches({ frameAncestors: "" }),
    finding: "rocketchat-framing",
    result: "warning",
    says: [/by anyone/, `frame-ancestors 'self' ${origin}`],
  },
  {
    name: "two sites, which a suffix of the Public Suffix List does not make one",
    setUp: () => {
      portal.set({ origin: "http://portal.customer.co.uk" });
      setUpFor("http://portal.customer.co.uk");
    },
    config: { url: "http://chat.vendor.co.uk" },
    finding: "rocketchat-site",
    result: "warning",
    says: [/two sites/, "ROCKETCHAT_URL"],
  },
  {
    name: "a clock that is two minutes fast",
    setUp: () => post("faults", { advanceMs: 120_000 }),
    finding: "rocketchat-clock",
    says: [/1(19|20|21) s apart/],
  },
];

test.each(catalogue)("names $name", async ({ setUp, config: change, ...misconfiguration }) => {
  await setUp?.();
  await expectOnly(misconfiguration, checks(config(change)), subject);
});
