/**
 * What the built portal does when it starts and when it ends: `next start` and `npm start` with real environments. The
 * refusals are all told in lib/config/config.test.ts; here stands that they keep the process from serving.
 */
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { ports } from "./fixtures/addresses";
import { ownOrigin, ownServices, startOwnPortal } from "./fixtures/own-portal";
import { production, type Settings, type Started, start, startPort } from "./fixtures/real-start";
import { expect, test } from "./fixtures/test";

const local = `http://portal.localhost:${startPort}`;
const rocketChat: Settings = {
  ROCKETCHAT_URL: "https://chat.example.com",
  ROCKETCHAT_SERVICE_USER_ID: "broker",
  ROCKETCHAT_SERVICE_TOKEN: "canary-of-the-chat",
};

let running: Started | undefined;

test.afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const begin = (...given: Parameters<typeof start>): Started => {
  running = start(...given);
  return running;
};

test.describe("does not start", () => {
  const refusals: [string, Settings, RegExp][] = [
    [
      "with a secret that can be guessed",
      { AUTH_SECRET: "canary-this-is-a-very-long-sample-secret-value" },
      /^AUTH_SECRET can be guessed/m,
    ],
    [
      "with a key of zeros",
      { PORTAL_SEALING_KEYS: Buffer.alloc(32).toString("base64url") },
      /^PORTAL_SEALING_KEYS holds a key that can be guessed/m,
    ],
    ["with half of a vendor", { ROCKETCHAT_URL: "https://chat.example.com" }, /^ROCKETCHAT_SERVICE_TOKEN is missing/m],
    [
      "with a vendor on plain http",
      { ...rocketChat, ROCKETCHAT_URL: "http://chat.example.com" },
      /^ROCKETCHAT_URL must begin with https/m,
    ],
    [
      "with a private network that no one named",
      { ...rocketChat, ROCKETCHAT_INTERNAL_URL: "http://rocketchat:3000" },
      /^ROCKETCHAT_INTERNAL_URL must begin with https: .* add rocketchat to PORTAL_ALLOW_PLAIN_HTTP_TO\./m,
    ],
    [
      "with personas at a public address",
      { PORTAL_SANDBOX: "on" },
      /^PORTAL_SANDBOX is on at https:\/\/portal\.example\.com/m,
    ],
    [
      "on Vercel with a store in every instance",
      { VERCEL: "1", VERCEL_ENV: "production" },
      /^DATABASE_URL must be PostgreSQL on Vercel/m,
    ],
    ["with a variable that is none", { MICROSTRATEGY_URL: "canary" }, /^MICROSTRATEGY_URL .* MICROSTRATEGY_WEB_URL/m],
    [
      "with a secret under a public name",
      { NEXT_PUBLIC_MICROSTRATEGY_API_TOKEN: "canary" },
      /NEXT_PUBLIC_MICROSTRATEGY_API_TOKEN would be sent to every browser/,
    ],
  ];
  for (const [what, settings, sentence] of refusals) {
    test(what, async () => {
      const { ended, output } = begin({ ...production(), ...settings });
      expect(await ended, output()).toBe(1);
      expect(output()).toMatch(sentence);
      expect(output()).not.toContain("canary");
    });
  }
});

test.describe("starts", () => {
  test("with the values that .env.local.example shows, ended by newlines, and its log has no secret", async () => {
    const lines = readFileSync(".env.local.example", "utf8").matchAll(/^# ([A-Z][A-Z0-9_]*)=(\S+)$/gm);
    const shown = Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
    const secrets = {
      ...rocketChat,
      THOUGHTSPOT_SECRET_KEY: "8d1c6b0e-2f7a-4c55-9e31-canary-0b64",
      MICROSTRATEGY_LOGIN: "credentials",
      PORTAL_ALLOW_PLAIN_HTTP_TO: "library,rocketchat",
      MICROSTRATEGY_LIBRARY_INTERNAL_URL: "http://library:8080/MicroStrategyLibrary",
    };
    const settings = { ...shown, ...production(), ...secrets };
    const { healthy, output } = begin(
      Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [name, name === "NODE_ENV" ? value : `${value}\n`]),
      ),
    );
    await healthy();
    expect(output()).not.toContain("canary");
  });

  test("as a public sandbox when a switch says so, and tells everyone on every page", async ({ playwright }) => {
    const { healthy, output } = begin({
      NODE_ENV: "production",
      PORTAL_SANDBOX: "on",
      PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN: "on",
      AUTH_URL: "https://portal.example.com",
      DATABASE_URL: ":memory:",
    });
    await healthy();
    expect(output()).toContain("Anyone can sign in as an administrator: PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN is on");
    const anyone = await playwright.request.newContext({ baseURL: `http://127.0.0.1:${startPort}` });
    for (const path of ["/signin", "/signed-out", "/problems", "/nowhere", "/rocketchat/loading"])
      expect(await (await anyone.get(path)).text(), path).toContain("anyone can sign in here");
    await anyone.dispose();
  });

  test("as a sandbox of this machine, whose personas are not offered at another address of it", async () => {
    const { healthy, output } = begin({ PORTAL_SANDBOX: "on", AUTH_URL: local, DATABASE_URL: ":memory:" });
    await healthy();
    expect(output()).not.toContain("Anyone can sign in");
    const page = await (await fetch(`http://127.0.0.1:${startPort}/signin`)).text();
    expect(page).not.toContain("anyone can sign in here");
    const form = page.split("<form").find((part) => part.includes('name="persona"')) ?? "";
    const action = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(form)?.[1] ?? "";
    // As when the machine is reached by its name in the network.
    expect(await signInAt(`portal.lan:${startPort}`, action)).toBe("/signin?error=persona");
    expect(await signInAt(new URL(local).host, action)).toBe("/");
  });
});

/** Sends the form of the sign-in page as a browser at this host does, and returns where it leads. */
function signInAt(host: string, action: string): Promise<string | undefined> {
  const boundary = "form";
  const fields = Object.entries({ [action]: "", from: "/", persona: "admin" });
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const headers = { host, origin: `http://${host}`, "content-type": `multipart/form-data; boundary=${boundary}` };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: startPort, path: "/signin", method: "POST", headers },
      (response) => {
        response.resume();
        resolve(response.headers.location);
      },
    );
    sent.once("error", reject).end(`${parts.join("")}--${boundary}--\r\n`);
  });
}

test.describe("says why a sign-in failed", () => {
  test("when no one answers where the issuer should be: host, code and variable, and where to look", async ({
    page,
  }) => {
    const { healthy, output } = begin({
      ...production(),
      AUTH_URL: local,
      AUTH_OIDC_ISSUER: `http://idp.localhost:${startPort + 1}`,
      AUTH_OIDC_INTERNAL_URL: `http://127.0.0.1:${ports.unused}`,
    });
    await healthy();
    await page.goto(`${local}/signin`);
    await page.getByRole("button", { name: "Continue with your organization" }).click();
    await expect(page).toHaveURL(/error=unavailable/);
    await expect(page.locator("main").getByRole("alert")).toContainText("its log names the cause and the variable");
    expect(output()).toContain(
      `"cause":"ECONNREFUSED","host":"127.0.0.1:${ports.unused}","variable":"AUTH_OIDC_INTERNAL_URL"`,
    );
    expect(output()).not.toContain("canary");
  });
});

test("says why a sign-in failed when the issuer does not accept the secret, without the secret", async ({ page }) => {
  const lines: string[] = [];
  const stop = await startOwnPortal({ AUTH_OIDC_SECRET: "canary-of-the-issuer" }, (line) => lines.push(line));
  try {
    await page.goto(`${ownOrigin}/signin`);
    await page.getByRole("button", { name: "Continue with your organization" }).click();
    await page.getByRole("button", { name: /^Analyst/ }).click();
    await expect(page).toHaveURL(/error=misconfigured/);
    const alert = page.locator("main").getByRole("alert");
    await expect(alert).toContainText("does not accept this portal");
    await expect(alert).toContainText("its log names the cause and the variable");
    const { host } = new URL(ownServices.idp.internalOrigin);
    const told = `"cause":"invalid_client","host":"${host}","variable":"AUTH_OIDC_SECRET"`;
    await expect.poll(() => lines.join("\n")).toContain(told);
    expect(lines.join("\n")).not.toContain("canary");
  } finally {
    await stop();
  }
});

test.describe("ends by a signal to npm", () => {
  test("after the request that it works on, and frees the port", async () => {
    // A vendor that answers when it is told to.
    let answer: (() => void) | undefined;
    const vendor = createServer((_request, response) => {
      answer = () => response.setHeader("content-type", "application/json").end('{"version":"8.0.0"}');
    });
    const asked = new Promise<void>((resolve) => vendor.once("request", () => resolve()));
    await new Promise<void>((resolve) => {
      vendor.listen(0, "127.0.0.1", resolve);
    });
    const url = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
    const { healthy, child, ended } = begin(
      { ...production(), ...rocketChat, AUTH_URL: local, ROCKETCHAT_URL: url },
      "npm",
    );
    await healthy();
    const readiness = fetch(`http://127.0.0.1:${startPort}/api/ready`);
    await asked;
    child.kill("SIGTERM");
    // No new connection is taken while the request goes on.
    const refuses = () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(startPort, "127.0.0.1");
        socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
        socket.once("connect", () => socket.destroy());
      });
    await expect.poll(refuses).toBe(true);
    answer?.();
    expect(await (await readiness).json()).toMatchObject({ vendors: { rocketchat: "ok" } });
    await ended;
    const next = createServer();
    await new Promise<void>((resolve, reject) => {
      next.once("error", reject).listen(startPort, "127.0.0.1", resolve);
    });
    next.close();
    vendor.closeAllConnections();
    vendor.close();
  });
});
