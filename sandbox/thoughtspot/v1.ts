/**
 * The v1 endpoints: the trusted-authentication flow of 2021 (token by form, login by GET with a redirect), its newer
 * path `login/token`, and the session endpoints that the SDK calls. Sources: lib/vendors/thoughtspot/SOURCES.md;
 * SDK 1.52.0 `src/utils/authService`.
 */
import { type Context, Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { Access, Cluster, Principal, Scope, User } from "./cluster";
import { orgs, scopeOf } from "./cluster";
import { Refusal, v1Error } from "./errors";
import { bearer, checkedRedirect, form, holds, principal, sessionCookie, signIn, signOut } from "./http";

/** All prefixes under which clusters answered over the years. */
export const v1Prefixes = ["/tspublic/v1", "/callosum/v1/tspublic/v1", "/callosum/v1"] as const;

const required = (fields: Record<string, string>, name: string): string => {
  const value = fields[name];
  if (!value) throw new Refusal(400, `The parameter ${name} is missing`);
  return value;
};

function orgOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const org = orgs.find((entry) => String(entry.id) === text || entry.name === text);
  if (!org) throw new Refusal(400, "There is no such org");
  return org.id;
}

/** `groups` is a JSON array in a string. */
function groupsOf(text: string | undefined): string[] | undefined {
  if (!text) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((entry): entry is string => typeof entry === "string")) return list;
  } catch {
    // Told below.
  }
  throw new Refusal(400, "The parameter groups must be a JSON array of names");
}

/** `POST …/session/auth/token`: the secret key and a username become a token, as plain text. */
async function mint(c: Context, cluster: Cluster): Promise<Response> {
  const fields = await form(c);
  const key = required(fields, "secret_key");
  const name = required(fields, "username");
  const level = required(fields, "access_level");
  if (level !== "FULL" && level !== "REPORT_BOOK_VIEW")
    throw new Refusal(400, "The parameter access_level is not valid");
  const object = level === "REPORT_BOOK_VIEW" ? required(fields, "id") : null;
  const wantedOrg = orgOf(fields.orgid);
  const made = cluster.checkKey(key, wantedOrg, 500);

  const autoCreate = fields.autocreate === "true";
  const details = { email: fields.email, displayName: fields.display_name, groups: groupsOf(fields.groups) };
  let user = cluster.userByName(name);
  if (!user && autoCreate) user = cluster.createUser(name, { ...details, org: wantedOrg ?? made.org ?? 0 });
  else if (user && autoCreate) cluster.overwriteUser(user, details);
  if (!user) throw new Refusal(cluster.switches().unknownUserStatus === 500 ? 500 : 400, "User not found");
  if (user.status === "LOCKED") throw new Refusal(401, "The account is locked");
  if (user.status !== "ACTIVE") throw new Refusal(401, "The account is inactive");
  const org = wantedOrg ?? cluster.orgFor(user, made.org);
  if (!user.orgs.includes(org)) {
    if (!autoCreate) throw new Refusal(400, "The user does not belong to the org");
    user.orgs.push(org);
  }
  return c.text(cluster.mintV1(user, name, { access: level as Access, org, object }, made));
}

/** A v1 or v2 token that logs in, and whose it is. Failures count against the account named. */
function redeem(cluster: Cluster, token: string, username: string | undefined): { user: User; scope: Scope } {
  const v2 = cluster.readV2(token);
  const found =
    cluster.readV1(token) ??
    (v2.state === "ok" ? { user: v2.user, named: v2.user.name, scope: scopeOf(v2) } : undefined);
  const named = username === undefined ? undefined : cluster.userByName(username);
  if (named?.status === "LOCKED") throw new Refusal(401, "The account is locked");
  if (!found || (username !== undefined && found.named !== username)) {
    cluster.countFailure(named);
    throw new Refusal(401, "The token is not valid for this user");
  }
  return found;
}

function login(
  c: Context,
  cluster: Cluster,
  ownOrigin: string,
  fields: Record<string, string>,
  strict: boolean,
): Response {
  const token = required(fields, "auth_token");
  const username = strict ? required(fields, "username") : fields.username || undefined;
  const quiet = fields.no_url_redirection === "true";
  const target = fields.redirect_url || (strict && !quiet ? required(fields, "redirect_url") : "/");
  // A session opens with a second factor, which a token cannot give. The page on MFA names passwords only.
  if (cluster.switches().multiFactor) throw new Refusal(403, "Multi-factor authentication is required");
  const location = quiet ? undefined : checkedRedirect(c, cluster, ownOrigin, target);
  const { user, scope } = redeem(cluster, token, username);
  signIn(c, cluster, user, scope);
  c.header("referrer-policy", "no-referrer");
  return location === undefined ? c.body(null, 204) : c.redirect(location, 302);
}

/** What `session/info` says. `mixpanelConfig` must exist for the SDK; without keys it tracks nothing. */
export function sessionInfo(cluster: Cluster, who: Principal) {
  return {
    userGUID: who.user.id,
    userName: who.user.name,
    userDisplayName: who.user.displayName,
    userEmail: who.user.email,
    userType: "LOCAL_USER",
    privileges: who.privileges,
    currentOrgId: who.org,
    isOrgAdmin: false,
    releaseVersion: cluster.switches().release,
    timezone: "UTC",
    accessType: who.access,
    configInfo: {
      isPublicUser: false,
      selfClusterId: "sandbox-cluster",
      selfClusterName: "sandbox",
      mixpanelConfig: { production: false, devSdkKey: "", prodSdkKey: "" },
    },
  };
}

/** `GET …/user`: one user by `name` or `userid`, or all. ThoughtSpot's own Python client ends the path in a slash. */
function lookUp(c: Context, cluster: Cluster): Response {
  if (!holds(principal(c, cluster))) throw new Refusal(403, "Only administrators may look users up");
  const body = (user: User) => ({
    header: { id: user.id, name: user.name, displayName: user.displayName },
    userEmail: user.email,
    state: user.status,
  });
  const { name, userid } = c.req.query();
  if (!name && !userid) return c.json(cluster.users.map(body));
  const user = name ? cluster.userByName(name) : cluster.users.find(({ id }) => id === userid);
  if (!user) throw new Refusal(404, "User not found");
  return c.json(body(user));
}

/** All v1 endpoints under all prefixes. */
export function v1(cluster: Cluster, ownOrigin: string): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof Refusal) return v1Error(error);
    throw error;
  });

  for (const prefix of v1Prefixes) {
    app.post(`${prefix}/session/auth/token`, (c) => mint(c, cluster));
    app.get(`${prefix}/session/auth/token`, (c) => login(c, cluster, ownOrigin, c.req.query(), true));
    app.get(`${prefix}/session/login/token`, (c) => login(c, cluster, ownOrigin, c.req.query(), false));
    app.post(`${prefix}/session/login/token`, async (c) =>
      login(c, cluster, ownOrigin, { ...c.req.query(), ...(await form(c)) }, false),
    );

    app.get(`${prefix}/session/isactive`, (c) => {
      principal(c, cluster, { v1Bearer: cluster.switches().v1TokenAtIsActive });
      return c.body(null, 204);
    });
    app.get(`${prefix}/session/info`, (c) => c.json(sessionInfo(cluster, principal(c, cluster))));

    app.post(`${prefix}/session/login`, async (c) => {
      const basic = /^Basic (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
      const [basicName, ...basicRest] = basic ? Buffer.from(basic, "base64").toString("utf8").split(":") : [];
      const hasBody = c.req.header("content-type") !== undefined;
      const fields = basic && !hasBody ? {} : await form(c);
      const name = basicName ?? required(fields, "username");
      const password = basicName === undefined ? required(fields, "password") : basicRest.join(":");
      try {
        const user = cluster.checkPassword(name, password);
        signIn(
          c,
          cluster,
          user,
          { access: "FULL", org: cluster.orgFor(user, undefined), object: null },
          fields.rememberme === "true",
        );
      } catch (error) {
        // v1 tells a locked account no differently from a wrong password.
        throw error instanceof Refusal ? new Refusal(401, error.debug) : error;
      }
      return c.body(null, 204);
    });
    app.post(`${prefix}/session/logout`, (c) => {
      const token = bearer(c);
      const had = signOut(c, cluster);
      if (!had && (token === undefined || cluster.readV2(token).state !== "ok"))
        throw new Refusal(401, "There is no session");
      return c.body(null, 204);
    });

    app.get(`${prefix}/session/orgs`, (c) => {
      const who = principal(c, cluster);
      return c.json({
        currentOrgId: who.org,
        orgs: orgs
          .filter((org) => who.user.orgs.includes(org.id))
          .map((org) => ({ orgId: org.id, orgName: org.name, isActive: true })),
      });
    });
    app.put(`${prefix}/session/orgs`, async (c) => {
      const who = principal(c, cluster);
      const org = orgOf(required({ ...c.req.query(), ...(await form(c).catch(() => ({}))) }, "orgid"));
      if (org === undefined || !who.user.orgs.includes(org))
        throw new Refusal(403, "The user does not belong to the org");
      cluster.endSession(getCookie(c, sessionCookie));
      signIn(c, cluster, who.user, { ...scopeOf(who), org });
      return c.body(null, 204);
    });

    for (const path of [`${prefix}/user`, `${prefix}/user/`]) app.get(path, (c) => lookUp(c, cluster));
  }

  // Private, for ThoughtSpot's own clients (thoughtspot/mcp-server): a bearer for the session that asks.
  app.get("/callosum/v1/v2/auth/token/fetch", (c) => {
    const who = principal(c, cluster);
    const seconds = Number(c.req.query("validity_time_in_sec") ?? 300);
    if (!Number.isInteger(seconds) || seconds <= 0) throw new Refusal(400, "validity_time_in_sec is not valid");
    const org = orgOf(c.req.query("org_identifier")) ?? who.org;
    if (!who.user.orgs.includes(org)) throw new Refusal(403, "The user does not belong to the org");
    return c.json({ data: { token: cluster.mintV2(who.user, { ...scopeOf(who), org }, seconds).token } });
  });
  app.get("/prism/preauth/info", (c) => c.json({ info: sessionInfo(cluster, principal(c, cluster)) }));
  return app;
}
