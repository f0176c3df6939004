/** What runs a real Rocket.Chat: the compose file, and the script that sets it up, run against the sandbox. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parse } from "yaml";
import { sandboxPassword } from "@/lib/config/sandbox";
import { environment } from "@/lib/vendors/rocketchat/config";
import { RocketChatApi } from "@/lib/vendors/rocketchat/server/api";
import { type RunningRocketChat, startRocketChat } from "@/tests/fixtures/rocketchat";

let chat: RunningRocketChat;
let folder: string;
beforeAll(async () => {
  chat = await startRocketChat();
  folder = mkdtempSync(join(tmpdir(), "portico-real-"));
});
afterAll(async () => {
  await chat.stop();
  rmSync(folder, { recursive: true });
});

async function setUp(password: string) {
  const file = join(folder, "env");
  const child = spawn(process.execPath, ["scripts/real/rocketchat.mjs", "--set-up-only"], {
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      REAL_ROCKETCHAT_URL: chat.base,
      REAL_ROCKETCHAT_ADMIN: "rc.admin",
      REAL_ROCKETCHAT_ADMIN_PASSWORD: password,
      ROCKETCHAT_CREATE_TOKEN_SECRET: chat.config.createTokenSecret ?? "",
      REAL_ROCKETCHAT_ENV_FILE: file,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const [code] = (await once(child, "exit")) as [number];
  return { code, output, file };
}

test("a wrong administrator's password makes nothing and says which call failed", async () => {
  const { code, output } = await setUp("wrong");
  expect([code, output]).toEqual([1, expect.stringContaining("login answered 401")]);
});

test("it makes a service account that may do the portal's work and no more, and says no secret", async () => {
  const { code, output, file } = await setUp(sandboxPassword("rc.admin"));
  expect([code, output]).toEqual([0, expect.stringContaining("ROCKETCHAT_SERVICE_TOKEN")]);
  const variables = parseEnv(readFileSync(file, "utf8"));
  expect(output).not.toContain(variables.ROCKETCHAT_SERVICE_TOKEN);
  expect(statSync(file).mode & 0o077).toBe(0);
  const config = environment.schema.parse(variables);
  const api = new RocketChatApi(config, AbortSignal.timeout(10_000));
  expect(await api.missingPermissions()).toEqual([]);
  const token = await api.createToken(config.serviceUserId, config.createTokenSecret);
  expect(await api.me(token)).toBe(config.serviceUserId);
  expect((await api.subscriptions(token)).length).toBeGreaterThan(0);
  // It could make further tokens of its own only while it was set up.
  const again = await fetch(`${chat.base}/api/v1/users.generatePersonalAccessToken`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-user-id": config.serviceUserId,
      "x-auth-token": config.serviceToken,
    },
    body: JSON.stringify({ tokenName: "another" }),
  });
  expect(again.status).toBe(400);
});

describe("the compose file", () => {
  const text = readFileSync("compose.rocketchat.yaml", "utf8");
  const { services, volumes } = parse(text, { strict: true, uniqueKeys: true }) as {
    services: Record<string, { image: string; depends_on?: object; environment?: Record<string, string> }>;
    volumes: object;
  };

  test("is valid YAML, pins what it runs, and offers the server to this machine alone", () => {
    expect(Object.keys(services)).toEqual(["mongodb", "rocketchat"]);
    expect(Object.keys(volumes)).toEqual(["mongodb"]);
    for (const { image } of Object.values(services)) expect(image).toMatch(/:(\d+\.\d+|\$\{\w+:-\d+\.\d+\.\d+\})$/);
    expect(Object.keys(services.rocketchat?.depends_on ?? {})).toEqual(["mongodb"]);
    expect(parse(text).services.rocketchat.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
  });

  test("takes no variable that the script does not give", () => {
    const script = readFileSync("scripts/real/rocketchat.mjs", "utf8");
    const needed = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(needed.length).toBeGreaterThanOrEqual(3);
    for (const name of needed) expect(script).toMatch(new RegExp(`^    (${name}: \\w+|${name}),$`, "m"));
  });

  test("passes on every setting that the setup guide asks for", () => {
    const guide = readFileSync("docs/setup/rocketchat.md", "utf8");
    const asked = [...guide.matchAll(/^`((?:Iframe_Integration|Accounts_iframe|Accounts_Iframe)_\w+)` \|/gm)].map(
      ([, id]) => id ?? "",
    );
    expect(asked.length).toBeGreaterThanOrEqual(8);
    const given = Object.keys(services.rocketchat?.environment ?? {});
    for (const id of [...asked, "Iframe_Restrict_Access"]) expect(given).toContain(`OVERWRITE_SETTING_${id}`);
  });
});
