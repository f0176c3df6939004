"use client";
/** The container of a Superset dashboard in the page. What happens in it is in driver.ts. */
import { useEffect, useRef } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { SupersetBrowser, SupersetGrant } from "../protocol";
import { SupersetDriver } from "./driver";

export default function Embed({ item, browser }: EmbedProps<SupersetBrowser>) {
  const { grant, report } = useEmbedHost<SupersetGrant>();
  const container = useRef<HTMLDivElement>(null);
  const { url } = browser;
  const { title } = item;
  const { dashboard = "" } = item.target;

  useEffect(() => {
    if (!container.current) return;
    const driver = new SupersetDriver({ grant, report, url, dashboard, title, container: container.current });
    driver.start();
    return () => driver.stop();
  }, [grant, report, url, dashboard, title]);

  return <div ref={container} className="h-full w-full [&>iframe]:h-full [&>iframe]:w-full" />;
}
