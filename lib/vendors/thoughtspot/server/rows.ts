import "server-only";
/**
 * Row security: which values ThoughtSpot's formula variables get for a user, out of the user's groups and the rules in
 * portal.config.ts. ThoughtSpot keeps the values with the user, and an empty list leaves the old ones in force
 * (https://developers.thoughtspot.com/docs/abac-via-rls-variables). So the portal never sends one: a user without a value
 * gets ThoughtSpot's own word for "no rows", and what the item does then is written in its rule.
 */
import type { Item } from "@/lib/config/portal";
import { Problem } from "@/lib/problem/problem";
import { type RowRules, rowRulesOf, vendorId, vendorName } from "../protocol";
import type { VariableValues } from "./api";

/** Every row. Never taken from a group's name: only a rule's `allRows` gives it. */
const everyRow = "TS_WILDCARD_ALL";
/** No row: a query that needs the variable fails. */
const noRow = "TS_WILDCARD_NONE";
const reserved = /^TS_WILDCARD_/i;

export interface RowDecision {
  /** Every variable of the catalog with what it is for this user, since `REPLACE` drops those that are not named. */
  readonly variables: VariableValues;
  /** The user has no rows in this item, and the item is then not opened. */
  readonly isRefused: boolean;
}

/**
 * What a user may see.
 *
 * @param item what is opened
 * @param catalog all items of portal.config.ts
 * @returns undefined when no item of the catalog has row security
 * @throws Problem `vendor_misconfigured` when a rule is incomplete or two rules contradict each other
 */
export function decideRows(item: Item, catalog: readonly Item[], groups: readonly string[]): RowDecision | undefined {
  const own = rulesOf(item);
  const others = catalog.filter(({ vendor }) => vendor === vendorId).map(rulesOf);
  const known = new Map<string, RowRules>();
  for (const rules of [own, ...others])
    for (const variable of Object.keys(rules.prefixes)) {
      const first = known.get(variable) ?? rules;
      if (first.prefixes[variable] !== rules.prefixes[variable] || first.allRows !== rules.allRows)
        throw misconfigured(
          `Two items of portal.config.ts have different rules for ${variable}. One account has one set of values: make them equal.`,
        );
      known.set(variable, first);
    }
  if (known.size === 0) return undefined;

  let isRefused = false;
  const variables: Record<string, readonly [string, ...string[]]> = {};
  for (const [variable, rules] of known) {
    const values = valuesOf(variable, rules, groups);
    const isOwn = Object.hasOwn(own.prefixes, variable);
    if (values) variables[variable] = values;
    else if (isOwn && own.noRows !== "refuse") variables[variable] = [own.noRows?.value ?? noRow];
    else {
      variables[variable] = [noRow];
      isRefused ||= isOwn;
    }
  }
  return { variables, isRefused };
}

/** The values that the groups give, or nothing when they give none. */
function valuesOf(
  variable: string,
  { prefixes, allRows }: RowRules,
  groups: readonly string[],
): readonly [string, ...string[]] | undefined {
  if (allRows !== undefined && groups.includes(allRows)) return [everyRow];
  const prefix = prefixes[variable] ?? "";
  const [first, ...rest] = groups
    .filter((group) => group.startsWith(prefix) && group.length > prefix.length)
    .map((group) => group.slice(prefix.length))
    // A group that someone named `region-TS_WILDCARD_ALL` opens no rows.
    .filter((value) => !reserved.test(value));
  return first === undefined ? undefined : [first, ...rest];
}

function rulesOf(item: Item): RowRules {
  const rules = rowRulesOf(item);
  const names = Object.keys(rules.prefixes);
  if (names.length === 0) return rules;
  const where = `The item ${item.slug} of portal.config.ts`;
  if (names.some((name) => !rules.prefixes[name]))
    throw misconfigured(`${where} has an empty group prefix: every group of a user would become a value.`);
  if (rules.noRows === undefined)
    throw misconfigured(
      `${where} has row security but does not say what happens without rows: set noRows to refuse, or to value: and a value that no row has.`,
    );
  if (rules.noRows !== "refuse" && (rules.noRows.value === "" || rules.noRows.value === everyRow))
    throw misconfigured(`${where} would show rows to people who have none: noRows needs a value that no row has.`);
  return rules;
}

const misconfigured = (detail: string) => new Problem("vendor_misconfigured", { vendorName, detail });
