import "client-only";
/** Looks after the frames that the SDK makes in one place of the page. */
import { onFrameRefused } from "@/lib/vendors/frame-refusals";
import { type Listener, listenTo } from "./messages";

export interface FrameWatch {
  readonly placeholder: HTMLElement;
  readonly title: string;
  readonly libraryOrigin: string;
  readonly hear: Listener;
  /** How long a page may take from its load to its first message. */
  readonly silenceMs: () => number;
  /** The frame has loaded a page that says nothing. */
  silent(): void;
  /** The browser reports that a page of the Library refused to be framed. */
  refused(): void;
}

/**
 * Gives each frame a title, which the SDK does not; hears what it says; and tells when it has loaded and says nothing,
 * for which the SDK would wait forever (measured).
 *
 * @returns a function that stops the watch
 */
export function watchFrames(watch: FrameWatch): () => void {
  const { placeholder, title, libraryOrigin, hear, silenceMs, silent, refused } = watch;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const stops = [onFrameRefused(libraryOrigin, refused)];
  const listen: Listener = (heard) => {
    clearTimeout(silence);
    return hear(heard);
  };
  const loaded = ({ currentTarget }: globalThis.Event) => {
    if (isEmptyDocument(currentTarget as HTMLIFrameElement)) return;
    clearTimeout(silence);
    silence = setTimeout(silent, silenceMs());
  };
  const known = new WeakSet<HTMLIFrameElement>();
  const look = () => {
    for (const frame of placeholder.querySelectorAll("iframe")) {
      if (known.has(frame)) continue;
      known.add(frame);
      frame.title = title;
      keepOutOfHistory(frame);
      frame.addEventListener("load", loaded);
      stops.push(listenTo(frame, listen));
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(placeholder, { childList: true, subtree: true });
  return () => {
    clearTimeout(silence);
    observer.disconnect();
    for (const stop of stops) stop();
  };
}

/** The title of what the frames show now. */
export function titleFrames(placeholder: HTMLElement, title: string): void {
  for (const frame of placeholder.querySelectorAll("iframe")) frame.title = title;
}

/**
 * The build of 2020 leads its frame from the login page to the item by `src`, which adds an entry to the browser's
 * history: Back would step inside the frame, to the login page (measured). The newer builds replace the address, so this
 * does the same for the older one. The frame's first address is set before it is seen here, and adds no entry.
 */
function keepOutOfHistory(frame: HTMLIFrameElement): void {
  Object.defineProperty(frame, "src", {
    configurable: true,
    get: () => frame.getAttribute("src") ?? "",
    set: (address: string) => frame.contentWindow?.location.replace(address),
  });
}

/** Every frame starts with an empty document of the portal's own origin; a page of the Library cannot be read. */
function isEmptyDocument(frame: HTMLIFrameElement): boolean {
  try {
    return frame.contentWindow?.location.href === "about:blank";
  } catch {
    return false;
  }
}
