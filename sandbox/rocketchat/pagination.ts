/** `count` and `offset` of lists, by the server's three settings (vendor source: getPaginationItems). */

import type { Answer } from "./envelope";
import { success } from "./envelope";
import type { ObjectSchema } from "./schema";
import type { Workspace } from "./workspace";

export const pageProperties = {
  count: "number?",
  offset: "number?",
  sort: "string?",
  query: "string?",
} as const satisfies ObjectSchema["properties"];

/** The page that a query asks for; 0 stands for everything where the server allows it. */
export function pageOf({ settings }: Workspace, query: Readonly<Record<string, unknown>>) {
  const upper = settings.number("API_Upper_Count_Limit") || 100;
  const usual = settings.number("API_Default_Count") || 50;
  const asked = query.count === undefined ? usual : Number(query.count);
  const count = Math.min(Number.isInteger(asked) && asked >= 0 ? asked : usual, upper);
  return {
    offset: Number(query.offset) || 0,
    count: count === 0 && !settings.flag("API_Allow_Infinite_Count") ? usual : count,
  };
}

/** One page of a list, with its numbers. */
export function paged(
  workspace: Workspace,
  query: Readonly<Record<string, unknown>>,
  name: string,
  all: readonly unknown[],
): Answer {
  const { offset, count } = pageOf(workspace, query);
  const page = all.slice(offset, count === 0 ? undefined : offset + count);
  return success({ [name]: page, count: page.length, offset, total: all.length });
}
