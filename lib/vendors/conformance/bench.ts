/**
 * Where a vendor is tried: its emulator behind a loopback server that records every call and can be told to fail. The
 * vendor's own code runs unchanged and over HTTP, so that its time and size limits are the real ones.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { ConnectionKey } from "@/lib/broker/connection-key";
import type { UserContext } from "@/lib/broker/vendor-adapter";
import { type SandboxService, type SandboxServices, sandboxServices } from "@/lib/config/sandbox";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import type { EmulatorCall, Person, Subject } from "./subject";

/** One call that arrived. */
export interface Call {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How the server fails while a rule says so. */
export type Failure =
  /** Closes the connection without an answer. */
  | "hangs-up"
  /** Never answers. */
  | "silent"
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string };

/** A claim of the user that no mapping has chosen. */
export const unmappedClaim = "conformance-claim-nobody-mapped";

export const isSecretName = (name: string) => /SECRET|TOKEN|PASSWORD|KEY/.test(name);
const isSecretField = (name: string) => /token|secret|password|cookie|session|jwt|key/i.test(name);

/** The values in a state or a grant that would open something, by the names of their fields. */
function secretsIn(value: unknown, name = ""): string[] {
  if (typeof value === "string") return isSecretField(name) && value.length >= 8 ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => secretsIn(one, Array.isArray(value) ? name : key));
}

export class Bench {
  readonly calls: Call[] = [];
  readonly logged: string[] = [];
  readonly secrets = new Set<string>();
  /** The variables as the vendor's schema gets them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly config: unknown;
  readonly services: SandboxServices;
  /** The loopback server that stands for the vendor. */
  readonly address: string;
  readonly #server: Server;
  /** Calls the emulator past the vendor's own code. */
  readonly emulatorCall: EmulatorCall;
  readonly #restoreLog: () => void;
  #failure: Failure | undefined;
  /** Requests that are kept waiting. */
  readonly #waiting = new Set<IncomingMessage>();
  #sessions = 0;

  private constructor(
    readonly subject: Subject,
    server: Server,
    listen: (handler: (request: IncomingMessage, response: ServerResponse) => void) => void,
  ) {
    const { vendor } = subject;
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.services = servicesFor(vendor.id, vendor.name, this.address);
    this.variables = { ...vendor.environment.sandbox(this.services), ...subject.variables };
    const parsed = vendor.environment.schema.safeParse(this.variables);
    if (!parsed.success)
      throw new Error(`The sandbox's variables are refused: ${parsed.error.issues.map((i) => i.message).join(" ")}`);
    this.config = parsed.data;
    for (const [name, value] of Object.entries(this.variables)) if (isSecretName(name)) this.secrets.add(value);
    for (const { credential } of subject.people) if (credential) this.secrets.add(credential.password);

    const { origin } = this.services[vendor.id as keyof SandboxServices];
    const emulator = subject.emulator({
      origin,
      portalOrigin: "http://portal.localhost:3000",
      idpOrigin: this.services.idp.origin,
      idpInternalOrigin: this.services.idp.internalOrigin,
    });
    const forward = getRequestListener(async (request, bindings) => {
      const { pathname, search } = new URL(request.url);
      this.#record(
        request.method,
        pathname + search,
        Object.fromEntries(request.headers),
        await request.clone().text(),
      );
      return emulator.fetch(request, bindings);
    });
    listen((request, response) => {
      const failure = this.#failure;
      if (!failure) return void forward(request, response);
      this.#record(request.method ?? "", request.url ?? "", request.headers as Record<string, string>, "");
      if (failure === "hangs-up") request.socket.destroy();
      else if (failure === "silent") this.#waiting.add(request);
      else response.writeHead(failure.status, failure.headers).end(failure.body);
    });
    this.emulatorCall = async (path, init) => emulator.fetch(new Request(`${origin}${path}`, init));
    this.#restoreLog = captureLog(this.logged);
    this.ready = emulator.ready ?? Promise.resolve();
  }

  readonly ready: Promise<void>;

  static async start(subject: Subject): Promise<Bench> {
    let handler = (_request: IncomingMessage, response: ServerResponse) => {
      response.end();
    };
    const server = createServer((request, response) => handler(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const bench = new Bench(subject, server, (given) => {
      handler = given;
    });
    await bench.ready;
    return bench;
  }

  async stop(): Promise<void> {
    this.#restoreLog();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Before each rule: no one is signed in at the vendor, nothing fails, nothing is recorded. */
  async reset(): Promise<void> {
    this.works();
    await this.emulatorCall("/sandbox/reset", { method: "POST" });
    // The failures of the rule before must not keep the circuit open.
    perProcess("vendor-call:policies", () => new Map<string, unknown>()).delete(this.subject.vendor.id);
    this.calls.length = 0;
    this.logged.length = 0;
  }

  #record(method: string, target: string, headers: Readonly<Record<string, string>>, body: string): void {
    this.calls.push({ method, target, headers, body });
  }

  /** From now on every call fails like this. */
  fails(failure: Failure): void {
    this.#failure = failure;
  }

  works(): void {
    this.#failure = undefined;
    for (const { socket } of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }

  /** Makes the vendor forget every session. */
  async forget(): Promise<void> {
    await this.emulatorCall("/sandbox/reset", { method: "POST" });
  }

  isAlive(grant: object, state: object): Promise<boolean> {
    return this.subject.isAlive?.(grant, this.emulatorCall, state) ?? Promise.resolve(true);
  }

  get person(): Person {
    return this.subject.people[0];
  }

  context(person: Person = this.person, change: Partial<UserContext<unknown>> = {}): UserContext<unknown> {
    return {
      config: this.config,
      signal: AbortSignal.timeout(10_000),
      requestId: "conformance",
      user: {
        id: `conformance-${person.account}`,
        name: "Conny Formance",
        email: `${person.account.split("@")[0]}@conformance.example`,
        emailVerified: true,
        groups: [],
        claims: { conformance: unmappedClaim },
        persona: true,
      },
      account: person.account,
      item: this.subject.item,
      locale: "en",
      timeZone: null,
      credential: async () => person.credential ?? null,
      oidcTokens: async () => null,
      ...change,
    };
  }

  /** A new portal session's key for the person. */
  key(person: Person = this.person): ConnectionKey {
    const { vendor, item } = this.subject;
    this.#sessions += 1;
    const { user } = this.context(person);
    return {
      session: { id: `conformance-${this.#sessions}-${Date.now()}`, user, expiresAt: new Date(Date.now() + 3600_000) },
      vendor: vendor.id,
      scope: vendor.scope(item),
      account: person.account,
    };
  }

  /** Connects, and remembers what must not be seen anywhere from now on. */
  async connect(person: Person = this.person, change: Partial<UserContext<unknown>> = {}): Promise<object> {
    const { state } = await this.subject.vendor.connect(this.context(person, change));
    for (const secret of secretsIn(state)) this.secrets.add(secret);
    return state;
  }

  async mint(state: object, person: Person = this.person, change: Partial<UserContext<unknown>> = {}): Promise<object> {
    const { grant } = await this.subject.vendor.mint(this.context(person, change), state);
    for (const secret of secretsIn(grant)) this.secrets.add(secret);
    return grant;
  }

  /** A state that `mint` cannot trust without asking the vendor. */
  aged(state: object): object {
    return this.subject.age?.(state) ?? state;
  }

  revoke(state: object): Promise<void> {
    const { config } = this;
    return this.subject.vendor.revoke({ config, signal: AbortSignal.timeout(10_000), requestId: "conformance" }, state);
  }

  /** What of the secrets known so far is in a text, as the place where it was found. */
  secretIn(text: string): boolean {
    return [...this.secrets].some((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
  }
}

/** The variables that the vendor's emulator would be reached with, before there is a bench. */
export const variablesOf = ({ vendor, variables }: Subject): Readonly<Record<string, string>> => ({
  ...vendor.environment.sandbox(servicesFor(vendor.id, vendor.name, "http://127.0.0.1:4999")),
  ...variables,
});

/** The sandbox's services with every server-side address on the bench. A vendor that is not registered gets a place. */
function servicesFor(id: string, name: string, internalOrigin: string): SandboxServices {
  const place = { id, name, port: 0, mounted: false, origin: `http://${id}.localhost:4999` };
  const all: Record<string, object> = { [id]: place, ...sandboxServices() };
  return Object.fromEntries(
    Object.entries(all).map(([key, service]) => [key, { ...(service as SandboxService), internalOrigin }]),
  ) as unknown as SandboxServices;
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** Keeps what is logged, whatever the level is. */
function captureLog(into: string[]): () => void {
  const before = levels.map((level) => [level, log[level]] as const);
  const text = (value: unknown): string =>
    value instanceof Error
      ? `${value.stack} ${text(value.cause)}`
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  for (const level of levels)
    log[level] = (...given: unknown[]) => {
      into.push(given.map((one) => `${text(one)} ${errorsIn(one).map(text).join(" ")}`).join(" "));
    };
  return () => {
    for (const [level, method] of before) log[level] = method;
  };
}

/** JSON leaves errors out. */
const errorsIn = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value).filter((one) => one instanceof Error) : [];
