/**
 * The v2 endpoints (`/api/rest/2.0`) that a portal, its operator and the official client need. Shapes and statuses are
 * those of the vendor's OpenAPI file; the wording of `debug` is our own, since it is not contractual.
 */
import { Hono } from "hono";
import type { Cluster } from "./cluster";
import { Refusal, v2Error } from "./errors";
import { metadata } from "./rest/metadata";
import { settings } from "./rest/settings";
import { tokens } from "./rest/tokens";
import { users } from "./rest/users";
import { variables } from "./rest/variables";

export function v2(cluster: Cluster, ownOrigin: string): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof Refusal) return v2Error(error, cluster.switches().errorShape);
    throw error;
  });
  for (const part of [
    tokens(cluster, ownOrigin),
    users(cluster),
    variables(cluster),
    metadata(cluster),
    settings(cluster),
  ])
    app.route("/", part);
  return app;
}
