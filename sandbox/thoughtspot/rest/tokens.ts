/** `auth/token/…` and `auth/session/…`: tokens of every kind, and sessions. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type Cluster, type FilterRule, type IssuedToken, type Scope, scopeOf, type User } from "../cluster";
import { Refusal } from "../errors";
import { checkedRedirect, principal, signIn, signOut, wants } from "../http";
import { isAtLeast } from "../release";
import { base, body, flag, optionalText, orgById, orgByIdentifier, orgName, scalars, text } from "./request";
import { userBody } from "./users";

const defaultValiditySeconds = 300;
/** The release from which `full` and `object` take `org_identifier`, and logins take a redirect (API changelog). */
const orgIdentifierSince = "26.11";

const credentials = {
  username: text,
  secret_key: z.string().optional(),
  password: z.string().optional(),
  validity_time_in_sec: z.int().positive().max(31_536_000).optional(),
  email: optionalText,
  display_name: optionalText,
  auto_create: flag,
};

/** Clusters take it as text as well: ThoughtSpot's own Python client sends it so. */
const rememberMe = z.union([z.boolean(), z.enum(["true", "false"]).transform((said) => said === "true")]).nullish();

const operators = [
  "EQ",
  "NE",
  "LT",
  "LE",
  "GT",
  "GE",
  "IN",
  "BW",
  "CONTAINS",
  "BEGINS_WITH",
  "ENDS_WITH",
  "BW_INC",
  "BW_INC_MIN",
  "BW_INC_MAX",
  "LIKE",
  "NOT_IN",
] as const;
const models = z.array(z.object({ type: z.enum(["LOGICAL_TABLE"]).nullish(), identifier: text }));
const runtimeFilter = z.object({ column_name: text, operator: z.enum(operators), values: z.array(z.string()) });

const fullRequest = z.object({
  ...credentials,
  org_id: z.int().optional(),
  org_identifier: z.string().optional(),
  group_identifiers: z.array(z.string()).optional(),
  user_parameters: z
    .object({
      objects: models.optional(),
      runtime_filters: z.array(runtimeFilter.extend({ persist: flag, objects: models.optional() })).optional(),
      runtime_sorts: z.unknown().optional(),
      parameters: z.array(z.object({ name: text, values: z.array(z.string()) })).optional(),
    })
    .optional(),
});
const objectRequest = fullRequest.extend({ object_id: text });
const customRequest = z.object({
  ...credentials,
  org_identifier: z.string().optional(),
  persist_option: z.enum(["REPLACE", "APPEND", "NONE", "RESET"]),
  filter_rules: z.array(z.object({ column_name: text, operator: z.enum(operators), values: scalars })).optional(),
  parameter_values: z.array(z.object({ name: text, values: scalars })).optional(),
  variable_values: z.array(z.object({ name: text, values: scalars })).optional(),
  objects: models.optional(),
  groups: z.array(z.object({ identifier: z.string().nullish() })).optional(),
});
type CustomRequest = z.infer<typeof customRequest>;

/** Users are made and changed with a secret key only, never with a password. */
type Minted = { user: User | undefined; org: number | undefined; byKey: boolean };

/** Proves the credential of a mint. The key wins when both are sent, as the newer specification says. */
function prove(
  cluster: Cluster,
  request: { username: string; secret_key?: string; password?: string },
  wantedOrg: number | undefined,
): Minted {
  if (request.secret_key) {
    const made = cluster.checkKey(request.secret_key, wantedOrg, 403);
    return { user: cluster.userByName(request.username), org: made.org, byKey: true };
  }
  if (request.password)
    return { user: cluster.checkPassword(request.username, request.password), org: undefined, byKey: false };
  throw new Refusal(400, "Neither secret_key nor password was given");
}

/** The user of a mint: known, or created just in time; active, and in the org asked for. */
function settle(
  cluster: Cluster,
  minted: Minted,
  wantedOrg: number | undefined,
  wantsCreation: boolean,
  create: (org: number) => User,
  update: (user: User) => void,
): { user: User; org: number } {
  const autoCreate = wantsCreation && minted.byKey;
  let user = minted.user;
  if (!user) {
    if (!autoCreate) throw new Refusal(401, "User not found");
    user = create(wantedOrg ?? minted.org ?? 0);
  } else if (autoCreate) update(user);
  if (user.status === "LOCKED") throw new Refusal(403, "The account is locked");
  if (user.status !== "ACTIVE") throw new Refusal(403, "The account is inactive");
  const org = wantedOrg ?? cluster.orgFor(user, minted.org);
  if (!user.orgs.includes(org)) {
    if (!autoCreate) throw new Refusal(400, "The user does not belong to the org");
    user.orgs.push(org);
  }
  return { user, org };
}

const scopeBody = (scope: Scope) => ({ access_type: scope.access, org_id: scope.org, metadata_id: scope.object });

const tokenBody = (token: IssuedToken) => ({
  token: token.token,
  creation_time_in_millis: token.issuedAt,
  expiration_time_in_millis: token.expiresAt,
  scope: scopeBody(token),
  valid_for_user_id: token.user.id,
  valid_for_username: token.user.name,
});

const textValues = (list: readonly (string | number | boolean)[]) => list.map(String);

/** The filter rules of `full` and `object`, whose field is deprecated but still works. */
function rulesOf(request: z.infer<typeof fullRequest>): { kept: FilterRule[]; own: FilterRule[] } {
  const shared = request.user_parameters?.objects ?? [];
  const rules = (request.user_parameters?.runtime_filters ?? []).map((filter) => ({
    persist: filter.persist ?? false,
    rule: {
      column: filter.column_name,
      operator: filter.operator,
      values: filter.values,
      models: (filter.objects ?? shared).map(({ identifier }) => identifier),
    },
  }));
  const of = (persist: boolean) => rules.flatMap((entry) => (entry.persist === persist ? [entry.rule] : []));
  return { kept: of(true), own: of(false) };
}

/** What a custom token's request says of rows, done at once and for good. Returns what holds for the token alone. */
function applyRowSecurity(cluster: Cluster, request: CustomRequest, user: User, org: number): FilterRule[] {
  const { persist_option: option, objects = [] } = request;
  const limitedTo = objects.map(({ identifier }) => identifier);
  const variables = request.variable_values ?? [];
  if (option === "REPLACE" || option === "APPEND")
    cluster.rows.assign({
      userId: user.id,
      org,
      models: limitedTo,
      operation: option,
      variables: variables.map(({ name, values }) => ({ name, values: textValues(values) })),
    });
  const rules = (request.filter_rules ?? []).map((rule) => ({
    column: rule.column_name,
    operator: rule.operator,
    values: textValues(rule.values),
    models: limitedTo,
  }));
  if (option === "NONE") return rules;
  if (option === "RESET") user.filterRules = [];
  // Without the field, what was kept before stays.
  if (option === "REPLACE" && request.filter_rules) user.filterRules = rules;
  if (option === "APPEND") user.filterRules = [...user.filterRules, ...rules];
  return [];
}

export function tokens(cluster: Cluster, ownOrigin: string): Hono {
  const app = new Hono();
  const takesOrgIdentifier = () => isAtLeast(cluster.switches().release, orgIdentifierSince);

  /** `full` and `object` differ in nothing but the object. */
  async function mintScoped(c: Context, request: z.infer<typeof fullRequest>, objectId?: string): Promise<Response> {
    // Clusters before 26.11 do not know `org_identifier`; later ones prefer it to the deprecated `org_id`.
    const wanted =
      (takesOrgIdentifier() ? orgByIdentifier(request.org_identifier) : undefined) ?? orgById(request.org_id);
    const details = { email: request.email, displayName: request.display_name, groups: request.group_identifiers };
    const { user, org } = settle(
      cluster,
      prove(cluster, request, wanted),
      wanted,
      request.auto_create ?? false,
      (inOrg) => cluster.createUser(request.username, { ...details, org: inOrg }),
      (known) => cluster.overwriteUser(known, details),
    );
    if (objectId !== undefined) {
      const object = cluster.object(objectId);
      if (!object) throw new Refusal(400, "The metadata object does not exist");
      if (!cluster.maySee(user, object.groups)) throw new Refusal(403, "The user has no access to the metadata object");
    }
    const { kept, own } = rulesOf(request);
    if (kept.length > 0) user.filterRules = kept;
    const scope: Scope = {
      access: objectId === undefined ? "FULL" : "REPORT_BOOK_VIEW",
      org,
      object: objectId ?? null,
      filterRules: own,
    };
    return c.json(
      tokenBody(cluster.mintV2(user, scopeOf(scope), request.validity_time_in_sec ?? defaultValiditySeconds)),
    );
  }

  app.post(`${base}/auth/token/full`, async (c) => mintScoped(c, await body(c, fullRequest)));
  app.post(`${base}/auth/token/object`, async (c) => {
    const request = await body(c, objectRequest);
    return mintScoped(c, request, request.object_id);
  });

  app.post(`${base}/auth/token/custom`, async (c) => {
    const request = await body(c, customRequest);
    const isKept = request.persist_option === "REPLACE" || request.persist_option === "APPEND";
    if (request.variable_values?.length && !isKept)
      throw new Refusal(400, "persist_option NONE and RESET cannot be used with variable_values");
    // Before anything is made: a request that names an unknown variable or model changes nothing.
    for (const { name } of request.variable_values ?? []) cluster.rows.variable(name);
    for (const { identifier } of request.objects ?? [])
      if (cluster.object(identifier)?.type !== "LOGICAL_TABLE")
        throw new Refusal(400, "The metadata object does not exist");
    const wanted = orgByIdentifier(request.org_identifier);
    const groups = request.groups?.flatMap((group) => group.identifier ?? []);
    // Unlike the two above, creation is the default here, and nothing of a known user is changed.
    const { user, org } = settle(
      cluster,
      prove(cluster, request, wanted),
      wanted,
      request.auto_create ?? true,
      (inOrg) =>
        cluster.createUser(request.username, {
          email: request.email,
          displayName: request.display_name,
          groups,
          org: inOrg,
        }),
      () => {},
    );
    const filterRules = applyRowSecurity(cluster, request, user, org);
    const scope: Scope = { access: "FULL", org, object: null, filterRules };
    const seconds = request.validity_time_in_sec ?? defaultValiditySeconds;
    const token = cluster.mintV2(user, scopeOf(scope), seconds, "v2 custom");
    return c.json({
      id: user.id,
      token: token.token,
      org: { id: org, name: orgName(org) },
      user: { id: user.id, name: user.name },
      creation_time_in_millis: token.issuedAt,
      expiration_time_in_millis: token.expiresAt,
      scope: scopeBody(scope),
    });
  });

  app.post(`${base}/auth/token/validate`, async (c) => {
    principal(c, cluster);
    const { token } = await body(c, z.object({ token: text }));
    const read = cluster.readV2(token);
    if (read.state !== "ok")
      throw new Refusal(400, read.state === "expired" ? "The token has expired" : "The token is malformed or unknown");
    c.header("x-sandbox-now", String(cluster.clock.now()));
    return c.json({
      creation_time_in_millis: read.issuedAt,
      expiration_time_in_millis: read.expiresAt,
      scope: scopeBody(read),
      valid_for_user_id: read.user.id,
      token_type: "BEARER",
    });
  });

  app.post(`${base}/auth/token/revoke`, async (c) => {
    const who = principal(c, cluster);
    const request = await body(c, z.object({ user_identifier: text.optional(), token: text.optional() }), true);
    if (!request.user_identifier && !request.token)
      throw new Refusal(400, "Neither user_identifier nor token was given");
    const read = request.token === undefined ? undefined : cluster.readV2(request.token);
    if (read?.state === "malformed") throw new Refusal(400, "The token is malformed or unknown");
    const owner = read && "user" in read ? read.user : undefined;
    const named = request.user_identifier === undefined ? undefined : cluster.userBy(request.user_identifier);
    if (request.user_identifier !== undefined && !named) throw new Refusal(400, "User not found");
    if (owner && named && owner.id !== named.id) throw new Refusal(400, "The token belongs to another user");
    const target = named ?? owner;
    if (target && target.id !== who.user.id) wants(who, "USER_ADMINISTRATION");
    if (request.token !== undefined) cluster.revokeV2(request.token);
    else if (named) cluster.revokeAllOf(named);
    return c.body(null, 204);
  });

  app.get(`${base}/auth/session/user`, (c) => {
    const who = principal(c, cluster);
    return c.json(userBody(cluster, who.user, { org: who.org }));
  });
  app.get(`${base}/auth/session/token`, (c) => {
    const who = principal(c, cluster);
    const read = who.token === undefined ? undefined : cluster.readV2(who.token);
    const token = read?.state === "ok" ? read : cluster.mintV2(who.user, scopeOf(who), 86_400);
    return c.json(tokenBody(token));
  });

  const loginRequest = z.object({
    username: z.string().optional(),
    password: z.string().optional(),
    org_identifier: z.string().optional(),
    remember_me: rememberMe,
    redirect_url: z.string().optional(),
    no_url_redirection: flag,
  });
  app.post(`${base}/auth/session/login`, async (c) => {
    const request = await body(c, loginRequest, true);
    const wanted = orgByIdentifier(request.org_identifier);
    const remember = request.remember_me === true;
    // Known from 26.11 on; without a redirect, and before that release, the answer is 204.
    const isRedirected = takesOrgIdentifier() && request.redirect_url && request.no_url_redirection !== true;
    const target = isRedirected ? checkedRedirect(c, cluster, ownOrigin, request.redirect_url ?? "") : undefined;
    if (!request.username && !request.password) {
      // A bearer may stand in for the password.
      const who = principal(c, cluster);
      signIn(c, cluster, who.user, scopeOf(who), remember);
    } else {
      if (!request.username || !request.password) throw new Refusal(400, "username and password belong together");
      const user = cluster.checkPassword(request.username, request.password);
      const org = wanted ?? cluster.orgFor(user, undefined);
      if (!user.orgs.includes(org)) throw new Refusal(400, "The user does not belong to the org");
      signIn(c, cluster, user, { access: "FULL", org, object: null }, remember);
    }
    return target === undefined ? c.body(null, 204) : c.redirect(target, 302);
  });
  app.post(`${base}/auth/session/logout`, (c) => {
    principal(c, cluster);
    signOut(c, cluster);
    return c.body(null, 204);
  });
  return app;
}
