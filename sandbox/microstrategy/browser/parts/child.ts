/**
 * The frame's side of the messages: what the Library's pages answer to the Embedding SDK. Shared by the login page and
 * the application pages.
 */

/** What a function of the page replies: `{valid: false, error}` is a refusal. */
export type Reply = unknown;

export interface ChildOptions {
  /** Origins that may embed this page, `*` for any. */
  readonly allowed: readonly string[];
  /** True for a login form: it must not answer the handshake. */
  readonly silent: boolean;
  readonly functions: Readonly<Record<string, (param: unknown) => Reply | Promise<Reply>>>;
}

export interface Child {
  /** Raises an event in the portal; before the handshake it is kept. */
  raise(name: string, value?: unknown): void;
}

interface Incoming {
  readonly mt?: unknown;
  readonly mid?: unknown;
  readonly did?: unknown;
  readonly func?: unknown;
  readonly param?: unknown;
}

export const refusal = (errMsg: string): Reply => ({ valid: false, error: { errMsg } });

/** Answers the SDK in the parent window. */
export function createChild({ allowed, silent, functions }: ChildOptions): Child {
  let parent: { readonly origin: string; readonly did: string } | undefined;
  const early: [name: string, value: unknown][] = [];

  const post = (message: object) => {
    if (parent) window.parent.postMessage({ ...message, did: parent.did }, parent.origin);
  };

  async function answer(func: string, { mid, param }: Incoming): Promise<void> {
    const known = Object.hasOwn(functions, func) ? functions[func] : undefined;
    let value: Reply;
    try {
      value = known ? await known(param) : refusal(`This page has no function ${func}`);
    } catch (error) {
      value = refusal(error instanceof Error ? error.message : String(error));
    }
    // A reply must not repeat the name: the SDK would take it for a call.
    post({ mt: "funccall", mid, value });
  }

  const child: Child = {
    raise(name, value) {
      if (!parent) early.push([name, value]);
      else post(value === undefined ? { mt: "raiseevent", name } : { mt: "raiseevent", name, value });
    },
  };

  window.addEventListener("message", ({ data, origin, source }) => {
    if (window.parent === window || source !== window.parent) return;
    if (!allowed.includes("*") && !allowed.includes(origin)) return;
    const message = (data ?? {}) as Incoming;
    if (typeof message.did !== "string") return;
    if (message.mt === "handshake") {
      if (silent) return;
      parent = { origin, did: message.did };
      post({ mt: "handshake", mid: message.mid });
      for (const [name, value] of early.splice(0)) child.raise(name, value);
      return;
    }
    const mine = message.did === parent?.did && origin === parent.origin;
    if (mine && message.mt === "funccall" && typeof message.func === "string") void answer(message.func, message);
  });

  return child;
}
