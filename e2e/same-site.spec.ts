/**
 * The portal and its vendors on one site, as when a company serves all of them below one domain: here `localhost` with
 * different ports, as `npm run demo -- --same-site` does. Cookies know no ports, so each service sees everyone's.
 */
import { personas } from "../lib/config/sandbox";
import { expectInteractive, expectShown } from "./fixtures/embed";
import { items } from "./fixtures/items";
import { sameSite } from "./fixtures/own-portal";
import { expect, type Page, test } from "./fixtures/test";

let stop: (() => Promise<void>) | undefined;

test.beforeAll(async () => {
  test.setTimeout(90_000);
  stop = await sameSite.start();
});
test.afterAll(() => stop?.());

test.use({ baseURL: sameSite.origin });

const accountsOf = (name: string) => personas.find(({ persona }) => persona === name)?.accounts ?? {};

async function expectAllThree(page: Page, persona: string): Promise<void> {
  const accounts = accountsOf(persona);
  for (const { vendor, item, path, object } of items) {
    await page.goto(`${path}/${item}`);
    await expectShown(await expectInteractive(page, vendor, item), accounts[vendor] ?? "", object);
  }
}

test("all three products open on the portal's own site, also where third-party cookies are blocked @embed", async ({
  page,
  context,
  signInAs,
}) => {
  await signInAs("analyst");
  await expectAllThree(page, "analyst");

  // WebKit keeps no `Secure` cookie of plain http, and a same-site frame needs no `SameSite=None`.
  const cookies = await context.cookies();
  expect(cookies.filter(({ secure }) => secure)).toEqual([]);
  expect(cookies.filter(({ sameSite }) => sameSite === "None")).toEqual([]);
  const places = cookies.map(({ name, path }) => `${name} ${path}`);
  expect(new Set(places).size, "no service replaces another one's cookie").toBe(places.length);

  await page.goto("/");
  await expect(page.getByRole("button", { name: /Anna Analyst/ })).toBeVisible();
});

test("after a user switch each product shows the new user's account @embed", async ({ page, signInAs }) => {
  await signInAs("analyst");
  await expectAllThree(page, "analyst");
  await page.getByRole("button", { name: /Anna Analyst/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/signed-out/);
  await signInAs("viewer");
  await expectAllThree(page, "viewer");
});
