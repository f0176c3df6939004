"use client";
/** Why ThoughtSpot did not come up, found out in the browser. The SDK itself says "invalid token" to all of these. */
import type { EmbedProblem } from "@/lib/vendors/embed-host";

const probeMs = 2_500;

/**
 * Tells apart, after the SDK's sign-in failed although the portal gave a token: the token refused, CORS missing, the
 * host unreachable.
 *
 * @param host ThoughtSpot's address
 * @param token the token that the SDK could not use
 */
export async function diagnoseSignIn(host: string, token: string | undefined): Promise<EmbedProblem> {
  if (typeof navigator !== "undefined" && !navigator.onLine) return { code: "offline" };
  const address = `${host}/callosum/v1/session/isactive`;
  const options = { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(probeMs) } as const;
  try {
    const response = await fetch(address, {
      ...options,
      headers: { "x-requested-by": "ThoughtSpot", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });
    if (response.status === 429) return { code: "vendor_busy", retryAfter: 2 };
    if (response.status >= 500) return { code: "vendor_failed" };
    return { code: "embed_refused" };
  } catch {
    // Not readable from here. Does it answer at all?
  }
  if (!(await answersAtAll(host))) return unreachable(host);
  return {
    code: "vendor_misconfigured",
    detail: `ThoughtSpot does not let this portal call it from a browser. Its administrator must add ${location.origin} to the CORS list under Develop > Customizations > Security settings. If it is listed there, THOUGHTSPOT_URL (${host}) leads to something else than ThoughtSpot.`,
  };
}

/** Whether anything answers under ThoughtSpot's address, readable or not. */
export async function answersAtAll(host: string): Promise<boolean> {
  const address = `${host}/callosum/v1/session/isactive`;
  const signal = AbortSignal.timeout(probeMs);
  return fetch(address, { mode: "no-cors", credentials: "omit", cache: "no-store", signal }).then(
    () => true,
    () => false,
  );
}

/** The browser's own view of an address that the portal's server may well reach. */
export const unreachable = (host: string): EmbedProblem => ({
  code: "vendor_unreachable",
  detail: `This browser gets no answer from ${host}. Check the network; an administrator should check THOUGHTSPOT_URL.`,
});

/**
 * Whether this browser tells a page that a frame refused to be shown: Chromium does, and only Chromium has client hints.
 * There, silence without a report means that ThoughtSpot itself never spoke.
 */
const reportsFrames = () => typeof ReportingObserver !== "undefined" && "userAgentData" in navigator;

/** What a frame means that loaded, but whose application never asked for its token. */
export function silentFrame(isReported: boolean): EmbedProblem {
  const screen = "Develop > Customizations > Security settings > CSP visual embed hosts";
  if (isReported)
    return {
      code: "embed_blocked",
      detail: `ThoughtSpot does not allow ${location.origin} to show it in a frame. Its administrator must add this address under ${screen}.`,
    };
  if (reportsFrames()) return { code: "embed_timeout" };
  return {
    code: "embed_blocked",
    detail: `The frame stayed empty. ThoughtSpot's administrator should check that ${location.origin} is listed under ${screen}.`,
  };
}

/**
 * Calls back when the browser reports that a page of this host refused to be framed here. Browsers without reports
 * (Firefox, Safari) stay silent.
 *
 * @returns a function that stops it
 */
export function onFrameRefused(host: string, refused: () => void): () => void {
  if (!reportsFrames()) return () => {};
  const { origin } = new URL(host);
  const observer = new ReportingObserver(
    (reports) => {
      for (const report of reports as { url?: string; body?: { effectiveDirective?: string } | null }[])
        if (report.url?.startsWith(`${origin}/`) && report.body?.effectiveDirective === "frame-ancestors") refused();
    },
    { types: ["csp-violation"], buffered: false },
  );
  observer.observe();
  return () => observer.disconnect();
}
