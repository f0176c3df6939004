/** Items with row security, as three people see them: two regions, no region any more, all regions. */
import type { FrameLocator, Page } from "@playwright/test";
import { expectFailed, expectInteractive } from "./fixtures/embed";
import { sandbox } from "./fixtures/sandbox-control";
import { expect, test } from "./fixtures/test";

const thoughtspot = sandbox("thoughtspot");
const board = "revenue-by-territory";
const answer = "orders-by-territory";

/** The regions that a Liveboard's table or an answer shows. */
const regions = async (frame: FrameLocator): Promise<string[]> => {
  const names = ["West", "North", "Central", "South", "East", "Islands"];
  const text = (await frame.locator("main").textContent()) ?? "";
  return names.filter((name) => text.includes(name));
};
/** What ThoughtSpot keeps for an account. */
const kept = async (account: string): Promise<unknown> => {
  const { users } = (await thoughtspot.state()) as unknown as { users: { name: string; variables: object }[] };
  const variables = users.find(({ name }) => name === account)?.variables as
    | Record<string, Record<string, { variable_values: { values: string[] }[] }>>
    | undefined;
  return variables?.[0]?.ALL?.variable_values[0]?.values;
};
const open = async (page: Page, slug: string) => {
  await page.goto(`/insights/${slug}`);
  return expectInteractive(page, "thoughtspot", slug);
};

test("the viewer sees the rows of two regions, @embed", async ({ page, signInAs }) => {
  await signInAs("viewer");
  const { frame } = await open(page, board);
  expect(await regions(frame)).toEqual(["South", "Islands"]);
  await expect(frame.locator("body")).toHaveAttribute("data-sandbox-variables", /"Islands","South"/);
  const saved = await open(page, answer);
  expect(await regions(saved.frame)).toEqual(["South", "Islands"]);
});

test("the analyst, who lost the group, is told so, and ThoughtSpot forgets the rows of better days", async ({
  page,
  signInAs,
}) => {
  expect(await kept("a.analyst@portico.example")).toEqual(["East"]);
  await signInAs("analyst");
  await page.goto(`/insights/${board}`);
  const section = await expectFailed(page, "thoughtspot", board, "no_rows");
  await expect(section).toContainText("No rows are shared with you");
  expect(await kept("a.analyst@portico.example")).toEqual(["TS_WILDCARD_NONE"]);
  // This one opens, and is empty: so its rule says.
  const { frame } = await open(page, answer);
  expect(await regions(frame)).toEqual([]);
});

test("the analyst keeps no rows by the way of another item either", async ({ page, signInAs }) => {
  await signInAs("analyst");
  const { frame } = await open(page, "renewal-search");
  await frame.locator("#source").selectOption({ label: "Territories" });
  await frame.locator("#words").fill("revenue by region");
  await frame.getByRole("button", { name: "Go", exact: true }).click();
  await expect(frame.locator(".answer")).toContainText("No values are assigned");
});

test("the admin sees all regions", async ({ page, signInAs }) => {
  await signInAs("admin");
  const { frame } = await open(page, board);
  expect(await regions(frame)).toHaveLength(6);
});

test("in a tab of its own the rows are the same, and no rows are no tab", async ({ page, signInAs }) => {
  await signInAs("viewer");
  await page.goto(`/open/thoughtspot/${board}`);
  await expect(page.locator("body")).toHaveAttribute("data-sandbox-variables", /"Islands","South"/);
  await expect(page.locator("main")).not.toContainText("East");
});

test("no rows lead back to the item's page, which says why", async ({ page, signInAs }) => {
  await signInAs("analyst");
  await page.goto(`/open/thoughtspot/${board}`);
  await expectFailed(page, "thoughtspot", board, "no_rows");
  const { tokensMinted } = (await thoughtspot.state()) as unknown as { tokensMinted: object };
  expect(Object.keys(tokensMinted).filter((kind) => kind.startsWith("v1 "))).toEqual([]);
});
