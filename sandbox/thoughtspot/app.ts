/** The pages: the app's shell on `/`, `/v2` and `/v2/`, its script and style, the content it asks for, and the admin page. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { assetResponse } from "../kit/assets";
import { htmlPage } from "../kit/page";
import { adminPage, signInPage } from "./admin";
import type { Settings } from "./browser/app/flags";
import type { Cluster, Principal } from "./cluster";
import { type ContentRequest, NotShown, render, spotterTurn } from "./content/pages";
import { Refusal, v1Error } from "./errors";
import { form, frameAncestors, holds, principal, signIn, signOut } from "./http";
import { everyModel } from "./row-security";

const contentRequest: z.ZodType<ContentRequest> = z.object({
  route: z.string().max(2000),
  filters: z
    .array(z.object({ column: z.string(), operator: z.string(), values: z.array(z.string()) }))
    .max(50)
    .default([]),
  lastMonths: z.int().min(1).max(12).optional(),
  narrow: z.boolean().default(false),
  locale: z.string().max(35).optional(),
  search: z.string().max(500).optional(),
  source: z.string().max(100).optional(),
  hideTabs: z.array(z.string()).default([]),
  visibleVizs: z.array(z.string()).optional(),
  navigation: z.boolean().default(false),
});

/** The formula variables that have values for this sign-in, for people and tests. */
const variablesInForce = (cluster: Cluster, { user, org }: Principal) =>
  Object.fromEntries(
    cluster.rows.variables.flatMap(({ name }) => {
      const values = cluster.rows.valuesFor(name, user.id, org, everyModel);
      return values.length > 0 ? [[name, values]] : [];
    }),
  );

function shell(cluster: Cluster, basePath: string): string {
  const {
    neverAppInit,
    appInitDelayMs,
    refreshesTokens,
    refreshLeadSeconds,
    idleSeconds,
    giveUpSeconds,
    postAfterRender,
    heightBurst,
  } = cluster.switches();
  const settings: Settings = {
    basePath,
    partitionedCookies: cluster.lists.partitionedCookies,
    isSameSite: cluster.isSameSite,
    blockFullApp: cluster.lists.blockFullApp,
    neverAppInit,
    appInitDelayMs,
    refreshesTokens,
    refreshLeadSeconds,
    idleSeconds,
    giveUpSeconds,
    postAfterRender,
    heightBurst,
  };
  return htmlPage({
    title: "ThoughtSpot sandbox",
    meta: { referrer: "no-referrer" },
    styles: [{ href: `${basePath}/static/app.css` }],
    body: `<div class="frame"><main id="content" aria-busy="true"></main><details class="sandbox" id="sandbox"><summary>Sandbox</summary><div class="menu"><p class="who"></p></div></details></div>`,
    data: { settings },
    scripts: [{ href: `${basePath}/static/app.js` }],
  });
}

/**
 * @param ownOrigin where browsers reach the service; may end in a path when it is mounted below another site
 */
export function pages(cluster: Cluster, ownOrigin: string): Hono {
  const app = new Hono();
  const basePath = new URL(ownOrigin).pathname.replace(/\/$/, "");

  app.onError((error) => {
    if (error instanceof Refusal) return v1Error(error);
    throw error;
  });

  const secure = (c: Context) => {
    c.header(
      "content-security-policy",
      `default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ${frameAncestors(cluster, cluster.switches())}`,
    );
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
  };

  for (const path of ["/", "/v2", "/v2/"])
    app.get(path, (c) => {
      secure(c);
      return c.html(shell(cluster, basePath));
    });

  app.get("/static/app.js", () => assetResponse("thoughtspot", "app.js"));
  app.get("/static/admin.js", () => assetResponse("thoughtspot", "admin.js"));
  app.get("/static/app.css", () => assetResponse("thoughtspot", "app.css"));

  const asked = async (c: Context) => {
    const parsed = contentRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) throw new Refusal(400, "The content request is not valid");
    return parsed.data;
  };
  /** The app's own API, which `Embedded app` in README.md describes; no vendor path. */
  app.post("/app/content", async (c) => {
    const who = principal(c, cluster);
    const request = await asked(c);
    try {
      const content = render(cluster, who, request);
      return c.json({
        ...content,
        user: who.user.name,
        displayName: who.user.displayName,
        userGUID: who.user.id,
        org: who.org,
        access: who.access,
        variables: variablesInForce(cluster, who),
        filterRules: [...who.user.filterRules, ...(who.filterRules ?? [])],
      });
    } catch (error) {
      if (error instanceof NotShown)
        return c.json(
          { code: error.code, message: error.message, user: who.user.name },
          error.code === "NOT_FOUND" ? 404 : 403,
        );
      throw error;
    }
  });
  app.post("/app/spotter", async (c) => {
    const who = principal(c, cluster);
    if (who.access === "REPORT_BOOK_VIEW") throw new Refusal(403, "This token opens one object");
    return c.json(spotterTurn(cluster, who, await asked(c)));
  });

  // The administrator's page
  const admin = (c: Context) => {
    const who = principal(c, cluster);
    if (who.via !== "cookie" || !holds(who)) throw new Refusal(403, "Only administrators");
    return who;
  };
  const ownPage = (c: Context) => {
    const origin = c.req.header("origin");
    if (origin !== new URL(ownOrigin).origin && origin !== new URL(c.req.url).origin)
      throw new Refusal(403, "Only from the page itself");
  };
  const back = (c: Context) => c.redirect(`${basePath}/admin`, 303);
  app.get("/admin", (c) => {
    secure(c);
    try {
      admin(c);
    } catch (error) {
      if (error instanceof Refusal) return c.html(signInPage(basePath, c.req.query("failed") !== undefined), 401);
      throw error;
    }
    return c.html(adminPage(cluster, basePath));
  });
  app.post("/admin/sign-in", async (c) => {
    ownPage(c);
    const fields = await form(c);
    try {
      const user = cluster.checkPassword(fields.username ?? "", fields.password ?? "");
      signIn(c, cluster, user, { access: "FULL", org: user.orgs[0] ?? 0, object: null });
    } catch (error) {
      if (error instanceof Refusal) return c.redirect(`${basePath}/admin?failed`, 303);
      throw error;
    }
    return back(c);
  });
  app.post("/admin/sign-out", (c) => {
    ownPage(c);
    signOut(c, cluster);
    return back(c);
  });
  app.post("/admin/trusted-authentication", async (c) => {
    ownPage(c);
    admin(c);
    const { enabled } = await form(c);
    cluster.setTrusted(enabled === "on");
    return back(c);
  });
  app.post("/admin/lists", async (c) => {
    ownPage(c);
    admin(c);
    const fields = await form(c);
    const list = (text: string | undefined) => (text ?? "").split(/[\s,]+/).filter(Boolean);
    try {
      cluster.setLists({
        cors: list(fields.cors),
        frame: list(fields.frame),
        redirect: list(fields.redirect),
        partitionedCookies: fields.partitioned === "on",
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      secure(c);
      return c.html(adminPage(cluster, basePath, error.debug), 400);
    }
    return back(c);
  });
  return app;
}
