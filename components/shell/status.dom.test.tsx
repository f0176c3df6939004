import { act, render, renderHook, screen } from "@testing-library/react";
import { forgetOutages, noteVendor } from "./live-status";
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
});
