/**
 * MicroStrategy Web's task servlet (Web SDK help: Task Infrastructure): the tasks `login` and `createIdentityToken`.
 * It shares users, Intelligence Server sessions and the secret key with the Library.
 */
import { type Context, Hono } from "hono";
import type { SandboxOptions } from "../kit/sandbox";
import { projects } from "./content";
import { LibraryError } from "./errors";
import {
  allowedOrigins,
  contextPath,
  noCache,
  sessionOfCookies,
  setSessionCookies,
  taskCodeHeader,
  taskMessageHeader,
} from "./http";
import { foreignKey, type LibraryState, libraryKey, type WebSession } from "./state";

/** A task's failure: the HTTP status is the task's status code. */
class TaskFailure extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, message: string, code = -2147467259) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The parameters of a call, from the address and from a form of either encoding. */
async function parameters(c: Context): Promise<Map<string, string>> {
  const found = new Map(Object.entries(c.req.query()));
  const type = c.req.header("content-type") ?? "";
  if (c.req.method === "POST" && /^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type))
    for (const [name, value] of Object.entries(await c.req.parseBody()))
      if (typeof value === "string") found.set(name, value);
  return found;
}

/** The routes below `/MicroStrategy`. */
export function createWeb(state: LibraryState, options: SandboxOptions): Hono {
  const app = new Hono();
  const path = contextPath(options, "MicroStrategy");
  const switches = () => state.control.switches;

  app.use(async (c, next) => {
    const origin = c.req.header("origin");
    const allowed = origin && switches().webCors && allowedOrigins(switches(), options).includes(origin);
    if (c.req.method === "OPTIONS") c.res = new Response(null, { status: 204 });
    else await next();
    if (!allowed) return;
    c.res.headers.set("access-control-allow-origin", origin);
    c.res.headers.set("access-control-allow-credentials", "true");
    c.res.headers.set("access-control-expose-headers", `${taskMessageHeader}, ${taskCodeHeader}`);
    c.res.headers.append("vary", "Origin");
  });

  app.onError((error, c) => {
    const failure =
      error instanceof LibraryError
        ? new TaskFailure(error.status, error.message, error.body.iServerCode)
        : error instanceof TaskFailure
          ? error
          : new TaskFailure(500, "The task failed");
    const text = switches().base64TaskMessages
      ? Buffer.from(failure.message, "utf8").toString("base64")
      : failure.message;
    c.header(taskMessageHeader, text);
    c.header(taskCodeHeader, String(failure.code));
    return c.body("", failure.status as 500);
  });

  const task = async (c: Context) => {
    noCache(c);
    const given = await parameters(c);
    const id = given.get("taskId");
    if (!id) throw new TaskFailure(303, "No task was requested");
    const run = tasks[id];
    if (!run) throw new TaskFailure(404, `There is no task ${id}`);
    if (given.get("taskContentType") !== "json" || given.get("taskEnv") !== "xhr")
      throw new TaskFailure(400, "This service answers taskContentType=json and taskEnv=xhr");
    if (!switches().iServer) throw new TaskFailure(500, "The Intelligence Server cannot be reached");
    return run(c, given);
  };

  /** `sessionState` stands for a session: opaque here, a long encoded state at a real server. */
  const sessionFor = (c: Context, given: Map<string, string>): WebSession => {
    const session = state.session(given.get("sessionState"), "web") ?? sessionOfCookies(c, state, "web");
    if (!session) throw new TaskFailure(401, "The session is not valid", -2147206924);
    state.touch(session);
    return session;
  };

  const tasks: Record<string, ((c: Context, given: Map<string, string>) => Response) | undefined> = {
    login(c, given) {
      const project = given.get("project");
      if (project && !projects.some(({ id, name }) => project === name || project.toUpperCase() === id))
        throw new TaskFailure(500, "The project cannot be found", -2147209151);
      const user = state.checkPassword(given.get("userid") ?? "", given.get("password") ?? "");
      const session = state.logIn(user, { mode: 1, client: "web" });
      setSessionCookies(c, session, path, switches());
      return c.json({ sessionState: session.token });
    },
    createIdentityToken(c, given) {
      const session = sessionFor(c, given);
      const { webSecretKey } = switches();
      if (webSecretKey === "missing") throw new TaskFailure(500, "The identity token secret key is not configured");
      const key = webSecretKey === "same" ? libraryKey : foreignKey;
      return c.json({ identityToken: state.mintIdentityToken(session, key) });
    },
  };

  for (const servlet of ["/servlet/taskProc", "/asp/TaskProc.aspx"]) {
    app.get(servlet, task);
    app.post(servlet, task);
  }
  return app;
}
