import { traits } from "./generations";
import { field, type Handler, type Message } from "./types";

/** What a router needs to know of its embed. */
interface Peer {
  readonly did: string;
  readonly origin: string;
  readonly frame: HTMLIFrameElement;
  /** Answers a call that the page makes to the portal. */
  readonly callable: Readonly<Record<string, (param: unknown) => unknown>>;
}

const types = ["handshake", "raiseevent", "funccall"];
let messages = 0;
const nextId = () => {
  messages += 1;
  return `msg${messages}`;
};

/**
 * Talks to one document in a frame; a frame that loads again needs a new one. As in the vendor's builds, each call
 * listens for its own answer, and a destroyed router has forgotten its window: an answer that still arrives then fails
 * with "Cannot read properties of null".
 */
export class Router {
  readonly handlers: Record<string, Handler[]> = {};
  /** Settles with the page's first message: resolves for a handshake, rejects for anything else. Or never. */
  readonly ready: Promise<void>;
  readonly #peer: Peer;
  readonly #page: Window | null;
  #window: Window | null = window;
  readonly #hear = (event: MessageEvent) => this.#receive(event);

  constructor(peer: Peer) {
    this.#peer = peer;
    this.#page = peer.frame.contentWindow;
    this.ready = new Promise((resolve, reject) => {
      const shake = (event: MessageEvent) => {
        if (!this.#isMine(event)) return;
        const parent = this.#window as Window;
        if ((event.data as Message).mt !== "handshake") return reject(new Error("handshake failed"));
        parent.removeEventListener("message", shake);
        parent.addEventListener("message", this.#hear);
        resolve();
      };
      window.addEventListener("message", shake);
      this.#post({ mt: "handshake", mid: nextId() });
    });
  }

  get isOpen(): boolean {
    return this.#window !== null;
  }

  #post(message: Message): void {
    this.#page?.postMessage({ ...message, did: this.#peer.did }, this.#peer.origin);
  }

  #isMine({ origin, data }: MessageEvent): boolean {
    const known = types.includes(String(field(data, "mt"))) && field(data, "did") === this.#peer.did;
    return origin === this.#peer.origin && known;
  }

  #receive(event: MessageEvent): void {
    if (!this.#isMine(event)) return;
    const message = event.data as Message;
    if (message.mt === "raiseevent") this.raise(message.name ?? "", message.value);
    if (message.mt === "funccall" && message.func !== undefined && traits.newContexts) this.#answer(message);
  }

  /** A call from the page to the portal. Only newer builds answer. */
  #answer({ func = "", mid = "", param }: Message): void {
    const reply = (result: unknown) => this.#post({ mt: "funccall", mid, result });
    Promise.resolve()
      .then(() => this.#peer.callable[func]?.(param))
      .then(
        (value) => reply({ valid: true, value }),
        (error: unknown) => reply({ valid: false, error }),
      );
  }

  /** Calls a function of the page; settles when, and only when, the page answers. */
  call(func: string, param?: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      const mid = nextId();
      const listener = (event: MessageEvent) => {
        const message = event.data as Message;
        if (!this.#isMine(event) || message.mid !== mid || message.mt !== "funccall") return;
        (this.#window as Window).removeEventListener("message", listener);
        resolve(message.value);
      };
      (this.#window as Window).addEventListener("message", listener);
      this.#post(param === undefined ? { mt: "funccall", mid, func } : { mt: "funccall", mid, func, param });
    });
  }

  raise(name: string, value: unknown): void {
    for (const handler of [...(this.handlers[name] ?? [])]) handler(value);
  }

  registerEventHandler(name: string, handler: Handler): void {
    this.handlers[name] ??= [];
    this.handlers[name].push(handler);
  }

  removeEventHandler(name: string, handler: Handler): void {
    this.handlers[name] = (this.handlers[name] ?? []).filter((one) => one !== handler);
  }

  /** So spelled where portals get the router itself. */
  removeEventhandler(name: string, handler: Handler): void {
    this.removeEventHandler(name, handler);
  }

  once(name: string): Promise<unknown> {
    return new Promise((resolve) => {
      const handler = (value: unknown) => {
        this.removeEventHandler(name, handler);
        resolve(value);
      };
      this.registerEventHandler(name, handler);
    });
  }

  destroy(): void {
    this.#window?.removeEventListener("message", this.#hear);
    this.#window = null;
  }
}
