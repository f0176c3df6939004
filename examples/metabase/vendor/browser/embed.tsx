"use client";
/** The container of an Metabase report in the page. What happens in it is in driver.ts. */
import { useEffect, useRef } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { MetabaseBrowser, MetabaseGrant } from "../protocol";
import { MetabaseDriver } from "./driver";

export default function Embed({ item, browser }: EmbedProps<MetabaseBrowser>) {
  const { grant, report } = useEmbedHost<MetabaseGrant>();
  const container = useRef<HTMLDivElement>(null);
  const { origin } = browser;
  const { title } = item;

  useEffect(() => {
    if (!container.current) return;
    const driver = new MetabaseDriver({ grant, report, origin, title, container: container.current });
    driver.start();
    return () => driver.stop();
  }, [grant, report, origin, title]);

  return <div ref={container} className="h-full w-full" />;
}
