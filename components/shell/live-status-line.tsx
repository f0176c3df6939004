"use client";
import type { SectionView } from "./portal-view";
import { StatusLine, useStatuses } from "./status";

/** A vendor's line on a page that the server draws. */
export function LiveStatusLine({ section }: { section: SectionView }) {
  return <StatusLine status={useStatuses([section]).get(section.id) ?? section} />;
}
