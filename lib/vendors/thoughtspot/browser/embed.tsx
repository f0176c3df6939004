"use client";
/** The client component: a container for the SDK, or the plain frame of the redirect login. */
import { useEffect, useRef } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { EmbedDriver } from "../../driver";
import type { BrowserConfig, Grant } from "../protocol";
import { createDriver, type EmbedOrder } from "./driver";
import { createRedirectDriver } from "./redirect-frame";

export default function Embed({ item, browser }: EmbedProps<BrowserConfig>) {
  const { grant, report, note, userId, locale, theme, view } = useEmbedHost<Grant>();
  const outer = useRef<HTMLDivElement>(null);
  const running = useRef<EmbedDriver<EmbedOrder> | null>(null);
  const themeAtStart = useRef(theme);
  themeAtStart.current = theme;

  useEffect(() => {
    const parent = outer.current;
    if (!parent) return;
    // The SDK fills and empties this element by itself: it is not React's.
    const container = document.createElement("div");
    container.style.cssText = "position:absolute;inset:0";
    parent.append(container);
    const create = browser.login === "redirect" ? createRedirectDriver : createDriver;
    const driver = create({
      host: { grant, report, userId, locale, view, ...(note ? { note } : {}) },
      theme: themeAtStart.current,
      item,
      browser,
      container,
    });
    running.current = driver;
    driver.start();
    return () => {
      driver.stop();
      container.remove();
      running.current = null;
    };
  }, [grant, report, note, userId, locale, view, item, browser]);

  useEffect(() => running.current?.setTheme?.(theme), [theme]);

  return <div ref={outer} className="absolute inset-0" />;
}
