import "client-only";
/**
 * What the frames say to the SDK, heard before the SDK hears it. The SDK checks a message's origin and number, but not
 * which window it came from, and answers to frames that are gone end in a page error (measured with the builds of June
 * 2022 and January 2024). So only frames in the page reach it, and a refused login, which those builds would leave as an
 * unhandled rejection, reaches the driver in its place.
 */

/** What a frame said, as far as the driver wants to know. */
export type Heard =
  | { readonly type: "anything" }
  /** The login page's answer to a token. */
  | { readonly type: "login"; readonly valid: true }
  | { readonly type: "login"; readonly valid: false; readonly text: string };

/**
 * Hears what a frame says.
 *
 * @returns true when the SDK must not hear it
 */
export type Listener = (heard: Heard) => boolean;

const listeners = new Map<HTMLIFrameElement, Listener>();
const shielded = new Set<string>();

const sdkFrames = () => document.querySelectorAll<HTMLIFrameElement>("iframe[MSTR-Embed-IFrame]");

/** Hears what a frame of the SDK says, until the returned function is called. */
export function listenTo(frame: HTMLIFrameElement, listener: Listener): () => void {
  listeners.set(frame, listener);
  return () => void listeners.delete(frame);
}

/** Puts the driver in front of the SDK for one Library. To be called before its script is loaded; once is enough. */
export function shieldSdk(libraryOrigin: string): void {
  if (shielded.has(libraryOrigin)) return;
  shielded.add(libraryOrigin);
  window.addEventListener(
    "message",
    (event) => {
      if (event.origin !== libraryOrigin || !isForSdk(event.data)) return;
      const frame = [...sdkFrames()].find(({ contentWindow }) => contentWindow === event.source);
      if (!frame || listeners.get(frame)?.(heardIn(event.data))) event.stopImmediatePropagation();
    },
    { capture: true },
  );
}

interface SdkMessage {
  readonly mt: unknown;
  readonly did: string;
  readonly func?: unknown;
  readonly value?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object";

const isForSdk = (data: unknown): data is SdkMessage => isObject(data) && typeof data.did === "string";

/** A reply of the login page has `valid`, and nothing else that is said before the first page has (SOURCES.md: messages). */
function heardIn({ mt, func, value }: SdkMessage): Heard {
  if (mt !== "funccall" || func !== undefined || !isObject(value) || !("valid" in value)) return { type: "anything" };
  if (value.valid) return { type: "login", valid: true };
  const text = isObject(value.error) ? value.error.errMsg : undefined;
  return { type: "login", valid: false, text: typeof text === "string" ? text : "" };
}
