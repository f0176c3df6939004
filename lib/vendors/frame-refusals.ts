import "client-only";
/** Whether a frame stays empty because its page refuses to be framed here. */

/**
 * Whether this browser tells a page that a frame refused to be shown: Chromium does, and only Chromium has client hints.
 * There, a silent frame without a report was not refused by `frame-ancestors`.
 */
export const reportsFrameRefusals = (): boolean =>
  typeof ReportingObserver !== "undefined" && "userAgentData" in navigator;

/**
 * Calls back when the browser reports that a page of an origin refused to be framed here. Browsers without such reports
 * (Firefox, Safari) stay silent, and none reports X-Frame-Options.
 *
 * @returns a function that stops it
 */
export function onFrameRefused(origin: string, refused: () => void): () => void {
  if (!reportsFrameRefusals()) return () => undefined;
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
