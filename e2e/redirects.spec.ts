/** Sign-in leads to pages of the portal and nowhere else. */
import { hostileTargets } from "../tests/fixtures/redirect-targets";
import { portalOrigin } from "./fixtures/addresses";
import { expect, test } from "./fixtures/test";

const every = (step: number) => hostileTargets.filter((_target, index) => index % step === 0);
const address = (target: string) => `/signin?from=${encodeURIComponent(target)}`;

test("no hostile target gets into the sign-in form", async ({ context }) => {
  for (const target of every(12)) {
    const html = await (await context.request.get(address(target))).text();
    const values = [...html.matchAll(/name="from"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="from"/g)];
    expect(values.length, target).toBeGreaterThan(0);
    for (const [, first, second] of values) expect(first ?? second, target).toBe("/");
  }
});

test("no hostile target is followed by someone signed in already", async ({ context, signInAs }) => {
  await signInAs("analyst");
  for (const target of every(6)) {
    const response = await context.request.get(address(target), { maxRedirects: 0 });
    expect(response.status(), target).toBe(307);
    expect(new URL(response.headers().location ?? "", portalOrigin).href, target).toBe(`${portalOrigin}/`);
  }
});

for (const target of ["//evil.example", "/\\evil.example"]) {
  test(`signing in with the target ${JSON.stringify(target)} ends on the home page`, async ({ page, signInAs }) => {
    await signInAs("viewer", { from: target });
    await expect(page).toHaveURL(`${portalOrigin}/`);
  });

  test(`so does a forged form field ${JSON.stringify(target)}`, async ({ page }) => {
    await page.goto("/signin");
    await page.locator("input[name=from]").evaluateAll((fields, value) => {
      for (const field of fields) field.setAttribute("value", value);
    }, target);
    await page.getByRole("button", { name: /^viewer/i }).click();
    await expect(page).toHaveURL(`${portalOrigin}/`);
  });
}

test("a forged return cookie leads nowhere else after the organization's sign-in", async ({ page, context }) => {
  await page.goto("/signin");
  await page.getByRole("button", { name: "Continue with your organization" }).click();
  await expect(page.getByRole("heading", { name: "Choose an account" })).toBeVisible();
  for (const value of ["https%3A%2F%2Fevil.example%2F", `${encodeURIComponent(portalOrigin)}.evil.example%2F`]) {
    await context.addCookies([
      { name: "authjs.callback-url", value, url: portalOrigin, httpOnly: true, sameSite: "Lax" },
    ]);
  }
  await page.getByRole("button", { name: /^analyst/i }).click();
  await expect(page).toHaveURL(`${portalOrigin}/`);
});

test("an unreadable return cookie costs one try, not the sign-in", async ({ page, context }) => {
  const broken = { name: "authjs.callback-url", value: "not-an-address", url: portalOrigin, httpOnly: true };
  await context.addCookies([{ ...broken, sameSite: "Lax" }]);
  await page.goto("/signin?from=%2Faccount%2Fconnections");
  await page.getByRole("button", { name: /^analyst/i }).click();
  await expect(page).toHaveURL(/error=failed/);
  await page.getByRole("button", { name: /^analyst/i }).click();
  await expect(page).toHaveURL(`${portalOrigin}/account/connections`);
});
