import "client-only";
/** Loads a Library's Embedding SDK once per page, with a deadline, and again after a failure; and tells its builds apart. */
import { type Build, buildShows, buildWith, type EmbeddingSdk } from "../protocol";
import { shieldSdk } from "./messages";
import { EmbedFailure } from "./problems";

const loading = new Map<string, Promise<EmbeddingSdk>>();

/**
 * The SDK of one address. A script that is loaded twice makes a second, independent instance whose messages mix with
 * the first one's (measured), so every embed shares one promise; a failed one is forgotten, so that a retry loads again.
 *
 * @throws EmbedFailure `sdk_unavailable`
 */
export function loadSdk(address: string, deadlineMs = 6_000): Promise<EmbeddingSdk> {
  const known = loading.get(address);
  if (known) return known;
  // First in line for the frames' messages.
  shieldSdk(new URL(address).origin);
  const promise = insertScript(address, deadlineMs);
  loading.set(address, promise);
  promise.catch(() => loading.delete(address));
  return promise;
}

/** The sentence for a build that compiles code while the portal's policy forbids it. */
export const needsEval = () =>
  new EmbedFailure(
    "sdk_unavailable",
    "The script of this Library needs MICROSTRATEGY_SDK_EVAL=on. Ask your administrator to set it.",
  );

/** The browser reports a refused evaluation in a task of its own, after the script's `load` event. */
const reportMs = 100;

function insertScript(address: string, deadlineMs: number): Promise<EmbeddingSdk> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    let evalRefused = false;
    const hear = ({ blockedURI }: SecurityPolicyViolationEvent) => {
      if (blockedURI === "eval") evalRefused = true;
    };
    document.addEventListener("securitypolicyviolation", hear);
    const settle = (then: () => void) => {
      clearTimeout(timer);
      document.removeEventListener("securitypolicyviolation", hear);
      then();
    };
    const fail = (failure = new EmbedFailure("sdk_unavailable")) =>
      settle(() => {
        script.remove();
        reject(failure);
      });
    const timer = setTimeout(() => fail(), deadlineMs);
    script.async = true;
    script.src = address;
    script.onerror = () => fail();
    script.onload = () => {
      const sdk = window.microstrategy;
      if (sdk?.dossier) return settle(() => resolve(sdk as EmbeddingSdk));
      // Builds of 2022 to January 2024 compile code while loading and die silently where the page forbids that (measured).
      setTimeout(() => fail(evalRefused ? needsEval() : notTheSdk()), reportMs);
    };
    document.head.append(script);
  });
}

const notTheSdk = () =>
  new EmbedFailure(
    "sdk_unavailable",
    "The address of MicroStrategy's script answers with something else, perhaps a sign-in page. Its administrator should run the portal's doctor.",
  );

export const buildOf = ({ embeddingContexts }: EmbeddingSdk): Build =>
  buildWith(embeddingContexts ? Object.keys(embeddingContexts) : null);

/** The sentence for a kind of item that a build has no function for. */
export function cannotShow(sdk: EmbeddingSdk, kind: string): EmbedFailure {
  const build = buildOf(sdk);
  return new EmbedFailure(
    "kind_unsupported",
    `This Library's embedding script, a build of ${build}, shows ${buildShows[build]} inside the portal. The ${kind} opens in a new tab.`,
  );
}
