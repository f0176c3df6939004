/** `metadata/search`: what there is, for the user who asks. */
import { Hono } from "hono";
import { z } from "zod";
import type { Cluster } from "../cluster";
import { tables } from "../content/data";
import { holds, principal } from "../http";
import { base, body, flag, identifiers, optionalText, page, patternOf, sorted, text } from "./request";

const types = [
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
  "COLLECTION",
] as const;
const subtypes = [
  "ONE_TO_ONE_LOGICAL",
  "WORKSHEET",
  "PRIVATE_WORKSHEET",
  "USER_DEFINED",
  "AGGR_WORKSHEET",
  "SQL_VIEW",
] as const;
const versions = z.enum(["V1", "V2"]);

const searchRequest = z.object({
  metadata: z
    .array(
      z.object({
        identifier: optionalText,
        obj_identifier: optionalText,
        name_pattern: optionalText,
        type: z.enum(types).nullish(),
        subtypes: z.array(z.enum(subtypes)).optional(),
      }),
    )
    .optional(),
  permissions: z
    .array(
      z.object({
        principal: z.object({ identifier: text, type: z.enum(["USER", "USER_GROUP"]).nullish() }),
        share_mode: z.enum(["READ_ONLY", "MODIFY", "NO_ACCESS"]),
      }),
    )
    .optional(),
  created_by_user_identifiers: identifiers.optional(),
  modified_by_user_identifiers: identifiers.optional(),
  dependent_object_version: versions.optional(),
  exclude_objects: z.array(z.object({ identifier: text, type: z.enum(types) })).optional(),
  favorite_object_options: z.object({ include: flag, user_identifiers: identifiers.optional() }).optional(),
  tag_identifiers: identifiers.optional(),
  include_auto_created_objects: flag,
  include_dependent_objects: flag,
  dependent_objects_record_size: z.int().min(-1).optional(),
  include_details: flag,
  include_personalised_views: flag,
  include_headers: flag,
  include_hidden_objects: flag,
  include_incomplete_objects: flag,
  include_visualization_headers: flag,
  include_worksheet_search_assist_data: flag,
  include_stats: flag,
  include_discoverable_objects: flag,
  include_only_published_objects: flag,
  show_resolved_parameters: flag,
  liveboard_response_version: versions.optional(),
  record_offset: z.int().min(0).optional(),
  record_size: z.int().min(-1).optional(),
  sort_options: z
    .object({
      field_name: z
        .enum(["NAME", "DISPLAY_NAME", "AUTHOR", "CREATED", "MODIFIED", "VIEWS", "FAVORITES", "LAST_ACCESSED"])
        .nullish(),
      order: z.enum(["ASC", "DESC"]).nullish(),
    })
    .optional(),
});

/** One thing that can be found, whatever its type. */
interface Entry {
  readonly id: string;
  readonly name: string;
  readonly type: (typeof types)[number];
  readonly description: string;
  readonly visualizations?: readonly { readonly id: string; readonly name: string }[];
  readonly models: readonly string[];
}

export function metadata(cluster: Cluster): Hono {
  const app = new Hono();
  app.post(`${base}/metadata/search`, async (c) => {
    const who = principal(c, cluster);
    const request = await body(c, searchRequest, true);
    // Everything in the sandbox was made by its administrator, and is neither tagged, hidden nor published to orgs.
    const author = cluster.userByName("tsadmin");
    const isByAuthor = (wanted: readonly string[] | undefined) =>
      !wanted?.length || wanted.some((identifier) => cluster.userBy(identifier) === author);
    const modelOf = (name: string) => tables.flatMap((table) => (table.name === name ? [table.id] : []));
    const objects: Entry[] = cluster
      .objects()
      .filter(
        (object) => cluster.maySee(who.user, object.groups) && (who.access === "FULL" || object.id === who.object),
      )
      .map((object) => ({
        ...object,
        models: "table" in object ? modelOf(object.table) : [],
        ...("tabs" in object
          ? { visualizations: object.tabs.flatMap(({ tiles }) => tiles.map(({ id, title }) => ({ id, name: title }))) }
          : {}),
      }));
    const people: Entry[] = holds(who)
      ? [
          ...cluster.users.map(({ id, name, displayName }) => ({
            id,
            name,
            type: "USER" as const,
            description: displayName,
            models: [],
          })),
          ...cluster.groups.map(({ id, name, description }) => ({
            id,
            name,
            type: "USER_GROUP" as const,
            description,
            models: [],
          })),
        ]
      : [];
    const wanted = request.metadata ?? [];
    const excluded = request.exclude_objects ?? [];
    const found = [...objects, ...people].filter(
      (object) =>
        !request.tag_identifiers?.length &&
        !request.include_only_published_objects &&
        !request.favorite_object_options?.include &&
        isByAuthor(request.created_by_user_identifiers) &&
        isByAuthor(request.modified_by_user_identifiers) &&
        !excluded.some(
          ({ identifier, type }) => type === object.type && [object.id, object.name].includes(identifier),
        ) &&
        (wanted.length === 0 ||
          wanted.some(
            (entry) =>
              !entry.obj_identifier &&
              (!entry.type || entry.type === object.type) &&
              (!entry.subtypes?.length || (object.type === "LOGICAL_TABLE" && entry.subtypes.includes("WORKSHEET"))) &&
              (!entry.identifier || [object.id, object.name].includes(entry.identifier)) &&
              (!entry.name_pattern || patternOf(entry.name_pattern).test(object.name)),
          )),
    );
    const { field_name: field, order } = request.sort_options ?? {};
    // All were made and changed at the same time, by the same person, and are opened equally often.
    const isByName = field === "NAME" || field === "DISPLAY_NAME";
    const listed = isByName ? sorted(found, ({ name }) => name, order ?? "ASC") : found;
    const dependents = (model: string) => {
      const size = request.dependent_objects_record_size ?? 50;
      const all = objects.filter(({ models }) => models.includes(model));
      return (size === -1 ? all : all.slice(0, size)).map(({ id, name, type }) => ({ id, name, type }));
    };
    return c.json(
      page(listed, request.record_offset, request.record_size).map((object) => ({
        metadata_id: object.id,
        metadata_name: object.name,
        metadata_type: object.type,
        metadata_obj_id: null,
        dependent_objects:
          request.include_dependent_objects && object.type === "LOGICAL_TABLE"
            ? dependentBody(object.id, dependents(object.id), request.dependent_object_version)
            : null,
        incomplete_objects: request.include_incomplete_objects ? [] : null,
        metadata_detail: request.include_details ? { header: { id: object.id, name: object.name } } : null,
        metadata_header:
          request.include_headers === false
            ? null
            : {
                id: object.id,
                name: object.name,
                description: object.description,
                author: author?.id,
                isDeleted: false,
                isHidden: false,
              },
        visualization_headers: request.include_visualization_headers ? (object.visualizations ?? null) : null,
        stats: request.include_stats ? { views: 0, favorites: 0, last_accessed: null } : null,
      })),
    );
  });
  return app;
}

/** Dependents, in the two shapes that the vendor knows: by kind, or with a sign that there are more. */
function dependentBody(
  id: string,
  dependents: readonly { id: string; name: string; type: string }[],
  version: "V1" | "V2" | undefined,
): object {
  const kinds: Record<string, string> = { LIVEBOARD: "PINBOARD_ANSWER_BOOK", ANSWER: "QUESTION_ANSWER_BOOK" };
  const byKind: Record<string, object[]> = {};
  for (const { type, ...entry } of dependents) {
    const kind = kinds[type] ?? type;
    byKind[kind] ??= [];
    byKind[kind].push(entry);
  }
  const found = { [id]: byKind };
  return version === "V2" ? { areInaccessibleDependentsReturned: false, dependents: found } : found;
}
