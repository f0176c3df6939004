"use client";
/** The place of a MicroStrategy item in the page. What happens in it is in driver.ts. */
import { useEffect, useRef } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { BrowserConfig, Grant } from "../protocol";
import { MicroStrategyDriver, type Order } from "./driver";
import { grantFromWeb } from "./web-session";

/** While a dashboard is open its grants keep the broker's own session alive; sessions idle out after ten minutes or more. */
const keepAliveMs = 4 * 60_000;

export default function Embed({ item, browser }: EmbedProps<BrowserConfig>) {
  const { grant, report, note, view } = useEmbedHost<Grant>();
  const container = useRef<HTMLDivElement>(null);
  const driver = useRef<MicroStrategyDriver>(null);
  const { kind, title } = item;
  const { libraryUrl, webUrl, mayEvaluate } = browser;
  // The same item arrives as a new object with every render of the server.
  const target = JSON.stringify(item.target);

  useEffect(() => {
    if (!container.current) return;
    // The portal decides whether the item may be opened, also when MicroStrategy Web gives the tokens.
    const exchange = (ours: Grant) => (webUrl === null ? ours : grantFromWeb(webUrl, libraryUrl, ours.userId));
    const order: Order = {
      libraryUrl,
      mayEvaluate,
      kind,
      title,
      target: JSON.parse(target) as Record<string, string>,
      container: container.current,
      take: () => grant.take().then(exchange),
      renew: () => grant.renew().then(exchange),
      report,
      view,
      ...(note ? { note } : {}),
    };
    if (driver.current?.moveTo(order)) return;
    driver.current?.stop();
    driver.current = new MicroStrategyDriver(order);
    driver.current.start();
  }, [libraryUrl, webUrl, mayEvaluate, kind, title, target, grant, report, note, view]);

  useEffect(() => {
    const keepAlive = setInterval(() => {
      if (document.visibilityState === "visible") driver.current?.keepAlive();
    }, keepAliveMs);
    return () => {
      clearInterval(keepAlive);
      driver.current?.stop();
      driver.current = null;
    };
  }, []);

  return <div ref={container} className="relative h-full w-full" />;
}
