/** `users/…` and `groups/…`: search, and what provisioning needs. */
import { Hono } from "hono";
import { z } from "zod";
import type { Cluster, Group, User } from "../cluster";
import { Refusal } from "../errors";
import { holds, principal, wants } from "../http";
import {
  accountStatuses,
  accountTypes,
  base,
  body,
  changed,
  flag,
  identifiers,
  optionalText,
  orgByIdentifier,
  orgName,
  page,
  patternOf,
  privilegeName,
  sorted,
  text,
  visibilities,
} from "./request";

interface Shown {
  /** The org of the request, or the user's own when someone else asks. */
  readonly org?: number;
  readonly withVariables?: boolean;
}

export const userBody = (cluster: Cluster, user: User, { org, withVariables }: Shown = {}) => {
  const current = org ?? cluster.orgFor(user, undefined);
  const { preferences } = user;
  return {
    id: user.id,
    name: user.name,
    display_name: user.displayName,
    visibility: user.visibility,
    author_id: user.id,
    can_change_password: true,
    creation_time_in_millis: user.createdAt,
    modification_time_in_millis: user.modifiedAt,
    current_org: { id: current, name: orgName(current) },
    deleted: false,
    deprecated: false,
    account_type: user.accountType,
    account_status: user.status,
    email: user.email,
    expiration_time_in_millis: 0,
    external: false,
    hidden: false,
    is_first_login: false,
    notify_on_share: preferences.notify_on_share ?? true,
    show_onboarding_experience: preferences.show_onboarding_experience ?? true,
    onboarding_experience_completed: preferences.onboarding_experience_completed ?? false,
    preferred_locale: preferences.preferred_locale ?? null,
    use_browser_language: preferences.use_browser_language ?? null,
    orgs: user.orgs.map((id) => ({ id, name: orgName(id) })),
    privileges: cluster.privilegesOf(user),
    super_user: cluster.privilegesOf(user).includes("ADMINISTRATION"),
    system_user: false,
    tags: [],
    user_groups: user.groups.flatMap((name) => cluster.group(name) ?? []).map(({ id, name }) => ({ id, name })),
    user_inherited_groups: [],
    user_parameters: null,
    // Only when asked for: org → model → list.
    variable_values: withVariables ? cluster.rows.valuesOfUser(user.id) : null,
  };
};

const groupBody = (
  cluster: Cluster,
  group: Group,
  { withUsers = true, withSubGroups = true }: { withUsers?: boolean; withSubGroups?: boolean } = {},
) => ({
  id: group.id,
  name: group.name,
  display_name: group.displayName,
  description: group.description,
  visibility: group.visibility,
  type: group.type,
  privileges: group.privileges,
  creation_time_in_millis: group.createdAt,
  modification_time_in_millis: group.modifiedAt,
  default_liveboards: [],
  deleted: false,
  deprecated: false,
  external: false,
  hidden: false,
  system_group: false,
  orgs: [{ id: "0", name: "Primary" }],
  roles: [],
  tags: [],
  sub_groups: withSubGroups
    ? group.subGroups.flatMap((name) => cluster.group(name) ?? []).map(({ id, name }) => ({ id, name }))
    : null,
  users: withUsers
    ? cluster.users.filter(({ groups }) => groups.includes(group.name)).map(({ id, name }) => ({ id, name }))
    : null,
});

const paging = { record_offset: z.int().min(0).optional(), record_size: z.int().min(-1).optional() };
const order = z.enum(["ASC", "DESC"]).nullish();
const sortFields = z.enum(["NAME", "DISPLAY_NAME", "AUTHOR", "CREATED", "MODIFIED"]).nullish();

const userSearch = z.object({
  user_identifier: z.string().optional(),
  display_name: z.string().optional(),
  name_pattern: z.string().optional(),
  visibility: z.enum(visibilities).optional(),
  email: z.string().optional(),
  group_identifiers: identifiers.optional(),
  privileges: z.array(privilegeName).optional(),
  account_type: z.enum(accountTypes).optional(),
  account_status: z.enum(accountStatuses).optional(),
  notify_on_share: z.boolean().nullish(),
  show_onboarding_experience: z.boolean().nullish(),
  onboarding_experience_completed: z.boolean().nullish(),
  org_identifiers: identifiers.optional(),
  home_liveboard_identifier: z.string().optional(),
  favorite_metadata: z
    .array(z.object({ identifier: z.string(), type: z.enum(["LIVEBOARD", "ANSWER"]).nullish() }))
    .optional(),
  ...paging,
  sort_options: z.object({ field_name: sortFields, order }).optional(),
  role_identifiers: identifiers.optional(),
  include_favorite_metadata: z.boolean().nullish(),
  include_variable_values: z.boolean().nullish(),
});

/** What a user may have that the emulated application keeps and shows, and uses for nothing. */
const userPreferences = {
  notify_on_share: flag,
  show_onboarding_experience: flag,
  onboarding_experience_completed: flag,
  home_liveboard_identifier: z.string().optional(),
  favorite_metadata: z
    .array(z.object({ identifier: optionalText, type: z.enum(["LIVEBOARD", "ANSWER"]).nullish() }))
    .optional(),
  preferred_locale: z
    .string()
    .regex(/^[a-z]{2}-[A-Z][A-Za-z]+$/)
    .optional(),
  use_browser_language: flag,
  extended_properties: z.record(z.string(), z.unknown()).optional(),
  extended_preferences: z.record(z.string(), z.unknown()).optional(),
};
const membership = { org_identifiers: identifiers.optional(), group_identifiers: identifiers.optional() };
const userCreate = z.object({
  name: text,
  display_name: text,
  email: text,
  password: z.string().optional(),
  account_type: z.enum(accountTypes).optional(),
  account_status: z.enum(accountStatuses).optional(),
  visibility: z.enum(visibilities).optional(),
  trigger_welcome_email: flag,
  trigger_activation_email: flag,
  ...membership,
  ...userPreferences,
});
const operation = z.enum(["ADD", "REMOVE", "REPLACE"]).default("REPLACE");
const userUpdate = z.object({
  name: text.optional(),
  display_name: text.optional(),
  email: text.optional(),
  account_type: z.enum(accountTypes).optional(),
  account_status: z.enum(accountStatuses).optional(),
  visibility: z.enum(visibilities).optional(),
  operation,
  ...membership,
  ...userPreferences,
});
const preferencesOf = (request: object) =>
  Object.fromEntries(
    Object.entries(request).filter(([name, value]) => Object.hasOwn(userPreferences, name) && value !== undefined),
  );

const groupTypes = ["LOCAL_GROUP", "LDAP_GROUP", "TEAM_GROUP", "TENANT_GROUP"] as const;
const groupSearch = z.object({
  default_liveboard_identifiers: identifiers.optional(),
  description: z.string().optional(),
  display_name: z.string().optional(),
  name_pattern: z.string().optional(),
  group_identifier: z.string().optional(),
  org_identifiers: identifiers.optional(),
  privileges: z.array(privilegeName).optional(),
  sub_group_identifiers: identifiers.optional(),
  type: z.enum(groupTypes).optional(),
  user_identifiers: identifiers.optional(),
  visibility: z.enum(visibilities).optional(),
  role_identifiers: identifiers.optional(),
  ...paging,
  sort_options: z.object({ field_name: sortFields, order }).optional(),
  include_users: z.boolean().nullish(),
  include_sub_groups: z.boolean().nullish(),
});
const groupDetails = {
  default_liveboard_identifiers: identifiers.optional(),
  description: z.string().optional(),
  privileges: z.array(privilegeName).optional(),
  sub_group_identifiers: identifiers.optional(),
  type: z.enum(groupTypes).optional(),
  user_identifiers: identifiers.optional(),
  visibility: z.enum(visibilities).optional(),
  role_identifiers: identifiers.optional(),
};
const groupCreate = z.object({ name: text, display_name: text, ...groupDetails });
const groupUpdate = z.object({ name: text.optional(), display_name: text.optional(), operation, ...groupDetails });

const factOf = (user: User | Group, field: NonNullable<z.infer<typeof sortFields>>) => {
  if (field === "DISPLAY_NAME") return user.displayName;
  if (field === "CREATED") return user.createdAt;
  return field === "MODIFIED" ? user.modifiedAt : user.name;
};

/** Whether a wanted value is absent, or the one there is, whatever the letter case. */
const fits = (wanted: string | undefined, value: string) =>
  wanted === undefined || wanted === "" || wanted.toLowerCase() === value.toLowerCase();
const overlaps = (wanted: readonly string[] | undefined, values: readonly string[]) =>
  !wanted?.length || wanted.some((entry) => values.includes(entry));

export function users(cluster: Cluster): Hono {
  const app = new Hono();
  const userAt = (identifier: string): User => {
    const user = cluster.userBy(identifier);
    if (!user) throw new Refusal(400, "User not found");
    return user;
  };
  const groupAt = (identifier: string): Group => {
    const group = cluster.group(identifier);
    if (!group) throw new Refusal(400, "One of the groups does not exist");
    return group;
  };
  const groupNames = (list: readonly string[] = []) => list.map((identifier) => groupAt(identifier).name);
  const orgIds = (list: readonly string[] = []) => list.flatMap((identifier) => orgByIdentifier(identifier) ?? []);

  app.post(`${base}/users/search`, async (c) => {
    const who = principal(c, cluster);
    const request = await body(c, userSearch, true);
    const seesAll = holds(who, "USER_ADMINISTRATION");
    const found = cluster.users
      .filter((user) => seesAll || user.id === who.user.id)
      .filter(
        (user) =>
          (fits(request.user_identifier, user.name) || user.id === request.user_identifier) &&
          fits(request.display_name, user.displayName) &&
          fits(request.email, user.email) &&
          fits(request.account_status, user.status) &&
          fits(request.account_type, user.accountType) &&
          fits(request.visibility, user.visibility),
      )
      .filter(
        (user) =>
          !request.name_pattern ||
          patternOf(request.name_pattern).test(user.name) ||
          patternOf(request.name_pattern).test(user.displayName),
      )
      .filter((user) =>
        overlaps(
          request.group_identifiers?.map((group) => cluster.group(group)?.name ?? ""),
          user.groups,
        ),
      )
      .filter((user) => overlaps(request.privileges, cluster.privilegesOf(user)))
      .filter((user) =>
        overlaps(
          request.org_identifiers,
          user.orgs.flatMap((id) => [String(id), orgName(id)]),
        ),
      );
    const { field_name: field, order: direction } = request.sort_options ?? {};
    const listed = field ? sorted(found, (user) => factOf(user, field), direction ?? "ASC") : found;
    const withVariables = request.include_variable_values === true;
    return c.json(
      page(listed, request.record_offset, request.record_size).map((user) =>
        userBody(cluster, user, { withVariables }),
      ),
    );
  });

  app.post(`${base}/users/create`, async (c) => {
    wants(principal(c, cluster), "USER_ADMINISTRATION");
    const request = await body(c, userCreate);
    if (cluster.userByName(request.name)) throw new Refusal(400, "A user with this name exists");
    const groups = groupNames(request.group_identifiers);
    const [org = 0, ...others] = orgIds(request.org_identifiers);
    const user = cluster.createUser(
      request.name,
      { email: request.email, displayName: request.display_name, groups, org },
      {
        orgs: [org, ...others],
        preferences: preferencesOf(request),
        ...(request.password ? { password: request.password } : {}),
        ...(request.account_status ? { status: request.account_status } : {}),
        ...(request.account_type ? { accountType: request.account_type } : {}),
        ...(request.visibility ? { visibility: request.visibility } : {}),
      },
    );
    return c.json(userBody(cluster, user));
  });

  app.post(`${base}/users/:identifier/update`, async (c) => {
    wants(principal(c, cluster), "USER_ADMINISTRATION");
    const user = userAt(c.req.param("identifier"));
    const request = await body(c, userUpdate);
    const taken = request.name === undefined ? undefined : cluster.userByName(request.name);
    if (taken && taken !== user) throw new Refusal(400, "A user with this name exists");
    const groups = request.group_identifiers && groupNames(request.group_identifiers);
    const orgs = request.org_identifiers && orgIds(request.org_identifiers).map(String);
    Object.assign(user, {
      ...(request.name === undefined ? {} : { name: request.name }),
      ...(request.display_name === undefined ? {} : { displayName: request.display_name }),
      ...(request.email === undefined ? {} : { email: request.email }),
      ...(request.account_status === undefined ? {} : { status: request.account_status, failedLogins: 0 }),
      ...(request.account_type === undefined ? {} : { accountType: request.account_type }),
      ...(request.visibility === undefined ? {} : { visibility: request.visibility }),
      ...(groups ? { groups: changed(user.groups, request.operation, groups) } : {}),
      ...(orgs ? { orgs: changed(user.orgs.map(String), request.operation, orgs).map(Number) } : {}),
      preferences: { ...user.preferences, ...preferencesOf(request) },
      modifiedAt: cluster.clock.now(),
    });
    return c.body(null, 204);
  });

  app.post(`${base}/users/:identifier/delete`, (c) => {
    const who = principal(c, cluster);
    wants(who, "USER_ADMINISTRATION");
    const user = userAt(c.req.param("identifier"));
    if (user.id === who.user.id) throw new Refusal(400, "Administrators do not delete themselves");
    cluster.deleteUser(user);
    return c.body(null, 204);
  });

  app.post(`${base}/users/force-logout`, async (c) => {
    wants(principal(c, cluster), "USER_ADMINISTRATION");
    const request = await body(c, z.object({ user_identifiers: identifiers.nullish() }), true);
    // Without a list, everyone is logged out.
    const named = request.user_identifiers?.map(userAt) ?? cluster.users;
    for (const user of named) cluster.endSessionsOf(user);
    return c.body(null, 204);
  });

  app.post(`${base}/groups/search`, async (c) => {
    principal(c, cluster);
    const request = await body(c, groupSearch, true);
    const members = (group: Group) =>
      cluster.users.filter(({ groups }) => groups.includes(group.name)).flatMap(({ id, name }) => [id, name]);
    // All groups of the sandbox are the Primary org's.
    const inOrg = overlaps(request.org_identifiers, ["0", "Primary"]) ? cluster.groups : [];
    const found = inOrg
      .filter((group) => fits(request.group_identifier, group.name) || group.id === request.group_identifier)
      .filter((group) => fits(request.display_name, group.displayName) && fits(request.description, group.description))
      .filter((group) => !request.name_pattern || patternOf(request.name_pattern).test(group.name))
      .filter((group) => fits(request.type, group.type) && fits(request.visibility, group.visibility))
      .filter((group) => overlaps(request.privileges, group.privileges))
      .filter((group) => overlaps(request.user_identifiers, members(group)))
      .filter((group) =>
        overlaps(
          request.sub_group_identifiers?.map((sub) => cluster.group(sub)?.name ?? ""),
          group.subGroups,
        ),
      );
    const { field_name: field, order: direction } = request.sort_options ?? {};
    const listed = field ? sorted(found, (group) => factOf(group, field), direction ?? "ASC") : found;
    return c.json(
      page(listed, request.record_offset, request.record_size).map((group) =>
        groupBody(cluster, group, {
          withUsers: request.include_users !== false,
          withSubGroups: request.include_sub_groups !== false,
        }),
      ),
    );
  });

  app.post(`${base}/groups/create`, async (c) => {
    wants(principal(c, cluster), "GROUP_ADMINISTRATION");
    const request = await body(c, groupCreate);
    if (cluster.group(request.name)) throw new Refusal(400, "A group with this name exists");
    const members = (request.user_identifiers ?? []).map(userAt);
    const group = cluster.createGroup({
      name: request.name,
      displayName: request.display_name,
      description: request.description ?? "",
      privileges: request.privileges ?? [],
      subGroups: groupNames(request.sub_group_identifiers),
      ...(request.type ? { type: request.type } : {}),
      ...(request.visibility ? { visibility: request.visibility } : {}),
    });
    for (const user of members) user.groups = changed(user.groups, "ADD", [group.name]);
    return c.json(groupBody(cluster, group));
  });

  app.post(`${base}/groups/:identifier/update`, async (c) => {
    wants(principal(c, cluster), "GROUP_ADMINISTRATION");
    const group = groupAt(c.req.param("identifier"));
    const request = await body(c, groupUpdate);
    const taken = request.name === undefined ? undefined : cluster.group(request.name);
    if (taken && taken !== group) throw new Refusal(400, "A group with this name exists");
    const members = request.user_identifiers?.map((identifier) => userAt(identifier).name);
    const subGroups = request.sub_group_identifiers && groupNames(request.sub_group_identifiers);
    if (request.name !== undefined) cluster.renameGroup(group, request.name);
    Object.assign(group, {
      ...(request.display_name === undefined ? {} : { displayName: request.display_name }),
      ...(request.description === undefined ? {} : { description: request.description }),
      ...(request.type === undefined ? {} : { type: request.type }),
      ...(request.visibility === undefined ? {} : { visibility: request.visibility }),
      ...(request.privileges ? { privileges: changed(group.privileges, request.operation, request.privileges) } : {}),
      ...(subGroups ? { subGroups: changed(group.subGroups, request.operation, subGroups) } : {}),
      modifiedAt: cluster.clock.now(),
    });
    if (members) {
      const before = cluster.users.filter(({ groups }) => groups.includes(group.name)).map(({ name }) => name);
      const after = changed(before, request.operation, members);
      for (const user of cluster.users)
        user.groups = changed(user.groups, after.includes(user.name) ? "ADD" : "REMOVE", [group.name]);
    }
    return c.body(null, 204);
  });

  app.post(`${base}/groups/:identifier/delete`, (c) => {
    wants(principal(c, cluster), "GROUP_ADMINISTRATION");
    cluster.deleteGroup(groupAt(c.req.param("identifier")));
    return c.body(null, 204);
  });
  return app;
}
