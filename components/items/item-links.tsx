"use client";
/** How a page shows an item: as a card with a large drawing, a row with a small one, or a cell with its icon. */
import { Lock, Pin } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { pin } from "@/components/shell/pin";
import type { ItemView } from "@/components/shell/portal-view";
import { cn } from "@/components/ui/cn";
import { CardPreview } from "./card-preview";
import { Preview } from "./preview";
import { VendorIcon } from "./vendor-icon";

interface ItemCardProps {
  readonly item: ItemView;
  readonly userId: string;
  readonly pinned: boolean;
  /** Replaces the description, e.g. with the reason why the item cannot open now. */
  readonly note?: ReactNode;
  readonly off?: boolean;
  /** Heading level of the card's title. */
  readonly Heading?: "h2" | "h3";
}

export function ItemCard({ item, userId, pinned, note, off, Heading = "h3" }: ItemCardProps) {
  const words = `${pinned ? "Unpin" : "Pin"} ${item.title}`;
  return (
    <article className="group relative h-full overflow-hidden rounded-lg border border-line bg-surface transition-colors duration-(--duration-fast) hover:border-line-strong">
      <CardPreview vendor={item.vendor} kind={item.kind} drawing={item.drawing} off={off} />
      <div className="flex items-center gap-3 p-3">
        <VendorIcon vendor={item.vendor} kind={item.kind} />
        <div className="min-w-0 grow">
          <Heading className="truncate text-base font-medium">
            <Link href={item.href} prefetch={false} className="text-ink no-underline after:absolute after:inset-0">
              {item.title}
            </Link>
          </Heading>
          {/* A reason is never truncated. */}
          <p className={cn("text-xs text-ink-3", !note && "truncate")}>{note ?? item.description}</p>
        </div>
        <button
          type="button"
          aria-label={words}
          data-tip={words}
          onClick={() => pin(userId, item)}
          className={cn(
            "relative inline-flex size-8 shrink-0 items-center justify-center rounded-sm hover:bg-hover max-sm:size-11",
            pinned ? "text-accent" : "text-ink-3",
          )}
        >
          <Pin aria-hidden="true" className={cn("size-4", pinned && "fill-current")} />
        </button>
      </div>
    </article>
  );
}

interface ItemRowProps {
  readonly item: ItemView;
  /** Dimmed while its vendor cannot open it; the page then says why. */
  readonly off?: boolean;
  /** With a lock: the account is missing, the problem is not temporary. */
  readonly locked?: boolean;
}

export function ItemRow({ item, off, locked }: ItemRowProps) {
  return (
    <Link
      href={item.href}
      prefetch={false}
      className="flex items-center gap-3 rounded-sm px-3 py-1.5 text-ink no-underline hover:bg-hover max-sm:min-h-14"
    >
      <Preview
        vendor={item.vendor}
        kind={item.kind}
        drawing={item.drawing}
        off={off}
        className="h-10 w-16 shrink-0 rounded-md border border-line"
      />
      <span className="min-w-0 grow">
        <span className="block truncate text-base font-medium">{item.title}</span>
        <span className="block truncate text-xs text-ink-3">{item.description}</span>
      </span>
      {locked && <Lock aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />}
    </Link>
  );
}

export function ItemCell({ item, children }: { item: ItemView; children: ReactNode }) {
  return (
    <Link
      href={item.href}
      prefetch={false}
      className="flex h-full min-w-0 items-center gap-3 px-3 py-2.5 text-ink no-underline hover:bg-hover"
    >
      <VendorIcon vendor={item.vendor} kind={item.kind} />
      <span className="min-w-0">
        <span className="block truncate text-sm font-medium">{item.title}</span>
        <span className="block truncate text-xs text-ink-3">{children}</span>
      </span>
    </Link>
  );
}
