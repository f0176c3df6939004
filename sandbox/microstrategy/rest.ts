/**
 * The REST API of the emulated Library Server, endpoint by endpoint (OpenAPI; SOURCES.md: authentication, REST API
 * exceptions). What the vendor does not document is a choice; the README lists them.
 */
import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import type { SandboxOptions } from "../kit/sandbox";
import { findObject, findProject, mayOpen, objects, projects } from "./content";
import {
  invalidInput,
  iServerCodes,
  LibraryError,
  loginFailed,
  missingField,
  missingInformation,
  noPermission,
  noPrivilege,
  notFound,
} from "./errors";
import {
  answerError,
  authTokenHeader,
  contextPath,
  crossOrigin,
  expireSessionCookies,
  identityTokenHeader,
  noCache,
  projectHeader,
  readBody,
  sessionOf,
  sessionOfCookies,
  setSessionCookies,
} from "./http";
import { userOfIdToken } from "./oidc";
import { createApiTokens, guestAccount, type LibraryUser } from "./people";
import { alive, type LibraryState, libraryKey, type WebSession } from "./state";

/** Login modes (SOURCES.md: login modes). */
export const modes = {
  standard: 1,
  guest: 8,
  ldap: 16,
  trusted: 64,
  integrated: 128,
  apiToken: 4096,
  saml: 1048576,
  oidc: 4194304,
  identityToken: -1,
} as const;

const knownModes: readonly number[] = Object.values(modes).filter((mode) => mode > 0);

/** A whole number, also when it is written as a string: the vendor's Python client sends both. */
function integer(value: unknown, fallback: number, name: string): number {
  if (value === undefined || value === null || value === "") return fallback;
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) throw invalidInput(`${name} must be an integer`);
  return number;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
/** A text or nothing; any other type is a broken body (OpenAPI: `AuthRequest`). */
function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalidInput(`${name} must be a string`);
  return value || undefined;
}

const brokenBody = () => invalidInput("The request body cannot be parsed");

/**
 * The highest application type: 75 where the call's description has a limit (OpenAPI: `/api/auth/oidc/token`); a login takes
 * the type of the vendor's Python client too, 76, which servers of this version support (mstrio/connection.py).
 */
const highestType = { login: 76, oidc: 75 } as const;

function checkApplicationType(value: unknown, highest: number): number {
  const type = integer(value, 35, "applicationType");
  if (type < 1 || type > highest)
    throw invalidInput(`There are constraint violations: applicationType must be 1 to ${highest}`);
  return type;
}

/** OAS `AuthRequest`: how many searches run, and how many reports are kept, at once. */
function checkLimits(body: Record<string, unknown>): { maxSearch: number; workingSet: number } {
  const maxSearch = integer(body.maxSearch, 3, "maxSearch");
  const workingSet = integer(body.workingSet, 10, "workingSet");
  if (workingSet < 3) throw invalidInput("There are constraint violations: workingSet must be 3 or more");
  return { maxSearch, workingSet };
}

interface Given {
  readonly username: string;
  readonly password: string;
  readonly newPassword: string | undefined;
}

/** OAS `AuthRequest`: a login can change a standard password. */
function wantedPassword(body: Record<string, unknown>, mode: number): string | undefined {
  const { changePassword } = body;
  if (changePassword === undefined || changePassword === null || String(changePassword) === "false") return undefined;
  if (String(changePassword) !== "true") throw invalidInput("changePassword must be a boolean");
  if (mode !== modes.standard) throw invalidInput("Only a standard password can be changed");
  const newPassword = optionalText(body.newPassword, "newPassword");
  if (!newPassword) throw missingField("newPassword is missing");
  return newPassword;
}

/** The keys named by `?fields=a,b`, or all. */
function pick<T extends object>(c: Context, value: T): Partial<T> {
  const fields = c.req.query("fields")?.split(",");
  if (!fields) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => fields.includes(key))) as Partial<T>;
}

/** The routes below `/api`. */
export function createRest(state: LibraryState, options: SandboxOptions): Hono {
  const api = new Hono();
  const path = contextPath(options, "MicroStrategyLibrary");
  const switches = () => state.control.switches;

  /** The session of a call, which counts as use. */
  const used = (c: Context): WebSession => {
    const session = sessionOf(c, state);
    state.touch(session);
    return session;
  };

  const welcome = (c: Context, session: WebSession) => {
    setSessionCookies(c, session, path, switches());
    c.header(authTokenHeader, session.token);
    return c.body(null, 204);
  };

  api.onError(answerError);
  api.use(crossOrigin(state, options));
  api.use(async (c, next) => {
    if (!switches().iServer)
      return answerError(new LibraryError(503, "ERR0013", "The Intelligence Server cannot be reached"), c);
    noCache(c);
    await next();
  });

  api.get("/status", (c) => c.json({ iServerVersion: "11.5.0900.00123", webVersion: "11.5.0900.00123" }));

  api.get("/config/authModes", (c) => {
    const on = switches().loginModes.split(",").filter(Boolean).map(Number);
    return c.json({ modes: on, inactiveModes: knownModes.filter((mode) => !on.includes(mode)), dm: on[0] ?? 1 });
  });

  api.post("/auth/login", async (c) => {
    const body = await readBody(c, brokenBody());
    const mode = integer(body.loginMode, modes.standard, "loginMode");
    const applicationType = checkApplicationType(body.applicationType, highestType.login);
    const limits = checkLimits(body);
    const locale = optionalText(body.displayLocale, "displayLocale");
    const timeZone = optionalText(body.timeZone, "timeZone");
    const user = userFor(c, mode, {
      username: optionalText(body.username, "username") ?? "",
      password: optionalText(body.password, "password") ?? "",
      newPassword: wantedPassword(body, mode),
    });
    return welcome(c, state.logIn(user, { mode, applicationType, locale, timeZone, ...limits }));
  });

  /** Who logs in, by mode. */
  function userFor(c: Context, mode: number, { username, password, newPassword }: Given): LibraryUser {
    // 401 is the only refusal that the description of this call knows (OpenAPI: /api/auth/login).
    if (!knownModes.includes(mode))
      throw new LibraryError(401, "ERR001", "Unknown authentication mode", iServerCodes.unknownMode);
    if (!switches().loginModes.split(",").includes(String(mode))) {
      const code = mode === modes.standard ? iServerCodes.standardModeOff : iServerCodes.unknownMode;
      throw new LibraryError(401, "ERR001", "The authentication mode is not configured", code);
    }
    switch (mode) {
      case modes.standard:
      case modes.ldap:
        return state.checkPassword(username, password, newPassword);
      case modes.guest:
        return state.mayLogIn(known(guestAccount));
      case modes.apiToken:
        return state.userOfApiToken(username);
      case modes.trusted: {
        const name = c.req.header(switches().trustedHeader);
        if (!name) throw loginFailed(iServerCodes.notTrusted);
        return state.mayLogIn(known(name));
      }
      default:
        // SAML, OpenID Connect and Kerberos do not log in through this endpoint.
        throw loginFailed();
    }
  }

  function known(username: string): LibraryUser {
    const user = state.user(username);
    if (!user) throw loginFailed(iServerCodes.notLinked);
    return user;
  }

  api.post("/auth/oidc/token", async (c) => {
    const body = await readBody(c, brokenBody());
    const applicationType = checkApplicationType(c.req.query("applicationType"), highestType.oidc);
    if (!switches().loginModes.split(",").includes(String(modes.oidc)))
      throw new LibraryError(401, "ERR001", "The authentication mode is not configured", iServerCodes.unknownMode);
    if (!text(body.access_token)) throw missingField("access_token is missing");
    const user = await userOfIdToken(text(body.id_token), state, options);
    const { displayLocale: locale, timeZone } = c.req.query();
    return welcome(c, state.logIn(user, { mode: modes.oidc, applicationType, locale, timeZone }));
  });

  const needSecretKey = () => {
    if (!switches().secretKey)
      throw new LibraryError(500, "ERR0023", "The secret key for identity tokens is not configured");
  };

  api.post("/auth/identityToken", (c) => {
    const session = used(c);
    needSecretKey();
    c.header(identityTokenHeader, state.mintIdentityToken(session, libraryKey));
    return c.body(null, 201);
  });

  api.get("/auth/identityToken", (c) => {
    const token = c.req.header(identityTokenHeader) ?? "";
    const { iServer } = state.inspectIdentityToken(token, c.req.query("codeVerifier"));
    return c.json(pick(c, { userId: iServer.user.id }));
  });

  api.post("/v2/auth/identityToken", async (c) => {
    const session = used(c);
    const body = await readBody(c, brokenBody());
    const persistable = integer(c.req.query("persistableState"), 0, "persistableState");
    if (persistable < -1 || persistable > 2) throw invalidInput("persistableState must be -1 to 2");
    // The body is optional (OpenAPI): without a challenge the token needs no verifier.
    const challenge = text(body.codeChallenge) || null;
    if (challenge !== null && body.codeChallengeMethod !== "S256")
      throw invalidInput("codeChallengeMethod must be S256");
    needSecretKey();
    return c.json({ identityToken: state.mintIdentityToken(session, libraryKey, challenge) }, 201);
  });

  api.post("/auth/delegate", async (c) => {
    const body = await readBody(c, brokenBody());
    if (integer(body.loginMode, 0, "loginMode") !== modes.identityToken) throw invalidInput("loginMode must be -1");
    if (!text(body.identityToken)) throw missingInformation("identityToken is missing");
    return welcome(c, state.redeem(text(body.identityToken), text(body.codeVerifier) || undefined));
  });

  api.get("/auth/token", (c) => {
    const session = alive(sessionOfCookies(c, state));
    state.touch(session);
    c.header(authTokenHeader, session.token);
    return c.body(null, 204);
  });

  api.post("/auth/logout", (c) => {
    state.logOut(sessionOf(c, state));
    expireSessionCookies(c, path, switches());
    return c.body(null, 204);
  });

  const sessionInfo = (session: WebSession) => {
    const { user, maxSearch, workingSet, projects: connections } = session.iServer;
    return {
      locale: 1033,
      displayLocale: 1033,
      userConnections: [...connections].map(([id, sessionId]) => ({ id, sessionId })),
      maxSearch,
      workingSet,
      timeout: switches().idleSeconds,
      metadataUser: true,
      lifetime: state.lifetime(session),
      id: user.id,
      fullName: user.fullName,
      initials: user.initials,
    };
  };

  // The one call of these that says 404 of a dead session (OpenAPI: /api/sessions).
  api.get("/sessions", (c) => {
    if (switches().deadSessionStatus === 404) {
      const session = state.session(c.req.header(authTokenHeader), "library");
      if (!session) throw notFound("The session does not exist or is closed");
    }
    return c.json(pick(c, sessionInfo(used(c))));
  });

  api.put("/sessions", (c) => {
    used(c);
    return c.body(null, 204);
  });

  api.get("/sessions/userInfo", (c) => {
    const { user } = used(c).iServer;
    const { id, fullName, initials } = user;
    return c.json(pick(c, { metadataUser: true, id, fullName, initials }));
  });

  // Asking how long a session lives is no use of it: it would answer the full time forever.
  api.get("/sessions/lifetime", (c) => c.json({ lifetime: state.lifetime(sessionOf(c, state)) }));

  /** The project named by the header. */
  const projectOf = (c: Context): string => {
    const id = c.req.header(projectHeader);
    if (!id) throw missingInformation(`The header ${projectHeader} is missing`);
    const project = findProject(id);
    if (!project) throw notFound("The project does not exist");
    return project.id;
  };

  api.get("/sessions/projectId", (c) => {
    const session = used(c);
    state.openProject(session, projectOf(c));
    return c.json(pick(c, sessionInfo(session)));
  });

  api.get("/sessions/privileges", (c) => {
    const { user } = used(c).iServer;
    return c.json(
      user.privileges.map((id) => ({
        id: String(id),
        name: id === createApiTokens ? "Create API tokens for other users" : `Privilege ${id}`,
        isUserLevelAllowed: true,
        isProjectLevelAllowed: false,
        projects: [],
      })),
    );
  });

  api.post("/auth/apiTokens", async (c) => {
    const session = used(c);
    const body = await readBody(c, brokenBody());
    const { user } = session.iServer;
    const userId = optionalText(body.userId, "userId") ?? user.id;
    if (userId.toUpperCase() !== user.id && !user.privileges.includes(createApiTokens)) throw noPrivilege();
    const minutes = integer(body.lifeTimeInMinutes, 0, "lifeTimeInMinutes");
    const made = state.mintApiToken(userId, minutes);
    const dates =
      made.expiresAt === null
        ? {}
        : { createTime: new Date(made.createdAt).toISOString(), expireTime: new Date(made.expiresAt).toISOString() };
    return c.json({ apiToken: made.token, ...dates }, 201);
  });

  const users = (c: Context) => {
    const session = used(c);
    if (!session.iServer.user.privileges.includes(createApiTokens)) throw noPrivilege();
    const begins = (value: string, prefix: string | undefined) =>
      value.toLowerCase().startsWith((prefix ?? "").toLowerCase());
    const found = state
      .everyone()
      .filter((user) => begins(user.fullName, c.req.query("nameBegins")))
      .filter((user) => begins(user.username, c.req.query("abbreviationBegins")));
    const offset = integer(c.req.query("offset"), 0, "offset");
    const limit = integer(c.req.query("limit"), -1, "limit");
    const page = found.slice(offset, limit < 0 ? undefined : offset + limit);
    return c.json(page.map((user) => pick(c, describeUser(user))));
  };
  api.get("/users", users);
  api.get("/users/", users);

  // Every user may see the own record; others need a privilege.
  api.get("/users/:id", (c) => {
    const { user } = used(c).iServer;
    const id = c.req.param("id").toUpperCase();
    if (id !== user.id && !user.privileges.includes(createApiTokens)) throw noPrivilege();
    const found = state.userById(id);
    if (!found) throw notFound("The user does not exist");
    return c.json(pick(c, describeUser(found)));
  });

  const now = () => new Date(state.now).toISOString();
  const owner = { name: "Administrator", id: "54F3D26011D2896560009A8E67019608" };

  api.get("/projects", (c) => {
    const { user } = used(c).iServer;
    const visible = projects.filter(({ id }) =>
      objects.some((object) => object.projectId === id && mayOpen(user, object)),
    );
    return c.json(
      visible.map(({ id, name, description }) => ({
        acg: 5,
        id,
        name,
        status: 0,
        alias: "",
        description,
        dateCreated: "2024-01-08T09:00:00.000+0000",
        dateModified: "2025-10-31T06:00:00.000+0000",
        owner,
      })),
    );
  });

  api.get("/projects/:id", (c) => {
    used(c);
    const project = findProject(c.req.param("id"));
    if (!project) throw notFound("The project does not exist");
    return c.json({ id: project.id, name: project.name, description: project.description, status: 0, owner });
  });

  api.get("/library", (c) => {
    const { user } = used(c).iServer;
    return c.json(
      objects
        .filter((object) => mayOpen(user, object))
        .map(({ id, projectId, name, description, kind }) => ({
          id,
          projectId,
          name,
          description,
          type: kind === "report" ? 3 : 55,
          active: true,
          lastViewedTime: now(),
          owner,
          target: { id, name, type: kind === "report" ? 3 : 55 },
        })),
    );
  });

  api.post("/dossiers/:id/instances", (c) => {
    const session = used(c);
    const projectId = projectOf(c);
    const object = findObject(projectId, c.req.param("id"));
    if (!object || object.kind === "report") throw notFound("The object does not exist");
    if (!mayOpen(session.iServer.user, object)) throw noPermission();
    state.openProject(session, projectId);
    return c.json({ mid: randomBytes(16).toString("hex").toUpperCase(), status: 1 }, 201);
  });

  // Unknown paths and wrong methods alike (SOURCES.md: REST errors).
  api.all("*", (c) => answerError(notFound(), c));

  return api;
}

const describeUser = (user: LibraryUser) => ({
  name: user.fullName,
  id: user.id,
  type: 34,
  subtype: 8704,
  abbreviation: user.username,
  username: user.username,
  fullName: user.fullName,
  initials: user.initials,
  enabled: !user.disabled,
});
