/** The kit is worth what it refuses: for each rule a vendor that breaks it, and is told so in the rule's sentence. */
import { request as plainRequest } from "node:http";
import { ConnectionLost } from "@/lib/broker/vendor-adapter";
import { log } from "@/lib/log";
import { Problem } from "@/lib/problem/problem";
import type { Check, Vendor } from "../vendor";
import { Bench } from "./bench";
import {
  type BoardsConfig,
  type BoardsState,
  boards,
  boardsSubject,
  call,
  linkedBoards,
  linkedSubject,
  talkingBoards,
  talkingSubject,
} from "./boards";
import { describeConformance, rules, tryRule } from "./conformance";
import type { Subject } from "./subject";

describeConformance(boardsSubject);
describe("with the optional capabilities", () => describeConformance(talkingSubject));
describe("with passwords", () => describeConformance(linkedSubject));

const breaks = (change: Partial<Vendor>): Subject => ({ ...boardsSubject, vendor: { ...boards, ...change } });
const breaksEnvironment = (change: Partial<Vendor["environment"]>) =>
  breaks({ environment: { ...boards.environment, ...change } });
const breaksLinked = (change: Partial<Vendor>): Subject => ({
  ...linkedSubject,
  vendor: { ...linkedBoards, ...change },
});

const breaksTalk = (change: Partial<Vendor>): Subject => ({
  ...talkingSubject,
  vendor: { ...talkingBoards, ...change },
});
type Shares = NonNullable<Vendor["share"]>;
const talk = talkingBoards.share as Shares;
const breaksShare = (change: Partial<Shares>) => breaksTalk({ share: { ...talk, ...change } });

type Connect = Vendor["connect"];
type Mint = Vendor["mint"];

/** What `connect` does with each of its failures. */
const connectThat = (handle: (error: unknown, context: Parameters<Connect>[0]) => unknown): Partial<Vendor> => ({
  async connect(context) {
    try {
      return await boards.connect(context);
    } catch (error) {
      throw handle(error, context);
    }
  },
});
const connectedThat = (
  change: (connected: Awaited<ReturnType<Connect>>, context: Parameters<Connect>[0]) => object,
): Partial<Vendor> => ({
  connect: async (context) => ({
    ...(await boards.connect(context)),
    ...change(await boards.connect(context), context),
  }),
});
const grantThat = (change: (grant: object, context: Parameters<Mint>[0]) => object): Partial<Vendor> => ({
  mint: async (context, state) => ({ grant: change((await boards.mint(context, state)).grant, context) }),
});
const checkThat = (run: Check["run"], more: Partial<Check> = {}): Partial<Vendor> => ({
  checks: () => [{ id: "boards.answers", title: "Boards answers", run, ...more }],
});

/** Does one thing before another. */
async function after<T>(before: unknown, next: () => Promise<T>): Promise<T> {
  await before;
  return next();
}

const configOf = ({ config }: { config: unknown }) => config as BoardsConfig;
const tokenOf = (state: object) => (state as BoardsState).token;
const codeOf = (error: unknown) => (error as Problem).code;

/** Past callVendor. */
const rawCall = (url: string, signal?: AbortSignal) =>
  new Promise<number>((resolve, reject) => {
    const request = plainRequest(url, { method: "POST", signal }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject).end();
  });

const remembered: { grant?: object; failed?: Error } = {};

/** Of an answer that is no session: the vendor's own words, as they are. */
async function wordsOf(context: Parameters<Connect>[0]): Promise<string> {
  return (await call(context, { method: "POST", path: "/login", body: {} })).text;
}

const broken: readonly [rule: string, subject: Subject][] = [
  ["discuss.kept", breaksTalk({ keepAlive: false })],
  ["discuss.place", breaksTalk({ discuss: { placeOf: () => "//evil.example/board" } })],
  ["discuss.place", breaksTalk({ discuss: { placeOf: () => `/board/${Math.random()}` } })],
  ["share.rooms", breaksShare({ rooms: async () => [{ id: "anna", name: "anna", kind: "channel" }] })],
  ["share.rooms", breaksShare({ rooms: async () => [] })],
  [
    "share.post",
    breaksShare({ post: (on, grant, { room, text }) => talk.post(on, grant, { room, text: text.replace("<e>", "") }) }),
  ],
  ["share.foreign", breaksShare({ post: async () => {} })],
  [
    "share.long",
    breaksShare({ post: (on, grant, { room, text }) => talk.post(on, grant, { room, text: text.slice(0, 5_000) }) }),
  ],
  [
    "share.lost",
    breaksShare({
      post: (on, grant, message) =>
        talk.post(on, grant, message).catch(() => {
          throw new Problem("vendor_failed");
        }),
    }),
  ],
  [
    "share.down",
    breaksShare({
      post: (on, grant, message) =>
        talk.post(on, grant, message).catch((error: Problem) => {
          throw new Problem(error.code, { detail: message.text });
        }),
    }),
  ],
  ["notify.entry", breaksTalk({ notify: { entryOf: () => null } })],
  [
    "notify.hostile",
    breaksTalk({
      notify: {
        entryOf(message) {
          const { words: said } = message as { words: string };
          return said ? { id: "1", kind: "mention", title: "x", text: said.slice(0), unread: 1, place: "/x" } : null;
        },
      },
    }),
  ],
  ["names.id", breaks({ id: "Boards-2" })],
  ["names.product", breaks({ section: " " })],
  ["names.route", breaks({ route: "/account" })],
  ["names.endpoint", breaks({ endpoint: "/api/token" })],
  ["names.kinds", breaks({ kinds: ["tile", "tile"] })],
  ["lifetime.bounded", breaks({ maxLifetimeMs: Number.POSITIVE_INFINITY })],
  ["capabilities.linking", breaks({ credentialNeeded: () => true })],
  ["capabilities.frame", breaks({ keepAlive: true })],
  ["variables.named", breaksEnvironment({ variables: [...boards.environment.variables, "BOARD_URL"] })],
  ["variables.declared", breaksEnvironment({ variables: ["BOARDS_URL"] })],
  ["variables.half", breaksEnvironment({ schema: lenient(() => ({ success: true })) })],
  ["variables.half", breaksEnvironment({ schema: lenient(() => ({ message: "Something is missing" })) })],
  ["variables.addresses", breaksEnvironment({ schema: lenient(() => ({ success: true })) })],
  [
    "variables.quiet",
    breaksEnvironment({ schema: lenient((env) => ({ message: `BOARDS_SECRET is ${env.BOARDS_SECRET}.` })) }),
  ],
  ["csp.frame", breaks({ csp: () => ({}) })],
  ["csp.origins", breaks({ csp: () => ({ frame: ["https://*.example"] }) })],
  ["csp.public", breaks({ csp: (config) => ({ frame: [(config as BoardsConfig).internalUrl] }) })],
  ["csp.fits", breaks({ csp: () => ({ frame: ["https://boards.example/path"] }) })],
  ["browser.public", breaks({ browser: (config) => ({ ...(config as BoardsConfig) }) })],
  ["browser.plain", breaks({ browser: () => ({ since: new Date() }) })],
  ["browser.tab", breaks({ openAddress: () => "javascript:open()" })],
  [
    "browser.tab",
    breaks({ openAddress: (_item, config) => `https://boards.example/?key=${(config as BoardsConfig).secret}` }),
  ],
  ["scope.stable", breaks({ scope: () => String(Math.random()) })],
  ["audit.requested", breaks({ requestedAccess: (_item, config) => ({ with: (config as BoardsConfig).secret }) })],
  ["admin.words", breaks({ loginDescription: (config) => `With ${(config as BoardsConfig).secret}, always` })],
  ["grant.minted", breaks(grantThat(() => ({})))],
  ["grant.plain", breaks(grantThat((grant) => ({ ...grant, endsAt: new Date() })))],
  ["grant.keeps-secrets", breaks(grantThat((grant, context) => ({ ...grant, by: configOf(context).secret })))],
  ["grant.expiry", breaks(grantThat((grant) => ({ ...grant, expiresAt: "soon" })))],
  ["grant.expiry", breaks(grantThat((grant) => ({ ...grant, expiresAt: new Date(0).toISOString() })))],
  ["grant.renewal", breaks({ renewal: "grant" })],
  ["grant.renewal", breaks(grantThat((grant) => ({ ...grant, at: Math.random() })))],
  ["grant.own", breaks(grantThat((grant) => (remembered.grant ??= grant)))],
  ["state.plain", breaks(connectedThat(({ state }) => ({ state: { ...state, opened: new Map() } })))],
  ["state.small", breaks(connectedThat(({ state }) => ({ state: { ...state, page: "x".repeat(20_000) } })))],
  [
    "state.keeps-secrets",
    breaks(connectedThat(({ state }, context) => ({ state: { ...state, with: configOf(context).secret } }))),
  ],
  ["state.expiry", breaks(connectedThat(() => ({ expiresAt: new Date(0) })))],
  ["state.expiry", breaks(connectedThat(() => ({ expiresAt: new Date(Date.now() + 1e12) })))],
  [
    "identity.mapped",
    breaks({ connect: (context) => boards.connect({ ...context, account: context.user.claims.conformance ?? "" }) }),
  ],
  [
    "identity.locale",
    breaks(
      grantThat((grant, { timeZone }) => ({
        ...grant,
        at: new Intl.DateTimeFormat("en", { timeZone: timeZone ?? "UTC" }).format(),
      })),
    ),
  ],
  ["identity.switch", breaks(grantThat((grant) => (remembered.grant ??= grant)))],
  [
    "refused.unknown",
    breaks(connectThat((error) => (codeOf(error) === "account_unknown" ? new Problem("vendor_failed") : error))),
  ],
  [
    "refused.disabled",
    breaks(connectThat((error) => (codeOf(error) === "account_disabled" ? new Problem("account_unknown") : error))),
  ],
  [
    "refused.forbidden",
    breaks(connectThat((error) => (codeOf(error) === "account_forbidden" ? new Problem("item_missing") : error))),
  ],
  [
    "refused.missing",
    breaks(connectThat((error) => (codeOf(error) === "item_missing" ? new Problem("vendor_failed") : error))),
  ],
  ["credential.missing", breaksLinked({ connect: boards.connect })],
  ["credential.verified", breaksLinked({ verifyCredential: async () => {} })],
  ["flight.single", breaks({ scope: () => String(Math.random()) })],
  ["revoke.ends", breaks({ revoke: async () => {} })],
  [
    "revoke.own",
    { ...breaks({}), isAlive: async (_grant, ask) => (await ask("/sandbox/reset", { method: "POST" })).status !== 200 },
  ],
  [
    "revoke.twice",
    breaks({
      async revoke(context, state) {
        const { status } = await call(context, {
          method: "POST",
          path: "/logout",
          headers: { "x-session": tokenOf(state) },
        });
        if (status !== 200) throw new Problem("vendor_failed");
      },
    }),
  ],
  [
    "revoke.forgotten",
    breaks({
      async revoke(context, state) {
        const { status } = await call(context, {
          method: "POST",
          path: "/logout",
          headers: { "x-session": tokenOf(state) },
        });
        if (status === 404) throw new ConnectionLost();
      },
    }),
  ],
  ["lost.told", breaks({ mint: async (_context, state) => ({ grant: { token: tokenOf(state) } }) })],
  [
    "lost.told",
    breaks({
      async mint(context, state) {
        try {
          return await boards.mint(context, state);
        } catch {
          throw new Problem("vendor_failed");
        }
      },
    }),
  ],
  [
    "calls.bounded",
    breaks({ connect: (context) => after(rawCall(configOf(context).internalUrl), () => boards.connect(context)) }),
  ],
  [
    "calls.addresses",
    breaks({
      async revoke(context, state) {
        await call(context, {
          method: "POST",
          path: `/logout?session=${tokenOf(state)}`,
          headers: { "x-session": tokenOf(state) },
        });
      },
    }),
  ],
  [
    "log.quiet",
    breaks({ mint: (context, state) => after(log.debug({ state }, "Minting"), () => boards.mint(context, state)) }),
  ],
  ["down.unreachable", breaks(connectThat(() => new Problem("vendor_failed")))],
  ["down.slow", breaks({ connect: (context) => boards.connect({ ...context, signal: new AbortController().signal }) })],
  ["down.slow", breaks(connectThat(() => new Problem("vendor_unreachable")))],
  [
    "down.aborted",
    breaks({ connect: (context) => after(rawCall(configOf(context).internalUrl), () => boards.connect(context)) }),
  ],
  [
    "down.renewal",
    breaks({
      async mint(context, state) {
        try {
          return await boards.mint(context, state);
        } catch {
          throw new ConnectionLost();
        }
      },
    }),
  ],
  ["down.revocation", breaks({ revoke: (context, state) => boards.revoke(context, state).catch(() => {}) })],
  [
    "down.recovers",
    breaks({
      async connect(context) {
        if (remembered.failed) throw remembered.failed;
        try {
          return await boards.connect(context);
        } catch (error) {
          remembered.failed = error as Error;
          throw error;
        }
      },
    }),
  ],
  [
    "answer.oversized",
    breaks(connectThat((error) => (codeOf(error) === "vendor_bad_answer" ? new Problem("vendor_timeout") : error))),
  ],
  ...(["answer.page", "answer.empty", "answer.null", "answer.cut", "answer.wrong-types"] as const).map(
    (rule): [string, Subject] => [
      rule,
      breaks({
        async connect(context) {
          const body = { secret: configOf(context).secret, account: context.account };
          const { text } = await call(context, { method: "POST", path: "/login", body });
          return { state: { token: text } };
        },
      }),
    ],
  ),
  [
    "answer.failed",
    breaks(connectThat((error) => (codeOf(error) === "vendor_failed" ? new Problem("vendor_busy") : error))),
  ],
  [
    "answer.busy",
    breaks(connectThat((error) => (codeOf(error) === "vendor_busy" ? new Problem("vendor_failed") : error))),
  ],
  [
    "answer.busy",
    breaks(
      connectThat((error) =>
        codeOf(error) === "vendor_busy" ? new Problem("vendor_busy", { retryAfter: Number.NaN }) : error,
      ),
    ),
  ],
  [
    "answer.refused",
    breaks(
      connectThat((error) => (codeOf(error) === "vendor_misconfigured" ? new Problem("vendor_unreachable") : error)),
    ),
  ],
  [
    "answer.redirect",
    breaks({
      async connect(context) {
        const answer = await call(context, { method: "POST", path: "/login" });
        const location = answer.headers.get("location");
        if (location) await call(context, { method: "GET", path: new URL(location).pathname });
        return boards.connect(context);
      },
    }),
  ],
  ["errors.typed", breaks(connectThat(() => new TypeError("token is undefined")))],
  [
    "errors.no-body",
    breaks(connectThat(() => new Problem("vendor_failed", { detail: "conformance-words-of-the-vendor" }))),
  ],
  [
    "errors.no-body",
    breaks({
      connect: (context) =>
        after(
          wordsOf(context).then((text) => log.warn(text)),
          () => boards.connect(context),
        ),
    }),
  ],
  [
    "errors.no-secret",
    breaks(connectThat((_error, context) => new Problem("vendor_failed", { reference: configOf(context).secret }))),
  ],
  [
    "errors.no-secret",
    breaks(
      connectThat((error, context) => {
        log.error({ err: new Error(configOf(context).secret) }, "Failed");
        return error;
      }),
    ),
  ],
  ["errors.named", breaks(connectThat(() => new Problem("vendor_unreachable", { vendorName: "Letters" })))],
  ["doctor.named", breaks(checkThat(async () => ({ result: "ok" }), { title: "" }))],
  ["doctor.named", breaks({ checks: (config) => [...boards.checks(config), ...boards.checks(config)] })],
  [
    "doctor.well",
    breaks(checkThat(async () => ({ result: "failed", detail: "It is not.", where: "BOARDS_URL", fix: "Mend it." }))),
  ],
  [
    "doctor.down",
    breaks({
      checks: (config) =>
        boards.checks(config).map((check) => ({
          ...check,
          run: (signal) =>
            after(
              check.run(signal).catch(() => {}),
              async () => ({ result: "ok" as const }),
            ),
        })),
    }),
  ],
  ["doctor.first", breaks(checkThat(async () => ({ result: "ok" })))],
  [
    "doctor.page",
    breaks({
      checks: (config) => [
        {
          id: "boards.answers",
          title: "Boards answers",
          run: (signal) =>
            after(call({ config, signal, requestId: "" }, { method: "GET", path: "/" }), async () => ({
              result: "ok" as const,
            })),
        },
      ],
    }),
  ],
  [
    "doctor.patient",
    breaks({
      checks: (config) =>
        boards.checks(config).map((check) => ({ ...check, run: () => check.run(new AbortController().signal) })),
    }),
  ],
  [
    "doctor.quiet",
    breaks({
      checks: (config) => [
        {
          id: "boards.answers",
          title: "Boards answers",
          run: async () => ({ result: "ok", detail: (config as BoardsConfig).secret }),
        },
      ],
    }),
  ],
  [
    "doctor.quiet",
    breaks(checkThat(async () => ({ result: "failed", detail: "Wrong.", where: "BOARDS_URL", fix: "" }))),
  ],
  ["doctor.quiet", breaks(checkThat(async () => ({ result: "failed", detail: "Wrong.", where: "", fix: "Mend it." })))],
  [
    "doctor.secret",
    breaks({
      checks: (config) => boards.checks(config).map((check) => ({ ...check, run: async () => ({ result: "ok" }) })),
    }),
  ],
];

/** A schema that says this of everything beside the sandbox's own values. */
function lenient(say: (env: Record<string, string | undefined>) => { success?: true; message?: string }) {
  const { schema } = boards.environment;
  const safeParse = (env: Record<string, string | undefined>) => {
    const parsed = schema.safeParse(env);
    if (parsed.success) return parsed;
    const { success, message } = say(env);
    return success ? { success, data: {} } : { success: false, error: { issues: [{ message }] } };
  };
  return { safeParse } as unknown as Vendor["environment"]["schema"];
}

beforeEach(() => {
  remembered.grant = undefined;
  remembered.failed = undefined;
});

test.each(broken)("%s is broken, and the sentence says so", async (id, subject) => {
  const rule = rules.find((one) => one.id === id);
  if (!rule) throw new Error(`There is no rule ${id}`);
  expect(rule.applies?.(subject) ?? true).toBe(true);
  const bench = await Bench.start(subject);
  try {
    expect(await tryRule(rule, bench)).toMatch(
      new RegExp(`^${rule.sentence.replace(/[.?()/]/g, "\\$&")} \\(.+\\)$`, "s"),
    );
  } finally {
    await bench.stop();
  }
});

test("every rule has a vendor that breaks it, and there are enough of them", () => {
  const tried = new Set(broken.map(([id]) => id));
  // Only a registered vendor has a place in a preview.
  expect(rules.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual(["sandbox.mounted"]);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  expect(new Set(rules.map(({ sentence }) => sentence)).size).toBe(rules.length);
  expect(rules.length).toBeGreaterThanOrEqual(40);
});
