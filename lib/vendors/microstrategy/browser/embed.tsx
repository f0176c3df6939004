"use client";
/** The place of a MicroStrategy item in the page. What happens in it is in run.ts. */
import { useEffect, useRef } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { Browser, Grant } from "../protocol";
import { Run, type RunOrder } from "./driver";
import { grantFromWeb } from "./web-session";

/** While a dashboard is open its grants keep the broker's own session alive; sessions idle out after ten minutes or more. */
const keepAliveMs = 4 * 60_000;

export function Embed({ item, browser }: EmbedProps<Browser>) {
  const { grant, report } = useEmbedHost<Grant>();
  const container = useRef<HTMLDivElement>(null);
  const run = useRef<Run>(null);
  const { kind, title } = item;
  const { libraryUrl, webUrl } = browser;
  // The same item arrives as a new object with every render of the server.
  const target = JSON.stringify(item.target);

  useEffect(() => {
    if (!container.current) return;
    // The portal decides whether the item may be opened, also when MicroStrategy Web gives the tokens.
    const exchange = (ours: Grant) => (webUrl === null ? ours : grantFromWeb(webUrl, libraryUrl, ours.userId));
    const order: RunOrder = {
      libraryUrl,
      kind,
      title,
      target: JSON.parse(target) as Record<string, string>,
      container: container.current,
      take: () => grant.take().then(exchange),
      renew: () => grant.renew().then(exchange),
      events: {
        loading: (waitingFor) => report({ state: "loading", waitingFor }),
        interactive: () => report({ state: "interactive" }),
        renewing: () => report({ state: "renewing" }),
        failed: (problem) => report({ state: "failed", problem }),
      },
    };
    if (run.current?.moveTo(order)) return;
    run.current?.stop();
    run.current = new Run(order);
    run.current.start();
  }, [libraryUrl, webUrl, kind, title, target, grant, report]);

  useEffect(() => {
    const keepAlive = setInterval(() => {
      if (document.visibilityState === "visible") run.current?.keepAlive();
    }, keepAliveMs);
    return () => {
      clearInterval(keepAlive);
      run.current?.stop();
      run.current = null;
    };
  }, []);

  return <div ref={container} className="relative h-full w-full" />;
}
