/** The doctor against the sandbox: healthy at first, then one thing wrong at a time. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { getConfig } from "@/lib/config/config";
import { createRocketChat } from "@/sandbox/rocketchat/rocketchat";
import { type Config, environment } from "../config";
import { checks } from "./doctor";

let server: Server;
let base: string;
let config: Config;

beforeAll(async () => {
  const sandbox = createRocketChat({
    origin: "http://chat.localhost:4321",
    portalOrigin: getConfig().origin,
    idpOrigin: "http://idp.localhost:4320",
    idpInternalOrigin: "http://127.0.0.1:4320",
  });
  server = createServer(getRequestListener((request, bindings) => sandbox.fetch(request, bindings)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config = environment.schema.parse({ ...environment.sandbox(), ROCKETCHAT_INTERNAL_URL: base });
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const post = (path: string, body: object = {}) =>
  fetch(`${base}/sandbox/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

beforeEach(() => post("reset"));

async function wrong(): Promise<Record<string, { detail: string; fix: string }>> {
  const findings = await Promise.all(
    checks(config).map(async ({ id, run }) => [id, await run(AbortSignal.timeout(5_000))] as const),
  );
  return Object.fromEntries(findings.flatMap(([id, finding]) => (finding.ok ? [] : [[id, finding]])));
}

test("a workspace that is set up as the guide says is healthy, and no token is left behind", async () => {
  expect(await wrong()).toEqual({});
  const state = (await (await fetch(`${base}/sandbox/state`)).json()) as {
    users: { username: string; loginTokens: number }[];
  };
  expect(state.users.find(({ username }) => username === "portal.broker")?.loginTokens).toBe(0);
  expect(state.users.map(({ username }) => username)).not.toContain("portal-doctor");
});

test.each([
  ["rocketchat-service-account", { serviceAccount: "revoked" }, "ROCKETCHAT_SERVICE_TOKEN"],
  ["rocketchat-permissions", { serviceAccount: "no-permissions" }, "permissions"],
  ["rocketchat-permissions", { serviceAccount: "no-bypass" }, "Ignore Two Factor Authentication"],
  ["rocketchat-login", { createTokens: "off" }, "CREATE_TOKENS_FOR_USERS_SECRET"],
  ["rocketchat-login", { createTokens: "other-secret" }, "ROCKETCHAT_CREATE_TOKEN_SECRET"],
  ["rocketchat-framing", { frameAncestors: "'self'" }, "frame-ancestors"],
  ["rocketchat-framing", { frameAncestors: "" }, "frame-ancestors"],
])("%s notices %j and names what to change", async (id, switches, fix) => {
  await post("faults", { switches });
  const found = await wrong();
  expect(Object.keys(found)).toContain(id);
  expect(found[id]?.fix).toContain(fix);
});

test.each([
  ["rocketchat-messages", "Iframe_Integration_receive_origin", "*"],
  ["rocketchat-messages", "Iframe_Integration_receive_origin", `${getConfig().origin}/`],
  ["rocketchat-messages", "Iframe_Integration_send_enable", false],
  ["rocketchat-iframe-auth", "Accounts_Iframe_api_method", "GET"],
  ["rocketchat-iframe-auth", "Accounts_iframe_url", "http://elsewhere.example"],
])("%s notices %s = %s and gives the line that mends it", async (id, setting, value) => {
  await post("settings", { [setting]: value });
  const found = await wrong();
  expect(Object.keys(found)).toEqual([id]);
  expect(found[id]?.fix).toContain(`OVERWRITE_SETTING_${setting}=`);
});

test("a server that is down is one sentence per check, not a crash", async () => {
  await post("faults", { rules: [{ match: "/api/*", status: 502, body: "<html>" }] });
  const found = await wrong();
  expect(Object.keys(found)).toEqual(
    expect.arrayContaining(["rocketchat-answers", "rocketchat-service-account", "rocketchat-login"]),
  );
  for (const { detail, fix } of Object.values(found)) expect(detail && fix).toBeTruthy();
});
