import "client-only";
/** Questions that the page asks the Library itself when a frame does not say what is wrong. */
import type { EmbedProblem } from "@/lib/vendors/embed-host";
import { reportsFrameRefusals } from "@/lib/vendors/frame-refusals";
import type { SessionVerdict } from "./state";

/** How long the Library may take to answer one question. */
export const probeMs = 800;

const ask = (address: string, more: RequestInit) =>
  fetch(address, { cache: "no-store", signal: AbortSignal.timeout(probeMs), ...more });

/** Whether the browser holds a session at the Library (`GET /api/auth/token`, OpenAPI document). */
export async function probeSession(libraryUrl: string): Promise<SessionVerdict> {
  try {
    const { status } = await ask(`${libraryUrl}/api/auth/token`, { credentials: "include" });
    if (status === 204) return "alive";
    return status === 401 ? "none" : "unknown";
  } catch {
    // Not readable from here: no cross-origin setting, or no answer.
    return "unknown";
  }
}

/** Why a frame has loaded a page that says nothing. */
export async function diagnoseSilence(libraryUrl: string): Promise<EmbedProblem> {
  if (!navigator.onLine) return { code: "offline" };
  const status = `${libraryUrl}/api/status`;
  try {
    const answer = await ask(status, { credentials: "omit" });
    if (answer.status >= 500) return { code: "vendor_failed" };
  } catch {
    const answers = await ask(status, { credentials: "omit", mode: "no-cors" }).then(
      () => true,
      () => false,
    );
    if (!answers)
      return {
        code: "vendor_unreachable",
        detail: `This browser gets no answer from ${new URL(libraryUrl).host}. Check the network, then try again.`,
      };
  }
  if (reportsFrameRefusals())
    return {
      code: "vendor_failed",
      detail:
        "MicroStrategy's own page answered with an error. If that goes on, its administrator should look into the Library's log, and check that no proxy adds X-Frame-Options.",
    };
  return {
    code: "embed_timeout",
    detail: `MicroStrategy's page stayed empty: it had an error of its own, or it does not allow ${location.origin} to show it. If trying again does not help, tell its administrator.`,
  };
}
