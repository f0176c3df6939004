/**
 * What every sandbox service shares: its shape, its clock, its faults and its control routes.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Hono, type MiddlewareHandler } from "hono";
import { z } from "zod";
import { isLoopbackHost } from "@/lib/config/loopback";
import { type FaultRule, ruleSchema } from "./fault-rule";
import { type About, type ActiveFault, faultMs, type NamedFault } from "./faults";

/** One emulated service. `fetch` is all it needs to run anywhere; `upgrade` is for those that speak WebSocket. */
export interface Sandbox {
  readonly id: string;
  readonly name: string;
  fetch(request: Request, bindings?: object): Response | Promise<Response>;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Settles when it can answer, for those that load something first. */
  readonly ready?: Promise<void>;
}

/** What a service is told when it is made. */
export interface SandboxOptions {
  /** Where browsers reach it, without a trailing slash: `http://mstr.localhost:4001`. */
  readonly origin: string;
  /** The portal: the one origin that may frame it and call it across origins. */
  readonly portalOrigin: string;
  /** The sandbox identity provider, for services that accept its tokens: `http://idp.localhost:4000`. */
  readonly idpOrigin: string;
  /** The same for calls from this process: `http://127.0.0.1:4000`. */
  readonly idpInternalOrigin: string;
  /** Strangers can reach it: of the control routes only those stay that its own pages need. */
  readonly closed?: boolean;
  /** False where the host cannot take WebSockets; clients are told and do not try. */
  readonly sockets?: boolean;
  /**
   * True when the portal and all services share one host name (`localhost`) and differ in their ports only, as
   * `npm run demo -- --same-site` serves them. A service's cookies are then `SameSite=Lax` without `Secure`, which is
   * what browsers keep of plain http; and since cookies know no ports, its names carry what makes them its own, and it
   * ignores those of the portal and of the other services.
   */
  readonly sameSite?: boolean;
}

/** Control routes of a closed service. */
const openWhenClosed = ["/sandbox/health", "/sandbox/session"];

/** A clock that tests can move. */
export class Clock {
  #offsetMs = 0;
  now(): number {
    return Date.now() + this.#offsetMs;
  }
  advance(ms: number): void {
    this.#offsetMs += ms;
  }
  reset(): void {
    this.#offsetMs = 0;
  }
}

const faultsSchema = z.strictObject({
  /** Removes all rules and puts every switch back first. */
  clear: z.boolean().optional(),
  rules: z.array(ruleSchema).optional(),
  /** The service's own switches, by name; see its README. */
  switches: z.record(z.string(), z.unknown()).optional(),
  /** Moves the service's clock, milliseconds. */
  advanceMs: z.int().optional(),
});

const panelSchema = z.strictObject({ fault: z.string(), undo: z.boolean().optional() });

export interface RecordedCall {
  readonly at: string;
  readonly method: string;
  /** Without its query values: they may hold tokens. */
  readonly path: string;
  readonly status: number;
  /** How long it took, milliseconds. */
  readonly ms: number;
}

/** What to do to a call of a protocol other than HTTP. */
export type CallFault =
  | { readonly hangUp: true }
  | { readonly hangUp: false; readonly status: number; readonly body: string };

/** A rule's `match`, read: either a call of another protocol, or an HTTP method and path. */
interface Matcher {
  readonly call?: RegExp;
  readonly method?: string | undefined;
  readonly path: RegExp;
}

const wildcard = (text: string) =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );

/** Matches no path: rules for other protocols leave HTTP alone, even `ddp:*`. */
const nothing = /(?!)/;

function matcher(match: string): Matcher {
  if (/^[a-z]+:/.test(match)) return { call: wildcard(match), path: nothing };
  const [, method, path = ""] = /^(?:([A-Z]+) )?(.*)$/.exec(match) ?? [];
  return { method, path: wildcard(path) };
}

/** The pause is the fault itself. */
const pause = (rule: FaultRule | undefined) =>
  rule?.delayMs ? new Promise<void>((resume) => setTimeout(resume, rule.delayMs)) : Promise.resolve();

/** Whether a control request comes from the service's own pages or from no page at all. */
function isOwn({ url, method, headers }: Request, serviceOrigin: string): boolean {
  const { hostname } = new URL(url);
  if (!isLoopbackHost(hostname) && hostname !== new URL(serviceOrigin).hostname) return false;
  const origin = headers.get("origin");
  if (origin !== null && origin !== serviceOrigin) return false;
  const reads = method === "GET" || method === "HEAD";
  return reads || !["cross-site", "same-site"].includes(headers.get("sec-fetch-site") ?? "");
}

/** Faults, switches, clock and call log of one service. `Switches` are its own, with their defaults. */
export class Control<Switches extends Record<string, unknown>> {
  readonly clock = new Clock();
  switches: Switches;
  readonly calls: RecordedCall[] = [];
  /** How often each `METHOD path` was called since the last reset. */
  readonly counts = new Map<string, number>();
  #rules: FaultRule[] = [];
  readonly #broken = new Map<string, { readonly until: number; readonly undo: () => void }>();
  readonly #defaults: Switches;

  constructor(defaults: Switches) {
    this.#defaults = defaults;
    this.switches = structuredClone(defaults);
  }

  get rules(): readonly FaultRule[] {
    return this.#rules;
  }

  clear(): void {
    for (const id of [...this.#broken.keys()]) this.mend(id);
    this.#rules = [];
    this.switches = structuredClone(this.#defaults);
    this.clock.reset();
  }

  /** The named faults that are on. */
  get broken(): readonly ActiveFault[] {
    return [...this.#broken].map(([id, { until }]) => ({ id, until }));
  }

  /** Turns a named fault on. It is undone by {@link mend}, or by itself after {@link faultMs}. */
  break(fault: NamedFault): void {
    this.mend(fault.id);
    const { id, rules = [], switches = {}, advanceMs = 0 } = fault;
    const before = Object.fromEntries(Object.keys(switches).map((name) => [name, this.switches[name]]));
    // Before the rules that are there: the newest fault is the one that shows.
    this.#rules.unshift(...rules);
    Object.assign(this.switches, switches);
    this.clock.advance(advanceMs);
    const undoRun = fault.run?.();
    if (!undoRun && fault.run && rules.length + Object.keys(switches).length === 0 && advanceMs === 0) return;
    const timer = setTimeout(() => this.mend(id), faultMs);
    timer.unref();
    const undo = () => {
      clearTimeout(timer);
      this.#rules = this.#rules.filter((rule) => !rules.includes(rule));
      Object.assign(this.switches, before);
      this.clock.advance(-advanceMs);
      undoRun?.();
    };
    this.#broken.set(id, { until: Date.now() + faultMs, undo });
  }

  /** Undoes a named fault; nothing happens when it is not on. */
  mend(id: string): void {
    const active = this.#broken.get(id);
    this.#broken.delete(id);
    active?.undo();
  }

  /** Applies the body of `POST /sandbox/faults`. Throws an Error whose message says what is wrong. */
  apply(input: unknown): void {
    const parsed = faultsSchema.safeParse(input);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    const { clear, rules, switches, advanceMs } = parsed.data;
    for (const [name, value] of Object.entries(switches ?? {})) {
      if (!Object.hasOwn(this.#defaults, name))
        throw new Error(`There is no switch "${name}". Known: ${Object.keys(this.#defaults).join(", ")}.`);
      const expected = this.#defaults[name];
      if (expected !== null && value !== null && typeof value !== typeof expected)
        throw new Error(`The switch "${name}" takes a ${typeof expected}.`);
    }
    if (clear) this.clear();
    this.#rules.push(...(rules ?? []));
    Object.assign(this.switches, switches);
    if (advanceMs) this.clock.advance(advanceMs);
  }

  /** Records each call and lets the rules strike. Use it before all other routes. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      const path = new URL(c.req.url).pathname;
      if (path.startsWith("/sandbox/")) return next();
      const started = performance.now();
      const rule = this.#take(
        ({ method, path: pattern }) => (!method || method === c.req.method) && pattern.test(path),
      );
      await pause(rule);
      if (rule?.hangUp) {
        (c.env as { outgoing?: { destroy(): void } } | undefined)?.outgoing?.destroy();
        this.#record(c.req.method, path, 0, started);
        return c.body(null, 502);
      }
      if (rule?.status !== undefined) {
        this.#record(c.req.method, path, rule.status, started);
        const empty = rule.status === 204 || rule.status === 304;
        const headers = { date: this.#date(), ...rule.headers };
        return new Response(empty ? null : (rule.body ?? ""), { status: rule.status, headers });
      }
      await next();
      // A server tells its own time, also when it is wrong.
      if (c.res.headers.get("date") === null) c.res.headers.set("date", this.#date());
      const outgoing = (c.env as { outgoing?: { headersSent: boolean; statusCode: number } } | undefined)?.outgoing;
      // A service that writes to Node's response itself has sent its status already.
      this.#record(c.req.method, path, outgoing?.headersSent ? outgoing.statusCode : c.res.status, started);
    };
  }

  /**
   * The fault for one call of a protocol other than HTTP. Waits out the rule's `delayMs`, then says what else to do: the
   * caller closes the connection for `hangUp`, and answers with `status` and `body` in its protocol's form. Records the
   * call, so that `counts` has it as `ddp login`.
   *
   * @param protocol e.g. `ddp`, the part of `match` before the colon
   * @param name the call's, e.g. the method `login`
   * @returns undefined when the call goes its normal way (after the delay, if there was one)
   */
  async strike(protocol: string, name: string): Promise<CallFault | undefined> {
    const call = `${protocol}:${name}`;
    const started = performance.now();
    const rule = this.#take(({ call: pattern }) => pattern?.test(call) ?? false);
    await pause(rule);
    this.#record(protocol, name, rule?.hangUp ? 0 : (rule?.status ?? 200), started);
    if (rule?.hangUp) return { hangUp: true };
    return rule?.status === undefined ? undefined : { hangUp: false, status: rule.status, body: rule.body ?? "" };
  }

  #date(): string {
    return new Date(this.clock.now()).toUTCString();
  }

  /** The first rule that matches; one with `times` is used up by it. */
  #take(matches: (match: Matcher) => boolean): FaultRule | undefined {
    const index = this.#rules.findIndex((rule) => matches(matcher(rule.match)));
    const rule = this.#rules[index];
    if (rule?.times !== undefined) {
      if (rule.times <= 1) this.#rules.splice(index, 1);
      else this.#rules[index] = { ...rule, times: rule.times - 1 };
    }
    return rule;
  }

  #record(method: string, path: string, status: number, started: number): void {
    const key = `${method} ${path}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    const ms = Math.round(performance.now() - started);
    this.calls.unshift({ at: new Date().toISOString(), method, path, status, ms });
    this.calls.length = Math.min(this.calls.length, 50);
  }

  /**
   * `/sandbox/health`, `/sandbox/state`, `/sandbox/faults` and `/sandbox/reset`.
   *
   * They refuse what comes from a web page of someone else: a foreign `Origin`, a change asked for by another site, and
   * a host name that is not the service's, behind which a page would hide that has its own name lead to this machine.
   *
   * @param closed see {@link SandboxOptions.closed}
   * @param state the service's own part of the state, redacted: no token, password or cookie in clear
   * @param reset puts the service's own data back to the start
   */
  routes(service: {
    id: string;
    name: string;
    origin: string;
    closed?: boolean | undefined;
    state(): object;
    reset(): void;
    /** What people can break with one press. */
    faults?: readonly NamedFault[];
    /** What it is, and what is alive of an account. */
    about?(account: string): About;
  }): Hono {
    const app = new Hono();
    const own = new URL(service.origin).origin;
    app.use("/sandbox/*", async (c, next) => {
      if (service.closed && !(c.req.method === "GET" && openWhenClosed.includes(c.req.path)))
        return c.json({ error: "There is no such control route." }, 404);
      if (!isOwn(c.req.raw, own)) return c.json({ error: "Only the sandbox's own pages may do this." }, 403);
      await next();
      c.res.headers.set("cache-control", "no-store");
    });
    app.get("/sandbox/health", (c) => c.json({ status: "ok", id: service.id, name: service.name }));
    app.get("/sandbox/state", (c) =>
      c.json({
        id: service.id,
        name: service.name,
        now: new Date(this.clock.now()).toISOString(),
        switches: this.switches,
        rules: this.#rules,
        counts: Object.fromEntries(this.counts),
        calls: this.calls,
        ...service.state(),
      }),
    );
    app.post("/sandbox/faults", async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined);
      if (body === undefined) return c.json({ error: "The body must be JSON." }, 400);
      try {
        this.apply(body);
      } catch (error) {
        return c.json({ error: (error as Error).message }, 400);
      }
      return c.json({ switches: this.switches, rules: this.#rules });
    });
    const faults = service.faults ?? [];
    const panel = (account: string) => ({
      id: service.id,
      name: service.name,
      about: service.about?.(account) ?? null,
      faults: faults.map(({ id, title, note, expects, code, run, rules, switches, advanceMs }) => {
        const once = run !== undefined && !rules && !switches && !advanceMs;
        return { id, title, note, expects, code, once };
      }),
      broken: this.broken,
      calls: this.calls.slice(0, 8),
    });
    app.get("/sandbox/panel", (c) => c.json(panel(c.req.query("account") ?? "")));
    app.post("/sandbox/panel", async (c) => {
      const asked = panelSchema.safeParse(await c.req.json().catch(() => undefined));
      const fault = asked.success && faults.find(({ id }) => id === asked.data.fault);
      if (!asked.success || !fault) return c.json({ error: "There is no such fault." }, 400);
      if (asked.data.undo) this.mend(fault.id);
      else this.break(fault);
      return c.json(panel(""));
    });
    app.post("/sandbox/reset", (c) => {
      this.clear();
      this.calls.length = 0;
      this.counts.clear();
      service.reset();
      return c.json({ status: "ok" });
    });
    return app;
  }
}
