/** The portal that is attacked, as a client sees it: requests exactly as they are written, no redirect followed. */
import assert from "node:assert/strict";
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Message {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Node 20 does not resolve `*.localhost`, which browsers do (RFC 6761). */
const isLocal = (host: string) => /(^|\.)localhost$/.test(host);

/** One client with its own cookies. */
export class Client {
  readonly #cookies = new Map<string, string>();

  /** @param origin the portal's, e.g. `https://portal.example.com` */
  constructor(readonly origin: string) {}

  /** The `Cookie` header that this client sends; empty without cookies. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** @param header a `Cookie` header, e.g. as copied from a browser */
  useCookies(header: string): this {
    for (const pair of header.split(/;\s*/).filter(Boolean)) {
      const [name = "", ...value] = pair.split("=");
      this.#cookies.set(name, value.join("="));
    }
    return this;
  }

  /** The headers of the portal's own pages. */
  get own(): OutgoingHttpHeaders {
    return { origin: this.origin, "sec-fetch-site": "same-origin", "x-portal-request": "1" };
  }

  /** Sends a message to a path, which is not normalized, and keeps the cookies of the answer. */
  async send(path: string, { method = "GET", headers = {}, body }: Message = {}): Promise<Answer> {
    const url = new URL(this.origin);
    const local = isLocal(url.hostname);
    const sent: OutgoingHttpHeaders = {
      host: url.host,
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
      ...headers,
    };
    const answer = await new Promise<Answer>((resolve, reject) => {
      const start = url.protocol === "https:" ? httpsRequest : httpRequest;
      const options = {
        host: local ? "127.0.0.1" : url.hostname,
        port: url.port || undefined,
        servername: url.hostname,
        path,
        method,
        // A header without a value is left out.
        headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
        agent: false as const,
      };
      const outgoing = start(options, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          text += chunk;
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
        incoming.on("error", reject);
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [pair = ""] = line.split(";");
      const [name = "", ...value] = pair.split("=");
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value.join("="));
    }
    return answer;
  }

  /** A `POST` with JSON, as the portal's pages send it. */
  post(path: string, body: unknown, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send(path, {
      method: "POST",
      headers: { ...this.own, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /**
   * Sends bytes as they are, and returns all that comes back until the other side closes.
   *
   * @param lines request line and headers, without the final empty line
   * @param rest what follows the empty line
   */
  async raw(lines: readonly string[], rest = ""): Promise<string> {
    const url = new URL(this.origin);
    const host = isLocal(url.hostname) ? "127.0.0.1" : url.hostname;
    const secure = url.protocol === "https:";
    const port = Number(url.port) || (secure ? 443 : 80);
    const socket = secure ? connectTls({ host, port, servername: url.hostname }) : connect(port, host);
    socket.write(`${lines.join("\r\n")}\r\n\r\n${rest}`);
    let answer = "";
    try {
      for await (const data of socket) answer += String(data);
    } catch {
      // A connection that is cut off is an answer too.
    }
    return answer;
  }
}

/** A request for a token of a vendor: the path, and a body that the signed-in user may send. */
export interface Mint {
  readonly vendor: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
}

const mintRoutes = [
  { vendor: "microstrategy", path: "/api/microstrategy/identity-token", section: "dashboards" },
  { vendor: "rocketchat", path: "/api/rocketchat/token", section: "" },
  { vendor: "thoughtspot", path: "/api/thoughtspot/token", section: "insights" },
];

/** What the attacked portal is: its vendors and, where someone can sign in, its users. */
export class Target {
  readonly #users = new Map<string, Promise<Client>>();

  private constructor(
    readonly origin: string,
    /** The routes that make tokens, of the vendors that the portal has. */
    readonly mints: readonly Mint[],
    /** Whether the sign-in page offers personas. */
    readonly personas: boolean,
    private readonly cookie: string,
  ) {}

  /**
   * Looks at the portal.
   *
   * @param cookie the `Cookie` header of a signed-in browser, where there are no personas
   * @throws when nothing answers there, or something that is no Portico portal
   */
  static async at(origin: string, cookie = ""): Promise<Target> {
    const stranger = new Client(origin);
    const health = await stranger.send("/api/health");
    assert.ok(
      health.status === 200 && health.headers["x-request-id"],
      `${origin} does not answer as a Portico portal.`,
    );
    const personas = /name="persona"/.test((await stranger.send("/signin")).text);
    const found = new Target(origin, [], personas, cookie);
    const client = personas ? await found.as("analyst") : found.canSignIn ? await found.as("user") : stranger;
    const home = found.canSignIn ? (await client.send("/")).text : "";
    const slugs = (section: string) =>
      [...home.matchAll(new RegExp(`href="/${section}/([\\w-]+)"`, "g"))].map(([, slug]) => slug ?? "");
    const mints: Mint[] = [];
    for (const { vendor, path, section } of mintRoutes) {
      if ((await stranger.post(path, {})).status === 404) continue;
      mints.push({ vendor, path, body: section ? { item: slugs(section)[0] ?? "unknown" } : {} });
    }
    const target = new Target(origin, mints, personas, cookie);
    for (const [name, user] of found.#users) target.#users.set(name, user);
    return target;
  }

  get canSignIn(): boolean {
    return this.personas || this.cookie !== "";
  }

  /** A client that no one has signed in. */
  stranger(): Client {
    return new Client(this.origin);
  }

  /** A client with the session of a user: of that persona, or else the one whose cookies were given. */
  as(persona: string): Promise<Client> {
    const known = this.#users.get(persona);
    if (known) return known;
    const user = this.personas ? this.signIn(persona) : Promise.resolve(this.stranger().useCookies(this.cookie));
    this.#users.set(persona, user);
    return user;
  }

  /** A new session of a persona, by the sign-in page's form as a browser without JavaScript sends it. */
  async signIn(persona: string, client = this.stranger()): Promise<Client> {
    const answer = await this.sendForm(client, { persona, from: "/" });
    assert.equal(answer.status, 303, `The sandbox persona ${persona} cannot sign in.`);
    return client;
  }

  /** Sends the persona form with other fields or headers than its own. */
  async sendForm(
    client: Client,
    fields: Readonly<Record<string, string>>,
    headers: OutgoingHttpHeaders = {},
  ): Promise<Answer> {
    const action = formAction((await client.send("/signin?again=1")).text, 'name="persona"');
    return client.send(
      "/signin",
      multipart({ [action]: "", ...fields }, { origin: this.origin, "sec-fetch-site": "same-origin", ...headers }),
    );
  }

  /** Ends a client's session as the account menu does: by the server action that the home page names. */
  async signOut(client: Client, headers: OutgoingHttpHeaders = {}): Promise<void> {
    const home = (await client.send("/")).text;
    const actions = new Set([...home.matchAll(/\\?"id\\?":\\?"([0-9a-f]{40,44})\\?"/g)].map(([, id]) => id ?? ""));
    assert.ok(actions.size > 0, "The home page names no server action.");
    for (const action of actions)
      await client.send("/", {
        method: "POST",
        headers: {
          origin: this.origin,
          "sec-fetch-site": "same-origin",
          "content-type": "text/plain;charset=UTF-8",
          "next-action": action,
          ...headers,
        },
        body: "[]",
      });
  }
}

/** The hidden field that names the server action of the form which contains `inside`. */
export function formAction(html: string, inside: string): string {
  const form = html.split("<form").find((part) => part.includes(inside)) ?? "";
  const [, name] = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(form) ?? [];
  assert.ok(name, "The sign-in page has no such form.");
  return name;
}

/** A form as a browser sends it with `multipart/form-data`. */
export function multipart(fields: Readonly<Record<string, string>>, headers: OutgoingHttpHeaders): Message {
  const boundary = "----attack";
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}`, ...headers },
    body: `${parts.join("")}--${boundary}--\r\n`,
  };
}
