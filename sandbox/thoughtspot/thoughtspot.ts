/**
 * The ThoughtSpot sandbox: REST v1 and v2 with trusted authentication, and the application that runs inside the frame.
 * README.md says what is emulated, what is a choice and what is not there.
 */
import { Hono } from "hono";
import { Control, type Sandbox, type SandboxOptions } from "../kit/sandbox";
import { pages } from "./app";
import { Cluster } from "./cluster";
import { Refusal, v1Error, v2Error } from "./errors";
import { aliveOf, faultsOf } from "./faults";
import { cors, rateLimit } from "./http";
import { switches } from "./switches";
import { v1 } from "./v1";
import { v2 } from "./v2";

export function createThoughtSpot(options: SandboxOptions): Sandbox {
  const control = new Control(switches);
  const cluster = new Cluster(control.clock, () => control.switches, options.portalOrigin, options.sameSite);
  const app = new Hono({ strict: true });

  app.onError((error, c) => {
    if (error instanceof Refusal)
      return c.req.path.startsWith("/api/rest/2.0") ? v2Error(error, control.switches.errorShape) : v1Error(error);
    return v1Error(new Refusal(500, "Unexpected error"));
  });
  app.notFound((c) => {
    const refusal = new Refusal(404, "There is nothing at this address");
    return c.req.path.startsWith("/api/rest/2.0") ? v2Error(refusal, control.switches.errorShape) : v1Error(refusal);
  });

  const api = ["/api/*", "/callosum/*", "/tspublic/*", "/prism/*"];
  // CORS first: an injected fault must be readable by the browser, as the vendor's own errors are.
  for (const path of api) app.use(path, cors(cluster));
  app.use(control.middleware());
  for (const path of api) app.use(path, rateLimit(cluster));
  app.route(
    "/",
    control.routes({
      id: "thoughtspot",
      name: "ThoughtSpot",
      origin: options.origin,
      closed: options.closed,
      state: () => cluster.state(),
      reset: () => cluster.reset(),
      faults: faultsOf(cluster),
      about: (account) => ({
        product: `ThoughtSpot ${control.switches.release.split(".").slice(0, 2).join(".")}`,
        emulates: "REST 1 and 2, Liveboards",
        alive: aliveOf(cluster, account),
      }),
    }),
  );
  app.route("/", v1(cluster, options.origin));
  app.route("/", v2(cluster, options.origin));
  app.route("/", pages(cluster, options.origin));

  return { id: "thoughtspot", name: "ThoughtSpot", fetch: (request, bindings) => app.fetch(request, bindings) };
}
