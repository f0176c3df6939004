import { act, render, renderHook, screen } from "@testing-library/react";
import { forgetOutages, lookEveryMs, noteVendor, reportEmbed, useStatusRefresh } from "./live-status";
import type { SectionView } from "./portal-view";
import { StatusLine, statusText, useStatuses } from "./status";

const section = (id: string, more: Partial<SectionView>): SectionView => ({
  id,
  name: "Acme",
  section: "Dashboards",
  route: "/dashboards",
  kind: "dashboard",
  state: "ready",
  account: "a.analyst",
  since: null,
  code: null,
  openedAt: null,
  sandboxed: true,
  linkable: false,
  linked: true,
  ...more,
});

const stateOf = (view: SectionView) => renderHook(() => useStatuses([view]).get(view.id)).result;

describe("a vendor's status", () => {
  test("what the page has seen never makes up for a missing account or link", () => {
    const unmapped = stateOf(section("v1", { state: "unmapped", account: null }));
    const unlinked = stateOf(section("v2", { state: "unlinked" }));
    act(() => {
      noteVendor("v1", "connected");
      noteVendor("v2", "connected");
    });
    expect(unmapped.current?.state).toBe("unmapped");
    expect(unlinked.current?.state).toBe("unlinked");
  });

  test("an embed that shows its product or gets no answer is believed at once", () => {
    const status = stateOf(section("v3", {}));
    act(() => noteVendor("v3", "unavailable"));
    expect(status.current).toMatchObject({ state: "unavailable", since: expect.stringMatching(/^\d{4}-/) });
    act(() => noteVendor("v3", "connected"));
    expect(status.current).toMatchObject({ state: "connected", since: null });
  });

  test("an outage that the server has seen since is not hidden by an older success", () => {
    act(() => noteVendor("v4", "connected"));
    const since = new Date(Date.now() + 60_000).toISOString();
    expect(stateOf(section("v4", { state: "unavailable", since })).current?.state).toBe("unavailable");
  });

  test("a page that the server has rendered again shows the end of an outage, and keeps every success", () => {
    const down = stateOf(section("v5", {}));
    const up = stateOf(section("v6", {}));
    act(() => {
      noteVendor("v5", "unavailable");
      noteVendor("v6", "connected");
    });
    act(() => forgetOutages());
    expect(down.current?.state).toBe("ready");
    expect(up.current?.state).toBe("connected");
  });

  test("every state is words, with the time an outage began in the user's own clock", () => {
    expect(statusText(section("v", { state: "connected" }))).toBe("Connected as a.analyst");
    expect(statusText(section("v", { state: "unlinked" }))).toBe("Not linked");
    const since = "2026-11-20T10:32:00.000Z";
    render(<StatusLine status={section("v", { state: "unavailable", since })} />);
    const time = new Date(since).toLocaleTimeString(undefined, { timeStyle: "short" });
    expect(screen.getByText(/Unavailable/).textContent).toBe(`Unavailable since ${time}`);
  });

  test("an error is told apart from a product that does not answer", () => {
    const since = "2026-11-20T10:32:00.000Z";
    const failing = (code: SectionView["code"]) => statusText(section("v", { state: "failing", since, code }));
    expect(failing("vendor_failed")).toMatch(/^Had an error since \d/);
    expect(failing("embed_blocked")).toMatch(/^Does not open since \d/);
  });
});

describe("the page", () => {
  const answers = jest.fn<Promise<object>, [string, RequestInit]>();
  const answer = (body: object, status = 200) => ({
    ok: status === 200,
    status,
    headers: new Headers(),
    json: async () => body,
  });
  const told = (more: object) => ({ id: "p1", state: "ready", account: "a.analyst", since: null, code: null, ...more });
  const view = { sections: [section("p1", { state: "connected" })] };
  const show = () => renderHook(() => [useStatusRefresh(view), useStatuses(view.sections).get("p1")?.state] as const);
  const halfAMinute = () => act(() => jest.advanceTimersByTimeAsync(lookEveryMs));

  beforeEach(() => {
    jest.useFakeTimers();
    answers.mockReset();
    globalThis.fetch = answers as unknown as typeof fetch;
  });
  afterEach(() => jest.useRealTimers());

  test("asks the server again every half minute, and shows what it says", async () => {
    const { result } = show();
    expect(result.current[1]).toBe("connected");
    answers.mockResolvedValue(answer({ vendors: [told({ state: "failing", code: "vendor_failed" })] }));
    await halfAMinute();
    expect(answers).toHaveBeenCalledWith("/api/status", expect.anything());
    expect(result.current[1]).toBe("failing");
    answers.mockResolvedValue(answer({ vendors: [told({ state: "ready" })] }));
    await halfAMinute();
    expect(result.current[1]).toBe("ready");
  });

  test("keeps what it knows while the portal does not answer", async () => {
    const { result } = show();
    answers.mockRejectedValue(new TypeError("offline"));
    await halfAMinute();
    expect(result.current[1]).toBe("connected");
  });

  test("tells the server of an embed that fails, and of one that works only where that is news", async () => {
    answers.mockResolvedValue(answer({}, 204));
    reportEmbed("p9", "interactive");
    expect(answers).not.toHaveBeenCalled();
    reportEmbed("p9", { code: "embed_blocked" });
    reportEmbed("p9", "interactive");
    expect(answers.mock.calls.map(([, init]) => init.body)).toEqual([
      '{"vendor":"p9","code":"embed_blocked"}',
      '{"vendor":"p9","interactive":true}',
    ]);
    reportEmbed("p9", { code: "vendor_failed", requestId: "r" });
    expect(answers).toHaveBeenCalledTimes(2);
  });

  // Last: an ended session does not come back without a new page.
  test("shows nothing as connected once the session has ended elsewhere", async () => {
    const { result } = show();
    answers.mockResolvedValue(answer({ code: "unauthenticated" }, 401));
    await halfAMinute();
    expect(result.current[1]).toBe("signed-out");
    answers.mockClear();
    await halfAMinute();
    expect(answers).not.toHaveBeenCalled();
  });
});
