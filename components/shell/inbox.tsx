"use client";
/**
 * One inbox: direct messages and mentions as the open products tell them over their own live connections, and the
 * portal's own notices. Nothing is asked for again and again.
 */
import { Bell } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { VendorIcon } from "@/components/items/vendor-icon";
import { cn } from "@/components/ui/cn";
import { LocalTime } from "@/components/ui/local-time";
import { openInLive, useLiveInbox } from "@/lib/live/live";
import { Logo } from "./logo";
import { markRead, noteItems, useKept } from "./portal-notices";
import type { PortalView, SectionView } from "./portal-view";
import { SidePanel, useSidePanel } from "./side-panel";

const inboxPanel = "inbox";

interface Entry {
  readonly id: string;
  /** Changes when there is something new, so that it is unread again. */
  readonly key: string;
  readonly title: string;
  readonly label: string;
  readonly text: string;
  readonly at: number;
  readonly unread: boolean;
  readonly section?: SectionView;
  readonly href: string;
  readonly place?: string | null;
}

const labels = { direct: "Direct message", mention: "Mention", alert: "Alert" } as const;

/** Everything in the inbox, newest first. */
function useEntries(view: PortalView): readonly Entry[] {
  const live = useLiveInbox();
  const { notices, read } = useKept(view.user.id);
  const told = live.flatMap(({ id, vendor, kind, title, text, unread, at, place }): Entry[] => {
    const section = view.sections.find((one) => one.id === vendor);
    if (!section) return [];
    const item = view.items.find((one) => one.vendor === vendor && one.place !== undefined && one.place === place);
    const key = `${vendor}:${id}#${unread}`;
    const label = labels[kind];
    const isUnread = unread > 0 && !read.includes(key);
    return [
      {
        id: `${vendor}:${id}`,
        key,
        title,
        label,
        text,
        at,
        unread: isUnread,
        section,
        href: item?.href ?? section.route,
        place,
      },
    ];
  });
  const own = notices.map(
    ({ id, title, text, href, at }): Entry => ({
      id,
      key: id,
      title,
      label: "Portal",
      text,
      at,
      unread: !read.includes(id),
      href,
    }),
  );
  return [...told, ...own].sort((one, other) => other.at - one.at);
}

/** In the top bar of every page. */
export function InboxButton({ view }: { view: PortalView }) {
  const { open, toggle } = useSidePanel();
  const unread = useEntries(view).filter((entry) => entry.unread).length;
  // The server knows none of it.
  useEffect(() => noteItems(view.user.id, view.items), [view]);
  const label = unread === 0 ? "Inbox" : `Inbox, ${unread} unread`;
  return (
    <button
      type="button"
      aria-label={label}
      aria-expanded={open === inboxPanel}
      data-tip="Inbox"
      onClick={() => toggle(inboxPanel)}
      className="relative inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-ink-2 hover:bg-active hover:text-ink aria-expanded:bg-active max-sm:size-11"
    >
      <Bell aria-hidden="true" className="size-4" strokeWidth={1.75} />
      {unread > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-0 right-0 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-3xs font-semibold text-on-accent tabular-nums"
        >
          {unread > 99 ? "99+" : unread}
        </span>
      )}
    </button>
  );
}

export function Inbox({ view }: { view: PortalView }) {
  const entries = useEntries(view);
  const unread = entries.filter((entry) => entry.unread);
  return (
    <SidePanel
      id={inboxPanel}
      title="Inbox"
      width={380}
      actions={
        unread.length > 0 && (
          <button
            type="button"
            onClick={() =>
              markRead(
                view.user.id,
                unread.map(({ key }) => key),
              )
            }
            className="h-8 rounded-sm px-2 text-sm text-ink-2 hover:bg-active hover:text-ink max-sm:h-11"
          >
            Mark all as read
          </button>
        )
      }
    >
      {entries.length === 0 ? (
        <p className="px-4 py-6 text-base text-ink-2">
          Nothing here. Mentions and direct messages arrive while a chat is open in this window, and the portal tells
          you here when something is shared with you.
        </p>
      ) : (
        <ul>
          {entries.map((entry) => (
            <InboxRow key={entry.id} entry={entry} view={view} />
          ))}
        </ul>
      )}
    </SidePanel>
  );
}

function InboxRow({ entry, view }: { entry: Entry; view: PortalView }) {
  const router = useRouter();
  const { close } = useSidePanel();
  const [now] = useState(() => Date.now());
  const { key, title, label, text, at, unread, section, href, place } = entry;
  const follow = () => {
    markRead(view.user.id, [key]);
    // The room is shown in the frame that is alive; the page around it follows.
    if (section && place) openInLive(section.id, place);
    close();
    router.push(href);
  };
  return (
    <li className="border-b border-line">
      <a
        href={href}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          follow();
        }}
        className="flex items-start gap-3 px-4 py-3 text-ink no-underline hover:bg-hover"
      >
        {section ? (
          <VendorIcon vendor={section.id} kind={section.kind} />
        ) : (
          <span className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm bg-hover text-ink-2">
            <Logo className="size-3.5" />
          </span>
        )}
        <span className="min-w-0 grow">
          <span className="flex items-baseline gap-2">
            <span className={cn("min-w-0 truncate", unread ? "font-semibold" : "font-medium")}>{title}</span>
            <span className="ml-auto shrink-0 text-xs text-ink-3">
              {now - at < 24 * 3600_000 ? (
                <LocalTime iso={new Date(at).toISOString()} />
              ) : (
                new Date(at).toLocaleDateString(undefined, { day: "numeric", month: "short" })
              )}
            </span>
          </span>
          <span className="block text-sm text-ink-2">{text}</span>
          <span className="block text-xs text-ink-3">{label}</span>
        </span>
        {unread ? (
          <span className="mt-1.5 size-2 shrink-0 rounded-full bg-accent">
            <span className="sr-only">Unread</span>
          </span>
        ) : (
          <span className="size-2 shrink-0" />
        )}
      </a>
    </li>
  );
}
