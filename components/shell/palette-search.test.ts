import { findItems, matches, pieces } from "./palette-search";
import type { ItemView, PortalView } from "./portal-view";

const item = (title: string, vendor: string, tags: string[], description = ""): ItemView => ({
  slug: title.toLowerCase().replaceAll(" ", "-"),
  vendor,
  section: vendor === "acme" ? "Dashboards" : "Insights",
  kind: "dashboard",
  title,
  description,
  tags,
  href: `/${vendor}/${title.toLowerCase().replaceAll(" ", "-")}`,
  tabHref: `/${vendor}/${title.toLowerCase().replaceAll(" ", "-")}`,
  drawing: 0,
});

const items = [
  item("Margin by category", "acme", ["Sales"]),
  item("Sales performance", "acme", ["Sales"], "Revenue and plan"),
  item("Sales pipeline", "other", ["Deals"]),
  item("Café count", "other", []),
];

const section = (id: string, name: string): PortalView["sections"][number] => ({
  id,
  name,
  section: id,
  route: `/${id}`,
  kind: "dashboard",
  state: "ready",
  account: "a",
  since: null,
  code: null,
  openedAt: null,
  sandboxed: true,
  linkable: false,
  linked: true,
});

const view: PortalView = {
  name: "Portico",
  user: { id: "u", name: "U", email: null },
  admin: false,
  disabled: false,
  sandbox: true,
  inspector: false,
  endsAt: "2030-01-01T00:00:00.000Z",
  sections: [section("acme", "Acme Suite"), section("other", "Other")],
  items,
  discuss: null,
  share: null,
};

const nothing = { pins: [], visits: [] };
const titles = (found: readonly ItemView[]) => found.map(({ title }) => title);

describe("the palette", () => {
  test("finds nothing when one of the words is missing", () => {
    expect(findItems(view, nothing, "sales nonsense").items).toEqual([]);
  });

  test("puts titles before tags", () => {
    expect(titles(findItems(view, nothing, "sales").items)).toEqual([
      "Sales performance",
      "Sales pipeline",
      "Margin by category",
    ]);
  });

  test("finds items by the product's name, by section and by description", () => {
    expect(titles(findItems(view, nothing, "acme suite").items)).toContain("Margin by category");
    expect(titles(findItems(view, nothing, "insights pipeline").items)).toEqual(["Sales pipeline"]);
    expect(titles(findItems(view, nothing, "revenue").items)).toEqual(["Sales performance"]);
  });

  test("shows what was opened lately first, newest first, and only what may still be opened", () => {
    const visits = [
      { href: "/other/sales-pipeline", at: 2 },
      { href: "/acme/not-shared-any-more", at: 3 },
      { href: "/acme/margin-by-category", at: 1 },
    ];
    const found = findItems(view, { pins: [], visits }, "");
    expect(titles(found.recent)).toEqual(["Sales pipeline", "Margin by category"]);
    expect(titles(found.items)).not.toContain("Sales pipeline");
  });

  test("ignores accents and case", () => {
    expect(titles(findItems(view, nothing, "CAFE").items)).toEqual(["Café count"]);
    expect(matches("Sign out", "sign OUT")).toBe(true);
    expect(matches("Sign out", "in")).toBe(false);
  });

  test("marks every match in a title and loses no letter", () => {
    const cut = pieces("Sales by sales", "sales");
    expect(cut).toEqual([
      { at: 0, text: "Sales", match: true },
      { at: 5, text: " by ", match: false },
      { at: 9, text: "sales", match: true },
    ]);
    expect(
      pieces("Café", "cafe")
        .map(({ text }) => text)
        .join(""),
    ).toBe("Café");
  });
});
