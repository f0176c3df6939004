import { Hono } from "hono";
import { Control } from "./sandbox";

const origin = "http://chat.localhost:4002";
const rule = { rules: [{ match: "/api/*", status: 500 }] };

function service() {
  const control = new Control({ switched: false });
  const app = control.routes({ id: "chat", name: "Chat", origin, state: () => ({ users: [] }), reset() {} });
  const post = (headers: Record<string, string>, at = origin) =>
    app.request(`${at}/sandbox/faults`, { method: "POST", body: JSON.stringify(rule), headers });
  return { control, app, post };
}

describe("the sandbox cannot be driven", () => {
  test.each<Record<string, string>>([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://chat.localhost:4002.evil.example" },
    { origin: "http://portal.localhost:3000" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("by another page: %j", async (headers) => {
    const { control, post } = service();
    expect((await post({ "content-type": "text/plain", ...headers })).status).toBe(403);
    expect(control.rules).toEqual([]);
  });

  test.each(["http://evil.example:4002", "http://chat.localhost.evil.example:4002", "http://10.0.0.5:4002"])(
    "nor looked into by a page whose own name leads to this machine: %s",
    async (at) => {
      const { app, post, control } = service();
      for (const path of ["state", "health"]) expect((await app.request(`${at}/sandbox/${path}`)).status).toBe(403);
      expect((await post({}, at)).status).toBe(403);
      expect((await post({ origin: at }, at)).status).toBe(403);
      expect(control.rules).toEqual([]);
    },
  );

  test("nor by a simple request that only fetches", async () => {
    const { app } = service();
    for (const path of ["faults", "reset"]) expect((await app.request(`${origin}/sandbox/${path}`)).status).toBe(404);
  });

  test("and it opens itself to no other origin", async () => {
    const { app } = service();
    const asked = await app.request(`${origin}/sandbox/faults`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(asked.status).toBe(403);
    expect([...asked.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

test.each([origin, "http://127.0.0.1:4002", "http://localhost:4002", "http://[::1]:4002"])(
  "a program on this machine may, at %s",
  async (at) => {
    const { control, app, post } = service();
    expect((await post({ "content-type": "application/json" }, at)).status).toBe(200);
    expect(control.rules).toHaveLength(1);
    expect((await app.request(`${at}/sandbox/state`)).status).toBe(200);
  },
);

test.each(["", "{", "[]", "null", '{"unknown":1}', '{"switches":{"__proto__":{}}}', '{"switches":{"nowhere":true}}'])(
  "a body that is no order for faults changes nothing: %s",
  async (body) => {
    const { control, app } = service();
    const response = await app.request(`${origin}/sandbox/faults`, { method: "POST", body });
    expect([response.status, response.status === 400 ? "error" in (await response.json()) : body]).toEqual(
      // Zod drops a prototype key before anything sees it.
      body.includes("__proto__") ? [200, body] : [400, true],
    );
    expect(control.switches).toEqual({ switched: false });
    expect(control.rules).toEqual([]);
  },
);

describe("a fault of a call that is not HTTP", () => {
  const control = () => new Control({});

  test("strikes the calls that it names, as often as it says", async () => {
    const at = control();
    at.apply({ rules: [{ match: "ddp:login", status: 403, body: '{"error":403}', times: 1 }] });
    expect(await at.strike("ddp", "logout")).toBeUndefined();
    expect(await at.strike("ddp", "login")).toEqual({ hangUp: false, status: 403, body: '{"error":403}' });
    expect(await at.strike("ddp", "login")).toBeUndefined();
    expect(Object.fromEntries(at.counts)).toEqual({ "ddp logout": 1, "ddp login": 2 });
  });

  test("can be a hang-up, and for all calls of a protocol", async () => {
    const at = control();
    at.apply({ rules: [{ match: "ddp:*", hangUp: true }] });
    expect(await at.strike("ddp", "anything")).toEqual({ hangUp: true });
    expect(await at.strike("other", "anything")).toBeUndefined();
  });

  test("can be a delay alone", async () => {
    const at = control();
    at.apply({ rules: [{ match: "ddp:login", delayMs: 50 }] });
    const before = performance.now();
    expect(await at.strike("ddp", "login")).toBeUndefined();
    expect(performance.now() - before).toBeGreaterThan(40);
  });

  test("leaves HTTP alone, and faults of HTTP leave it alone", async () => {
    const at = control();
    at.apply({
      rules: [
        { match: "*", status: 500 },
        { match: "POST *", status: 500 },
      ],
    });
    expect(await at.strike("ddp", "login")).toBeUndefined();
    at.apply({ clear: true, rules: [{ match: "ddp:*", status: 500 }] });
    const app = new Hono().use(at.middleware()).get("*", (c) => c.text("answered"));
    expect(await (await app.request("/ddp:login")).text()).toBe("answered");
  });
});
