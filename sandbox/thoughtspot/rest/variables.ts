/** `template/variables/…`: formula variables and the values that people have (https://developers.thoughtspot.com/docs/variables). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Cluster } from "../cluster";
import { Refusal } from "../errors";
import { principal, wants } from "../http";
import { everyModel, type Variable } from "../row-security";
import {
  base,
  body,
  flag,
  identifiers,
  optionalText,
  orgByIdentifier,
  orgName,
  page,
  patternOf,
  text,
} from "./request";

const types = [
  "CONNECTION_PROPERTY",
  "TABLE_MAPPING",
  "CONNECTION_PROPERTY_PER_PRINCIPAL",
  "FORMULA_VARIABLE",
] as const;
const scope = {
  org_identifier: optionalText,
  principal_type: z.enum(["USER", "USER_GROUP"]).nullish(),
  principal_identifier: optionalText,
  model_identifier: optionalText,
  priority: z.int().nullish(),
};
const operations = z.enum(["ADD", "REMOVE", "REPLACE", "RESET"]);

const searchRequest = z.object({
  variable_details: z
    .array(
      z.object({
        identifier: optionalText,
        type: z.enum([...types, "USER_PROPERTY"]).nullish(),
        name_pattern: optionalText,
      }),
    )
    .optional(),
  value_scope: z.array(z.object(scope)).optional(),
  record_offset: z.int().min(0).optional(),
  record_size: z.int().min(-1).optional(),
  response_content: z.enum(["METADATA", "METADATA_AND_VALUES"]).optional(),
});
const createRequest = z.object({
  type: z.enum(types),
  name: text,
  is_sensitive: flag,
  data_type: z.enum(["VARCHAR", "INT32", "INT64", "DOUBLE", "DATE", "DATE_TIME"]).optional(),
});
const valuesOfOne = z.object({
  operation: operations.optional(),
  variable_assignment: z.array(z.object({ assigned_values: identifiers, ...scope })),
});
const valuesOfMany = z.object({
  variable_assignment: z.array(
    z.object({ variable_identifier: text, variable_values: identifiers, operation: operations }),
  ),
  variable_value_scope: z.array(z.object({ ...scope, org_identifier: text })),
});

export function variables(cluster: Cluster): Hono {
  const app = new Hono();
  const manager = (c: Context) => wants(principal(c, cluster), "CAN_MANAGE_VARIABLES");

  /** The users that values are for. The sandbox keeps those of users, which row security uses. */
  const placeOf = (given: z.infer<z.ZodObject<typeof scope>>) => {
    const user = given.principal_type === "USER" ? cluster.userBy(given.principal_identifier ?? "") : undefined;
    if (!user) throw new Refusal(400, "The principal does not exist");
    return {
      userId: user.id,
      org: orgByIdentifier(given.org_identifier) ?? 0,
      model: given.model_identifier || everyModel,
    };
  };
  const shown = (
    variable: Variable,
    withValues: boolean,
    wanted: readonly z.infer<z.ZodObject<typeof scope>>[] = [],
  ) => {
    const places = wanted.filter((entry) => entry.principal_identifier !== undefined).map(placeOf);
    const assignments = cluster.rows
      .assignmentsOf(variable.id)
      .filter((entry) => places.length === 0 || places.some((place) => place.userId === entry.userId));
    return {
      id: variable.id,
      name: variable.name,
      variable_type: variable.type,
      sensitive: variable.sensitive,
      values: withValues
        ? assignments.map((entry) => ({
            value: null,
            value_list: entry.values,
            org_identifier: orgName(entry.org),
            principal_type: "USER",
            principal_identifier: cluster.users.find(({ id }) => id === entry.userId)?.name ?? null,
            model_identifier: entry.model === everyModel ? null : entry.model,
            priority: null,
          }))
        : [],
      org: { id: 0, name: orgName(0) },
    };
  };

  app.post(`${base}/template/variables/search`, async (c) => {
    manager(c);
    const request = await body(c, searchRequest, true);
    const wanted = request.variable_details ?? [];
    const found = cluster.rows.variables.filter(
      (variable) =>
        wanted.length === 0 ||
        wanted.some(
          (entry) =>
            (!entry.identifier || entry.identifier === variable.id || entry.identifier === variable.name) &&
            (!entry.type || entry.type === variable.type) &&
            (!entry.name_pattern || patternOf(entry.name_pattern).test(variable.name)),
        ),
    );
    const withValues = request.response_content === "METADATA_AND_VALUES";
    return c.json(
      page(found, request.record_offset, request.record_size).map((variable) =>
        shown(variable, withValues, request.value_scope),
      ),
    );
  });
  app.post(`${base}/template/variables/create`, async (c) => {
    manager(c);
    const request = await body(c, createRequest);
    if ((request.type === "FORMULA_VARIABLE") !== (request.data_type !== undefined))
      throw new Refusal(400, "data_type belongs to formula variables, and to them alone");
    const made = cluster.rows.create({
      name: request.name,
      type: request.type,
      dataType: request.data_type ?? null,
      sensitive: request.is_sensitive ?? false,
    });
    return c.json(shown(made, false));
  });
  app.post(`${base}/template/variables/delete`, async (c) => {
    manager(c);
    cluster.rows.delete((await body(c, z.object({ identifiers }))).identifiers);
    return c.body(null, 204);
  });
  // Deprecated from 26.4 on, and still there.
  app.post(`${base}/template/variables/update-values`, async (c) => {
    manager(c);
    const request = await body(c, valuesOfMany);
    const places = request.variable_value_scope.map(placeOf);
    for (const { variable_identifier, variable_values, operation } of request.variable_assignment)
      for (const place of places) cluster.rows.update(variable_identifier, operation, place, variable_values);
    return c.body(null, 204);
  });
  app.post(`${base}/template/variables/:identifier/update-values`, async (c) => {
    manager(c);
    const { operation = "ADD", variable_assignment } = await body(c, valuesOfOne);
    const identifier = cluster.rows.variable(c.req.param("identifier")).id;
    // Reset asks for no scope: it is for everyone.
    const changes = variable_assignment.map((entry) => ({
      place: operation === "RESET" ? { userId: "", org: 0, model: everyModel } : placeOf(entry),
      values: entry.assigned_values,
    }));
    for (const { place, values } of changes) cluster.rows.update(identifier, operation, place, values);
    return c.body(null, 204);
  });
  app.post(`${base}/template/variables/:identifier/update`, async (c) => {
    manager(c);
    const variable = cluster.rows.variable(c.req.param("identifier"));
    variable.name = (await body(c, z.object({ name: text }))).name;
    return c.body(null, 204);
  });
  app.post(`${base}/template/variables/:identifier/delete`, (c) => {
    manager(c);
    cluster.rows.delete([c.req.param("identifier")]);
    return c.body(null, 204);
  });
  return app;
}
