/** The tests' own browser: what the specs tagged @embed prove is worth nothing if frames are not treated like this. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "./fixtures/test";

let server: Server;
let port: number;
/** The cookies of the last request for the framed page. */
let received: string | undefined;

test.beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    if (request.url === "/top") {
      response.end(`<iframe title="frame" src="http://frame.localhost:${port}/frame"></iframe>`);
      return;
    }
    if (request.url === "/frame") received = request.headers.cookie;
    response.setHeader("set-cookie", "visited=yes; SameSite=None; Secure; Path=/");
    response.end("<p>frame</p>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

test.afterAll(() => {
  server.close();
});

test("a site in a frame of another one has the cookies that the mode gives it @embed", async ({
  page,
  thirdPartyCookies,
}) => {
  await page.goto(`http://frame.localhost:${port}/frame`);
  await page.goto(`http://top.localhost:${port}/top`);
  await expect(page.frameLocator("iframe").getByText("frame")).toBeVisible();
  expect(received).toBe(thirdPartyCookies === "allowed" ? "visited=yes" : undefined);
});

test("its storage is another one than at first hand, in either mode @embed", async ({ page }) => {
  await page.goto(`http://frame.localhost:${port}/frame`);
  await page.evaluate(() => localStorage.setItem("visited", "yes"));
  await page.goto(`http://top.localhost:${port}/top`);
  const body = page.frameLocator("iframe").locator("body");
  expect(await body.evaluate(() => localStorage.getItem("visited"))).toBeNull();
});
