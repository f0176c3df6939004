/** `auth/configure`, `auth/search`, `system` and `system/security-settings/…`: what administrators set. */
import { Hono } from "hono";
import { z } from "zod";
import { type AllowLists, type Cluster, orgs } from "../cluster";
import { Refusal } from "../errors";
import { principal, wants } from "../http";
import { base, body, flag, identifiers, orgByIdentifier, text } from "./request";

const status = z.enum(["ENABLED", "DISABLED"]);
const authType = z.literal("TRUSTED_AUTH");
const scope = z.enum(["CLUSTER", "ORG"]).optional();
const configureAuth = z.object({
  auth_type: authType,
  cluster_preferences: z.object({ auth_status: status.optional() }).optional(),
  org_preferences: z.array(z.object({ org_identifier: z.string(), auth_status: status.optional() })).optional(),
});

const domains = z
  .array(text)
  .nullish()
  .transform((list) => list ?? undefined);
const access = z
  .object({ block_full_app_access: flag, groups_identifiers_with_access: identifiers.optional() })
  .optional();
const settingsRequest = z.object({
  cluster_preferences: z
    .object({
      enable_partitioned_cookies: flag,
      cors_whitelisted_urls: domains,
      csp_settings: z
        .object({
          visual_embed_hosts: domains,
          connect_src_urls: domains,
          font_src_urls: domains,
          img_src_urls: domains,
          style_src_urls: domains,
          iframe_src_urls: domains,
          script_src_urls: z.object({ enabled: flag, urls: domains }).optional(),
        })
        .optional(),
      saml_redirect_urls: domains,
      non_embed_access: access,
    })
    .optional(),
  org_preferences: z
    .array(z.object({ org_identifier: text, cors_whitelisted_urls: domains, non_embed_access: access }))
    .optional(),
});
type Settings = z.infer<typeof settingsRequest>;

/** What a request changes of the lists. What it does not name stays. */
function changeOf(
  lists: AllowLists,
  { cluster_preferences: wanted, org_preferences: ofOrgs = [] }: Settings,
): AllowLists {
  const csp = wanted?.csp_settings;
  const scripts = csp?.script_src_urls;
  const corsOfOrgs = { ...lists.corsOfOrgs };
  const fullAppOfOrgs = { ...lists.fullAppOfOrgs };
  for (const entry of ofOrgs) {
    const org = orgByIdentifier(entry.org_identifier) ?? 0;
    if (entry.cors_whitelisted_urls) corsOfOrgs[org] = entry.cors_whitelisted_urls;
    if (entry.non_embed_access)
      fullAppOfOrgs[org] = {
        block: entry.non_embed_access.block_full_app_access ?? fullAppOfOrgs[org]?.block ?? lists.blockFullApp,
        groups: entry.non_embed_access.groups_identifiers_with_access ?? fullAppOfOrgs[org]?.groups ?? [],
      };
  }
  return {
    corsOfOrgs,
    fullAppOfOrgs,
    cors: wanted?.cors_whitelisted_urls ?? lists.cors,
    frame: csp?.visual_embed_hosts ?? lists.frame,
    connect: csp?.connect_src_urls ?? lists.connect,
    redirect: wanted?.saml_redirect_urls ?? lists.redirect,
    sources: {
      font: csp?.font_src_urls ?? lists.sources.font,
      image: csp?.img_src_urls ?? lists.sources.image,
      style: csp?.style_src_urls ?? lists.sources.style,
      iframe: csp?.iframe_src_urls ?? lists.sources.iframe,
      script: scripts?.urls ?? lists.sources.script,
      scripts: scripts?.enabled ?? lists.sources.scripts,
    },
    partitionedCookies: wanted?.enable_partitioned_cookies ?? lists.partitionedCookies,
    blockFullApp: wanted?.non_embed_access?.block_full_app_access ?? lists.blockFullApp,
    fullAppGroups: wanted?.non_embed_access?.groups_identifiers_with_access ?? lists.fullAppGroups,
  };
}

export function settings(cluster: Cluster): Hono {
  const app = new Hono();
  const statusOf = (auth: { enabled: boolean }) => (auth.enabled ? "ENABLED" : "DISABLED");
  const accessBody = (block: boolean, groups: readonly string[]) => ({
    block_full_app_access: block,
    groups_with_access: groups.flatMap((name) => cluster.group(name) ?? []).map(({ id, name }) => ({ id, name })),
  });

  app.post(`${base}/auth/configure`, async (c) => {
    wants(principal(c, cluster), "AUTHENTICATION_ADMINISTRATION");
    const request = await body(c, configureAuth);
    if (!request.cluster_preferences && !request.org_preferences?.length)
      throw new Refusal(400, "Neither cluster_preferences nor org_preferences was given");
    const changes = (request.org_preferences ?? []).map((entry) => ({
      org: orgByIdentifier(entry.org_identifier),
      status: entry.auth_status,
    }));
    const wanted = request.cluster_preferences?.auth_status;
    if (wanted) cluster.setTrusted(wanted === "ENABLED");
    for (const change of changes)
      if (change.org !== undefined && change.status) cluster.setTrusted(change.status === "ENABLED", change.org);
    return c.body(null, 204);
  });
  app.post(`${base}/auth/search`, async (c) => {
    wants(principal(c, cluster), "AUTHENTICATION_ADMINISTRATION");
    const request = await body(c, z.object({ auth_type: authType, scope }));
    const show = (auth: { enabled: boolean; key: string | null }) => ({
      auth_status: statusOf(auth),
      access_tokens: auth.key ? [{ key: auth.key }] : [],
    });
    return c.json({
      auth_type: "TRUSTED_AUTH",
      ...(request.scope === "ORG" ? {} : { cluster_preferences: show(cluster.trusted()) }),
      ...(request.scope === "CLUSTER"
        ? {}
        : {
            org_preferences: orgs.map(({ id, name }) => ({ org: { id, name }, ...show(cluster.trusted(id)) })),
          }),
    });
  });

  app.get(`${base}/system`, (c) => {
    wants(principal(c, cluster), "SYSTEM_INFO_ADMINISTRATION");
    const admin = cluster.userByName("tsadmin");
    return c.json({
      id: "sandbox-cluster",
      name: "sandbox",
      release_version: cluster.switches().release,
      time_zone: "UTC",
      locale: "en_US",
      date_format: "MM/dd/yyyy",
      api_version: "2.0",
      type: "CLOUD",
      environment: "SANDBOX",
      license: "ENTERPRISE",
      date_time_format: "MM/dd/yyyy HH:mm:ss",
      time_format: "HH:mm:ss",
      tsadmin_user_id: admin?.id ?? null,
      super_user_id: admin?.id ?? null,
      admin_group_id: cluster.group("Administrator")?.id ?? null,
      all_user_group_member_user_count: cluster.users.length,
    });
  });

  app.post(`${base}/system/security-settings/configure`, async (c) => {
    const who = principal(c, cluster);
    wants(who, "DEVELOPER");
    const request = await body(c, settingsRequest);
    if (!request.cluster_preferences && !request.org_preferences?.length)
      throw new Refusal(400, "Neither cluster_preferences nor org_preferences was given");
    if (request.cluster_preferences?.saml_redirect_urls) wants(who);
    cluster.setLists(changeOf(cluster.lists, request));
    return c.body(null, 204);
  });
  app.post(`${base}/system/security-settings/search`, async (c) => {
    wants(principal(c, cluster), "DEVELOPER");
    const request = await body(c, z.object({ scope }), true);
    const { lists } = cluster;
    const ofCluster = {
      enable_partitioned_cookies: lists.partitionedCookies,
      cors_whitelisted_urls: lists.cors,
      csp_settings: {
        visual_embed_hosts: lists.frame,
        connect_src_urls: lists.connect,
        font_src_urls: lists.sources.font,
        img_src_urls: lists.sources.image,
        style_src_urls: lists.sources.style,
        iframe_src_urls: lists.sources.iframe,
        script_src_urls: { enabled: lists.sources.scripts, urls: lists.sources.script },
      },
      saml_redirect_urls: lists.redirect,
      non_embed_access: accessBody(lists.blockFullApp, lists.fullAppGroups),
      trusted_auth_status: statusOf(cluster.trusted()),
    };
    // What an org has of its own, not what it inherits.
    const ofOrgs = orgs.map(({ id, name }) => {
      const own = lists.fullAppOfOrgs[id];
      return {
        org: { id, name },
        cors_whitelisted_urls: lists.corsOfOrgs[id] ?? [],
        ...(own ? { non_embed_access: accessBody(own.block, own.groups) } : {}),
        trusted_auth_status: statusOf(cluster.trusted(id)),
      };
    });
    return c.json({
      ...(request.scope === "ORG" ? {} : { cluster_preferences: ofCluster }),
      ...(request.scope === "CLUSTER" ? {} : { org_preferences: ofOrgs }),
    });
  });
  return app;
}
