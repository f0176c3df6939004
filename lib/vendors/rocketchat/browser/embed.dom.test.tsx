/** The frame in the page: its attributes, and which frames it listens to. */
import { act, render } from "@testing-library/react";
import { type EmbedHost, EmbedHostContext, type EmbedReport } from "@/lib/vendors/embed-host";
import type { Grant } from "../protocol";
import Embed from "./embed";
import { currentChat } from "./live";

jest.mock("next/navigation", () => ({ usePathname: () => window.location.pathname }));

const origin = "https://chat.example";
const item = (slug: string) => ({
  slug,
  vendor: "rocketchat",
  kind: "room",
  title: `# ${slug}`,
  description: "",
  target: { path: `/channel/${slug}` },
});

function setUp(userId = "anna") {
  const reports: EmbedReport[] = [];
  const take = async (): Promise<Grant> => ({ token: `token-of-${userId}`, userId: "u", expiresAt: "x" });
  const host: EmbedHost<Grant> = {
    grant: { take, renew: take },
    report: (report) => reports.push(report),
    userId,
    theme: "dark",
    locale: "en",
    visible: true,
    docked: false,
    view: { asked: () => ({ filters: [] }), shown() {}, lost() {} },
  };
  return { reports, host };
}

const tree = (host: EmbedHost<Grant>, slug: string) => (
  <EmbedHostContext value={host as EmbedHost}>
    <Embed item={item(slug)} items={[item("general"), item("sales-emea")]} browser={{ url: `${origin}/rc`, origin }} />
  </EmbedHostContext>
);

const frameOf = (container: HTMLElement) => {
  const frame = container.querySelector("iframe");
  if (!frame?.contentWindow) throw new Error("There is no frame");
  return { frame, contentWindow: frame.contentWindow };
};

/** Neither picture nor keyboard, pointer or assistive technology reaches it. */
const isOutOfReach = (frame: HTMLIFrameElement) => frame.style.opacity === "0" && frame.hasAttribute("inert");

const say = (source: MessageEventSource | null, from: string, data: unknown) =>
  act(async () => {
    window.dispatchEvent(new MessageEvent("message", { source, origin: from, data }));
  });

const startup = { eventName: "startup", data: true };
const unread = { eventName: "unread-changed", data: 3 };
/** A release that names the subscription's user; without that the portal's server is asked. */
const own = {
  eventName: "unread-changed-by-subscription",
  data: { _id: "s", rid: "r", t: "c", name: "general", u: { _id: "u" } },
};

beforeEach(() => {
  window.localStorage.setItem("portico:chat-user", "anna");
  window.history.replaceState(null, "", "/chat/general");
});

test("the frame has a title, a way to be told apart and no more rights than a chat needs", async () => {
  const { container } = render(tree(setUp().host, "general"));
  const { frame } = frameOf(container);
  expect(frame.src).toBe(`${origin}/rc/channel/general`);
  expect(frame.title).toBe("Chat: # general");
  expect(frame.getAttribute("sandbox")).not.toContain("allow-top-navigation");
  expect(frame.getAttribute("referrerpolicy")).toBe("strict-origin");
});

test("neither another window nor another origin is listened to", async () => {
  const { host, reports } = setUp();
  const { container } = render(tree(host, "general"));
  const { contentWindow } = frameOf(container);
  const post = jest.spyOn(contentWindow, "postMessage");
  for (const [source, from] of [
    [window, origin],
    [null, origin],
    [contentWindow, "https://evil.example"],
    [contentWindow, `${origin}.evil.example`],
    [contentWindow, "null"],
  ] as const) {
    await say(source, from, startup);
    await say(source, from, own);
  }
  expect(post).not.toHaveBeenCalled();
  expect(reports.map(({ state }) => state)).not.toContain("interactive");
});

test("the token goes to Rocket.Chat's origin, and what follows is told to the shell", async () => {
  const { host, reports } = setUp();
  const { container, unmount } = render(tree(host, "general"));
  const { frame, contentWindow } = frameOf(container);
  const post = jest.spyOn(contentWindow, "postMessage");
  await say(contentWindow, origin, startup);
  expect(post.mock.calls).toEqual([[{ externalCommand: "login-with-token", token: "token-of-anna" }, origin]]);
  expect(isOutOfReach(frame)).toBe(true);
  await say(contentWindow, origin, own);
  expect(isOutOfReach(frame)).toBe(false);
  await say(contentWindow, origin, unread);
  expect(reports.at(-1)).toEqual({ state: "interactive" });
  expect(currentChat()).toMatchObject({ connected: true, unread: 3 });
  unmount();
  expect(currentChat()).toMatchObject({ connected: false, unread: 0 });
});

test("another room keeps the frame; another user does not", async () => {
  const { host } = setUp();
  const { container, rerender } = render(tree(host, "general"));
  const { frame, contentWindow } = frameOf(container);
  await say(contentWindow, origin, startup);
  await say(contentWindow, origin, own);
  const post = jest.spyOn(contentWindow, "postMessage");
  rerender(tree(host, "sales-emea"));
  expect(frameOf(container).frame).toBe(frame);
  expect(frame.src).toBe(`${origin}/rc/channel/general`);
  expect(post).toHaveBeenCalledWith({ externalCommand: "go", path: "/channel/sales-emea" }, origin);
  rerender(tree(setUp("bruno").host, "sales-emea"));
  expect(frameOf(container).frame).not.toBe(frame);
});

test("the address follows the open room, and leaves other pages alone", async () => {
  const { host } = setUp();
  const { container } = render(tree(host, "general"));
  const { contentWindow } = frameOf(container);
  await say(contentWindow, origin, startup);
  await say(contentWindow, origin, own);
  const opened = (name: string) => ({ eventName: "room-opened", data: { _id: "r", t: "c", name } });
  await say(contentWindow, origin, opened("sales-emea"));
  expect(window.location.pathname).toBe("/chat/sales-emea");
  await say(contentWindow, origin, opened("no-item"));
  expect(window.location.pathname).toBe("/chat");
  window.history.replaceState(null, "", "/dashboards/sales-performance");
  await say(contentWindow, origin, opened("general"));
  expect(window.location.pathname).toBe("/dashboards/sales-performance");
});

test("a frame whose login is another user's is out of reach at once, and every new document begins so", async () => {
  const { host } = setUp();
  const { container } = render(tree(host, "general"));
  const first = frameOf(container);
  expect(isOutOfReach(first.frame)).toBe(true);
  await say(first.contentWindow, origin, startup);
  await say(first.contentWindow, origin, { eventName: "Custom_Script_Logged_In" });
  await say(first.contentWindow, origin, own);
  expect(isOutOfReach(first.frame)).toBe(false);
  await say(first.contentWindow, origin, { ...own, data: { ...own.data, u: { _id: "another" } } });
  expect(isOutOfReach(first.frame)).toBe(true);
  expect(currentChat()).toMatchObject({ connected: false, unread: 0 });
  await say(first.contentWindow, origin, own);
  const second = frameOf(container);
  expect(second.frame).not.toBe(first.frame);
  expect(isOutOfReach(second.frame)).toBe(true);
});
