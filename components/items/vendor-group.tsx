"use client";
/** One vendor's items under its name and status, with a note and a button when the user must act. */
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import type { ItemView, SectionView } from "@/components/shell/portal-view";
import { type Status, StatusLine } from "@/components/shell/status";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { ItemRow } from "./item-links";
import { VendorIcon } from "./vendor-icon";

/** Whether the vendor's items cannot open now. */
export const isOff = (status: Status) => !["connected", "ready"].includes(status.state);

interface VendorGroupProps {
  readonly section: SectionView;
  readonly status: Status;
  readonly items: readonly ItemView[];
}

export function VendorGroup({ section, status, items }: VendorGroupProps) {
  const headingId = `group-${section.id}`;
  return (
    <section aria-labelledby={headingId} className="flex flex-col rounded-lg border border-line bg-surface">
      <header className="flex items-center gap-3 border-b border-line p-3">
        <VendorIcon vendor={section.id} kind={section.kind} size="base" />
        <div className="min-w-0 grow">
          <div className="flex items-baseline justify-between gap-3">
            <h2 id={headingId} className="truncate text-base">
              <Link
                href={section.route}
                prefetch={false}
                className="inline-block py-0.5 text-ink no-underline hover:underline"
              >
                {section.section}
              </Link>{" "}
              <span className="text-sm font-normal tracking-normal text-ink-3">{section.name}</span>
            </h2>
            <span className="shrink-0 text-xs text-ink-3 tabular-nums">
              {items.length === 1 ? "1 item" : `${items.length} items`}
            </span>
          </div>
          <StatusLine status={status} />
        </div>
      </header>
      <VendorNote
        section={section}
        status={status}
        items={items}
        className="border-b border-line bg-sunken px-3 py-2.5"
      />
      {items.length > 0 ? (
        <ul className="flex flex-col py-1.5">
          {items.map((item) => (
            <li key={item.href}>
              <ItemRow item={item} off={isOff(status)} locked={isOff(status) && status.state !== "unavailable"} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="p-3 text-sm text-ink-2">
          Nothing in {section.section} is shared with you yet. Ask the owner of an item, or your administrator.
        </p>
      )}
    </section>
  );
}

/** Why the vendor's items do not open and what helps; null while they do. */
export function VendorNote({ section, status, items, className }: VendorGroupProps & { className: string }) {
  useNextLook(status.state === "unavailable");
  const note = noteOf(section, status, items);
  if (!note) return null;
  return (
    <div className={cn("flex items-center gap-3", className)}>
      <p className="grow text-sm text-ink-2">{note.words}</p>
      {note.action && (
        <Link href={note.action.href} prefetch={false} className={buttonClass({ size: "small" })}>
          {note.action.label}
        </Link>
      )}
    </div>
  );
}

const nextLookMs = 30_000;

/** Refreshes the page periodically while a vendor is unavailable; the server asks the vendor again meanwhile. */
function useNextLook(unavailable: boolean): void {
  const router = useRouter();
  useEffect(() => {
    if (!unavailable) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, nextLookMs);
    return () => clearInterval(timer);
  }, [unavailable, router]);
}

function noteOf({ name, route }: SectionView, { state }: Status, items: readonly ItemView[]) {
  switch (state) {
    case "unlinked":
      return {
        words: `Link your ${name} account once. The portal signs you in from then on.`,
        action: { href: "/account/connections", label: "Connect" },
      };
    case "unmapped":
      return { words: `No ${name} account is mapped to you. Ask your administrator to add one.` };
    case "unavailable":
      return {
        words: `${name} did not answer. The portal asks again every ${nextLookMs / 1_000} seconds.`,
        // Only an item's page calls the vendor.
        action: { href: items[0]?.href ?? route, label: "Try now" },
      };
    default:
      return null;
  }
}
