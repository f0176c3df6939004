/** What a vendor's note offers: one button where someone must act, and none that leads nowhere. */
import { act, render, screen } from "@testing-library/react";
import type { ItemView, SectionView, VendorState } from "@/components/shell/portal-view";
import { VendorNote } from "./vendor-group";

const refresh = jest.fn();
// One object, as the router is.
const mockRouter = { refresh };
jest.mock("next/navigation", () => ({ useRouter: () => mockRouter }));

const section: SectionView = {
  id: "acme",
  name: "Acme",
  section: "Dashboards",
  route: "/dashboards",
  kind: "dashboard",
  state: "ready",
  account: "a.analyst",
  since: null,
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

const note = (state: VendorState) => (
  <VendorNote section={section} status={{ state, account: "a.analyst", since: null }} items={[item]} className="note" />
);

beforeEach(() => {
  jest.useFakeTimers();
  refresh.mockClear();
});
afterEach(() => jest.useRealTimers());

test("of a vendor that does not answer, it leads to an item: a list of items asks no one", () => {
  render(note("unavailable"));
  expect(screen.getByRole("link", { name: "Try now" }).getAttribute("href")).toBe("/dashboards/sales");
});

test("while a vendor is unavailable the page is drawn again, and no longer once it answers", () => {
  const { rerender } = render(note("unavailable"));
  act(() => jest.advanceTimersByTime(61_000));
  expect(refresh).toHaveBeenCalledTimes(2);
  rerender(note("connected"));
  act(() => jest.advanceTimersByTime(61_000));
  expect(refresh).toHaveBeenCalledTimes(2);
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
