"use client";
import type { SectionView } from "./portal-view";
import { StatusLine, useStatuses } from "./status";

/** A vendor's status line on a server-rendered page. */
export function LiveStatusLine({ section }: { section: SectionView }) {
  return <StatusLine status={useStatuses([section]).get(section.id) ?? section} />;
}
