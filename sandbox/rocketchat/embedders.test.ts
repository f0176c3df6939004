/** The calls that embedders and bots use, by the shapes of the vendor's documents; refusals first. */
import { admin, broker, TestClient } from "./test-client";

type Own = Awaited<ReturnType<TestClient["mint"]>>;

let client: TestClient;
let own: Own;
let userId: string;
beforeEach(async () => {
  client = new TestClient();
  userId = await client.createUser("v.viewer");
  own = await client.mint(userId);
});

/** A room of others. */
const foreign = "sandbox-incidents";
const general = "sandbox-general";

test.each([
  ["GET", `rooms.info?roomId=${foreign}`, undefined, "error-room-not-found"],
  ["GET", `channels.info?roomName=incidents`, undefined, "error-room-not-found"],
  ["GET", `channels.history?roomId=${foreign}`, undefined, "error-room-not-found"],
  ["GET", `channels.messages?roomId=${foreign}`, undefined, "error-room-not-found"],
  ["GET", "rooms.get?updatedSince=never", undefined, "error-updatedSince-param-invalid"],
  ["GET", "channels.history", undefined, "error-invalid-params"],
  ["POST", "subscriptions.read", { rid: foreign }, "error-invalid-subscription"],
  ["POST", "chat.postMessage", { roomId: foreign, text: "x" }, "invalid-channel"],
  ["POST", "chat.postMessage", { channel: "@nobody", text: "x" }, "invalid-channel"],
  ["POST", "chat.postMessage", { roomId: general, text: " " }, "error-invalid-message"],
  ["POST", "chat.sendMessage", { message: { rid: general, msg: "x".repeat(5_001) } }, "error-message-size-exceeded"],
  ["POST", "users.setStatus", { status: "asleep" }, "error-invalid-status"],
  ["POST", "users.setStatus", { status: "busy", username: "rc.admin" }, "error-not-allowed"],
] as const)("%s %s is refused", async (method, call, body, errorType) => {
  const reply = await client.send(method, `/api/v1/${call}`, own, body);
  expect([reply.status, reply.body.errorType]).toEqual([400, errorType]);
});

test.each([
  [{ rid: foreign, msg: "x" }, "error-not-allowed"],
  [{ rid: "gone", msg: "x" }, "error-invalid-room"],
  [{ msg: "x" }, "The 'rid' property on the message object is missing."],
])("chat.sendMessage of %j is refused without a code of its own", async (message, error) => {
  const reply = await client.post("chat.sendMessage", { message }, own);
  expect([reply.status, reply.body.error, reply.body.errorType]).toEqual([400, error, undefined]);
});

test("a message that is too long is refused by the server's own limit", async () => {
  await client.post("settings/Message_MaxAllowedSize", { value: 3 }, admin);
  const posted = await client.post("chat.postMessage", { roomId: general, text: "four" }, own);
  expect([posted.status, posted.body.error]).toEqual([400, "error-message-size-exceeded"]);
  const sent = await client.post("chat.sendMessage", { message: { rid: general, msg: "four" } }, own);
  expect([sent.status, sent.body.errorType]).toEqual([400, "error-message-size-exceeded"]);
  expect((await client.post("chat.sendMessage", { message: { rid: general, msg: "tre" } }, own)).status).toBe(200);
});

test("rooms.get and subscriptions.get show the user's own rooms, and what changed since a time", async () => {
  const rooms = await client.get("rooms.get", own);
  expect((rooms.body.update as { name?: string }[]).map(({ name }) => name)).toEqual(["general", undefined]);
  const subscriptions = await client.get("subscriptions.get", own);
  expect(subscriptions.body.update).toContainEqual(
    expect.objectContaining({ rid: general, t: "c", u: expect.objectContaining({ _id: userId }), unread: 2 }),
  );
  const now = new Date(Date.now() + 1000).toISOString();
  expect((await client.get(`rooms.get?updatedSince=${now}`, own)).body.update).toEqual([]);
});

test("a subscription's id is one user's alone, and the same in every call", async () => {
  const other = await client.mint(await client.createUser("a.analyst"));
  const idOf = async (headers: Own) =>
    ((await client.get(`subscriptions.getOne?roomId=${general}`, headers)).body.subscription as { _id: string })._id;
  expect(await idOf(own)).not.toBe(await idOf(other));
  const info = await client.get(`users.info?userId=${userId}&includeUserRooms=true`);
  expect(info.body.user?.rooms).toContainEqual(
    expect.objectContaining({ _id: await idOf(own), rid: general, name: "general", t: "c" }),
  );
});

test("another user's rooms need a permission", async () => {
  expect((await client.get(`users.info?userId=${userId}`)).body.user).not.toHaveProperty("rooms");
  const other = await client.mint(await client.createUser("a.analyst"));
  const info = await client.get(`users.info?userId=${userId}&includeUserRooms=true`, other);
  expect(info.body.user).not.toHaveProperty("rooms");
});

test("messages are posted, read and counted", async () => {
  const posted = await client.post("chat.postMessage", { channel: "#general", text: "Hello @rc.admin" }, own);
  expect(posted.body).toMatchObject({ channel: "general", message: { rid: general, msg: "Hello @rc.admin" } });
  await client.post("chat.sendMessage", { message: { rid: general, msg: "Second", _id: "own-id" } }, own);
  const history = await client.get(`channels.history?roomId=${general}&count=2`, own);
  expect((history.body.messages as { msg: string }[]).map(({ msg }) => msg)).toEqual(["Second", "Hello @rc.admin"]);
  const messages = await client.get(`channels.messages?roomName=general&count=1`, own);
  expect(messages.body).toMatchObject({ count: 1, offset: 0, total: 6 });
  await client.post("subscriptions.read", { rid: general }, own);
  const one = await client.get(`subscriptions.getOne?roomId=${general}`, own);
  expect(one.body.subscription).toMatchObject({ unread: 0 });
});

test("channels.list shows what everyone may see and the user's own", async () => {
  const names = async (headers: Own) =>
    ((await client.get("channels.list", headers)).body.channels as { name: string }[]).map(({ name }) => name);
  expect(await names(own)).toEqual(["general"]);
  expect(await names(await client.mint(await client.createUser("a.analyst")))).toContain("sales-emea");
});

test("presence is told and set", async () => {
  await client.post("users.setStatus", { status: "busy", message: "In a call" }, own);
  expect((await client.get("users.getStatus", own)).body).toMatchObject({ status: "busy", message: "In a call" });
  expect((await client.get(`users.getStatus?userId=${userId}`, broker)).body).toMatchObject({ status: "busy" });
  expect((await client.get("users.presence", own)).body.users).toContainEqual(
    expect.objectContaining({ username: "v.viewer", status: "busy" }),
  );
  const list = await client.get("users.list?count=3", own);
  expect(list.body).toMatchObject({ count: 3, offset: 0 });
});

describe("settings.public", () => {
  const ids = async (query: string) => {
    const { body } = await client.get(`settings.public?${query}`, {});
    return { ids: (body.settings as { _id: string }[]).map(({ _id }) => _id), total: Number(body.total) };
  };

  test("count=0 is everything, or one page where the server allows no endless lists", async () => {
    const all = await ids("count=0");
    expect(all.ids).toHaveLength(all.total);
    await client.post("settings/API_Allow_Infinite_Count", { value: false }, admin);
    await client.post("settings/API_Default_Count", { value: 5 }, admin);
    expect((await ids("count=0")).ids).toHaveLength(5);
    await client.post("settings/API_Upper_Count_Limit", { value: 7 }, admin);
    expect((await ids("count=90")).ids).toHaveLength(7);
  });

  test("_id asks for some of them, whatever the page's size", async () => {
    const wanted = ["Iframe_Integration_send_enable", "Accounts_iframe_url"];
    expect((await ids(`_id=${wanted.join(",")}`)).ids.sort()).toEqual(wanted.sort());
  });

  test("values have the type of their setting", async () => {
    const { body } = await client.get("settings.public?count=0", {});
    const values = new Map((body.settings as { _id: string; value: unknown }[]).map((one) => [one._id, one.value]));
    expect(typeof values.get("Accounts_iframe_enabled")).toBe("boolean");
    expect(typeof values.get("Accounts_LoginExpiration")).toBe("number");
    expect(typeof values.get("Accounts_iframe_url")).toBe("string");
    const wrong = await client.send("POST", "/sandbox/settings", {}, { Accounts_iframe_enabled: "true" });
    expect(wrong.status).toBe(400);
  });
});
