/** One frame in one placeholder, the login that all frames of a Library share, and what keeps the session alive. */
import { loginAddress, loginKey, pageAddress } from "./address";
import { traits } from "./generations";
import { Router } from "./router";
import { customAuthenticationTypes, eventTypes, field, type Kind, type Props, refusalIn } from "./types";

/** The login state of one Library: embeds of the same key share it, and a failed login leaves it `busy`. */
interface Login {
  state: "none" | "busy" | "done";
  readonly waiting: (() => void)[];
  timer: number | undefined;
  periodMs: number;
}

/** All embeds of this script, in the order they were made. */
export const embeds: Embed[] = [];
const logins = new Map<string, Login>();
let count = 0;

/** The first period is always that of a session of one minute. */
const firstPeriodMs = 54_000;

const embedsOf = (key: string) => embeds.filter((embed) => embed.loginKey === key && embed.login);

export class Embed {
  readonly kind: Kind;
  readonly props: Props;
  readonly url: string;
  readonly origin: string;
  readonly did: string;
  readonly loginKey: string;
  readonly frame: HTMLIFrameElement;
  readonly login: Login | undefined;
  router: Router | undefined;
  readonly callable = {
    getEmbedApiVersion: () => this.kind.version,
    getEmbedPageType: () => this.kind.pageType,
    getLoginToken: () => this.#token(),
  };
  readonly #address: URL;
  #isDestroyed = false;

  constructor(kind: Kind, props: Props) {
    this.kind = kind;
    this.props = props;
    this.url = pageAddress(kind, props);
    this.#address = new URL(this.url, location.href);
    this.origin = this.#address.origin;
    this.loginKey = loginKey(kind, props, this.#address);
    count += 1;
    this.did = `dossierInstance${count}`;
    for (const other of [...embeds]) if (other.props.placeholder === props.placeholder) other.destroy();
    this.frame = mount(props);
    embeds.push(this);
    if (props.enableCustomAuthentication) this.login = loginOf(this.loginKey);
  }

  /** Loads a page into the frame. Resolves with its router after the handshake; every later load of it gets a new one. */
  go(url: string, isPage: boolean): Promise<Router> {
    return new Promise((resolve) => {
      this.frame.onload = () => {
        const router = new Router(this);
        // A wrong first message is an unhandled rejection, and the promise never settles.
        void router.ready.then(() => {
          this.router?.destroy();
          this.router = router;
          if (isPage) this.props.onMsgRouterReadyHandler?.({ MsgRouter: router });
          resolve(router);
        });
      };
      if (traits.pushesHistory) this.frame.src = url;
      else this.frame.contentWindow?.location.replace(url);
    });
  }

  /** Resolves with the router of the item's page: after the login, where the portal brings its own. */
  async openPage(): Promise<Router> {
    if (!this.login) return this.go(this.url, true);
    const loginPage = await this.go(loginAddress(this.#address), false);
    await this.#signIn(loginPage, this.login);
    return this.go(this.url, true);
  }

  async #signIn(router: Router, login: Login): Promise<void> {
    const alive = await router.call("isISessionAlive");
    if (alive && (!traits.firstLogsInAnew || login.state === "done")) {
      this.#signedIn(login);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      login.waiting.push(resolve);
      if (login.state === "busy") return;
      const done = this.redeem();
      // Up to January 2024 the promise waits for what the login does when it works, not for the login itself.
      if (traits.refusedLogin === "rejects") done.catch(reject);
      else if (traits.refusedLogin === "console") done.catch(() => undefined);
    });
  }

  /** Asks the portal for a token and hands it to the page. @throws whatever `getLoginToken` throws itself */
  redeem(): Promise<void> {
    const { login } = this;
    if (!login) return Promise.resolve();
    login.state = "busy";
    const token = this.#token();
    return token
      .then((value) => {
        const func = this.props.customAuthenticationType ?? customAuthenticationTypes.IDENTITY_TOKEN;
        const cookiePath = `/${this.#address.pathname.split("/")[1] ?? ""}`;
        return (this.router as Router).call(func, { token: value ?? undefined, cookiePath });
      })
      .then((answer) => {
        if (!field(answer, "valid")) throw new Error(refusalIn(answer));
        this.#signedIn(login);
      })
      .catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        throw new Error(String(error));
      });
  }

  #signedIn(login: Login): void {
    login.state = "done";
    for (const resolve of login.waiting.splice(0)) resolve();
    if (login.timer === undefined) keepAlive(login, this.loginKey);
  }

  #token(): Promise<string | null | undefined> {
    const token = (this.props.getLoginToken ?? (() => builtInLoginToken(this.#address))).call(this);
    if (typeof token?.then !== "function") throw new TypeError("getLoginToken must return a promise");
    return token;
  }

  /** The page is open: learn how long its session lives. */
  opened(router: Router): void {
    void router.call("getMaxSessionIdleTime").then((seconds) => {
      if (this.login) this.login.periodMs = 0.9 * Number(seconds) * 1000;
    });
  }

  /** Whether this embed is still in the page. */
  get isAlive(): boolean {
    return !this.#isDestroyed;
  }

  destroy(): void {
    this.#isDestroyed = true;
    embeds.splice(embeds.indexOf(this), 1);
    this.router?.destroy();
    this.frame.remove();
    if (!this.login || embedsOf(this.loginKey).length > 0) return;
    clearTimeout(this.login.timer);
    logins.delete(this.loginKey);
  }
}

function loginOf(key: string): Login {
  const known = logins.get(key);
  if (known) return known;
  const made: Login = { state: "none", waiting: [], timer: undefined, periodMs: firstPeriodMs };
  logins.set(key, made);
  return made;
}

function mount(props: Props): HTMLIFrameElement {
  const { style } = props.placeholder;
  if (props.enableResponsive) {
    style.position = "relative";
    style.overflow = "hidden";
  } else style.width ||= props.containerWidth ?? "800px";
  style.height ||= props.containerHeight ?? "600px";
  const frame = document.createElement("iframe");
  frame.setAttribute("MSTR-Embed-IFrame", "true");
  frame.style.cssText = "width: 100%; height: 100%; border: 0";
  if (props.permissions?.allowClipboardWrite) frame.allow = "clipboard-write";
  props.placeholder.appendChild(frame);
  return frame;
}

async function builtInLoginToken(page: URL): Promise<string | null> {
  const library = loginAddress(page).replace(/\/auth\/ui\/embeddedLogin\.jsp$/, "");
  const root = location.pathname.split("/").slice(1, -1)[0] ?? "";
  const response = await fetch(`/${root}/identityToken`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `dossierContextPath=${library}`,
    credentials: "include",
  });
  return response.headers.get("X-MSTR-IdentityToken");
}

function keepAlive(login: Login, key: string): void {
  const beat = () => {
    for (const { router } of embedsOf(key)) if (router?.isOpen) void router.call("keepISessionAlive");
    login.timer = window.setTimeout(beat, login.periodMs);
  };
  login.timer = window.setTimeout(beat, firstPeriodMs);
}

/**
 * Before every call of the portal: is the session alive? If not, logs in again through the first embed's page. For a
 * dashboard all frames load again then, and in newer builds its object stays tied to the document that was.
 */
async function ensureSession(embed: Embed, router: Router): Promise<void> {
  if (!embed.login || (await router.call("keepISessionAlive"))) return;
  await embedsOf(embed.loginKey)[0]?.redeem();
  if (embed.kind.version === "v2") return;
  await Promise.all(embedsOf(embed.loginKey).map((other) => other.go(other.url, false)));
}

/** What `create` and the contexts resolve to: something that calls functions of the page. */
export interface Caller {
  readonly embed: Embed;
  router: Router;
}

/** A call of the portal to the page, with everything that the build does before and after it. */
export async function callPage(caller: Caller, func: string, param?: unknown): Promise<unknown> {
  const { embed } = caller;
  // A destroyed dashboard answers nothing at all in newer builds; everything else fails.
  if (!embed.isAlive && traits.newContexts && embed.kind.version === "v1") return undefined;
  await ensureSession(embed, caller.router);
  if (traits.survivesRelogin && embed.router) caller.router = embed.router;
  return unwrap(await caller.router.call(func, param));
}

function unwrap(value: unknown): unknown {
  if (!traits.unwraps) return value;
  if (value === undefined) return null;
  const result = field(value, "res");
  if (result !== undefined && result !== null) return result;
  if (field(value, "valid") === false) throw new Error(refusalIn(value));
  return value;
}

/** The height follows the page. */
export function follow({ props }: Embed, router: Router): void {
  router.registerEventHandler(eventTypes.ON_LAYOUT_CHANGED, (value) => {
    const { layoutMode, dimension } = (value ?? {}) as {
      layoutMode?: number;
      dimension?: { height: number; offsetTop: number };
    };
    if (!dimension) return;
    const height = layoutMode === 0 ? undefined : `${dimension.height + dimension.offsetTop}px`;
    props.placeholder.style.height = height ?? props.containerHeight ?? "600px";
  });
}
