/**
 * The vendor's JavaScript SDK and EmbeddedChat's API on top of it, against the sandbox: what embedders and bots have
 * works here as it does with a server.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EmbeddedChatApi } from "@embeddedchat/api";
import { getRequestListener } from "@hono/node-server";
import { Rocketchat } from "@rocket.chat/sdk";
import { sandboxPassword } from "@/lib/config/sandbox";
import { createTokenSecret, makeRocketChat, TestClient } from "./test-client";

let client: TestClient;
let server: Server;
let host: string;
const open: { close(): unknown }[] = [];

beforeEach(async () => {
  client = new TestClient(makeRocketChat());
  const { sandbox } = client;
  server = createServer(getRequestListener((request, bindings) => sandbox.fetch(request, bindings)));
  server.on("upgrade", (request, socket, head) => sandbox.upgrade?.(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const quiet = { debug() {}, info() {}, warning() {}, warn() {}, error() {}, fatal() {} };

function embeddedChat() {
  let token = "";
  const chat = new EmbeddedChatApi(host, "sandbox-general", {
    host,
    getToken: async () => token,
    saveToken: async (given: string) => {
      token = given;
    },
    deleteToken: async () => {
      token = "";
    },
  });
  open.push({ close: () => chat.close() });
  return { chat, token: () => token };
}

/** Joins the default channel, which the seeded colleagues are in already. */
const password = sandboxPassword("store.planner");

describe("EmbeddedChat's API", () => {
  test("is refused with a wrong password", async () => {
    const { chat, token } = embeddedChat();
    await chat.login("store.planner", "wrong", "").catch(() => {});
    expect(token()).toBe("");
  });

  test("logs in, reads and writes a room, and knows a user's presence", async () => {
    const { chat } = embeddedChat();
    expect(await chat.login("store.planner", password, "")).toMatchObject({ status: "success" });
    expect(await chat.me()).toMatchObject({ username: "store.planner" });
    expect(await chat.channelInfo()).toMatchObject({ success: true, room: { _id: "sandbox-general", t: "c" } });
    await chat.sendMessage("Hello from an embedder", "");
    const { messages } = (await chat.getMessages()) as { messages: { msg: string }[] };
    expect(messages[0]?.msg).toBe("Hello from an embedder");
    expect(await chat.getUserStatus((await chat.me())._id)).toMatchObject({ success: true });
    expect(await chat.permissionInfo()).toMatchObject({ success: true });
  });
});

describe("the vendor's SDK", () => {
  async function connect(username: string) {
    const userId = await client.createUser(username);
    const { body } = await client.post("users.createToken", { userId, secret: createTokenSecret });
    const sdk = new Rocketchat({ host, useSsl: false, protocol: "ddp", logger: quiet });
    await sdk.connect({});
    open.push({ close: () => sdk.disconnect() });
    return { sdk, userId, token: String(body.data?.authToken) };
  }

  test("is refused with a token that no one made", async () => {
    const { sdk } = await connect("v.viewer");
    await expect(sdk.resume({ token: "made-up" })).rejects.toMatchObject({ error: 403 });
  });

  test("resumes with a minted token, calls methods and hears messages", async () => {
    const { sdk, userId, token } = await connect("v.viewer");
    expect(await sdk.resume({ token })).toMatchObject({ id: userId });
    expect(await sdk.methodCall("getRoomIdByNameOrId", "general")).toBe("sandbox-general");
    const heard = new Promise<unknown>((resolve) => {
      void sdk.onStreamData("stream-room-messages", resolve as never);
    });
    await sdk.subscribe("stream-room-messages", "sandbox-general", false);
    await client.send("POST", "/sandbox/say", {}, { room: "general", from: "regional.lead", text: "For bots" });
    expect(JSON.stringify(await heard)).toContain("For bots");
  });
});
