import fc from "fast-check";
import { Problem } from "@/lib/problem/problem";
import { deepLink, openAddress, roomPath } from "../../deep-link";
import { openRoom } from "./open";

const getSession = jest.fn();
const grantFor = jest.fn();
jest.mock("@/lib/auth/session", () => ({ getSession: () => getSession() }));
jest.mock("@/lib/grants/grant", () => ({ grantFor: (order: unknown) => grantFor(order) }));

beforeEach(() => {
  getSession.mockReset().mockResolvedValue({ id: "s", user: { id: "u" } });
  grantFor.mockReset().mockResolvedValue({ token: "t+/=&x", userId: "u", expiresAt: "x" });
});

const open = (path: string | null, headers: Record<string, string> = {}) =>
  openRoom(
    new Request(
      `http://portal.localhost:3000/open/rocketchat${path === null ? "" : `?path=${encodeURIComponent(path)}`}`,
      {
        headers,
      },
    ),
    { params: Promise.resolve({}) },
  );

const hostile = [
  "",
  "channel/general",
  "//evil.example",
  "//evil.example/channel/general",
  "/\\evil.example",
  "/channel//evil.example",
  "/channel/\\evil.example",
  "/channel/..",
  "/channel/%2e%2e",
  "/channel/%2f%2fevil.example",
  "/channel/%5cevil",
  "/channel/a%00b",
  "/channel/a%0d%0aSet-Cookie:x",
  "/channel/a\r\nSet-Cookie: x",
  "/channel/a/../../api/v1/me",
  "/channel/a?resumeToken=other",
  "/channel/a#x",
  "/channel/%",
  "/channel/%zz",
  "/api/v1/logout",
  "/admin/settings",
  "/account/tokens",
  "https://evil.example/channel/general",
  "javascript:alert(1)",
  "/channel",
  "/channel/",
  "/home/channel",
  "/home?msg=abc",
  "/channel/general?msg=",
  "/channel/general?msg=a&resumeToken=other",
  "/channel/general?msg=a%26resumeToken=b",
  "/channel/general?msg=a?msg=b",
  "/channel/general/thread",
  "/channel/general/thread/",
  "/channel/general/thread/a/b",
  "/channel/general/info/abc",
  "/channel/general//",
  "/channel/a%252fb",
  `/channel/${"a".repeat(400)}`,
];

test.each(hostile)("%j is no room: nothing is minted", async (path) => {
  expect(roomPath(path)).toBeNull();
  expect((await open(path)).status).toBe(400);
  expect(grantFor).not.toHaveBeenCalled();
});

test("whatever comes in, the browser stays at Rocket.Chat's origin and keeps the portal's token", () => {
  const parts = fc.constantFrom(
    "/",
    "\\",
    "..",
    ".",
    "channel",
    "group",
    "direct",
    "home",
    "%2f",
    "%5c",
    "?",
    "#",
    "@",
    ":",
    "evil.example",
    "//",
    "a b",
  );
  const input = fc.oneof(
    fc.string(),
    fc.webPath(),
    fc.array(parts, { maxLength: 8 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(input, (path) => {
      const room = roomPath(path);
      fc.pre(room !== null);
      const url = new URL(deepLink("https://chat.example", room ?? "", "t+/=&x"));
      expect(url.origin).toBe("https://chat.example");
      expect(url.pathname).toMatch(/^\/(home|(channel|group|direct)\/[^/]+(\/thread\/[^/]+)?)$/);
      const parameters = [...url.searchParams].filter(([name]) => name !== "msg");
      expect(parameters).toEqual([["resumeToken", "t+/=&x"]]);
      expect(url.hash).toBe("");
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["/", "/home"],
  ["/home", "/home"],
  ["/channel/general", "/channel/general"],
  ["/group/a%20b", "/group/a%20b"],
  ["/direct/aB3_x-Y", "/direct/aB3_x-Y"],
  ["/home/", "/home"],
  ["/channel/general/", "/channel/general"],
  ["/channel/général", "/channel/g%C3%A9n%C3%A9ral"],
  ["/channel/g%C3%A9n%C3%A9ral", "/channel/g%C3%A9n%C3%A9ral"],
  ["/channel/総務", "/channel/%E7%B7%8F%E5%8B%99"],
  ["/channel/general/thread/aBc123", "/channel/general/thread/aBc123"],
])("%s leads to %s", async (path, room) => {
  const response = await open(path);
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toBe(`http://chat.localhost:4002${room}?resumeToken=t%2B%2F%3D%26x`);
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test.each([
  ["/channel/general?msg=aBc123", "/channel/general?msg=aBc123&resumeToken="],
  ["/group/board/thread/abc?msg=def", "/group/board/thread/abc?msg=def&resumeToken="],
])("the vendor's own link to a message, %s, leads to that message", async (path, address) => {
  expect((await open(path)).headers.get("location")).toContain(`http://chat.localhost:4002${address}`);
});

test("a link that is refused gets a page for people, with a way on", async () => {
  const response = await open("//evil.example");
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const page = await response.text();
  expect(page).toContain("This link leads nowhere");
  expect(page).toContain('<a href="/chat">');
  expect(page).not.toContain("evil");
});

test("without a path it leads home", async () => {
  expect((await open(null)).headers.get("location")).toContain("/home?resumeToken=");
});

test.each<Record<string, string>>([{ "sec-purpose": "prefetch;prerender" }, { purpose: "prefetch" }])(
  "%j: a look ahead mints nothing",
  async (headers) => {
    expect((await open("/home", headers)).status).toBe(204);
    expect(grantFor).not.toHaveBeenCalled();
  },
);

test("neither does a look at the headers alone, nor an address with two rooms", async () => {
  const address = "http://portal.localhost:3000/open/rocketchat?path=/home";
  const ask = (url: string, method: string) => openRoom(new Request(url, { method }), { params: Promise.resolve({}) });
  expect((await ask(address, "HEAD")).status).toBe(204);
  expect((await ask(`${address}&path=/channel/general`, "GET")).status).toBe(400);
  expect(grantFor).not.toHaveBeenCalled();
});

test.each(["iframe", "image", "empty", "script"])("used as %s it mints nothing", async (destination) => {
  expect((await open("/home", { "sec-fetch-dest": destination })).status).toBe(403);
  expect(grantFor).not.toHaveBeenCalled();
});

test("someone who is signed out signs in first and comes back to the link", async () => {
  getSession.mockResolvedValue(null);
  const response = await open("/channel/general", { "sec-fetch-dest": "document" });
  expect(response.headers.get("location")).toBe(`/signin?from=${encodeURIComponent(openAddress("/channel/general"))}`);
  expect(grantFor).not.toHaveBeenCalled();
});

test("a refused grant leads to the chat's page, which says why", async () => {
  grantFor.mockRejectedValue(new Problem("account_disabled"));
  expect((await open("/home")).headers.get("location")).toBe("/chat");
});
