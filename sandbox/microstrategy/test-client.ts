/** A small client for the tests: talks to the emulator's `fetch` and keeps cookies like the broker does. */
import { sandboxPassword } from "@/lib/config/sandbox";
import type { Sandbox } from "../kit/sandbox";
import { createMicroStrategy } from "./microstrategy";

export const origin = "http://mstr.localhost:4001";
export const portalOrigin = "http://portal.localhost:3000";
export const retail = "4E9A1D07C35B4F0E8B62D1A97C30F584";
export const sales = "7C1F4A92B06E4D35A8C3E5170F9B2D61";
export const workforce = "0D94C8A2517E4B6F83DB6AE19F4C7025";

/** A session as a client keeps it. */
export interface Session {
  readonly token: string;
  readonly cookie: string;
}

export interface Call {
  readonly session?: Session;
  readonly json?: unknown;
  readonly form?: Record<string, string>;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export class TestClient {
  readonly sandbox: Sandbox = createMicroStrategy({
    origin,
    portalOrigin,
    idpOrigin: "http://idp.localhost:4000",
    idpInternalOrigin: "http://127.0.0.1:4000",
  });

  async fetch(method: string, path: string, call: Call = {}): Promise<Response> {
    const headers = new Headers(call.headers);
    let body = call.body;
    if (call.json !== undefined) {
      headers.set("content-type", "application/json");
      body = JSON.stringify(call.json);
    }
    if (call.form) {
      headers.set("content-type", "application/x-www-form-urlencoded");
      body = new URLSearchParams(call.form).toString();
    }
    if (call.session) {
      headers.set("x-mstr-authtoken", call.session.token);
      headers.set("cookie", call.session.cookie);
    }
    return this.sandbox.fetch(new Request(`${origin}${path}`, { method, headers, body }));
  }

  /** A call below the Library's `/api`. */
  api(method: string, path: string, call?: Call): Promise<Response> {
    return this.fetch(method, `/MicroStrategyLibrary/api${path}`, call);
  }

  async logIn(username: string, body: object = {}): Promise<Session> {
    const answer = await this.api("POST", "/auth/login", {
      json: { username, password: sandboxPassword(username), loginMode: 1, ...body },
    });
    return sessionOf(answer);
  }

  async identityToken(session: Session): Promise<string> {
    const answer = await this.api("POST", "/auth/identityToken", { session });
    return answer.headers.get("x-mstr-identitytoken") ?? "";
  }

  redeem(identityToken: string, more: object = {}): Promise<Response> {
    return this.api("POST", "/auth/delegate", { json: { loginMode: -1, identityToken, ...more } });
  }

  async switches(switches: object): Promise<void> {
    const answer = await this.fetch("POST", "/sandbox/faults", { json: { switches } });
    if (answer.status !== 200) throw new Error(await answer.text());
  }

  async advance(seconds: number): Promise<void> {
    await this.fetch("POST", "/sandbox/faults", { json: { advanceMs: seconds * 1000 } });
  }
}

/** The session that a login answer opens. */
export function sessionOf(answer: Response): Session {
  const token = answer.headers.get("x-mstr-authtoken");
  if (answer.status !== 204 || !token) throw new Error(`No session: ${answer.status}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return { token, cookie };
}

/** Status and error code of an answer, e.g. `401 ERR003 -2147216959`. */
export async function refusal(answer: Response | Promise<Response>): Promise<string> {
  const response = await answer;
  const text = await response.text();
  if (!text) return String(response.status);
  const body = JSON.parse(text) as { code?: string; iServerCode?: number; ticketId?: string };
  expect(body.ticketId).toMatch(/^[0-9a-f]{32}$/);
  return [response.status, body.code, body.iServerCode].filter((part) => part !== undefined).join(" ");
}
