/** The component against a stand-in for the SDK: order and number of calls, which the real one is touchy about. */
import { act, render, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { type EmbedHost, EmbedHostContext, type EmbedReport } from "@/lib/vendors/embed-host";
import type { EmbedItem } from "@/lib/vendors/vendor";
import type { BrowserConfig, Grant } from "../protocol";
import Embed from "./embed";
import { loadSdk } from "./sdk";

type Listener = (payload?: unknown) => void;

const log: string[] = [];
const authListeners = new Map<string, Listener>();
let getAuthToken: () => Promise<string> = async () => "";

class FakeEmbed {
  static last: FakeEmbed | undefined;
  readonly listeners = new Map<string, Listener>();
  constructor(
    readonly container: HTMLElement,
    readonly config: Record<string, unknown>,
  ) {
    log.push("construct");
    FakeEmbed.last = this;
  }
  on(type: string, listener: Listener) {
    this.listeners.set(type, listener);
    return this;
  }
  async render() {
    this.container.append(document.createElement("iframe"));
  }
  async trigger(type: string) {
    log.push(`trigger ${type}`);
  }
  destroy() {
    log.push("destroy");
    this.container.replaceChildren();
  }
}

jest.mock("@thoughtspot/visual-embed-sdk", () => ({
  init: (config: { getAuthToken: () => Promise<string> }) => {
    log.push("init");
    getAuthToken = config.getAuthToken;
    return { on: (status: string, listener: Listener) => authListeners.set(status, listener) };
  },
  resetCachedAuthToken: () => log.push("reset"),
  AuthType: { TrustedAuthToken: "AuthServer", TrustedAuthTokenCookieless: "AuthServerCookieless" },
  AuthStatus: { FAILURE: "FAILURE", SDK_SUCCESS: "SDK_SUCCESS", SUCCESS: "SUCCESS", LOGOUT: "LOGOUT" },
  AuthFailureType: { SDK: "SDK" },
  RuntimeFilterOp: { IN: "IN" },
  LogLevel: { SILENT: "SILENT" },
  get LiveboardEmbed() {
    return FakeEmbed;
  },
}));

const browser: BrowserConfig = { host: "http://thoughtspot.localhost:4003", login: "cookieless", tokenCheck: true };
const item = (liveboardId: string): EmbedItem => ({
  slug: liveboardId,
  vendor: "thoughtspot",
  kind: "liveboard",
  title: "Customer health",
  description: "",
  target: { liveboardId },
});

function host(userId: string, more: Partial<EmbedHost<Grant>> = {}) {
  const reports: EmbedReport[] = [];
  const grant = (token: string): Grant => ({ token, username: "a", expiresAt: "" });
  const value: EmbedHost<Grant> = {
    grant: { take: async () => grant(`${userId}-1`), renew: async () => grant(`${userId}-2`) },
    report: (report) => reports.push(report),
    userId,
    theme: "light",
    locale: "de",
    visible: true,
    docked: false,
    view: { asked: () => ({ filters: [] }), shown() {}, lost() {} },
    ...more,
  };
  return { value, reports };
}

/** Lets the embed's own dynamic import finish, which is the same promise, and what hangs on it. */
const settle = () => act(async () => void (await loadSdk()));
const say = (type: string, payload?: unknown) => act(async () => FakeEmbed.last?.listeners.get(type)?.(payload));
const authSays = (status: string, payload?: unknown) => act(async () => authListeners.get(status)?.(payload));

beforeEach(() => {
  log.length = 0;
});

test("StrictMode's double effects initialise once, before the only embed is constructed", async () => {
  const { value } = host("strict");
  render(
    <StrictMode>
      <EmbedHostContext value={value as EmbedHost}>
        <Embed item={item("one")} browser={browser} />
      </EmbedHostContext>
    </StrictMode>,
  );
  await settle();
  expect(log.filter((entry) => entry === "init" || entry === "construct")).toEqual(["init", "construct"]);
  expect(FakeEmbed.last?.config).toMatchObject({
    liveboardId: "one",
    locale: "de-DE",
    frameParams: { title: "Customer health" },
  });
});

test("interactive takes the SDK's confirmation and the rendered item, in either order, and nothing less", async () => {
  const { value, reports } = host("proofs");
  render(
    <EmbedHostContext value={value as EmbedHost}>
      <Embed item={item("one")} browser={browser} />
    </EmbedHostContext>,
  );
  await settle();
  await act(async () => expect(await getAuthToken()).toBe("proofs-1"));
  for (const type of ["load", "appInit", "authInit", "EmbedListenerReady", "PinboardRendered"]) await say(type);
  await authSays("SDK_SUCCESS");
  expect(reports.map(({ state }) => state)).not.toContain("interactive");
  await authSays("SUCCESS", { userName: "A" });
  expect(reports.at(-1)).toEqual({ state: "interactive" });
  // Told after the SDK has renewed: no failure.
  await authSays("FAILURE", "EXPIRY");
  expect(reports.at(-1)).toEqual({ state: "interactive" });
});

test("someone else's session is taken off the page", async () => {
  const { value, reports } = host("switched");
  const { container } = render(
    <EmbedHostContext value={value as EmbedHost}>
      <Embed item={item("one")} browser={browser} />
    </EmbedHostContext>,
  );
  await settle();
  await act(async () => void (await getAuthToken()));
  for (const type of ["load", "appInit", "authInit", "PinboardRendered"]) await say(type);
  await authSays("SUCCESS", { userName: "b" });
  expect(reports.at(-1)).toMatchObject({ state: "failed", problem: { code: "embed_refused" } });
  expect(container.querySelector("iframe")).toBeNull();
});

test("a parent that renders again does not start the embed again; another item does", async () => {
  const { value } = host("parent");
  const first = item("one");
  const show = (shown: EmbedItem, theme: "light" | "dark") => (
    <EmbedHostContext value={{ ...value, theme } as EmbedHost}>
      <Embed item={shown} browser={browser} />
    </EmbedHostContext>
  );
  const { rerender, unmount } = render(show(first, "light"));
  await settle();
  rerender(show(first, "dark"));
  await settle();
  expect(log.filter((entry) => entry === "construct")).toHaveLength(1);
  rerender(show(item("two"), "dark"));
  await settle();
  expect(log.filter((entry) => entry === "construct")).toHaveLength(2);
  expect(log.filter((entry) => entry === "init")).toHaveLength(1);
  log.length = 0;
  unmount();
  await waitFor(() => expect(log).toEqual(["destroy", "reset"]));
});
