import "server-only";
import type { LibrarySession } from "./api";

/** What is kept, sealed, of a connection. */
export type State = LibraryState | WebState | BrowserState;

/** A Library session and whose it is. */
export interface LibraryState extends LibrarySession {
  readonly via: "library";
  readonly userId: string;
}

/** A MicroStrategy Web session that the portal opened: the second flow, from the server. */
export interface WebState {
  readonly via: "web";
  readonly sessionState: string;
  readonly userId: string;
}

/** Login `web` with a session of the browser: its own Web session gives the tokens, nothing is held here. */
export interface BrowserState {
  readonly via: "browser";
  /** Whose tokens the page may use; null where the portal cannot know. */
  readonly userId: string | null;
}
