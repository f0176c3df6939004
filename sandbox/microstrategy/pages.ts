/** The Library's pages: the SDK script, the login page of embeds, and the application pages. */
import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { escapeHtml, scriptJson } from "../kit/html";
import type { SandboxOptions } from "../kit/sandbox";
import { findObject, findProject, type LibraryObject, mayOpen, objects, pageTypes } from "./content";
import { botModel, chaptersOf, dashboardModel, documentModel, reportModel } from "./data";
import { LibraryError, noPermission, notFound } from "./errors";
import { allowedOrigins, answerError, contextPath, frameAncestors, noCache, sessionOf, sessionOfCookies } from "./http";
import type { LibraryUser } from "./people";
import { appScript } from "./scripts/app";
import { childScript } from "./scripts/child";
import { drawScript } from "./scripts/draw";
import { embeddingLib } from "./scripts/embeddinglib";
import { loginScript } from "./scripts/login";
import { pageStyle } from "./scripts/style";
import type { LibraryState } from "./state";

interface Page {
  readonly title: string;
  readonly boot: object;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly scripts: readonly string[];
}

function html(page: Page): string {
  const attributes = Object.entries(page.attributes ?? {}).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} | Portico sandbox</title>
<style>${pageStyle}</style>
</head>
<body${attributes.join("")}>
${page.body}
<script type="application/json" id="boot">${scriptJson(page.boot)}</script>
${page.scripts.map((script) => `<script>${script}</script>`).join("\n")}
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

  app.get("/javascript/embeddinglib.js", (c) => {
    c.header("content-type", "text/javascript; charset=utf-8");
    c.header("cache-control", "no-cache");
    return c.body(embeddingLib(switches().oldSdk));
  });

  const embeddedLogin = (c: Context) =>
    answer(c, {
      title: "Signing in",
      boot: { path, allowed: allowed(), idleSeconds: switches().idleSeconds },
      body: waiting("Signing in to the Library"),
      scripts: [childScript, loginScript],
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
      boot: { path, base, allowed: allowed(), login: true, next: nextPage(c.req.query("next")), target: {} },
      body: waiting("Log in"),
      scripts: [childScript, drawScript, appScript],
    }),
  );

  const application = (c: Context) => {
    const session = sessionOfCookies(c, state);
    if (session) state.touch(session);
    const { configId, projectId, objectId, pageKey } = c.req.param() as Record<string, string | undefined>;
    return answer(c, {
      title: "Library",
      boot: {
        path,
        base,
        allowed: allowed(),
        app: `${path}/app${configId ? `/config/${encodeURIComponent(configId)}` : ""}`,
        user: session?.iServer.user.username ?? null,
        idleSeconds: switches().idleSeconds,
        target: { projectId, objectId, pageKey },
      },
      body: waiting("Opening"),
      attributes: session ? { "data-sandbox-user": session.iServer.user.username } : {},
      scripts: [childScript, drawScript, appScript],
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

  const userOf = ({ username, fullName }: LibraryUser) => ({ username, fullName });

  app.get("/app-content", (c) => {
    const { user } = openSession(c).iServer;
    const items = objects
      .filter((object) => mayOpen(user, object))
      .map(({ id, projectId, name, description, kind }) => ({
        id,
        projectId,
        name,
        description,
        kind,
        type: kind === "report" ? 3 : 55,
      }));
    return c.json({ kind: "library", name: "Library", pageType: pageTypes.library, user: userOf(user), items });
  });

  app.get("/app-content/:projectId/:objectId", (c) => {
    const session = openSession(c);
    const object = findObject(c.req.param("projectId"), c.req.param("objectId"));
    if (!object) throw notFound("The object does not exist in this project");
    if (!mayOpen(session.iServer.user, object)) throw noPermission();
    state.openProject(session, object.projectId);
    return c.json({
      id: object.id,
      projectId: object.projectId,
      kind: object.kind,
      name: object.name,
      pageType: pageTypes[object.kind],
      user: userOf(session.iServer.user),
      project: findProject(object.projectId)?.name,
      instanceId: randomBytes(16).toString("hex").toUpperCase(),
      chapters: chaptersOf(object),
      model: modelOf(object),
    });
  });

  return app;
}

function modelOf(object: LibraryObject): object {
  switch (object.kind) {
    case "dashboard":
      return dashboardModel(object);
    case "report":
      return reportModel();
    case "document":
      return documentModel();
    case "bot":
      return botModel();
  }
}
