/**
 * The client's way to the server: DDP over a WebSocket, or, where none can be opened, the same methods over HTTP.
 */
import { config, server } from "./config";

/** A method that the server refused, or that was lost with the connection (`network`). */
export class CallFailed extends Error {
  constructor(
    readonly error: string | number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

export const isLost = (error: unknown): boolean => error instanceof CallFailed && error.error === "network";

/**
 * For calls whose answer is not needed: a refusal or a lost connection is dealt with elsewhere; a mistake in here is not
 * hidden.
 */
export function quietly(promise: Promise<unknown>): void {
  promise.catch((error: unknown) => {
    if (!(error instanceof CallFailed)) throw error;
  });
}

/** DDP's EJSON has objects for dates; in here they are milliseconds. */
const decode = (text: string): Message =>
  JSON.parse(text, (_key, value: unknown) => {
    const date = (value as { $date?: unknown } | null)?.$date;
    return typeof date === "number" ? date : value;
  }) as Message;

interface Message {
  readonly msg?: string;
  readonly id?: string;
  readonly result?: unknown;
  readonly error?: { readonly error: string | number; readonly reason?: string };
  readonly collection?: string;
  readonly fields?: { readonly eventName?: string; readonly args?: unknown[]; readonly status?: string };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: CallFailed): void;
}

type Listener = (...args: never[]) => void;

const failure = ({ error, reason }: { error: string | number; reason?: string }) =>
  new CallFailed(error, reason ?? String(error));

/** The header values that prove who calls over HTTP; set by the session. */
export interface Credentials {
  readonly token: string;
  readonly userId: string;
}

class Transport {
  #socket: WebSocket | null = null;
  /** `http` where the server takes no socket, and when the very first one cannot be opened. */
  #mode: "socket" | "http" = config.sockets ? "socket" : "http";
  #everOpen = false;
  #nextId = 1;
  readonly #pending = new Map<string, Waiting>();
  readonly #streams = new Map<string, Listener>();
  #waitingForServer: (() => void)[] = [];
  /** Called when the socket is gone. */
  onLost: () => void = () => {};
  /** Called when the presence of the user of this connection changes. */
  onStatus: (status: string) => void = () => {};
  credentials: () => Credentials | null = () => null;

  get isLive(): boolean {
    return this.#mode === "socket";
  }

  /** Resolves with true when connected, false when the server does not answer. */
  connect(): Promise<boolean> {
    if (this.#mode === "http" || this.#socket) return Promise.resolve(true);
    return new Promise((resolve) => {
      const opening = new WebSocket(`${server.replace(/^http/, "ws")}/websocket`);
      const openFor = (opened: boolean) => {
        resolve(opened);
        if (opened) for (const goOn of this.#waitingForServer.splice(0)) goOn();
      };
      opening.onopen = () => sendOver(opening, { msg: "connect", version: "1", support: ["1"] });
      opening.onmessage = ({ data }) => {
        const message = decode(String(data));
        if (message.msg === "connected") {
          this.#socket = opening;
          this.#everOpen = true;
          openFor(true);
        } else if (this.#socket === opening) this.#receive(message);
      };
      opening.onclose = () => {
        if (this.#socket === opening) return this.#closed();
        if (this.#everOpen) return resolve(false);
        this.#mode = "http";
        openFor(true);
      };
    });
  }

  /** Resolves when there is a way to the server. */
  ready(): Promise<void> {
    if (this.#mode === "http" || this.#socket) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForServer.push(resolve));
  }

  /** Runs a method. @throws CallFailed */
  async call<Result = unknown>(name: string, ...params: unknown[]): Promise<Result> {
    if (this.#mode === "http") return (await this.#callOverHttp(name, params)) as Result;
    const socket = this.#socket;
    if (!socket) throw new CallFailed("network", "Not connected");
    const id = String(this.#nextId++);
    return new Promise<Result>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as Waiting["resolve"], reject });
      sendOver(socket, { msg: "method", id, method: name, params });
    });
  }

  /** Listens to a stream until the connection is gone. */
  listen(stream: string, key: string, listener: Listener): void {
    if (!this.#socket) return;
    this.#streams.set(`${stream} ${key}`, listener);
    const params = [key, { useCollection: false, args: [] }];
    sendOver(this.#socket, { msg: "sub", id: String(this.#nextId++), name: stream, params });
  }

  #receive({ msg, id = "", result, error, collection, fields }: Message): void {
    if (msg === "ping" && this.#socket) sendOver(this.#socket, { msg: "pong", id });
    if (msg === "result") {
      const waiting = this.#pending.get(id);
      this.#pending.delete(id);
      if (error) waiting?.reject(failure(error));
      else waiting?.resolve(result);
    }
    if (msg !== "changed" || !fields) return;
    if (collection === "users") this.onStatus(fields.status ?? "");
    else this.#streams.get(`${collection} ${fields.eventName}`)?.(...((fields.args ?? []) as never[]));
  }

  #closed(): void {
    this.#socket = null;
    this.#streams.clear();
    const lost = new CallFailed("network", "The connection was lost");
    for (const waiting of this.#pending.values()) waiting.reject(lost);
    this.#pending.clear();
    this.onLost();
  }

  async #callOverHttp(name: string, params: unknown[]): Promise<unknown> {
    const credentials = name === "login" ? null : this.credentials();
    const path = `/api/v1/method.call${credentials ? "" : "Anon"}/${name.replaceAll("/", ":")}`;
    const message = JSON.stringify({ msg: "method", id: String(this.#nextId++), method: name, params });
    let response: Response;
    let text: string;
    try {
      response = await fetch(server + path, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(credentials && { "x-user-id": credentials.userId, "x-auth-token": credentials.token }),
        },
        body: JSON.stringify({ message }),
      });
      text = await response.text();
    } catch {
      throw new CallFailed("network", "The server does not answer");
    }
    if (response.status === 401) throw new CallFailed(403, "Not signed in");
    // A proxy in between answers with pages of its own.
    const isJson = (response.headers.get("content-type") ?? "").includes("application/json");
    const answer = isJson ? (JSON.parse(text) as { message?: unknown }) : {};
    if (typeof answer.message !== "string") throw new CallFailed("network", `The server answered ${response.status}`);
    const { error, result } = decode(answer.message);
    if (error) throw failure(error);
    return result;
  }
}

/** A socket that is closing takes nothing more; its end is told by `close`, which fails every call that waits. */
function sendOver(open: WebSocket, message: object): void {
  if (open.readyState === WebSocket.OPEN) open.send(JSON.stringify(message));
}

export const transport = new Transport();
