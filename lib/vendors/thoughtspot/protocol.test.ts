import type { EmbedItem } from "../vendor";
import { readView } from "../view";
import {
  accessOf,
  filtersOf,
  localeOf,
  loginAddressWith,
  objectOf,
  readError,
  readFilterChange,
  readRoute,
  routeOf,
  rowRulesOf,
  sameAccount,
  scopeOf,
  tabIn,
  tabOf,
} from "./protocol";

const item = (kind: string, target: Record<string, string>): EmbedItem => ({
  slug: "x",
  vendor: "thoughtspot",
  kind,
  title: "X",
  description: "",
  target,
});
const board = "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13";

describe("what is asked for", () => {
  test.each<[EmbedItem, object]>([
    [item("liveboard", { liveboardId: board }), { level: "object", objectId: board }],
    [item("visualization", { liveboardId: board, vizId: "v" }), { level: "object", objectId: board }],
    [item("answer", { answerId: "a" }), { level: "object", objectId: "a" }],
    [item("search", { modelId: "m" }), { level: "application" }],
    [item("spotter", { modelId: "m" }), { level: "application" }],
    [item("app", { page: "home" }), { level: "application" }],
    [
      item("liveboard", { liveboardId: board, "variable.region": "region-" }),
      { level: "custom", variables: ["region"] },
    ],
  ])("%o", (asked, access) => expect(accessOf(asked, "object")).toEqual(access));

  test("full tokens open all that the user may see, unless the item has rows of its own", () => {
    expect(accessOf(item("liveboard", { liveboardId: board }), "full")).toEqual({ level: "application" });
    const secured = item("liveboard", { liveboardId: board, "variable.region": "region-" });
    expect(accessOf(secured, "full")).toEqual({ level: "custom", variables: ["region"] });
  });

  test("one object never shares a token with another or with the application", () => {
    const scopes = [
      item("liveboard", { liveboardId: board }),
      item("liveboard", { liveboardId: "other" }),
      item("search", {}),
      item("search", { "variable.region": "region-" }),
      item("search", { "variable.region": "area-" }),
      item("search", { "variable.region": "area-", noRows: "refuse" }),
      item("search", { "variable.region": "area-", noRows: "value:none" }),
      item("search", { "variable.region": "area-", noRows: "refuse", allRows: "admins" }),
    ].map(scopeOf);
    expect(new Set(scopes).size).toBe(scopes.length);
    expect(scopeOf(item("visualization", { liveboardId: board, vizId: "v" }))).toBe(scopes[0]);
  });

  test("the rules of row security are read from the target", () => {
    const target = { "variable.region": "region-", "variable.team": "team-", allRows: "admins" };
    const prefixes = { region: "region-", team: "team-" };
    expect(rowRulesOf(item("search", {}))).toEqual({ prefixes: {} });
    expect(rowRulesOf(item("search", { ...target, noRows: "refuse" }))).toEqual({
      prefixes,
      allRows: "admins",
      noRows: "refuse",
    });
    expect(rowRulesOf(item("search", { ...target, noRows: "value:none" })).noRows).toEqual({ value: "none" });
    expect(rowRulesOf(item("search", { ...target, noRows: "show" })).noRows).toBeUndefined();
  });
});

test.each<[EmbedItem, string]>([
  [item("liveboard", { liveboardId: board }), `/embed/viz/${board}`],
  [item("liveboard", { liveboardId: board, tabId: "t", viewId: "p q" }), `/embed/viz/${board}/tab/t?view=p%20q`],
  [item("visualization", { liveboardId: board, tabId: "t", vizId: "v" }), `/embed/viz/${board}/tab/t/v`],
  [item("answer", { answerId: "a/../b" }), "/embed/saved-answer/a%2F..%2Fb"],
  [item("search", {}), "/embed/answer"],
  [item("search-bar", {}), "/embed/search-bar-embed"],
  [item("spotter", { modelId: "m" }), "/embed/insights/conv-assist?worksheet=m"],
  [
    item("spotter", { modelId: "m", query: "which & why" }),
    "/embed/insights/conv-assist?worksheet=m&query=which%20%26%20why",
  ],
  [item("app", { page: "/pinboards" }), "/pinboards"],
])("the route of %o", (asked, route) => expect(routeOf(asked)).toBe(route));

describe("a tab", () => {
  const asked = item("liveboard", { liveboardId: board, tabId: "first" });
  test("of the address wins over the catalog's", () => {
    expect(tabOf(asked, readView(""))).toBe("first");
    expect(tabOf(asked, readView("?page=second-1"))).toBe("second-1");
  });
  test.each(["../../admin", "a/b", "a?b", "a#b", "%2e%2e"])("is no way to another route: %s", (page) =>
    expect(tabOf(asked, { page, filters: [] })).toBe("first"),
  );
  test.each([
    ["/embed/viz/x/tab/y", "y"],
    ["/embed/viz/x/tab/y/z?view=1", "y"],
    ["/embed/viz/x", undefined],
    ["/embed/viz/x/tab/", undefined],
  ])("is read from the route %s", (route, tab) => expect(tabIn(route)).toBe(tab));
  test.each([
    [{ data: { currentPath: "/a" } }, "/a"],
    [{ data: {} }, undefined],
    [null, undefined],
  ])("a change of the route is read from %j", (payload, route) => expect(readRoute(payload)).toBe(route));
});

describe("filters", () => {
  const asked = item("liveboard", { liveboardId: board, "filter.Region": "EMEA, DACH" });
  test("of the address win over those of the catalog", () => {
    expect(filtersOf(asked, readView(""))).toEqual([
      { columnName: "Region", operator: "IN", values: ["EMEA", "DACH"] },
    ]);
    expect(filtersOf(asked, readView("?filter.Region=APAC&filter.Plan=Team&filter.Plan=Starter&x=1"))).toEqual([
      { columnName: "Region", operator: "IN", values: ["APAC"] },
      { columnName: "Plan", operator: "IN", values: ["Team", "Starter"] },
    ]);
  });
  test("endless values are left out", () => {
    expect(filtersOf(item("liveboard", {}), readView(`?filter.Region=${"x".repeat(201)}`))).toEqual([]);
  });
  test.each<[unknown, unknown]>([
    [
      { data: { liveboardFilters: [{ column: "Region", operator: "IN", values: ["EMEA"] }] } },
      [{ columnName: "Region", operator: "IN", values: ["EMEA"] }],
    ],
    [
      {
        data: {
          liveboardFilters: [
            { columnInfo: { name: "Plan" }, filters: [{ oper: "IN", values: [{ key: "t", display: "Team" }] }] },
          ],
        },
      },
      [{ columnName: "Plan", operator: "IN", values: ["Team"] }],
    ],
    [{ data: { liveboardFilters: [] } }, []],
    [{ data: "nonsense" }, undefined],
    [null, undefined],
  ])("are read from %j", (payload, filters) => expect(readFilterChange(payload)).toEqual(filters));
});

test.each([
  [
    { errorType: "API", code: "LOGIN_FAILED" },
    { errorType: "API", code: "LOGIN_FAILED" },
  ],
  [
    { type: "Error", data: { errorType: "API", code: "FORBIDDEN" } },
    { errorType: "API", code: "FORBIDDEN" },
  ],
  [undefined, { errorType: "", code: "" }],
])("an error is read from %j", (payload, read) => expect(readError(payload)).toEqual(read));

test.each([
  ["de", "de-DE"],
  ["de-AT", "de-DE"],
  ["en-GB", "en-GB"],
  ["tlh", "en-US"],
  ["", "en-US"],
])("the locale %s becomes %s", (tag, locale) => expect(localeOf(tag)).toBe(locale));

test("usernames are compared without letter case", () => {
  expect(sameAccount("A.Analyst@portico.example", "a.analyst@portico.example")).toBe(true);
  expect(sameAccount("a.analyst", "a.analyst2")).toBe(false);
});

test("an item's object is known whether or not a token can be bound to it", () => {
  expect(objectOf(item("visualization", { liveboardId: board, vizId: "v" }))).toEqual({ type: "LIVEBOARD", id: board });
  expect(objectOf(item("answer", { answerId: "a" }))).toEqual({ type: "ANSWER", id: "a" });
  expect(objectOf(item("search-bar", { modelId: "m" }))).toEqual({ type: "LOGICAL_TABLE", id: "m" });
  expect(objectOf(item("app", { page: "home" }))).toBeUndefined();
});

describe("the login address with what the page adds", () => {
  const inner = "https://ts.example/?authtoken=a%2Bb%3D&embedApp=true&primaryNavHidden=true#/embed/viz/x?view=v";
  const address = `https://ts.example/login?username=u&auth_token=a%2Bb%3D&redirect_url=${encodeURIComponent(inner)}`;
  const filters = [{ columnName: "Region & more", operator: "IN" as const, values: ["EMEA", "a#b"] }];

  test("is unchanged without anything to add", () => {
    expect(loginAddressWith(address, { filters: [] })).toBe(address);
  });

  test("carries filters and language in the inner address, and changes nothing else", () => {
    const outer = new URL(loginAddressWith(address, { filters, locale: "de-DE" }));
    expect(outer.searchParams.get("auth_token")).toBe("a+b=");
    const target = new URL(outer.searchParams.get("redirect_url") ?? "");
    expect([...target.searchParams]).toEqual([
      ["authtoken", "a+b="],
      ["embedApp", "true"],
      ["primaryNavHidden", "true"],
      ["col1", "Region & more"],
      ["op1", "IN"],
      ["val1", "EMEA"],
      ["val1", "a#b"],
      ["locale", "de-DE"],
    ]);
    expect(target.hash).toBe("#/embed/viz/x?view=v");
    expect(outer.hash).toBe("");
  });

  test("stays with ThoughtSpot whatever a filter says", () => {
    const hostile = filtersOf(
      item("liveboard", {}),
      readView("?filter.x=%26redirect_url%3Dhttps%3A%2F%2Fevil.example%2F%23"),
    );
    const outer = new URL(loginAddressWith(address, { filters: hostile }));
    expect(outer.searchParams.getAll("redirect_url")).toHaveLength(1);
    expect(new URL(outer.searchParams.get("redirect_url") ?? "").origin).toBe("https://ts.example");
  });
});
