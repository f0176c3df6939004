/** What the audit says of a grant, through the broker, the vendor and the sandbox. */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { grant } from "@/lib/broker/broker";
import { getStore } from "@/lib/store/database";
import { customerHealth, trial } from "@/sandbox/thoughtspot/testing";
import { thoughtSpotConfig } from "@/tests/fixtures/thoughtspot-config";
import { thoughtspot } from "../index";
import type { Login } from "../protocol";

const { sandbox, key, post } = trial();
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(getRequestListener((request, env) => sandbox.fetch(request, env)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(async () => {
  await post("/sandbox/reset", {});
  await (await getStore()).deleteFrom("audit_event").execute();
});

function ask(login: Login, secretKey: string) {
  const config = thoughtSpotConfig(url, { secretKeys: [secretKey], login });
  return grant({
    vendor: thoughtspot,
    config,
    sandboxed: true,
    session: {
      id: randomUUID(),
      user: {
        id: "persona-analyst",
        name: "Anna Analyst",
        email: null,
        emailVerified: false,
        groups: ["analysts"],
        claims: {},
        persona: true,
      },
      expiresAt: new Date(Date.now() + 3_600_000),
    },
    slug: "customer-health",
    renew: false,
    requestId: randomUUID(),
    locale: "en",
    timeZone: null,
    oidcTokens: async () => null,
  });
}

const event = async () => {
  const db = await getStore();
  const row = await db.selectFrom("audit_event").selectAll().executeTakeFirstOrThrow();
  return { ...row, asked: JSON.parse(row.asked_for ?? "null") as unknown };
};

describe.each<[Login, string, string]>([
  ["cookieless", "full", "FULL"],
  ["cookie", "full", "FULL"],
  ["redirect", "v1", "REPORT_BOOK_VIEW"],
])("the audit of the %s login says what was asked for", (login, token, access_level) => {
  const asked = { token, access_level, object: customerHealth, org: "0", auto_create: "false" };

  test("when ThoughtSpot refuses", async () => {
    await expect(ask(login, "a-key-that-is-wrong")).rejects.toMatchObject({ code: "secret_key_rejected" });
    const found = await event();
    expect(found).toMatchObject({
      outcome: "failed",
      code: "secret_key_rejected",
      user_id: "persona-analyst",
      account: "a.analyst@portico.example",
      item: "customer-health",
    });
    expect(found.asked).toMatchObject(asked);
  });

  test("when it grants, and never the token or the key", async () => {
    const granted = (await ask(login, key)) as { token: string };
    const found = await event();
    expect(found).toMatchObject({ outcome: "ok", account: "a.analyst@portico.example" });
    expect(found.asked).toMatchObject(asked);
    expect(JSON.stringify(found)).not.toContain(granted.token);
    expect(JSON.stringify(found)).not.toContain(key);
  });
});
