"use client";
import { isSeenInBrowser } from "@/lib/problem/trouble";
import type { SectionView } from "./portal-view";
import { StatusLine, useStatuses } from "./status";
import { TryNow } from "./try-now";

/** A vendor's status line on a server-rendered page, with a way to try it at once while it fails. */
export function LiveStatusLine({ section }: { section: SectionView }) {
  const status = useStatuses([section]).get(section.id) ?? section;
  // What only the browser meets, its page alone can try again.
  const fails =
    status.state === "unavailable" || (status.state === "failing" && !(status.code && isSeenInBrowser(status.code)));
  return (
    <>
      <StatusLine status={status} />
      {fails && (
        <span className="mt-2 block">
          <TryNow vendorId={section.id} name={section.name} />
        </span>
      )}
    </>
  );
}
