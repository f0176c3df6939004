/**
 * The emulated MicroStrategy: a Library Server at `/MicroStrategyLibrary` (REST, SDK script, pages) and MicroStrategy
 * Web's task servlet at `/MicroStrategy`, on one Intelligence Server. See README.md for what is a choice of ours.
 */
import { Hono } from "hono";
import type { Sandbox, SandboxOptions } from "../kit/sandbox";
import { aliveOf, faultsOf } from "./faults";
import { spellHeaders } from "./http";
import { createPages } from "./pages";
import { createRest } from "./rest";
import { LibraryState } from "./state";
import { createControl } from "./switches";
import { createWeb } from "./web";

export function createMicroStrategy(options: SandboxOptions): Sandbox {
  const control = createControl(options);
  const state = new LibraryState(control);
  const service = { id: "microstrategy", name: "MicroStrategy" } as const;
  const app = new Hono();

  app.use(spellHeaders());
  app.use(control.middleware());
  app.route(
    "/",
    control.routes({
      ...service,
      origin: options.origin,
      closed: options.closed,
      state: () => state.summary(),
      reset: () => state.reset(),
      faults: faultsOf(state, options),
      about: (account) => ({
        product: "MicroStrategy Library",
        emulates: "REST, embedding SDK, Web",
        alive: aliveOf(state, account),
      }),
    }),
  );

  // The pages ask here whether their session still lives; unlike a call to the API this is no use of it.
  app.get("/sandbox/session", (c) =>
    c.json({ alive: state.session(c.req.header("x-mstr-authtoken"), "library") !== undefined }),
  );
  // What an administrator does in the monitors: ends every session of a user.
  app.post("/sandbox/end-sessions", async (c) => {
    const body = (await c.req.json().catch(() => ({}))) as { username?: unknown };
    if (typeof body.username !== "string") return c.json({ error: "username is missing" }, 400);
    return c.json({ ended: state.endSessionsOf(body.username) });
  });

  app.route("/MicroStrategyLibrary/api", createRest(state, options));
  app.route("/MicroStrategyLibrary", createPages(state, options));
  app.route("/MicroStrategy", createWeb(state, options));
  app.get("/", (c) => c.redirect(`${options.origin}/MicroStrategyLibrary/app`));

  return { ...service, fetch: (request, bindings) => app.fetch(request, bindings) };
}
