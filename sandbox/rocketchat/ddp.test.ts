/**
 * The vendor's own DDP client against the sandbox's socket: a minted token logs in, a revoked one is refused.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { DDPSDK as Sdk } from "@rocket.chat/ddp-client";
import WebSocket from "ws";
import { sandboxPassword, sandboxSecret } from "@/lib/config/sandbox";
import { passwordDigest } from "./accounts";
import { broker, createTokenSecret, makeRocketChat, TestClient } from "./test-client";

let client: TestClient;
let server: Server;
let address: string;
const open: { close(): void }[] = [];

beforeAll(() => {
  // The package expects the browser's WebSocket.
  Object.assign(globalThis, { WebSocket });
});

beforeEach(async () => {
  client = new TestClient(makeRocketChat());
  const { sandbox } = client;
  server = createServer(getRequestListener((request, bindings) => sandbox.fetch(request, bindings)));
  server.on("upgrade", (request, socket, head) => sandbox.upgrade?.(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function connect(): Promise<Sdk> {
  const { DDPSDK } = await import("@rocket.chat/ddp-client");
  const sdk = await DDPSDK.createAndConnect(address, { retryCount: 0, retryTime: 1 });
  open.push({
    close() {
      sdk.connection.close();
      sdk.timeoutControl.stop();
    },
  });
  return sdk;
}

async function mintFor(username: string) {
  const userId = await client.createUser(username);
  const reply = await client.post("users.createToken", { userId, secret: createTokenSecret });
  return { userId, token: String(reply.body.data?.authToken) };
}

/** A raw conversation, for what the package never sends. */
async function raw() {
  const socket = new WebSocket(`${address}/websocket`);
  open.push(socket);
  const received: Record<string, unknown>[] = [];
  const waiting: (() => void)[] = [];
  socket.on("message", (data) => {
    received.push(JSON.parse(String(data)) as Record<string, unknown>);
    for (const wake of waiting.splice(0)) wake();
  });
  await new Promise((resolve) => socket.once("open", resolve));
  const until = async (wanted: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = received.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return {
    send: (message: object | string) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    until,
    closed: new Promise<void>((resolve) => socket.once("close", () => resolve())),
  };
}

describe("the published ddp-client", () => {
  test("is refused with a token that no one minted", async () => {
    const sdk = await connect();
    await expect(sdk.account.loginWithToken("nobody-made-this")).rejects.toMatchObject({
      error: 403,
      errorType: "Meteor.Error",
      reason: expect.stringMatching(/logged out by the server/i),
    });
    expect(sdk.account.uid).toBeUndefined();
  });

  test("is refused with a revoked token", async () => {
    const { userId, token } = await mintFor("a.analyst");
    await client.post("logout", undefined, { "x-user-id": userId, "x-auth-token": token });
    const sdk = await connect();
    await expect(sdk.account.loginWithToken(token)).rejects.toMatchObject({ error: 403 });
  });

  test("is refused for a deactivated account, whose token was minted all the same", async () => {
    const info = await client.get("users.info?username=d.disabled");
    const reply = await client.post("users.createToken", { userId: info.body.user?._id, secret: createTokenSecret });
    const sdk = await connect();
    await expect(sdk.account.loginWithToken(String(reply.body.data?.authToken))).rejects.toMatchObject({
      error: "error-user-is-not-activated",
    });
  });

  test("logs in with a minted token and learns its user", async () => {
    const { userId, token } = await mintFor("a.analyst");
    const sdk = await connect();
    const result = await sdk.account.loginWithToken(token);
    expect(result).toMatchObject({ id: userId, token, type: "resume" });
    expect(sdk.account.user).toMatchObject({ id: userId, username: "a.analyst" });
    const rooms = (await sdk.call("subscriptions/get" as never)) as unknown as { name: string }[];
    expect(rooms.map(({ name }) => name).sort()).toEqual(["data-help", "data.engineer", "general", "sales-emea"]);
  });

  test("logs in with a personal access token, however old", async () => {
    await client.faults({}, { advanceMs: 400 * 86_400_000 });
    const sdk = await connect();
    await sdk.account.loginWithToken(String(broker["x-auth-token"]));
    expect(sdk.account.user?.username).toBe("portal.broker");
  });

  test("logs in with a password digest", async () => {
    const sdk = await connect();
    await sdk.account.loginWithPassword("store.planner", passwordDigest(sandboxPassword("store.planner")));
    expect(sdk.account.user?.username).toBe("store.planner");
  });

  test("logs out: the token is gone and the connection ends", async () => {
    const { userId, token } = await mintFor("a.analyst");
    const sdk = await connect();
    await sdk.account.loginWithToken(token);
    const ended = new Promise((resolve) => sdk.connection.once("disconnected", () => resolve(true)));
    await sdk.account.logout();
    expect(await ended).toBe(true);
    expect((await client.get("me", { "x-user-id": userId, "x-auth-token": token })).status).toBe(401);
  });

  test("is cut off when its token is revoked elsewhere", async () => {
    const { userId, token } = await mintFor("a.analyst");
    const sdk = await connect();
    await sdk.account.loginWithToken(token);
    const ended = new Promise((resolve) => sdk.connection.once("disconnected", () => resolve(true)));
    await client.post("users.logout", { userId });
    expect(await ended).toBe(true);
  });

  test("hears messages of its rooms", async () => {
    const { token } = await mintFor("a.analyst");
    const sdk = await connect();
    await sdk.account.loginWithToken(token);
    const heard = new Promise<unknown>((resolve) => {
      const stream = sdk.stream("room-messages" as never, "__my_messages__" as never, resolve as never);
      void stream
        .ready()
        .then(() =>
          client.send("POST", "/sandbox/say", {}, { room: "general", from: "regional.lead", text: "Hello @a.analyst" }),
        );
    });
    expect(await heard).toMatchObject({ msg: "Hello @a.analyst", mentions: [{ username: "a.analyst" }] });
  });

  test("finds rooms by name, joins, opens a direct message and says something there, as bots do", async () => {
    const { token } = await mintFor("v.viewer");
    const sdk = await connect();
    await sdk.account.loginWithToken(token);
    const call = (name: string, ...params: unknown[]) => sdk.call(name as never, ...(params as never[])) as unknown;
    expect(await call("getRoomIdByNameOrId", "general")).toBe("sandbox-general");
    expect(await call("getRoomNameById", "sandbox-general")).toBe("general");
    expect(await call("joinRoom", "sandbox-general")).toBe(true);
    await expect(call("joinRoom", "sandbox-incidents")).rejects.toMatchObject({ error: "error-not-allowed" });
    await expect(call("getRoomIdByNameOrId", "incidents")).rejects.toMatchObject({ error: "error-not-allowed" });
    const { rid } = (await call("createDirectMessage", "store.planner")) as { rid: string };
    const sent = (await call("sendMessage", { _id: "own-id", rid, msg: "Hello" })) as { ts: unknown };
    expect(sent).toMatchObject({ _id: "own-id", rid, msg: "Hello", u: { username: "v.viewer" } });
    expect(sent.ts).toEqual({ $date: expect.any(Number) });
  });
});

describe("the protocol", () => {
  test("nothing is done before connect, and an unknown version ends the conversation", async () => {
    const early = await raw();
    early.send({ msg: "method", id: "1", method: "login", params: [] });
    expect(await early.until(({ msg }) => msg === "error")).toMatchObject({ reason: "Must connect first" });
    const old = await raw();
    old.send({ msg: "connect", version: "pre1", support: ["pre1"] });
    expect(await old.until(({ msg }) => msg === "failed")).toMatchObject({ version: "1" });
    await old.closed;
  });

  test("a client must claim to support the version that it proposes", async () => {
    for (const support of [undefined, [], ["pre1"]]) {
      const talk = await raw();
      talk.send({ msg: "connect", version: "1", ...(support ? { support } : {}) });
      expect(await talk.until(({ msg }) => msg === "failed")).toMatchObject({ version: "1" });
      await talk.closed;
    }
  });

  test("nonsense is answered and does no harm", async () => {
    const talk = await raw();
    talk.send("{");
    expect(await talk.until(({ msg }) => msg === "error")).toMatchObject({ reason: "Parse error" });
    talk.send({ msg: "connect", version: "1", support: ["1"] });
    await talk.until(({ msg }) => msg === "connected");
    talk.send({ msg: "dance" });
    expect(await talk.until(({ reason }) => reason === "Bad request")).toBeDefined();
    talk.send({ msg: "method", id: "n", method: "login", params: {} });
    talk.send({ msg: "sub", id: 5, name: "stream-notify-all" });
    expect(await talk.until(({ reason }) => reason === "Malformed method invocation")).toBeDefined();
    expect(await talk.until(({ reason }) => reason === "Malformed subscription")).toBeDefined();
    talk.send({ msg: "ping", id: "p" });
    expect(await talk.until(({ msg }) => msg === "pong")).toMatchObject({ id: "p" });
    talk.send({ msg: "method", id: "m", method: "constructor", params: [] });
    expect(await talk.until(({ msg }) => msg === "result")).toMatchObject({ id: "m", error: { error: 404 } });
    expect(await talk.until(({ msg }) => msg === "updated")).toMatchObject({ methods: ["m"] });
  });

  test("strangers read nothing: neither rooms nor other people's notifications", async () => {
    const { userId } = await mintFor("a.analyst");
    const { token } = await mintFor("v.viewer");
    const talk = await raw();
    talk.send({ msg: "connect", version: "1", support: ["1"] });
    talk.send({ msg: "sub", id: "s0", name: "stream-room-messages", params: ["__my_messages__"] });
    expect(await talk.until(({ id }) => id === "s0")).toMatchObject({ msg: "nosub" });
    talk.send({ msg: "method", id: "m1", method: "login", params: [{ resume: token }] });
    talk.send({ msg: "sub", id: "s1", name: "stream-notify-user", params: [`${userId}/notification`] });
    expect(await talk.until(({ id, msg }) => id === "s1" && msg === "nosub")).toBeDefined();
    talk.send({ msg: "method", id: "m2", method: "loadHistory", params: ["sandbox-incidents"] });
    expect(await talk.until(({ id }) => id === "m2")).toMatchObject({ error: { error: "error-not-allowed" } });
    talk.send({ msg: "method", id: "m3", method: "sendMessage", params: [{ rid: "sandbox-incidents", msg: "x" }] });
    expect(await talk.until(({ id }) => id === "m3")).toMatchObject({ error: { error: "error-not-allowed" } });
  });

  test("a database token logs in, an unknown one does not", async () => {
    const talk = await raw();
    talk.send({ msg: "connect", version: "1", support: ["1"] });
    talk.send({ msg: "method", id: "m", method: "login", params: [{ iframe: true, token: "nope" }] });
    expect(await talk.until(({ id }) => id === "m")).toMatchObject({ error: { error: 403, reason: "User not found" } });
    const token = sandboxSecret("rocketchat:database-token");
    talk.send({ msg: "method", id: "n", method: "login", params: [{ iframe: true, token }] });
    const { result } = await talk.until(({ id, msg }) => id === "n" && msg === "result");
    expect(result).toMatchObject({ type: "iframe", token: expect.stringMatching(/^[\w-]{43}$/) });
    expect((result as { token: string }).token).not.toBe(token);
    expect(await talk.until(({ msg }) => msg === "added")).toMatchObject({ fields: { username: "store.planner" } });
  });
});

describe("methods over HTTP", () => {
  const send = (name: string, params: unknown[], headers: Record<string, string> = {}) => {
    const kind = headers["x-auth-token"] ? "method.call" : "method.callAnon";
    const message = JSON.stringify({ msg: "method", id: "1", method: name, params });
    return client.post(`${kind}/${name.replace("/", ":")}`, { message }, headers);
  };
  const call = async (...asked: Parameters<typeof send>) =>
    JSON.parse(String((await send(...asked)).body.message)) as Record<string, unknown>;

  test("log in and read as the socket does, and want the headers", async () => {
    const { userId, token } = await mintFor("a.analyst");
    expect(await call("login", [{ resume: "nope" }])).toMatchObject({ error: { error: 403 } });
    expect(await call("login", [{ resume: token }])).toMatchObject({ result: { id: userId, token } });
    expect(await call("subscriptions/get", [])).toMatchObject({ error: { error: "error-invalid-user" } });
    const own = { "x-user-id": userId, "x-auth-token": token };
    expect(await call("subscriptions/get", [], own)).toMatchObject({ result: expect.any(Array) });
    expect((await send("subscriptions/get", [], { ...own, "x-auth-token": "nope" })).status).toBe(401);
  });

  test("fail with the status of a failure from 8.0 on, and with 200 before", async () => {
    const status = async () => {
      const { status, body } = await send("loadHistory", ["sandbox-general"]);
      return [status, body.success];
    };
    expect(await status()).toEqual([400, false]);
    await client.faults({ version: "7.13" });
    expect(await status()).toEqual([200, true]);
  });

  test("want a message that can be read, and nothing beside it", async () => {
    for (const body of [{}, { message: "{}", more: 1 }, "{"]) {
      const reply = await client.post("method.callAnon/login", body, {});
      expect([reply.status, reply.body.errorType]).toEqual([400, "invalid-params"]);
    }
    const unreadable = await client.post("method.callAnon/login", { message: "{" }, {});
    expect([unreadable.status, unreadable.body]).toEqual([400, { success: false, error: "Invalid method call" }]);
  });
});

describe("faults of single methods", () => {
  const login = (token: string) => ({ msg: "method", id: "login", method: "login", params: [{ resume: token }] });
  const logout = { msg: "method", id: "logout", method: "logout", params: [] };
  const resultOf = (id: string) => (message: Record<string, unknown>) => message.msg === "result" && message.id === id;

  async function connected() {
    const talk = await raw();
    talk.send({ msg: "connect", version: "1", support: ["1"] });
    await talk.until(({ msg }) => msg === "connected");
    return talk;
  }

  test("a delayed login is answered later, and everything behind it waits", async () => {
    const { token } = await mintFor("a.analyst");
    await client.faults({}, { rules: [{ match: "ddp:login", delayMs: 300 }] });
    const talk = await connected();
    const began = Date.now();
    talk.send(login(token));
    talk.send({ msg: "method", id: "me", method: "sandbox/me", params: [] });
    expect(await talk.until(resultOf("me"))).toMatchObject({ result: { username: "a.analyst" } });
    expect(Date.now() - began).toBeGreaterThanOrEqual(299);
  });

  test("a refused login changes nothing for whoever is logged in", async () => {
    const first = await mintFor("a.analyst");
    const second = await mintFor("v.viewer");
    const talk = await connected();
    talk.send(login(first.token));
    await talk.until(resultOf("login"));
    await client.faults({}, { rules: [{ match: "ddp:login", status: 500, body: "down for a moment" }] });
    talk.send({ ...login(second.token), id: "again" });
    expect(await talk.until(resultOf("again"))).toMatchObject({ error: { error: 500, reason: "down for a moment" } });
    talk.send({ msg: "method", id: "me", method: "sandbox/me", params: [] });
    expect(await talk.until(resultOf("me"))).toMatchObject({ result: { username: "a.analyst" } });
  });

  test("a logout that fails keeps the token and the connection", async () => {
    const { token, userId } = await mintFor("a.analyst");
    const talk = await connected();
    talk.send(login(token));
    await talk.until(resultOf("login"));
    await client.faults({}, { rules: [{ match: "ddp:logout", status: 500 }] });
    talk.send(logout);
    await talk.until(resultOf("logout"));
    expect((await client.get("me", { "x-user-id": userId, "x-auth-token": token })).status).toBe(200);
  });

  test("hangUp cuts the connection without an answer, and calls are counted", async () => {
    const { token } = await mintFor("a.analyst");
    await client.faults({}, { rules: [{ match: "ddp:login", hangUp: true }] });
    const talk = await connected();
    talk.send(login(token));
    await talk.closed;
    const state = await client.send("GET", "/sandbox/state");
    expect(state.body.counts).toMatchObject({ "ddp login": 1 });
  });
});

describe("methods that clients and bots call", () => {
  test("collections come whole, or as what has changed since a time", async () => {
    const { token } = await mintFor("v.viewer");
    const sdk = await connect();
    await sdk.account.loginWithToken(token);
    const call = (name: string, ...params: unknown[]) => sdk.call(name as never, ...(params as never[])) as unknown;
    for (const name of ["subscriptions/get", "rooms/get", "permissions/get", "public-settings/get"]) {
      expect(await call(name)).toEqual(expect.any(Array));
      expect(await call(name, { $date: 0 })).toMatchObject({ update: expect.any(Array), remove: [] });
    }
    expect(await call("getUserRoles")).toContainEqual(
      expect.objectContaining({ username: "rc.admin", roles: ["admin"] }),
    );
    expect(await call("getRoomByTypeAndName", "c", "general")).toMatchObject({ _id: "sandbox-general", t: "c" });
    await expect(call("getRoomByTypeAndName", "c", "incidents")).rejects.toMatchObject({ error: "error-invalid-room" });
    expect(await call("getUsersOfRoom", "sandbox-general", true, { limit: 2 })).toMatchObject({
      records: expect.any(Array),
    });
    const before = { $date: Date.now() - 1 };
    await client.send("POST", "/sandbox/say", {}, { room: "general", from: "regional.lead", text: "Missed" });
    expect(await call("loadMissedMessages", "sandbox-general", before)).toMatchObject([{ msg: "Missed" }]);
    await call("UserPresence:away");
    expect(await call("sandbox/me")).toMatchObject({ status: "away" });
    await call("UserPresence:setDefaultStatus", "busy");
    await call("UserPresence:online");
    expect(await call("sandbox/me")).toMatchObject({ status: "busy" });
  });
});
