import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, renderHook, screen, waitFor } from "@testing-library/react";
import { useEffect } from "react";
import { useSessionWatch } from "@/components/shell/session-watch";
import { type EmbedHost, type EmbedReport, useEmbedHost } from "@/lib/vendors/embed-host";
import { EmbedFrame, type EmbedFrameProps } from "./embed-frame";

/** What the embed inside the frame was given last, and how often one was mounted. */
let host: EmbedHost;
let mounts = 0;
/** What the embed does when it mounts. */
let onMount: (host: EmbedHost) => void = () => {};

function Embed() {
  const given = useEmbedHost();
  host = given;
  const { grant, report } = given;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per mount, as a vendor's embed does it
  useEffect(() => {
    mounts += 1;
    onMount(given);
  }, [grant, report]);
  return <iframe title="The product" />;
}

const frame: EmbedFrameProps = {
  vendor: { id: "acme", name: "Acme", endpoint: "/api/acme/token", oneGrant: false, keepAlive: false, reusable: true },
  item: { slug: "sales", vendor: "acme", kind: "dashboard", title: "Sales", description: "", target: {} },
  browser: {},
  Embed,
  userId: "user-1",
  href: "/dashboards/sales",
};

function show(more: Partial<EmbedFrameProps> = {}) {
  const draw = (props: Partial<EmbedFrameProps>) => (
    <QueryClientProvider client={queries}>
      <EmbedFrame {...frame} {...props} />
    </QueryClientProvider>
  );
  const queries = new QueryClient();
  const view = render(draw(more));
  return { ...view, again: (props: Partial<EmbedFrameProps>) => view.rerender(draw(props)) };
}

const section = () => screen.getByRole("region", { name: "Sales, Acme" });
const state = () => section().dataset.state;
const alertText = () => section().querySelector("[role=alert]")?.textContent;
const report = (said: EmbedReport) => act(() => host.report(said));
const answer = (body: object, status = 200) =>
  jest.fn(async () => ({ ok: status < 400, status, headers: new Headers(), json: async () => body }) as Response);

beforeEach(() => {
  mounts = 0;
  onMount = () => {};
  window.matchMedia = jest.fn().mockReturnValue({ matches: false, addEventListener() {}, removeEventListener() {} });
  class Channel {
    static open = new Set<Channel>();
    onmessage: ((event: { data: unknown }) => void) | null = null;
    constructor() {
      Channel.open.add(this);
    }
    postMessage(data: unknown) {
      for (const other of Channel.open) if (other !== this) other.onmessage?.({ data });
    }
    close() {
      Channel.open.delete(this);
    }
  }
  globalThis.BroadcastChannel = Channel as unknown as typeof BroadcastChannel;
});

afterEach(() => {
  jest.useRealTimers();
});

describe("what goes wrong", () => {
  test("a refused grant takes the product away, names the cause and offers what the table says", async () => {
    global.fetch = answer({ code: "credential_missing", detail: "Link it once.", requestId: "4be1-90d2" }, 409);
    onMount = ({ grant }) => grant.take().catch(() => {});
    show();
    await waitFor(() => expect(state()).toBe("failed"));
    expect(section().dataset.code).toBe("credential_missing");
    expect(screen.queryByTitle("The product")).toBeNull();
    expect(alertText()).toContain("Connect your Acme account");
    expect(alertText()).toContain("Link it once.");
    expect(screen.getByRole("link", { name: "Connect account" }).getAttribute("href")).toBe(
      "/account/connections?from=%2Fdashboards%2Fsales",
    );
    expect(screen.getByText("credential_missing · 4be1-90d2")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });

  test("a lost portal session is `expired`, shows nothing of the product and leads back here", async () => {
    global.fetch = answer({ code: "unauthenticated" }, 401);
    onMount = ({ grant }) => grant.take().catch(() => {});
    show();
    await waitFor(() => expect(state()).toBe("expired"));
    expect(screen.queryByTitle("The product")).toBeNull();
    expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe(
      "/signin?from=%2Fdashboards%2Fsales",
    );
  });

  test("a renewal refused for want of a session ends the frame; any other refusal is the embed's to judge", async () => {
    show();
    report({ state: "interactive" });
    global.fetch = answer({ code: "vendor_unreachable" }, 502);
    await act(() => host.grant.renew().catch(() => {}));
    expect(state()).toBe("interactive");
    global.fetch = answer({ code: "unauthenticated" }, 401);
    await act(() => host.grant.renew().catch(() => {}));
    expect(state()).toBe("expired");
  });

  test("without the vendor's proof the frame gives up after ten seconds, and not before", () => {
    jest.useFakeTimers();
    show({ openAddress: "https://acme.example/sales" });
    report({ state: "loading" });
    act(() => jest.advanceTimersByTime(9_999));
    expect(state()).toBe("loading");
    act(() => jest.advanceTimersByTime(1));
    expect(state()).toBe("failed");
    expect(section().dataset.code).toBe("embed_timeout");
    expect(screen.getByRole("link", { name: "Open in a new tab" }).getAttribute("href")).toBe(
      "https://acme.example/sales",
    );
  });

  test("a renewal before the proof does not stop the clock", () => {
    jest.useFakeTimers();
    show();
    report({ state: "loading" });
    act(() => jest.advanceTimersByTime(6_000));
    report({ state: "renewing" });
    report({ state: "loading" });
    act(() => jest.advanceTimersByTime(4_000));
    expect(section().dataset.code).toBe("embed_timeout");
  });

  test("what a failed embed still reports changes nothing", () => {
    show();
    const former = host;
    report({ state: "failed", problem: { code: "sdk_unavailable" } });
    act(() => former.report({ state: "interactive" }));
    expect(state()).toBe("failed");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    act(() => former.report({ state: "interactive" }));
    expect(state()).toBe("authorizing");
  });

  test("sign-out in another tab takes the product off the screen", () => {
    show();
    report({ state: "interactive" });
    // The shell listens to the channel, the frame to the shell.
    renderHook(() => useSessionWatch("user-1", new Date(Date.now() + 60_000).toISOString()));
    act(() => new BroadcastChannel("portal-session").postMessage({ type: "signed-out" }));
    expect(state()).toBe("expired");
    expect(section().dataset.code).toBe("unauthenticated");
    expect(screen.queryByTitle("The product")).toBeNull();
  });

  test("a vendor's outage is tried again by itself after half a minute; a refusal of access never", () => {
    jest.useFakeTimers();
    show();
    report({ state: "failed", problem: { code: "vendor_unreachable" } });
    expect(alertText()).toContain("tries again in 30 seconds");
    act(() => jest.advanceTimersByTime(30_000));
    expect(state()).toBe("authorizing");
    report({ state: "failed", problem: { code: "item_missing" } });
    act(() => jest.advanceTimersByTime(600_000));
    expect(state()).toBe("failed");
  });

  test("offline waits for the network", () => {
    show();
    report({ state: "failed", problem: { code: "offline" } });
    act(() => {
      window.dispatchEvent(new Event("online"));
    });
    expect(state()).toBe("authorizing");
  });
});

describe("what goes right", () => {
  test("from signing in over loading to the product, each said in the polite region", async () => {
    global.fetch = answer({ token: "t" });
    show();
    const polite = section().querySelector("[role=status]");
    expect(state()).toBe("authorizing");
    expect(polite?.textContent).toBe("Signing in to Acme");
    await act(async () => {
      await host.grant.take();
    });
    expect(state()).toBe("loading");
    expect(polite?.textContent).toBe("Sales is loading");
    report({ state: "interactive" });
    expect(state()).toBe("interactive");
    expect(polite?.textContent).toBe("Sales is ready");
    expect(section().getAttribute("aria-busy")).toBe("false");
  });

  test("after four seconds it says what it waits for", () => {
    jest.useFakeTimers();
    show();
    report({ state: "loading", waitingFor: "the first page" });
    act(() => jest.advanceTimersByTime(3_999));
    expect(screen.queryByText(/Still loading/)).toBeNull();
    act(() => jest.advanceTimersByTime(1));
    expect(screen.getByText("Still loading: waiting for the first page.")).toBeTruthy();
    report({ state: "interactive" });
    expect(screen.queryByText(/Still loading/)).toBeNull();
  });

  test("a renewal leaves the product where it is, however long it takes", () => {
    jest.useFakeTimers();
    show();
    report({ state: "interactive" });
    const product = screen.getByTitle("The product");
    report({ state: "renewing" });
    expect(state()).toBe("renewing");
    act(() => jest.advanceTimersByTime(60_000));
    report({ state: "interactive" });
    expect(state()).toBe("interactive");
    expect(screen.getByTitle("The product")).toBe(product);
    expect(mounts).toBe(1);
  });

  test("a retry mounts the embed again, and the keyboard stays at the frame", () => {
    show();
    report({ state: "failed", problem: { code: "embed_failed" } });
    const button = screen.getByRole("button", { name: "Try again" });
    button.focus();
    fireEvent.click(button);
    expect(mounts).toBe(2);
    expect(state()).toBe("authorizing");
    expect(document.activeElement).toBe(section());
  });

  test("the embed learns that it is hidden without being given a new way to report", () => {
    const { again } = show({ visible: true });
    const before = host;
    again({ visible: false });
    expect(host.visible).toBe(false);
    expect(host.report).toBe(before.report);
    expect(host.grant).toBe(before.grant);
    expect(mounts).toBe(1);
  });

  test("a frame with one grant for all items follows the route without a new mount", () => {
    const vendor = { ...frame.vendor, oneGrant: true };
    const { again } = show({ vendor });
    const before = host;
    again({ vendor, item: { ...frame.item, slug: "other", title: "Sales" } });
    expect(section().dataset.item).toBe("other");
    expect(host.grant).toBe(before.grant);
    expect(mounts).toBe(1);
  });

  test("another item in an open frame is not shown as ready before its own proof, in the same mount", () => {
    const { again } = show();
    report({ state: "interactive" });
    const product = screen.getByTitle("The product");
    const former = host;
    again({ item: { ...frame.item, slug: "other" } });
    expect([section().dataset.item, state()]).toEqual(["other", "authorizing"]);
    expect(screen.getByTitle("The product")).toBe(product);
    // What the embed still says of the item before is old news.
    act(() => former.report({ state: "interactive" }));
    expect(state()).toBe("authorizing");
    expect(host.grant).not.toBe(former.grant);
    report({ state: "loading" });
    report({ state: "interactive" });
    expect(state()).toBe("interactive");
  });

  test.each([
    ["is still loading", { state: "loading" }],
    ["has failed", { state: "failed", problem: { code: "embed_failed" } }],
    ["is renewing its session", { state: "renewing" }],
  ] satisfies [string, EmbedReport][])("another item in a frame that %s starts afresh", (_name, said) => {
    const { again } = show();
    report(said);
    again({ item: { ...frame.item, slug: "other" } });
    expect([section().dataset.item, state(), mounts]).toEqual(["other", "authorizing", 2]);
  });

  test("a link leads past the product", () => {
    show();
    const link = screen.getByRole("link", { name: "Skip past the embedded product" });
    const target = document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    expect(target?.textContent).toBe("End of Sales");
    expect(section().compareDocumentPosition(target ?? section())).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(link.compareDocumentPosition(section())).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });
});
