/** Which rows a user gets, out of groups and portal.config.ts. What ThoughtSpot makes of it: assign-rows.test.ts. */
import type { Item } from "@/lib/config/portal";
import portal from "@/portal.config";
import { decideRows } from "./rows";

const item = (target: Record<string, string>, slug = "board"): Item => ({
  slug,
  vendor: "thoughtspot",
  kind: "liveboard",
  title: slug,
  description: "",
  tags: [],
  open: [],
  target,
});
const region = { "variable.region_var": "region-", noRows: "refuse" };
const decide = (target: Record<string, string>, groups: readonly string[], catalog: readonly Item[] = []) =>
  decideRows(item(target), catalog, groups);

test.each<[what: string, groups: readonly string[], values: readonly string[], isRefused: boolean]>([
  ["one group is one value", ["region-EMEA"], ["EMEA"], false],
  ["two groups are two values", ["analysts", "region-EMEA", "region-DACH"], ["EMEA", "DACH"], false],
  ["without such a group there is no row, said in ThoughtSpot's word", ["analysts"], ["TS_WILDCARD_NONE"], true],
  ["without any group there is no row", [], ["TS_WILDCARD_NONE"], true],
  ["the bare prefix is no value", ["region-"], ["TS_WILDCARD_NONE"], true],
  ["a group that only contains the prefix is no value", ["xregion-APAC"], ["TS_WILDCARD_NONE"], true],
  ["a group named like the word for all rows opens none", ["region-TS_WILDCARD_ALL"], ["TS_WILDCARD_NONE"], true],
  ["whatever its letter case", ["region-ts_wildcard_all"], ["TS_WILDCARD_NONE"], true],
  ["and takes nothing from other groups", ["region-TS_WILDCARD_ALL", "region-EMEA"], ["EMEA"], false],
])("%s", (_, groups, values, isRefused) => {
  expect(decide(region, groups)).toEqual({ variables: { region_var: values }, isRefused });
});

test("an empty list is never sent, whatever the groups and the rule", () => {
  for (const groups of [[], ["region-"], ["region-EMEA"], ["region-TS_WILDCARD_NONE"]])
    for (const noRows of ["refuse", "value:none of them"]) {
      const decided = decide({ ...region, noRows }, groups);
      expect(decided?.variables.region_var?.length).toBeGreaterThan(0);
    }
});

test("all rows are for the members of the group that the rule names, and for no one else", () => {
  const rule = { ...region, allRows: "portal-admins" };
  expect(decide(rule, ["portal-admins"])?.variables).toEqual({ region_var: ["TS_WILDCARD_ALL"] });
  expect(decide(rule, ["region-EMEA"])?.variables).toEqual({ region_var: ["EMEA"] });
});

test("an item may open without rows, with the value that its rule names", () => {
  expect(decide({ ...region, noRows: "value:none of them" }, [])).toEqual({
    variables: { region_var: ["none of them"] },
    isRefused: false,
  });
});

test.each<[what: string, target: Record<string, string>]>([
  ["says nothing of people without rows", { "variable.region_var": "region-" }],
  ["says something else than the two choices", { ...region, noRows: "show" }],
  ["would send nothing", { ...region, noRows: "value:" }],
  ["would show all rows to people who have none", { ...region, noRows: "value:TS_WILDCARD_ALL" }],
  ["would make a value of every group", { ...region, "variable.region_var": "" }],
])("a rule that %s opens nothing", (_, target) => {
  expect(() => decide(target, ["region-EMEA"])).toThrow(expect.objectContaining({ code: "vendor_misconfigured" }));
});

describe("the whole catalog counts, because one account has one set of values", () => {
  const team = item({ "variable.team_var": "team-", noRows: "refuse" }, "teams");

  test("an item names the variables of the others too", () => {
    expect(decide(region, ["region-EMEA", "team-night"], [team])).toEqual({
      variables: { region_var: ["EMEA"], team_var: ["night"] },
      isRefused: false,
    });
  });

  test("another item's missing rows refuse nothing here, and are taken away", () => {
    expect(decide(region, ["region-EMEA"], [team])).toEqual({
      variables: { region_var: ["EMEA"], team_var: ["TS_WILDCARD_NONE"] },
      isRefused: false,
    });
    expect(decide({}, [], [team])).toEqual({ variables: { team_var: ["TS_WILDCARD_NONE"] }, isRefused: false });
  });

  test("two rules for one variable contradict each other", () => {
    for (const other of [
      { ...region, "variable.region_var": "area-" },
      { ...region, allRows: "analysts" },
    ])
      expect(() => decide(region, ["region-EMEA"], [item(other, "other")])).toThrow(
        expect.objectContaining({ code: "vendor_misconfigured" }),
      );
  });

  test("a catalog without row security asks for nothing", () => {
    expect(decide({}, ["region-EMEA"], [item({}, "other")])).toBeUndefined();
  });

  test("the rules of portal.config.ts are complete and agree", () => {
    const secured = portal.items.filter(({ target }) => Object.keys(target).some((key) => key.startsWith("variable.")));
    expect(secured.length).toBeGreaterThan(0);
    for (const one of secured) expect(() => decideRows(one, portal.items, [])).not.toThrow();
  });
});
