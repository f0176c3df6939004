/**
 * A made-up vendor that keeps every rule, with its emulator: for the kit's own tests, which break it one rule at a time.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type CallContext, ConnectionLost, type UserContext } from "@/lib/broker/vendor-adapter";
import { callVendor, type VendorAnswer, type VendorRequest } from "@/lib/broker/vendor-call";
import type { SandboxServices } from "@/lib/config/sandbox";
import { browserUrl, serverUrl } from "@/lib/config/url-variable";
import type { ProblemCode } from "@/lib/problem/codes";
import { Problem } from "@/lib/problem/problem";
import { failed, ok } from "../check-results";
import type { Vendor } from "../vendor";
import type { Emulator, Subject } from "./subject";

export interface BoardsConfig {
  readonly url: string;
  readonly internalUrl: string;
  readonly secret: string;
}

export interface BoardsState {
  readonly token: string;
  readonly endsAt: number;
}

const secret = "boards-secret-0123456789";
const lifetimeMs = 3600_000;
const vendorName = "Boards";

const schema = z
  .object({
    BOARDS_URL: browserUrl("BOARDS_URL", "https://boards.example.com", "set it to the address of Boards"),
    BOARDS_INTERNAL_URL: serverUrl("BOARDS_INTERNAL_URL", "http://boards:8080").optional(),
    BOARDS_SECRET: z
      .string({ error: "BOARDS_SECRET is missing: copy it from Boards." })
      .regex(/^[a-z0-9-]{16,}$/, "BOARDS_SECRET does not look like a secret: copy it from Boards again."),
  })
  .transform(
    (env): BoardsConfig => ({
      url: env.BOARDS_URL,
      internalUrl: env.BOARDS_INTERNAL_URL ?? env.BOARDS_URL,
      secret: env.BOARDS_SECRET,
    }),
  );

export async function call(
  { config, signal }: CallContext<unknown>,
  request: Pick<VendorRequest, "method" | "headers" | "body"> & { readonly path: string },
): Promise<VendorAnswer> {
  const { path, ...more } = request;
  const { internalUrl } = config as BoardsConfig;
  return callVendor({ vendor: "boards", vendorName, url: `${internalUrl}${path}`, signal, ...more });
}

const codes: Readonly<Record<number, ProblemCode>> = {
  401: "vendor_misconfigured",
  409: "credential_rejected",
  410: "account_disabled",
  403: "account_forbidden",
  422: "account_unknown",
  424: "item_missing",
  429: "vendor_busy",
};
const problemOf = ({ status }: VendorAnswer) => new Problem(codes[status] ?? "vendor_failed", { vendorName });

/** Opens a session for the account; with the user's password where there is one. */
export async function logIn(
  context: CallContext<unknown> & Pick<UserContext<unknown>, "account" | "item">,
  password?: string,
): Promise<BoardsState> {
  const { config, account, item } = context;
  const body = { secret: (config as BoardsConfig).secret, account, board: item.target.board, password };
  const answer = await call(context, { method: "POST", path: "/login", body });
  if (answer.status !== 200) throw problemOf(answer);
  const { token } = (answer.json() ?? {}) as { token?: unknown };
  if (typeof token !== "string") throw new Problem("vendor_bad_answer", { vendorName });
  return { token, endsAt: Date.now() + lifetimeMs };
}

const header = (state: object) => ({ "x-session": (state as BoardsState).token });

export const boards: Vendor = {
  id: "boards",
  name: vendorName,
  section: "Boards",
  route: "/boards",
  endpoint: "/api/boards/token",
  kinds: ["board"],
  keepAlive: false,
  renewal: "connection",
  maxLifetimeMs: 2 * lifetimeMs,
  scope: (item) => item.target.board ?? "",
  environment: {
    variables: ["BOARDS_URL", "BOARDS_INTERNAL_URL", "BOARDS_SECRET"],
    schema: schema as Vendor["environment"]["schema"],
    sandbox(services) {
      const at = (services as Record<string, SandboxServices["idp"]> | undefined)?.boards;
      return {
        BOARDS_URL: at?.origin ?? "http://boards.localhost:4999",
        BOARDS_INTERNAL_URL: at?.internalOrigin ?? "http://127.0.0.1:4999",
        BOARDS_SECRET: secret,
      };
    },
  },
  requestedAccess: ({ target }) => ({ board: target.board ?? "" }),
  async connect(context) {
    const state = await logIn(context);
    return { state, expiresAt: new Date(state.endsAt) };
  },
  async mint(context, state) {
    const answer = await call(context, { method: "GET", path: "/session", headers: header(state) });
    if (answer.status === 404) throw new ConnectionLost();
    if (answer.status !== 200) throw problemOf(answer);
    const { token, endsAt } = state as BoardsState;
    return { grant: { token, expiresAt: new Date(endsAt).toISOString() } };
  },
  async revoke(context, state) {
    const answer = await call(context, { method: "POST", path: "/logout", headers: header(state) });
    if (answer.status !== 200 && answer.status !== 404) throw problemOf(answer);
  },
  csp: (config) => ({ frame: [new URL((config as BoardsConfig).url).origin] }),
  browser: (config) => ({ url: (config as BoardsConfig).url }),
  openAddress: ({ target }, config) => `${(config as BoardsConfig).url}/board/${target.board}`,
  loginDescription: () => "With sessions that the portal opens for each user",
  checks: (config) => [
    {
      id: "boards.answers",
      title: "Boards answers and takes the secret",
      async run(signal) {
        const body = { secret: (config as BoardsConfig).secret };
        const answer = await call({ config, signal, requestId: "" }, { method: "POST", path: "/hello", body });
        if (answer.status === 200 && answer.text === "boards") return ok();
        return failed(`It answered ${answer.status}.`, "BOARDS_URL and BOARDS_SECRET", "Correct the two.");
      },
    },
  ],
  Embed: () => null,
};

/** Boards itself, in memory. */
function createBoards(): Emulator {
  const sessions = new Map<string, string>();
  let said = { text: "", account: "" };
  const answer = (status: number, body: object | string = {}) =>
    new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  const logInAnswer = ({ account, board, password }: Readonly<Record<string, string>>) => {
    if (account === "nobody") return answer(422);
    if (account === "closed") return answer(410);
    if (board === "secret") return answer(403);
    if (board === "gone") return answer(424);
    if (password !== undefined && password !== `${account}-password`) return answer(409);
    const token = randomUUID();
    sessions.set(token, account ?? "");
    return answer(200, { token });
  };
  return {
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const session = request.headers.get("x-session") ?? "";
      const body =
        request.method === "POST" ? ((await request.json().catch(() => ({}))) as Record<string, string>) : {};
      if (pathname === "/sandbox/reset") sessions.clear();
      if (pathname === "/login" || pathname === "/hello") {
        if (body.secret !== secret) return answer(401);
        return pathname === "/hello" ? answer(200, "boards") : logInAnswer(body);
      }
      const account = sessions.get(session);
      if (pathname === "/rooms")
        return answer(
          200,
          [account ?? "", "all"].map((id) => ({ id, name: id, kind: "channel" })),
        );
      if (pathname === "/say") {
        if (account === undefined) return answer(404);
        if (body.room !== account && body.room !== "all") return answer(403);
        if ((body.text ?? "").length > 10_000) return answer(413);
        said = { text: body.text ?? "", account };
        return answer(200);
      }
      if (pathname === "/newest") return answer(200, said);
      if (pathname === "/session") return answer(sessions.has(session) ? 200 : 404);
      if (pathname === "/logout") return answer(sessions.delete(session) ? 200 : 404);
      return answer(pathname === "/sandbox/reset" ? 200 : 404);
    },
  };
}

const item = (board: string) => ({
  slug: board,
  vendor: "boards",
  kind: "board",
  title: board,
  description: "",
  tags: [],
  open: [],
  target: { board },
});

export const boardsSubject: Subject = {
  vendor: boards,
  emulator: createBoards,
  item: item("plans"),
  people: [{ account: "anna" }, { account: "bruno" }],
  refused: {
    unknown: { account: "nobody" },
    disabled: { account: "closed" },
    forbidden: item("secret"),
    missing: item("gone"),
  },
  isAlive: async (grant, ask) =>
    (await ask("/session", { headers: { "x-session": (grant as { token: string }).token } })).status === 200,
};

/** The same, with the optional capabilities: boards can be talked about. */
export const talkingBoards: Vendor = {
  ...boards,
  keepAlive: true,
  scope: () => "",
  discuss: { placeOf: ({ slug }, docked) => `/board/${slug}${docked ? "?narrow" : ""}` },
  notify: {
    entryOf(message) {
      const { board, words: said } = (message ?? {}) as { board?: unknown; words?: unknown };
      if (typeof board !== "string" || typeof said !== "string" || !/^[a-z]{1,50}$/.test(board)) return null;
      const place = `/board/${board}`;
      return { id: place, kind: "mention", title: board, text: said.slice(0, 300), unread: 1, place };
    },
  },
  share: {
    async rooms(context, grant) {
      const answer = await call(context, { method: "GET", path: "/rooms", headers: header(grant) });
      if (answer.status !== 200) throw problemOf(answer);
      return answer.json() as Awaited<ReturnType<NonNullable<Vendor["share"]>["rooms"]>>;
    },
    async post(context, grant, message) {
      const answer = await call(context, { method: "POST", path: "/say", headers: header(grant), body: message });
      if (answer.status === 404) throw new ConnectionLost();
      if (answer.status === 403) throw new Problem("room_unavailable", { vendorName });
      if (answer.status === 413) throw new Problem("message_too_long", { vendorName });
      if (answer.status !== 200) throw problemOf(answer);
    },
  },
};

/** The same, with each user's own password. */
export const linkedBoards: Vendor = {
  ...boards,
  credentialNeeded: () => true,
  async connect(context) {
    const credential = await context.credential();
    if (!credential) throw new Problem("credential_missing", { vendorName });
    const state = await logIn(context, credential.password);
    return { state, expiresAt: new Date(state.endsAt) };
  },
  async verifyCredential(context, { username, password }) {
    const state = await logIn({ ...context, account: username, item: item("plans") }, password);
    await boards.revoke(context, state);
  },
};

const linked = (account: string) => ({ account, credential: { username: account, password: `${account}-password` } });

export const linkedSubject: Subject = {
  ...boardsSubject,
  vendor: linkedBoards,
  people: [linked("anna"), linked("bruno")],
  refused: { ...boardsSubject.refused, unknown: linked("nobody"), disabled: linked("closed") },
};

const boardToken = (grant: object) => ({ "x-session": (grant as { token: string }).token });

export const talkingSubject: Subject = {
  ...boardsSubject,
  vendor: talkingBoards,
  share: {
    room: "anna",
    newest: async (_grant, ask) => (await (await ask("/newest")).json()) as { text: string; account: string },
    end: async (grant, ask) => void (await ask("/logout", { method: "POST", headers: boardToken(grant) })),
  },
  notices: [{ board: "plans", words: "Anna wrote to you" }],
};
