/**
 * What must hold with the vendor's own server too: `npm run real:rocketchat` runs this against one. Without that it runs
 * against the sandbox. It looks at the portal, at the frame's address and at the server's own API, and at nothing that
 * only the sandbox has.
 */
import { sandboxSecret } from "../lib/config/sandbox";
import { expectInteractive } from "./fixtures/embed";
import { ownSandbox, ownServices, signInToOwnPortal, startOwnPortal } from "./fixtures/own-portal";
import { expect, type Page, test } from "./fixtures/test";

const isReal = process.env.REAL_ROCKETCHAT === "1";
const url = isReal ? (process.env.ROCKETCHAT_URL ?? "") : ownServices.rocketchat.origin;
const internalUrl = isReal ? url : ownServices.rocketchat.internalOrigin;

let stop: (() => Promise<void>) | undefined;

test.beforeAll(async () => {
  stop = await startOwnPortal(
    isReal
      ? {
          ROCKETCHAT_URL: url,
          ROCKETCHAT_SERVICE_USER_ID: process.env.ROCKETCHAT_SERVICE_USER_ID ?? "",
          ROCKETCHAT_SERVICE_TOKEN: process.env.ROCKETCHAT_SERVICE_TOKEN ?? "",
          ROCKETCHAT_CREATE_TOKEN_SECRET: process.env.ROCKETCHAT_CREATE_TOKEN_SECRET ?? "",
        }
      : sandboxVariables(),
  );
});

test.afterAll(() => stop?.());
test.beforeEach(async () => {
  if (!isReal) await ownSandbox("rocketchat").reset();
});

function sandboxVariables(): Record<string, string> {
  return {
    ROCKETCHAT_URL: url,
    ROCKETCHAT_INTERNAL_URL: internalUrl,
    ROCKETCHAT_SERVICE_USER_ID: "sandboxPortalBroker",
    ROCKETCHAT_SERVICE_TOKEN: sandboxSecret("rocketchat:service-token"),
    ROCKETCHAT_CREATE_TOKEN_SECRET: sandboxSecret("rocketchat:create-token"),
  };
}

interface Grant {
  readonly token: string;
  readonly userId: string;
}

const grantOf = (page: Page): Promise<Grant> =>
  page.evaluate(async () => {
    const response = await fetch("/api/rocketchat/token", {
      method: "POST",
      headers: { "content-type": "application/json", "x-portal-request": "1" },
      body: "{}",
    });
    return (await response.json()) as Grant;
  });

const statusOf = async ({ token, userId }: Grant) =>
  (await fetch(`${internalUrl}/api/v1/me`, { headers: { "x-auth-token": token, "x-user-id": userId } })).status;

async function openChat(page: Page, person: RegExp) {
  await signInToOwnPortal(page, person, "/chat/general");
  const { section } = await expectInteractive(page, "rocketchat", "general");
  await expect(section.locator("iframe")).toHaveAttribute("src", new RegExp(`^${url}/`));
}

async function signOut(page: Page) {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/signed-out");
}

test("a person who has signed in to the portal is logged in to the chat, after the sign-out is not, and the next one is another", async ({
  page,
}) => {
  await openChat(page, /Anna/);
  const anna = await grantOf(page);
  expect(await statusOf(anna)).toBe(200);
  await signOut(page);
  await expect.poll(() => statusOf(anna), { timeout: 15_000 }).toBe(401);
  await openChat(page, /Victor/);
  const victor = await grantOf(page);
  expect(victor.userId).not.toBe(anna.userId);
  expect([await statusOf(anna), await statusOf(victor)]).toEqual([401, 200]);
});

test("a login that the server has ended is followed by a new one", async ({ page }) => {
  await openChat(page, /Anna/);
  const before = await grantOf(page);
  await fetch(`${internalUrl}/api/v1/logout`, {
    method: "POST",
    headers: { "x-auth-token": before.token, "x-user-id": before.userId },
  });
  await expect.poll(async () => (await grantOf(page)).token, { timeout: 20_000 }).not.toBe(before.token);
  await expectInteractive(page, "rocketchat", "general");
  expect(await statusOf(await grantOf(page))).toBe(200);
});
