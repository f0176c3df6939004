/**
 * For the tests of this folder: a workspace and a small client of its REST API.
 */
import { sandboxSecret } from "@/lib/config/sandbox";
import type { Sandbox } from "../kit/sandbox";
import { adminId, serviceAccountId } from "./accounts";
import { createRocketChat } from "./rocketchat";
import type { Switches } from "./switches";

export const portalOrigin = "http://portal.localhost:3320";
export const origin = "http://chat.localhost:4321";

export const makeRocketChat = () =>
  createRocketChat({
    origin,
    portalOrigin,
    idpOrigin: "http://idp.localhost:4320",
    idpInternalOrigin: "http://127.0.0.1:4320",
  });

export interface Headers {
  readonly "x-user-id"?: string;
  readonly "x-auth-token"?: string;
  readonly [name: string]: string | undefined;
}

export const broker: Headers = {
  "x-user-id": serviceAccountId,
  "x-auth-token": sandboxSecret("rocketchat:service-token"),
};
export const admin: Headers = { "x-user-id": adminId, "x-auth-token": sandboxSecret("rocketchat:admin-token") };
export const createTokenSecret = sandboxSecret("rocketchat:create-token");

export interface Reply {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly text: string;
  // Tests look into bodies of many shapes.
  readonly body: Record<string, unknown> & { data?: Record<string, string>; user?: Record<string, unknown> };
}

/** Talks to a workspace without a socket in between. */
export class TestClient {
  constructor(readonly sandbox: Sandbox = makeRocketChat()) {}

  async send(method: string, path: string, headers: Headers = {}, body?: unknown): Promise<Reply> {
    const given = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    const response = await this.sandbox.fetch(
      new Request(origin + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...Object.fromEntries(given),
        },
        body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      }),
      {},
    );
    const text = await response.text();
    let parsed: Reply["body"] = {};
    try {
      parsed = JSON.parse(text) as Reply["body"];
    } catch {
      // An empty body, or a page.
    }
    return { status: response.status, headers: response.headers, text, body: parsed };
  }

  get(call: string, headers: Headers = broker): Promise<Reply> {
    return this.send("GET", `/api/v1/${call}`, headers);
  }

  post(call: string, body: unknown, headers: Headers = broker): Promise<Reply> {
    return this.send("POST", `/api/v1/${call}`, headers, body);
  }

  async faults(switches: Partial<Switches>, more: object = {}): Promise<void> {
    const reply = await this.send("POST", "/sandbox/faults", {}, { switches, ...more });
    if (reply.status !== 200) throw new Error(reply.text);
  }

  /** Creates a user as the portal would; returns its id. */
  async createUser(username: string, more: object = {}): Promise<string> {
    const reply = await this.post("users.create", {
      username,
      name: username,
      email: `${username}@portico.example`,
      password: `${username}-password`,
      verified: true,
      ...more,
    });
    if (reply.status !== 200) throw new Error(reply.text);
    return String(reply.body.user?._id);
  }

  /** Mints a login token; the headers to use it with. */
  async mint(userId: string): Promise<{ "x-user-id": string; "x-auth-token": string }> {
    const reply = await this.post("users.createToken", { userId, secret: createTokenSecret });
    if (reply.status !== 200) throw new Error(reply.text);
    return { "x-user-id": userId, "x-auth-token": String(reply.body.data?.authToken) };
  }
}
