/** Discuss: which room, which key, and what stays out of the way. */
import { act, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { isDiscussKeyOn, switchDiscussKey, useDiscussion, useDiscussKey } from "./discuss";
import { rememberVisit } from "./memory";
import type { ItemView, PortalView } from "./portal-view";
import { SidePanel, SidePanelSlot, useSidePanel } from "./side-panel";

const item = (vendor: string, slug: string, more: Partial<ItemView> = {}): ItemView => ({
  slug,
  vendor,
  section: vendor,
  kind: "x",
  title: slug,
  description: "",
  tags: [],
  href: `/${vendor}/${slug}`,
  tabHref: `/${vendor}/${slug}`,
  drawing: 0,
  ...more,
});
const sales = item("bi", "sales", { discuss: "/talk/emea" });
const stores = item("bi", "stores");
const view = (more: Partial<PortalView> = {}): PortalView => ({
  name: "Portal",
  user: { id: "u", name: "Anna", email: null },
  admin: false,
  disabled: false,
  sandbox: true,
  endsAt: "",
  sections: [],
  items: [sales, stores, item("talk", "general", { place: "/g" }), item("talk", "emea", { place: "/e" })],
  discuss: "talk",
  inspector: false,
  share: null,
  ...more,
});

beforeEach(() => {
  window.localStorage.clear();
  window.matchMedia = jest.fn().mockReturnValue({ matches: false, addEventListener() {}, removeEventListener() {} });
});

const discussionOf = (of: PortalView, about: ItemView | undefined) =>
  renderHook(({ about: now }) => useDiscussion(of, now), { initialProps: { about } });

test("nothing is discussed without a chat, without an item, in the chat itself, or without a room", () => {
  expect(discussionOf(view({ discuss: null }), sales).result.current).toBeNull();
  expect(discussionOf(view(), undefined).result.current).toBeNull();
  expect(discussionOf(view(), view().items[2]).result.current).toBeNull();
  expect(discussionOf(view({ items: [sales] }), sales).result.current).toBeNull();
});

test("an item has its own room, until the user chooses another; the next item has its own again", () => {
  const { result, rerender } = discussionOf(view(), sales);
  expect(result.current?.room?.slug).toBe("emea");
  act(() => result.current?.choose(item("talk", "general")));
  expect(result.current?.room?.slug).toBe("general");
  rerender({ about: stores });
  expect(result.current?.room).toBeUndefined();
});

test("without a room of its own the chat begins where the user was last, else at the first one", () => {
  expect(discussionOf(view(), stores).result.current?.first.slug).toBe("general");
  act(() => rememberVisit("u", "/talk/emea"));
  expect(discussionOf(view(), stores).result.current?.first.slug).toBe("emea");
});

test("a room that the user may not open is not shown", () => {
  const closed = view({
    items: [item("bi", "sales", { discuss: undefined }), item("talk", "general", { place: "/g" })],
  });
  const { result } = discussionOf(closed, closed.items[0]);
  expect([result.current?.room, result.current?.first.slug]).toEqual([undefined, "general"]);
});

function Page({ enabled = true }: { enabled?: boolean }) {
  useDiscussKey(enabled);
  const { open } = useSidePanel();
  return (
    <main data-side-stage data-open={open}>
      <input aria-label="Text" />
      <button type="button">Button</button>
      <SidePanelSlot />
      <SidePanel id="discuss" title="Discuss" />
    </main>
  );
}
const isOpen = () => document.querySelector("[data-side-panel=discuss]") !== null;

test("d opens and closes it", () => {
  render(<Page />);
  fireEvent.keyDown(screen.getByRole("button", { name: "Button" }), { key: "d" });
  expect(isOpen()).toBe(true);
  fireEvent.keyDown(document.body, { key: "d" });
  expect(isOpen()).toBe(false);
});

test.each([
  ["while letters are typed", () => screen.getByLabelText("Text"), {}],
  ["with Ctrl", () => document.body, { ctrlKey: true }],
  ["with Command", () => document.body, { metaKey: true }],
  ["as a capital", () => document.body, { key: "D", shiftKey: true }],
  ["held down", () => document.body, { repeat: true }],
] as const)("d does nothing %s", (_when, target, more) => {
  render(<Page />);
  fireEvent.keyDown(target(), { key: "d", ...more });
  expect(isOpen()).toBe(false);
});

test("d does nothing where nothing is discussed, or where the user has switched it off", () => {
  const { unmount } = render(<Page enabled={false} />);
  fireEvent.keyDown(document.body, { key: "d" });
  expect(isOpen()).toBe(false);
  unmount();
  switchDiscussKey(false);
  render(<Page />);
  fireEvent.keyDown(document.body, { key: "d" });
  expect(isOpen()).toBe(false);
  switchDiscussKey(true);
  expect(isDiscussKeyOn()).toBe(true);
});
