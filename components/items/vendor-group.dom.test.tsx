/** What a vendor's note offers: one button where someone must act, and none that leads nowhere. */
import { act, fireEvent, render, screen } from "@testing-library/react";
import type { ItemView, SectionView, VendorState } from "@/components/shell/portal-view";
import type { ProblemCode } from "@/lib/problem/codes";
import { VendorNote } from "./vendor-group";

const section: SectionView = {
  id: "acme",
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
  linkable: true,
  linked: true,
};

const item: ItemView = {
  slug: "sales",
  vendor: "acme",
  section: "Dashboards",
  kind: "dashboard",
  title: "Sales",
  description: "",
  tags: [],
  href: "/dashboards/sales",
  tabHref: "/dashboards/sales",
  drawing: 0,
};

const note = (state: VendorState, code: ProblemCode | null = null) => (
  <VendorNote
    section={section}
    status={{ state, account: "a.analyst", since: null, code }}
    items={[item]}
    className="note"
  />
);

test("a vendor that does not answer is tried at once, with a grant of the user's own", async () => {
  const status = { id: "acme", state: "ready", account: "a.analyst", since: null, code: null };
  const fetched = jest.fn(async (_path: string, _init: RequestInit) => ({
    ok: true,
    status: 200,
    headers: new Headers(),
    json: async () => ({ vendors: [status] }),
  }));
  globalThis.fetch = fetched as unknown as typeof fetch;
  render(note("unavailable", "vendor_unreachable"));
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Try Acme now" })));
  expect(fetched).toHaveBeenCalledWith("/api/status/try", expect.objectContaining({ body: '{"vendor":"acme"}' }));
});

test("what only the browser meets is tried on the item's page: a grant proves nothing against it", () => {
  render(note("failing", "embed_blocked"));
  expect(screen.getByRole("link", { name: "Try now" }).getAttribute("href")).toBe("/dashboards/sales");
});

test("an account that is not linked can be connected, one that is missing cannot", () => {
  const { rerender, container } = render(note("unlinked"));
  expect(screen.getByRole("link", { name: "Connect" }).getAttribute("href")).toBe("/account/connections");
  rerender(note("unmapped"));
  expect(container.textContent).toContain("Ask your administrator");
  expect(screen.queryByRole("link")).toBeNull();
  rerender(note("ready"));
  expect(container.textContent).toBe("");
});
