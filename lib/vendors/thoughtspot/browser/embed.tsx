"use client";
/** The client component: a place for the SDK, or the plain frame of the redirect login. */
import { useEffect, useRef } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { BrowserConfig, Grant } from "../protocol";
import { type Run, startRun } from "./driver";
import { startRedirectFrame } from "./redirect-frame";

export function Embed({ item, browser }: EmbedProps<BrowserConfig>) {
  const { grant, report, userId, locale, theme } = useEmbedHost<Grant>();
  const outer = useRef<HTMLDivElement>(null);
  const run = useRef<Run | null>(null);
  const themeAtStart = useRef(theme);
  themeAtStart.current = theme;

  useEffect(() => {
    const parent = outer.current;
    if (!parent) return;
    // The SDK fills and empties this element by itself: it is not React's.
    const place = document.createElement("div");
    place.style.cssText = "position:absolute;inset:0";
    parent.append(place);
    const start = browser.login === "redirect" ? startRedirectFrame : startRun;
    const started = start({
      host: { grant, report, userId, locale },
      theme: themeAtStart.current,
      item,
      browser,
      place,
    });
    run.current = started;
    return () => {
      started.stop();
      place.remove();
      run.current = null;
    };
  }, [grant, report, userId, locale, item, browser]);

  useEffect(() => run.current?.setTheme(theme), [theme]);

  return <div ref={outer} className="absolute inset-0" />;
}
