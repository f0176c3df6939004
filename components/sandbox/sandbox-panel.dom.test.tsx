/** The sandbox panel: one press breaks, one press undoes, and where others use the sandbox nothing can be broken. */
import { act, fireEvent, render, screen } from "@testing-library/react";
import { SidePanelSlot, useSidePanel } from "@/components/shell/side-panel";
import type { SandboxPanel as Panel } from "@/lib/health/sandbox-panel";
import { SandboxPanel } from "./sandbox-panel";

const fault = { id: "error", title: "Server error", note: "500", expects: ["Say that Acme had an error"], once: false };
const vendor: Panel["vendors"][number] = {
  id: "acme",
  name: "Acme",
  section: "Dashboards",
  kind: "dashboard",
  account: "a.analyst",
  readme: "sandbox/acme/README.md",
  about: { product: "Acme Library", emulates: "REST", alive: "1 session" },
  faults: [fault],
  broken: [],
  calls: [{ at: "2026-11-28T10:00:00.000Z", method: "GET", path: "/api", status: 500, ms: 6 }],
};
const other = { ...vendor, id: "other", section: "Chat", about: null };

let told: Panel;
const asked = jest.fn<void, [string, RequestInit | undefined]>();

beforeEach(() => {
  told = { breakable: true, vendors: [vendor, other] };
  asked.mockReset();
  globalThis.fetch = (async (path: string, init?: RequestInit) => {
    asked(path, init);
    return { ok: true, status: 200, headers: new Headers(), json: async () => told };
  }) as unknown as typeof fetch;
});

function Opener() {
  const { show } = useSidePanel();
  return (
    <button type="button" onClick={() => show("sandbox")}>
      Open
    </button>
  );
}

async function open() {
  render(
    <div data-side-stage>
      <Opener />
      <SidePanelSlot />
      <SandboxPanel />
    </div>,
  );
  await act(async () => fireEvent.click(screen.getByText("Open")));
}

test("one press breaks, the panel says what the portal should do, and one press undoes", async () => {
  await open();
  expect(screen.getByText("Acme Library")).toBeTruthy();
  told = { ...told, vendors: [{ ...vendor, broken: [{ id: "error", until: Date.now() + 90_000 }] }, other] };
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Server error at Dashboards" })));
  expect(asked).toHaveBeenCalledWith(
    "/api/sandbox",
    expect.objectContaining({ body: '{"vendor":"acme","fault":"error","undo":false}' }),
  );
  expect(screen.getByText("Say that Acme had an error")).toBeTruthy();
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Undo Server error at Dashboards" })));
  expect(asked).toHaveBeenCalledWith(
    "/api/sandbox",
    expect.objectContaining({ body: '{"vendor":"acme","fault":"error","undo":true}' }),
  );
});

test("where others use the sandbox too, nothing can be broken", async () => {
  told = { breakable: false, vendors: [{ ...vendor, faults: [], calls: [] }] };
  await open();
  expect(screen.getByText("a.analyst")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /at Dashboards/ })).toBeNull();
});
