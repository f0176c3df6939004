"use client";
import { cn } from "@/components/ui/cn";
/** A vendor's status as text and as a dot whose shape means the same as its colour. */
import { LocalTime } from "@/components/ui/local-time";
import { useVendorObservations, type VendorObservation } from "./live-status";
import type { SectionView } from "./portal-view";

export type Status = Pick<SectionView, "state" | "account" | "since">;

/** The newer of the server's status and this page's observation. */
function newest(known: Status, seen: VendorObservation | undefined): Status {
  if (!seen || !known.account || known.state === "unlinked") return known;
  if (seen.state === "unavailable") return { ...known, state: "unavailable", since: known.since ?? seen.at };
  return known.since && known.since > seen.at ? known : { ...known, state: "connected", since: null };
}

/** The status of every vendor, updated by what the page's embeds observe. */
export function useStatuses(sections: readonly SectionView[]): ReadonlyMap<string, Status> {
  const seen = useVendorObservations();
  return new Map(sections.map((section) => [section.id, newest(section, seen[section.id])]));
}

/** The sentence for labels and tooltips. */
export function statusText({ state, account, since }: Status): string {
  switch (state) {
    case "connected":
      return `Connected as ${account}`;
    case "ready":
      return `Ready as ${account}`;
    case "unlinked":
      return "Not linked";
    case "unmapped":
      return "No account is mapped to you";
    case "unavailable":
      return since
        ? `Unavailable since ${new Date(since).toLocaleTimeString(undefined, { timeStyle: "short" })}`
        : "Unavailable";
  }
}

/** Disc, ring or diamond. */
export function StatusDot({ state, className }: { state: Status["state"]; className?: string }) {
  return (
    <span
      aria-hidden="true"
      data-shape
      className={cn(
        "inline-block size-2 shrink-0",
        state === "connected" && "rounded-full bg-ok",
        state === "unavailable" && "rotate-45 rounded-[1px] bg-bad",
        state !== "connected" && state !== "unavailable" && "rounded-full border-[1.5px] border-ink-3 bg-surface",
        className,
      )}
    />
  );
}

/** Dot and sentence, for a vendor's line on a page. */
export function StatusLine({ status, className }: { status: Status; className?: string }) {
  return (
    <span className={cn("inline-flex min-w-0 items-baseline gap-2 text-xs wrap-anywhere text-ink-2", className)}>
      <StatusDot state={status.state} />
      {status.state === "unavailable" && status.since ? (
        // The time is added once the browser's time zone is known.
        <span>
          Unavailable
          <LocalTime iso={status.since} prefix=" since " />
        </span>
      ) : (
        <span>{statusText(status)}</span>
      )}
    </span>
  );
}
