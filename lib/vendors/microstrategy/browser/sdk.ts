import "client-only";
/** Loads a Library's Embedding SDK once per page, with a deadline, and again after a failure. */
import { hasBrand } from "@/lib/brand";
import type { ProblemCode } from "@/lib/problem/codes";
import type { EmbeddingSdk } from "../protocol";

const embedFailureBrand = Symbol.for("portico.EmbedFailure");

/** A failure of the embed, under its name in the portal's list. */
export class EmbedFailure extends Error {
  readonly [embedFailureBrand] = true;
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
  ) {
    super(code);
    this.name = "EmbedFailure";
  }
}

export const isEmbedFailure = (value: unknown): value is EmbedFailure => hasBrand(value, embedFailureBrand);

const loading = new Map<string, Promise<EmbeddingSdk>>();

/**
 * The SDK of one address. A script that is loaded twice makes a second, independent instance whose messages mix with
 * the first one's (measured), so everybody shares one promise; a failed one is forgotten, so that a retry loads anew.
 *
 * @throws EmbedFailure `sdk_unavailable`
 */
export function loadSdk(address: string, deadlineMs = 6_000): Promise<EmbeddingSdk> {
  const known = loading.get(address);
  if (known) return known;
  const promise = insertScript(address, deadlineMs);
  loading.set(address, promise);
  promise.catch(() => loading.delete(address));
  return promise;
}

function insertScript(address: string, deadlineMs: number): Promise<EmbeddingSdk> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const fail = (detail?: string) => {
      clearTimeout(timer);
      script.remove();
      reject(new EmbedFailure("sdk_unavailable", detail));
    };
    const timer = setTimeout(() => fail(), deadlineMs);
    script.async = true;
    script.src = address;
    script.onerror = () => fail();
    script.onload = () => {
      const sdk = window.microstrategy;
      // Older builds compile code while loading and die silently where the page forbids that (measured).
      if (!sdk?.dossier)
        return fail("The script of this Library needs MICROSTRATEGY_SDK_EVAL=on. Ask your administrator to set it.");
      clearTimeout(timer);
      resolve(sdk as EmbeddingSdk);
    };
    document.head.append(script);
  });
}
