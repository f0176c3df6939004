/**
 * The v2 endpoints (`/api/rest/2.0`) that a portal, its operator and the official client need. Shapes and statuses are
 * those of the vendor's OpenAPI file; the wording of `debug` is our own, since it is not contractual.
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type AllowLists, type Cluster, type IssuedToken, orgs, type Scope, scopeOf, type User } from "./cluster";
import { Refusal, v2Error } from "./errors";
import { holds, principal, signIn, signOut, wants } from "./http";

const base = "/api/rest/2.0";

const text = z.string().min(1);
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

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

const fullRequest = z.object({
  ...credentials,
  org_id: z.int().optional(),
  group_identifiers: z.array(z.string()).optional(),
  user_parameters: z.unknown().optional(),
});
const objectRequest = fullRequest.extend({ object_id: text });
const values = z.array(z.union([z.string(), z.number(), z.boolean()]));
const customRequest = z.object({
  ...credentials,
  org_identifier: z.string().optional(),
  persist_option: z.enum(["REPLACE", "APPEND", "NONE", "RESET"]),
  filter_rules: z.array(z.object({ column_name: text, operator: text, values })).optional(),
  parameter_values: z.array(z.object({ name: text, values })).optional(),
  variable_values: z.array(z.object({ name: text, values })).optional(),
  objects: z.array(z.object({ type: z.enum(["LOGICAL_TABLE"]).nullish(), identifier: text })).optional(),
  groups: z.array(z.object({ identifier: z.string().nullish() })).optional(),
});

/** The JSON body in its schema; anything else is 400 with the first thing that is wrong. */
async function body<T>(c: Context, schema: z.ZodType<T>, emptyAllowed = false): Promise<T> {
  const raw = await c.req.text();
  let json: unknown = {};
  if (raw || !emptyAllowed) {
    if (!/^application\/json\b/i.test(c.req.header("content-type") ?? ""))
      throw new Refusal(415, "The body must be JSON");
    try {
      json = JSON.parse(raw);
    } catch {
      throw new Refusal(400, "The body is not JSON");
    }
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal(400, `Invalid parameter values: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
}

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
  if (user.status === "INACTIVE") throw new Refusal(403, "The account is inactive");
  const org = wantedOrg ?? cluster.orgFor(user, minted.org);
  if (!user.orgs.includes(org)) {
    if (!autoCreate) throw new Refusal(400, "The user does not belong to the org");
    user.orgs.push(org);
  }
  return { user, org };
}

const orgById = (id: number | undefined): number | undefined => {
  if (id !== undefined && !orgs.some((org) => org.id === id)) throw new Refusal(400, "There is no such org");
  return id;
};

const orgByIdentifier = (identifier: string | undefined): number | undefined => {
  if (!identifier) return undefined;
  const org = orgs.find((entry) => String(entry.id) === identifier || entry.name === identifier);
  if (!org) throw new Refusal(400, "There is no such org");
  return org.id;
};

const orgName = (id: number) => orgs.find((org) => org.id === id)?.name ?? "";

const scopeBody = (scope: Scope) => ({ access_type: scope.access, org_id: scope.org, metadata_id: scope.object });

const tokenBody = (token: IssuedToken) => ({
  token: token.token,
  creation_time_in_millis: token.issuedAt,
  expiration_time_in_millis: token.expiresAt,
  scope: scopeBody(token),
  valid_for_user_id: token.user.id,
  valid_for_username: token.user.name,
});

/** @param org the org of the request, or the user's own when somebody else asks */
const userBody = (cluster: Cluster, user: User, org = cluster.orgFor(user, undefined)) => ({
  id: user.id,
  name: user.name,
  display_name: user.displayName,
  visibility: "SHARABLE",
  author_id: user.id,
  can_change_password: true,
  creation_time_in_millis: user.createdAt,
  current_org: { id: org, name: orgName(org) },
  deleted: false,
  deprecated: false,
  account_type: "LOCAL_USER",
  account_status: user.status,
  email: user.email,
  expiration_time_in_millis: 0,
  external: false,
  hidden: false,
  is_first_login: false,
  orgs: user.orgs.map((id) => ({ id, name: orgName(id) })),
  privileges: user.privileges,
  super_user: user.privileges.includes("ADMINISTRATION"),
  system_user: false,
  tags: [],
  user_groups: user.groups.flatMap((name) => cluster.group(name) ?? []).map(({ id, name }) => ({ id, name })),
  user_inherited_groups: [],
  user_parameters: null,
  variable_values: user.variables,
});

const defaultValiditySeconds = 300;
/** The row-security variable of a column: its name in small letters. */
const variableOf = (column: string) => column.toLowerCase().replaceAll(" ", "_");
const textValues = (list: readonly (string | number | boolean)[]) => list.map(String);

const identifiers = z.array(z.string());
const privileges = z.array(z.string().regex(/^[A-Z0-9_]+$/));
const usersRequest = z.object({
  user_identifier: z.string().optional(),
  display_name: z.string().optional(),
  name_pattern: z.string().optional(),
  visibility: z.enum(["SHARABLE", "NON_SHARABLE"]).optional(),
  email: z.string().optional(),
  group_identifiers: identifiers.optional(),
  privileges: privileges.optional(),
  account_type: z.enum(["LOCAL_USER", "LDAP_USER", "SAML_USER", "OIDC_USER", "REMOTE_USER"]).optional(),
  account_status: z.enum(["ACTIVE", "INACTIVE", "EXPIRED", "LOCKED", "PENDING", "SUSPENDED"]).optional(),
  notify_on_share: z.boolean().nullish(),
  show_onboarding_experience: z.boolean().nullish(),
  onboarding_experience_completed: z.boolean().nullish(),
  org_identifiers: identifiers.optional(),
  home_liveboard_identifier: z.string().optional(),
  favorite_metadata: z
    .array(z.object({ identifier: z.string(), type: z.enum(["LIVEBOARD", "ANSWER"]).nullish() }))
    .optional(),
  record_offset: z.int().min(0).optional(),
  record_size: z.int().min(-1).optional(),
  sort_options: z
    .object({
      field_name: z.enum(["NAME", "DISPLAY_NAME", "AUTHOR", "CREATED", "MODIFIED"]).nullish(),
      order: z.enum(["ASC", "DESC"]).nullish(),
    })
    .optional(),
  role_identifiers: identifiers.optional(),
  include_favorite_metadata: z.boolean().nullish(),
  include_variable_values: z.boolean().nullish(),
});

type UserOrder = z.infer<typeof usersRequest>["sort_options"];

function sortUsers(users: readonly User[], order: UserOrder): readonly User[] {
  if (!order?.field_name) return users;
  const field = order.field_name;
  const value = (user: User): string | number => {
    if (field === "DISPLAY_NAME") return user.displayName;
    return field === "CREATED" || field === "MODIFIED" ? user.createdAt : user.name;
  };
  const sorted = [...users].sort((left, right) =>
    String(value(left)).localeCompare(String(value(right)), "en", { numeric: true }),
  );
  return order.order === "DESC" ? sorted.reverse() : sorted;
}

const metadataTypes = [
  "LIVEBOARD",
  "ANSWER",
  "LOGICAL_TABLE",
  "LOGICAL_COLUMN",
  "CONNECTION",
  "TAG",
  "USER",
  "USER_GROUP",
  "LOGICAL_RELATIONSHIP",
  "INSIGHT_SPEC",
] as const;

const metadataRequest = z.object({
  metadata: z
    .array(
      z.object({
        identifier: z.string().nullish(),
        name_pattern: z.string().nullish(),
        type: z.enum(metadataTypes).nullish(),
      }),
    )
    .optional(),
  record_offset: z.int().min(0).optional(),
  record_size: z.int().min(-1).optional(),
  include_headers: z.boolean().nullish(),
  include_visualization_headers: z.boolean().nullish(),
});

const status = z.enum(["ENABLED", "DISABLED"]);
const configureAuth = z.object({
  auth_type: z.literal("TRUSTED_AUTH"),
  cluster_preferences: z.object({ auth_status: status }).optional(),
  org_preferences: z.array(z.object({ org_identifier: z.string(), auth_status: status })).optional(),
});

const domains = z
  .array(text)
  .nullish()
  .transform((list) => list ?? undefined);
const settingsRequest = z.object({
  cluster_preferences: z
    .object({
      enable_partitioned_cookies: z.boolean().nullish(),
      cors_whitelisted_urls: domains,
      csp_settings: z.object({ visual_embed_hosts: domains, connect_src_urls: domains }).partial().optional(),
      saml_redirect_urls: domains,
      non_embed_access: z.object({ block_full_app_access: z.boolean().nullish() }).partial().optional(),
    })
    .optional(),
  org_preferences: z.array(z.object({ org_identifier: text, cors_whitelisted_urls: domains })).optional(),
});

const clusterPreferences = (lists: AllowLists) => ({
  enable_partitioned_cookies: lists.partitionedCookies,
  cors_whitelisted_urls: lists.cors,
  csp_settings: { visual_embed_hosts: lists.frame, connect_src_urls: lists.connect },
  saml_redirect_urls: lists.redirect,
  non_embed_access: { block_full_app_access: lists.blockFullApp },
});
const orgPreferences = (lists: AllowLists) =>
  orgs.map(({ id, name }) => ({ org: { id, name }, cors_whitelisted_urls: lists.corsOfOrgs[id] ?? [] }));

/** `%` stands for any run of characters, as in the vendor's name patterns. */
const patternOf = (pattern: string) => {
  const source = pattern.split("%").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(source.join(".*"), "i");
};

const page = <T>(list: readonly T[], offset = 0, size = 10): T[] =>
  size === -1 ? list.slice(offset) : list.slice(offset, offset + size);

export function v2(cluster: Cluster): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof Refusal) return v2Error(error, cluster.switches().errorShape);
    throw error;
  });

  app.post(`${base}/auth/token/full`, async (c) => {
    const request = await body(c, fullRequest);
    const wanted = orgById(request.org_id);
    const details = { email: request.email, displayName: request.display_name, groups: request.group_identifiers };
    const { user, org } = settle(
      cluster,
      prove(cluster, request, wanted),
      wanted,
      request.auto_create ?? false,
      (inOrg) => cluster.createUser(request.username, { ...details, org: inOrg }),
      (known) => cluster.overwriteUser(known, details),
    );
    return c.json(
      tokenBody(
        cluster.mintV2(
          user,
          { access: "FULL", org, object: null },
          request.validity_time_in_sec ?? defaultValiditySeconds,
        ),
      ),
    );
  });

  app.post(`${base}/auth/token/object`, async (c) => {
    const request = await body(c, objectRequest);
    const wanted = orgById(request.org_id);
    const details = { email: request.email, displayName: request.display_name, groups: request.group_identifiers };
    const { user, org } = settle(
      cluster,
      prove(cluster, request, wanted),
      wanted,
      request.auto_create ?? false,
      (inOrg) => cluster.createUser(request.username, { ...details, org: inOrg }),
      (known) => cluster.overwriteUser(known, details),
    );
    const object = cluster.object(request.object_id);
    if (!object) throw new Refusal(400, "The metadata object does not exist");
    if (!cluster.maySee(user, object.groups)) throw new Refusal(403, "The user has no access to the metadata object");
    return c.json(
      tokenBody(
        cluster.mintV2(
          user,
          { access: "REPORT_BOOK_VIEW", org, object: object.id },
          request.validity_time_in_sec ?? defaultValiditySeconds,
        ),
      ),
    );
  });

  app.post(`${base}/auth/token/custom`, async (c) => {
    const request = await body(c, customRequest);
    const variables = request.variable_values ?? [];
    if (variables.length > 0 && (request.persist_option === "NONE" || request.persist_option === "RESET"))
      throw new Refusal(400, "persist_option NONE and RESET cannot be used with variable_values");
    const wanted = orgByIdentifier(request.org_identifier);
    const groups = request.groups?.flatMap((group) => group.identifier ?? []);
    // Unlike the two above, creation is the default here, and groups count at creation only.
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
      (known) => cluster.overwriteUser(known, { email: request.email, displayName: request.display_name }),
    );
    const given = Object.fromEntries([
      // The older way to name rows: a column with its values.
      ...(request.filter_rules ?? []).map((rule) => [variableOf(rule.column_name), textValues(rule.values)] as const),
      ...variables.map((variable) => [variable.name, textValues(variable.values)] as const),
    ]);
    if (request.persist_option === "RESET") user.variables = {};
    if (request.persist_option === "REPLACE") user.variables = { ...user.variables, ...given };
    if (request.persist_option === "APPEND")
      for (const [name, list] of Object.entries(given))
        user.variables[name] = [...new Set([...(user.variables[name] ?? []), ...list])];
    // What is not kept holds for this token alone.
    const kept = request.persist_option === "NONE" ? { ...user.variables, ...given } : { ...user.variables };
    const scope: Scope = { access: "FULL", org, object: null, variables: kept };
    const token = cluster.mintV2(user, scope, request.validity_time_in_sec ?? defaultValiditySeconds);
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
    return c.json(userBody(cluster, who.user, who.org));
  });
  app.get(`${base}/auth/session/token`, (c) => {
    const who = principal(c, cluster);
    const read = who.token === undefined ? undefined : cluster.readV2(who.token);
    const token = read?.state === "ok" ? read : cluster.mintV2(who.user, scopeOf(who), 86_400);
    return c.json(tokenBody(token));
  });
  app.post(`${base}/auth/session/login`, async (c) => {
    const request = await body(
      c,
      z.object({
        username: z.string().optional(),
        password: z.string().optional(),
        org_identifier: z.string().optional(),
        remember_me: rememberMe,
      }),
      true,
    );
    const wanted = orgByIdentifier(request.org_identifier);
    if (!request.username && !request.password) {
      // A bearer may stand in for the password.
      const who = principal(c, cluster);
      signIn(c, cluster, who.user, scopeOf(who), request.remember_me === true);
      return c.body(null, 204);
    }
    if (!request.username || !request.password) throw new Refusal(400, "username and password belong together");
    const user = cluster.checkPassword(request.username, request.password);
    const org = wanted ?? cluster.orgFor(user, undefined);
    if (!user.orgs.includes(org)) throw new Refusal(400, "The user does not belong to the org");
    signIn(c, cluster, user, { access: "FULL", org, object: null }, request.remember_me === true);
    return c.body(null, 204);
  });
  app.post(`${base}/auth/session/logout`, (c) => {
    principal(c, cluster);
    signOut(c, cluster);
    return c.body(null, 204);
  });

  app.post(`${base}/users/search`, async (c) => {
    const who = principal(c, cluster);
    const request = await body(c, usersRequest, true);
    const seesAll = holds(who, "USER_ADMINISTRATION");
    // Every user of the sandbox is local and sharable.
    const kindFits =
      (request.account_type ?? "LOCAL_USER") === "LOCAL_USER" && (request.visibility ?? "SHARABLE") === "SHARABLE";
    const found = cluster.users
      .filter((user) => kindFits && (seesAll || user.id === who.user.id))
      .filter(
        (user) =>
          !request.user_identifier ||
          user.id === request.user_identifier ||
          user.name.toLowerCase() === request.user_identifier.toLowerCase(),
      )
      .filter(
        (user) =>
          !request.name_pattern ||
          patternOf(request.name_pattern).test(user.name) ||
          patternOf(request.name_pattern).test(user.displayName),
      )
      .filter((user) => !request.display_name || user.displayName.toLowerCase() === request.display_name.toLowerCase())
      .filter((user) => !request.email || user.email.toLowerCase() === request.email.toLowerCase())
      .filter((user) => !request.account_status || user.status === request.account_status)
      .filter(
        (user) =>
          !request.group_identifiers?.length ||
          request.group_identifiers.some((group) => user.groups.includes(cluster.group(group)?.name ?? "")),
      )
      .filter(
        (user) =>
          !request.privileges?.length || request.privileges.some((privilege) => user.privileges.includes(privilege)),
      )
      .filter(
        (user) =>
          !request.org_identifiers?.length ||
          request.org_identifiers.some((org) => user.orgs.some((id) => String(id) === org || orgName(id) === org)),
      );
    const sorted = sortUsers(found, request.sort_options);
    return c.json(page(sorted, request.record_offset, request.record_size).map((user) => userBody(cluster, user)));
  });

  app.post(`${base}/metadata/search`, async (c) => {
    const who = principal(c, cluster);
    const request = await body(c, metadataRequest, true);
    const asked = request.metadata ?? [];
    const found = cluster
      .objects()
      .filter(
        (object) => cluster.maySee(who.user, object.groups) && (who.access === "FULL" || object.id === who.object),
      )
      .filter(
        (object) =>
          asked.length === 0 ||
          asked.some(
            (entry) =>
              (!entry.type || entry.type === object.type) &&
              (!entry.identifier || entry.identifier === object.id || entry.identifier === object.name) &&
              (!entry.name_pattern || patternOf(entry.name_pattern).test(object.name)),
          ),
      );
    return c.json(
      page(found, request.record_offset, request.record_size).map((object) => ({
        metadata_id: object.id,
        metadata_name: object.name,
        metadata_type: object.type,
        metadata_obj_id: null,
        dependent_objects: null,
        incomplete_objects: null,
        metadata_detail: null,
        metadata_header:
          request.include_headers === false
            ? null
            : { id: object.id, name: object.name, description: object.description, isDeleted: false, isHidden: false },
        visualization_headers:
          request.include_visualization_headers && "tabs" in object
            ? object.tabs.flatMap((tab) => tab.tiles.map((tile) => ({ id: tile.id, name: tile.title })))
            : null,
        stats: null,
      })),
    );
  });

  app.post(`${base}/auth/configure`, async (c) => {
    wants(principal(c, cluster), "AUTHENTICATION_ADMINISTRATION");
    const request = await body(c, configureAuth);
    if (!request.cluster_preferences && !request.org_preferences?.length)
      throw new Refusal(400, "Neither cluster_preferences nor org_preferences was given");
    const changes = (request.org_preferences ?? []).map((entry) => ({
      org: orgByIdentifier(entry.org_identifier),
      on: entry.auth_status === "ENABLED",
    }));
    if (request.cluster_preferences) cluster.setTrusted(request.cluster_preferences.auth_status === "ENABLED");
    for (const change of changes) if (change.org !== undefined) cluster.setTrusted(change.on, change.org);
    return c.body(null, 204);
  });
  app.post(`${base}/auth/search`, async (c) => {
    wants(principal(c, cluster), "AUTHENTICATION_ADMINISTRATION");
    await body(c, z.object({ auth_type: z.literal("TRUSTED_AUTH").optional() }), true);
    const show = (auth: { enabled: boolean; key: string | null }) => ({
      auth_status: auth.enabled ? "ENABLED" : "DISABLED",
      access_tokens: auth.key ? [{ key: auth.key }] : [],
    });
    return c.json({
      auth_type: "TRUSTED_AUTH",
      cluster_preferences: show(cluster.trusted()),
      org_preferences: orgs.map((org) => ({ org: { id: org.id, name: org.name }, ...show(cluster.trusted(org.id)) })),
    });
  });

  app.post(`${base}/system/security-settings/configure`, async (c) => {
    const who = principal(c, cluster);
    wants(who, "DEVELOPER");
    const { cluster_preferences: wanted, org_preferences: wantedOfOrgs = [] } = await body(c, settingsRequest);
    if (!wanted && wantedOfOrgs.length === 0)
      throw new Refusal(400, "Neither cluster_preferences nor org_preferences was given");
    if (wanted?.saml_redirect_urls) wants(who);
    const { lists } = cluster;
    const corsOfOrgs = { ...lists.corsOfOrgs };
    for (const entry of wantedOfOrgs)
      if (entry.cors_whitelisted_urls)
        corsOfOrgs[orgByIdentifier(entry.org_identifier) ?? 0] = entry.cors_whitelisted_urls;
    cluster.setLists({
      corsOfOrgs,
      cors: wanted?.cors_whitelisted_urls ?? lists.cors,
      frame: wanted?.csp_settings?.visual_embed_hosts ?? lists.frame,
      connect: wanted?.csp_settings?.connect_src_urls ?? lists.connect,
      redirect: wanted?.saml_redirect_urls ?? lists.redirect,
      partitionedCookies: wanted?.enable_partitioned_cookies ?? lists.partitionedCookies,
      blockFullApp: wanted?.non_embed_access?.block_full_app_access ?? lists.blockFullApp,
    });
    return c.body(null, 204);
  });
  app.post(`${base}/system/security-settings/search`, async (c) => {
    wants(principal(c, cluster), "DEVELOPER");
    const { scope } = await body(c, z.object({ scope: z.enum(["CLUSTER", "ORG"]).optional() }), true);
    return c.json({
      ...(scope === "ORG" ? {} : { cluster_preferences: clusterPreferences(cluster.lists) }),
      ...(scope === "CLUSTER" ? {} : { org_preferences: orgPreferences(cluster.lists) }),
    });
  });
  return app;
}
