/** The Library's pages: the SDK script, the login page of embeds, and the application pages. */
import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { type AssetName, asset } from "../kit/assets";
import { acceptedLocale } from "../kit/format";
import { escapeHtml, scriptJson } from "../kit/html";
import type { SandboxOptions } from "../kit/sandbox";
import { findObject, findProject, type LibraryObject, mayOpen, type ObjectKind, objects, pageTypes } from "./content";
import { botModel, chaptersOf, dashboardModel, documentModel, type Preview, previewOf, reportModel } from "./data";
import { LibraryError, noPermission, notFound } from "./errors";
import {
  allowedOrigins,
  answerError,
  contextPath,
  crossOrigin,
  frameAncestors,
  noCache,
  sessionOf,
  sessionOfCookies,
} from "./http";
import type { LibraryUser } from "./people";
import type { LibraryState } from "./state";

/** What the login page starts from. */
export interface LoginBoot {
  /** The Library's context path. */
  readonly path: string;
  /** Origins that may embed the page. */
  readonly allowed: readonly string[];
  readonly idleSeconds: number;
  /** Whether a login counts only when the browser has kept the cookie. */
  readonly checksCookie: boolean;
}

/** What a page opens; nothing for the home page. */
export interface Target {
  readonly projectId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly pageKey?: string | undefined;
}

/** What an application page starts from. */
export interface AppBoot extends LoginBoot {
  /** Where the control routes are. */
  readonly base: string;
  /** The address below which the page's own items are, a custom application's included. */
  readonly app: string;
  /** Whose session the page's cookies lead to. */
  readonly user: string | null;
  readonly target: Target;
  /** Set for the Library's own login form. */
  readonly login?: true;
  /** Where the login form leads. */
  readonly next?: string;
}

/** An item on the home page. */
export interface ItemCard {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly kind: ObjectKind;
  readonly type: number;
  readonly preview: Preview | null;
}

interface Shown {
  readonly name: string;
  readonly pageType: string;
  readonly user: { readonly username: string; readonly fullName: string };
  readonly id?: string;
  readonly projectId?: string;
  readonly project?: string;
  readonly instanceId?: string;
  readonly chapters?: ReturnType<typeof chaptersOf>;
}

/** What a page shows. */
export type Content =
  | (Shown & { readonly kind: "library"; readonly items: readonly ItemCard[] })
  | (Shown & { readonly kind: "dashboard"; readonly model: ReturnType<typeof dashboardModel> })
  | (Shown & { readonly kind: "report"; readonly model: ReturnType<typeof reportModel> })
  | (Shown & { readonly kind: "document"; readonly model: ReturnType<typeof documentModel> })
  | (Shown & { readonly kind: "bot"; readonly model: ReturnType<typeof botModel> });

interface Page {
  readonly title: string;
  readonly boot: LoginBoot | AppBoot;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly script: AssetName;
}

function html(page: Page): string {
  const attributes = Object.entries(page.attributes ?? {}).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} | Portico sandbox</title>
<style>${asset("microstrategy", "pages.css")}</style>
</head>
<body${attributes.join("")}>
${page.body}
<script type="application/json" id="boot">${scriptJson(page.boot)}</script>
<script>${asset("microstrategy", page.script)}</script>
</body>
</html>`;
}

const waiting = (text: string) =>
  `<main id="main" data-state="waiting"><p class="wait" id="text" role="status">${escapeHtml(text)}</p></main>`;

/** The routes beside `/api`. */
export function createPages(state: LibraryState, options: SandboxOptions): Hono {
  const app = new Hono();
  const path = contextPath(options, "MicroStrategyLibrary");
  const own = new URL(options.origin);
  const base = own.pathname.replace(/\/$/, "");
  const switches = () => state.control.switches;

  app.onError(answerError);

  const answer = (c: Context, page: Page) => {
    noCache(c);
    c.header("content-security-policy", frameAncestors(switches(), options));
    return c.html(html(page));
  };

  const allowed = () => [own.origin, ...allowedOrigins(switches(), options)];

  // A static file: without the switch it has no cross-origin headers, so a page learns nothing of its errors.
  app.use("/javascript/*", (c, next) => (switches().sdkCors ? crossOrigin(state, options)(c, next) : next()));
  app.get("/javascript/embeddinglib.js", (c) => {
    c.header("content-type", "text/javascript; charset=utf-8");
    c.header("cache-control", "no-cache");
    const script = asset("microstrategy", "embeddinglib.js");
    return c.body(script.replaceAll("__GENERATION__", JSON.stringify(switches().sdk)));
  });

  const boot = (): LoginBoot => ({
    path,
    allowed: allowed(),
    idleSeconds: switches().idleSeconds,
    checksCookie: switches().loginChecksCookie,
  });

  const embeddedLogin = (c: Context) =>
    answer(c, {
      title: "Signing in",
      boot: boot(),
      body: waiting("Signing in to the Library"),
      script: "login.js",
    });
  app.get("/auth/ui/embeddedLogin.jsp", embeddedLogin);
  app.get("/auth/embeddedLogin.jsp", embeddedLogin);

  /** The login form goes on to a page of the Library and nowhere else. */
  const nextPage = (wanted: string | undefined) => {
    const target = wanted && URL.canParse(wanted, own.origin) ? new URL(wanted, own.origin) : null;
    return target?.origin === own.origin && target.pathname.startsWith(`${path}/app`) ? target.href : `${path}/app`;
  };
  app.get("/auth/ui/loginPage", (c) =>
    answer(c, {
      title: "Log in",
      boot: {
        ...boot(),
        base,
        app: `${path}/app`,
        user: null,
        target: {},
        login: true,
        next: nextPage(c.req.query("next")),
      },
      body: waiting("Log in"),
      script: "app.js",
    }),
  );

  const application = (c: Context) => {
    const session = sessionOfCookies(c, state);
    if (session) state.touch(session);
    const { configId, projectId, objectId, pageKey } = c.req.param() as Record<string, string | undefined>;
    return answer(c, {
      title: "Library",
      boot: {
        ...boot(),
        base,
        app: `${path}/app${configId ? `/config/${encodeURIComponent(configId)}` : ""}`,
        user: session?.iServer.user.username ?? null,
        target: { projectId, objectId, pageKey },
      },
      body: waiting("Opening"),
      attributes: session ? { "data-sandbox-user": session.iServer.user.username } : {},
      script: "app.js",
    });
  };
  app.get("/", (c) => c.redirect(`${path}/app`));
  // Custom applications first: their addresses have the shape of a project and an object too.
  for (const prefix of ["/app/config/:configId", "/app"])
    for (const rest of ["", "/", "/:projectId/:objectId", "/:projectId/:objectId/:pageKey"])
      app.get(`${prefix}${rest}`, application);

  // What the pages load: private to this emulator, with the same demands as the REST API.
  const openSession = (c: Context) => {
    const session = sessionOf(c, state);
    state.touch(session);
    if (session.iServer.applicationType !== 35)
      throw new LibraryError(403, "ERR0010", "Sessions of this application type cannot be embedded");
    return session;
  };

  app.get("/app-content", (c) => {
    const { user } = openSession(c).iServer;
    const locale = acceptedLocale(c.req.header("accept-language"));
    const items = objects
      .filter((object) => mayOpen(user, object))
      .map((object) => ({
        id: object.id,
        projectId: object.projectId,
        name: object.name,
        description: object.description,
        kind: object.kind,
        type: object.kind === "report" ? 3 : 55,
        preview: previewOf(object, state.control.clock.now(), locale),
      }));
    const content: Content = {
      kind: "library",
      name: "Library",
      pageType: pageTypes.library,
      user: { username: user.username, fullName: user.fullName },
      items,
    };
    return c.json(content);
  });

  app.get("/app-content/:projectId/:objectId", (c) => {
    const session = openSession(c);
    const object = findObject(c.req.param("projectId"), c.req.param("objectId"));
    if (!object) throw notFound("The object does not exist in this project");
    if (!mayOpen(session.iServer.user, object)) throw noPermission();
    state.openProject(session, object.projectId);
    const locale = acceptedLocale(c.req.header("accept-language"));
    return c.json(contentOf(object, session.iServer.user, state.control.clock.now(), locale));
  });

  return app;
}

function contentOf(object: LibraryObject, { username, fullName }: LibraryUser, now: number, locale: string): Content {
  const shown: Shown = {
    id: object.id,
    projectId: object.projectId,
    name: object.name,
    pageType: pageTypes[object.kind],
    user: { username, fullName },
    project: findProject(object.projectId)?.name ?? "",
    instanceId: randomBytes(16).toString("hex").toUpperCase(),
    chapters: chaptersOf(object),
  };
  switch (object.kind) {
    case "dashboard":
      return { ...shown, kind: "dashboard", model: dashboardModel(object, now, locale) };
    case "report":
      return { ...shown, kind: "report", model: reportModel(now) };
    case "document":
      return { ...shown, kind: "document", model: documentModel(now, locale) };
    case "bot":
      return { ...shown, kind: "bot", model: botModel(now, locale) };
  }
}
