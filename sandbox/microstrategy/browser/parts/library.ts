/** The Library's REST API, called by its own pages with the frame's cookies. */

const loginMark = "portico.login";

export class Library {
  readonly #path: string;
  readonly #checksCookie: boolean;
  token: string | null = null;

  /**
   * @param path the Library's context path
   * @param checksCookie whether a login asks, before it counts, if the browser has kept the cookie
   */
  constructor(path: string, checksCookie: boolean) {
    this.#path = path;
    this.#checksCookie = checksCookie;
  }

  call(method: string, address: string, body?: object): Promise<Response> {
    return fetch(this.#path + address, {
      method,
      headers: {
        "X-Requested-With": "XMLHttpRequest",
        ...(this.token ? { "X-MSTR-AuthToken": this.token } : {}),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      credentials: "same-origin",
      cache: "no-store",
      body: body ? JSON.stringify(body) : null,
    });
  }

  /** Whether the cookies lead to a live session; learns its token. */
  async resume(): Promise<boolean> {
    this.token = null;
    try {
      const response = await this.call("GET", "/api/auth/token");
      if (response.status !== 204) return false;
      this.token = response.headers.get("X-MSTR-AuthToken");
      return (await this.call("GET", "/api/sessions")).ok;
    } catch {
      return false;
    }
  }

  /** Logs in with an identity token. @throws Error with the sentence for the portal */
  async redeem(identityToken: unknown): Promise<{ valid: true }> {
    if (typeof identityToken !== "string" || !identityToken) throw new Error("No identity token was given");
    const response = await this.call("POST", "/api/auth/delegate", { loginMode: -1, identityToken });
    if (response.status !== 204) {
      const { code } = (await response.json().catch(() => ({}))) as { code?: string };
      throw new Error(`Login failed: the identity token was not accepted (${code ?? response.status})`);
    }
    if (this.#checksCookie && !(await this.resume()))
      throw new Error("Login failed: the browser did not keep the session cookie of the Library");
    return this.#loggedIn();
  }

  /** Takes a session over by its authorization token. @throws Error with the sentence for the portal */
  async adopt(authToken: unknown): Promise<{ valid: true }> {
    this.token = String(authToken);
    if ((await this.call("GET", "/api/sessions")).ok) return this.#loggedIn();
    this.token = null;
    throw new Error("Login failed: the authorization token was not accepted");
  }

  #loggedIn(): { valid: true } {
    try {
      sessionStorage.setItem(loginMark, String(Date.now()));
    } catch {
      // Storage may be refused.
    }
    return { valid: true };
  }
}

/** Whether this frame came from the login page just before: pages of the contexts carry no other sign. */
export function justLoggedIn(): boolean {
  try {
    return Date.now() - Number(sessionStorage.getItem(loginMark) ?? 0) < 120_000;
  } catch {
    return false;
  }
}

/** The property `token` of a call's parameter. */
export const tokenIn = (param: unknown): unknown => (param as { token?: unknown } | undefined)?.token;
