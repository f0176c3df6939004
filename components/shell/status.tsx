"use client";
import { cn } from "@/components/ui/cn";
/** A vendor's status as text and as a dot whose shape means the same as its colour. */
import { LocalTime } from "@/components/ui/local-time";
import { isOutage, recoveryOf } from "@/lib/problem/codes";
import { type Status, useStatuses } from "./live-status";

export { type Status, useStatuses };

/** The sentence for labels and tooltips. */
export function statusText({ state, account, since, code }: Status): string {
  switch (state) {
    case "connected":
      return `Connected as ${account}`;
    case "ready":
      return `Ready as ${account}`;
    case "unlinked":
      return "Not linked";
    case "unmapped":
      return "No account is mapped to you";
    case "signed-out":
      return "Signed out";
    case "unavailable":
    case "failing":
      return since ? `${troubleText(code)} since ${clock(since)}` : troubleText(code);
  }
}

const clock = (since: string) => new Date(since).toLocaleTimeString(undefined, { timeStyle: "short" });

/** What is wrong, in a few words before "since". */
function troubleText(code: Status["code"]): string {
  if (code === null || isOutage(code)) return "Unavailable";
  return recoveryOf(code) === "transient" ? "Had an error" : "Does not open";
}

const hasTrouble = ({ state }: Status) => state === "unavailable" || state === "failing";

/** Disc, ring or diamond. */
export function StatusDot({ state, className }: { state: Status["state"]; className?: string }) {
  return (
    <span
      aria-hidden="true"
      data-shape
      className={cn(
        "inline-block size-2 shrink-0",
        state === "connected" && "rounded-full bg-ok",
        (state === "unavailable" || state === "failing") && "rotate-45 rounded-[1px] bg-bad",
        !["connected", "unavailable", "failing"].includes(state) &&
          "rounded-full border-[1.5px] border-ink-3 bg-surface",
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
      {hasTrouble(status) && status.since ? (
        // The time is added once the browser's time zone is known.
        <span>
          {troubleText(status.code)}
          <LocalTime iso={status.since} prefix=" since " />
        </span>
      ) : (
        <span>{statusText(status)}</span>
      )}
    </span>
  );
}
