"use client";
/** The container of an Atlas report in the page. What happens in it is in driver.ts. */
import { useEffect, useRef } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { AtlasBrowser, AtlasGrant } from "../protocol";
import { AtlasDriver } from "./driver";

export default function Embed({ item, browser }: EmbedProps<AtlasBrowser>) {
  const { grant, report } = useEmbedHost<AtlasGrant>();
  const container = useRef<HTMLDivElement>(null);
  const { origin } = browser;
  const { title } = item;

  useEffect(() => {
    if (!container.current) return;
    const driver = new AtlasDriver({ grant, report, origin, title, container: container.current });
    driver.start();
    return () => driver.stop();
  }, [grant, report, origin, title]);

  return <div ref={container} className="h-full w-full" />;
}
