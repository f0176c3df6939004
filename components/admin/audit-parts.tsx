/** Parts that the event list and the event details share. */
import { Check, House, Lock, X } from "lucide-react";
import { VendorIcon } from "@/components/items/vendor-icon";
import { cn } from "@/components/ui/cn";
import type { AuditEntry } from "@/lib/broker/audit-log";
import { vendors } from "@/lib/vendors";
import { resultOf } from "./audit-labels";

/** The vendor's name; the id itself for a vendor that is no longer registered. */
export const sectionOf = (vendorId: string | null) =>
  vendorId === null ? "Portal" : (vendors.find(({ id }) => id === vendorId)?.section ?? vendorId);

export function Product({ vendor }: { vendor: string | null }) {
  const known = vendors.find(({ id }) => id === vendor);
  return (
    <span className="inline-flex items-center gap-2">
      {vendor === null ? (
        <span
          aria-hidden="true"
          className="inline-flex size-5 items-center justify-center rounded-xs bg-hover text-ink-2"
        >
          <House className="size-3" strokeWidth={1.75} />
        </span>
      ) : (
        <VendorIcon vendor={vendor} kind={known?.kinds[0] ?? ""} size="tiny" />
      )}
      {sectionOf(vendor)}
    </span>
  );
}

const results = {
  ok: { Icon: Check, tone: "text-ink-2 [&_svg]:text-ok" },
  denied: { Icon: Lock, tone: "text-warn" },
  failed: { Icon: X, tone: "text-bad" },
} as const;

/** Icon and text; colour carries no extra meaning. */
export function Result({ entry }: { entry: AuditEntry }) {
  const { Icon, tone } = results[entry.outcome as keyof typeof results] ?? results.failed;
  return (
    <span className={cn("inline-flex items-start gap-1.5", tone)}>
      <Icon aria-hidden="true" className="mt-0.75 size-3.5 shrink-0" />
      {entry.outcome !== "ok" && <span className="sr-only">{entry.outcome}: </span>}
      <span>{breakable(resultOf(entry))}</span>
    </span>
  );
}

/** Codes are short: they may break after the first underscore only. */
function breakable(code: string) {
  const end = code.indexOf("_") + 1;
  return (
    <>
      {code.slice(0, end)}
      <wbr />
      {code.slice(end)}
    </>
  );
}
