"use client";
/** One vendor's items under its name and status, with a note and a button when the user must act. */
import Link from "next/link";
import { useNextLook } from "@/components/shell/live-status";
import type { ItemView, SectionView } from "@/components/shell/portal-view";
import { type Status, StatusLine } from "@/components/shell/status";
import { TryNow } from "@/components/shell/try-now";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Countdown } from "@/components/ui/countdown";
import { problemText } from "@/lib/problem/codes";
import { isSeenInBrowser } from "@/lib/problem/trouble";
import { ItemRow } from "./item-links";
import { VendorIcon } from "./vendor-icon";

/** Whether the vendor's items cannot open now. */
export const isOff = (status: Status) => !["connected", "ready", "failing"].includes(status.state);

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
  const note = noteOf(section, status, items);
  if (!note) return null;
  return (
    <div className={cn("flex items-center gap-3", className)}>
      <p className="grow text-sm text-ink-2">
        {note.text}
        {note.tries && <NextTry />}
      </p>
      {note.tries && <TryNow vendorId={section.id} name={section.name} />}
      {note.action && (
        <Link href={note.action.href} prefetch={false} className={buttonClass({ size: "small" })}>
          {note.action.label}
        </Link>
      )}
    </div>
  );
}

function NextTry() {
  const at = useNextLook();
  return at === null ? null : (
    <>
      {" "}
      The portal tries again in <Countdown to={at} />.
    </>
  );
}

function noteOf({ name, route }: SectionView, { state, code }: Status, items: readonly ItemView[]) {
  switch (state) {
    case "unlinked":
      return {
        text: `Link your ${name} account once. The portal signs you in from then on.`,
        action: { href: "/account/connections", label: "Connect" },
      };
    case "unmapped":
      return { text: `No ${name} account is mapped to you. Ask your administrator to add one.` };
    case "unavailable":
      return { text: `${name} did not answer.`, tries: true };
    case "failing":
      // A grant proves nothing against what the browser met: only the item's page can.
      if (code && isSeenInBrowser(code))
        return {
          text: `${problemText(code, name).title}.`,
          action: { href: items[0]?.href ?? route, label: "Try now" },
        };
      return { text: code ? `${problemText(code, name).title}.` : `${name} had an error.`, tries: true };
    case "signed-out":
      return { text: "Your portal session ended.", action: { href: "/signin", label: "Sign in" } };
    default:
      return null;
  }
}
