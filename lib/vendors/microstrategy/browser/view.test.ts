/** The view of a dashboard: from the portal's address into the SDK, and from the SDK's events into the address. */
import { type Event, reduce, type State, startState } from "./state";
import { areFiltersGone, pageNamesIn, shownView, startView } from "./view";

const toc = [
  {
    key: "K36",
    name: "Sales",
    pages: [
      { key: "K53", name: "Overview" },
      { key: "K54", name: "Regions" },
    ],
  },
];
const region = (selected: string[]) => ({
  filterKey: "W102",
  filterName: "Region",
  filterDetail: {
    items: ["West", "North"].map((name) => ({ name, value: `h;${name}`, selected: selected.includes(name) })),
  },
});

/** A dashboard that has opened with what the address asked for, and all that was to be done. */
function opened(search: { page?: string; filters?: { name: string; values: string[] }[] }) {
  let state: State = startState("dashboard", startView({ objectId: "O" }, { filters: [], ...search }));
  const done: string[] = [];
  const shown: unknown[] = [];
  const send = (event: Event) => {
    const next = reduce(state, event);
    state = next.state;
    for (const effect of next.effects) {
      done.push(effect.type);
      if (effect.type === "show-view") shown.push(effect.view);
    }
  };
  const hears = (event: object) => send({ attempt: state.attempt, ...event } as Event);
  send({ type: "start", limitMs: 1 });
  for (const type of ["prepared", "turn", "login-accepted"]) hears({ type });
  hears({ type: "router", now: 0 });
  hears({ type: "chapters", listed: toc });
  hears({ type: "shown" });
  hears({ type: "object", canMove: true, listed: undefined });
  return { done, shown, hears, view: () => state.view };
}

test("what the address asks for is what the SDK opens, and the catalog's where it asks for nothing", () => {
  const target = { pageKey: "K1", filters: '[{"key":"W1","selections":[{"id":"a"}]}]' };
  expect(startView(target)).toEqual({ pageKey: "K1", filters: [{ key: "W1", selections: [{ id: "a" }] }] });
  expect(startView(target, { page: "K36--K54", filters: [{ name: "W102", values: ["h;West"] }] })).toEqual({
    pageKey: "K36--K54",
    filters: [{ key: "W102", selections: [{ id: "h;West" }] }],
  });
});

test.each(["../../auth/logout", "K1/../..", "K1?x=1", "K1#x", ""])(
  "a page is one step of an address: %j is none",
  (page) => {
    expect(startView({ pageKey: "K1" }, { page, filters: [] }).pageKey).toBe("K1");
  },
);

test("another page and a filter go into the address, with what people call them", () => {
  const { hears, shown } = opened({});
  hears({ type: "page-switched", value: { key: "K54" } });
  hears({ type: "filters", value: { filterInfo: [region(["West"])] } });
  expect(shown).toEqual([
    { page: "K36--K54", pageLabel: "Regions", filters: [], filterLabels: {} },
    {
      page: "K36--K54",
      pageLabel: "Regions",
      filters: [{ name: "W102", values: ["h;West"] }],
      filterLabels: { W102: "Region West" },
    },
  ]);
});

test("what a dashboard says while it opens is not the user's choice", () => {
  const state = startState("dashboard", startView({}));
  const { effects } = reduce(
    { ...state, phase: "page", attempt: 1 },
    {
      type: "page-switched",
      value: { key: "K54" },
      attempt: 1,
    },
  );
  expect(effects).toEqual([]);
});

test("a page that the dashboard no longer has is told, and not asked for again", () => {
  const { done, view } = opened({ page: "K36--K99" });
  expect(done).toContain("lose-view");
  expect(view().pageKey).toBeUndefined();
  expect(opened({ page: "K36--K54" }).done).not.toContain("lose-view");
});

test("filters of a link are looked up, and what is gone is told", () => {
  const known = opened({ filters: [{ name: "W102", values: ["h;West"] }] });
  expect(known.done).toContain("list-filters");
  known.hears({ type: "filters-listed", listed: [region(["West"])] });
  expect(known.done).not.toContain("lose-view");
  expect(known.shown).toEqual([
    { filters: [{ name: "W102", values: ["h;West"] }], filterLabels: { W102: "Region West" } },
  ]);
  const gone = opened({ filters: [{ name: "W102", values: ["h;Atlantis"] }] });
  gone.hears({ type: "filters-listed", listed: [region([])] });
  expect(gone.done).toContain("lose-view");
  expect(gone.view().filters).toEqual([]);
});

test("a build that lists no filters is not taken for one that has none", () => {
  const asked = [{ key: "W102", selections: [{ id: "h;West" }] }];
  expect(areFiltersGone(asked, undefined)).toBe(false);
  expect(areFiltersGone(asked, [])).toBe(true);
  expect(areFiltersGone(asked, [{ filterKey: "W102", filterDetail: {} }])).toBe(false);
});

test("names come from either list, and nonsense gives none", () => {
  expect(pageNamesIn([{ nodeKey: "K1", children: [{ nodeKey: "K2", name: "Page" }] }]).get("K2")).toBe("Page");
  for (const nonsense of [null, "x", [{}], [{ pages: [null] }]]) expect(pageNamesIn(nonsense).size).toBe(0);
  expect(shownView({ pageKey: "K9", filters: [] }, new Map())).toEqual({ page: "K9", filters: [], filterLabels: {} });
});
