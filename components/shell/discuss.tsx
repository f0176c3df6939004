"use client";
/**
 * Discuss: the chat beside another product's item. The panel is the head and the edges; the chat itself is the one frame
 * that is alive anyway, which the stage lays over the panel (components/embed/kept-alive.tsx). Nothing is loaded twice.
 */
import { ChevronDown, Expand, Hash, Share } from "lucide-react";
import Link from "next/link";
import { lazy, useEffect, useState } from "react";
import { MenuButton } from "@/components/ui/menu";
import { openInLive, usePlace } from "@/lib/live/live";
import { useMemory } from "./memory";
import type { ItemView, PortalView } from "./portal-view";
import { SidePanel, useSidePanel } from "./side-panel";

const RoomMenu = lazy(() => import("./discuss-menu").then((module) => ({ default: module.RoomMenu })));

export const discussPanel = "discuss";

/** What the chat beside an item shows. */
export interface Discussion {
  /** The rooms that this user may open. */
  readonly rooms: readonly ItemView[];
  /** The item's own room, or the one that the user chose; undefined leaves the chat where it is. */
  readonly room: ItemView | undefined;
  /** Where a chat starts that has not been open yet. */
  readonly first: ItemView;
  readonly choose: (room: ItemView) => void;
}

/** The discussion of an item; null where the portal has no chat for it. */
export function useDiscussion(view: PortalView, item: ItemView | undefined): Discussion | null {
  const { visits } = useMemory(view.user.id);
  const [chosen, setChosen] = useState<{ readonly item: string; readonly room: string } | null>(null);
  if (!item || !view.discuss || item.vendor === view.discuss) return null;
  const rooms = view.items.filter(({ vendor }) => vendor === view.discuss);
  const at = (href: string | undefined) => rooms.find((room) => room.href === href);
  const last = visits.map(({ href }) => at(href)).find(Boolean);
  const [first] = rooms;
  if (!first) return null;
  return {
    rooms,
    room: at(chosen?.item === item.href ? chosen.room : item.discuss),
    first: last ?? first,
    choose: (room) => setChosen({ item: item.href, room: room.href }),
  };
}

interface DiscussProps {
  readonly view: PortalView;
  readonly discussion: Discussion;
  readonly onShare: (room: string) => void;
}

export function Discuss({ view, discussion, onShare }: DiscussProps) {
  const { rooms, room, first, choose } = discussion;
  const { open } = useSidePanel();
  const place = usePlace(view.discuss ?? "");
  const title = place ?? (room ?? first).title.replace(/^#\s*/, "");
  const current = rooms.find((one) => one.title.replace(/^#\s*/, "") === title) ?? room;
  // A name of a person has no sign in front.
  const isRoom = current !== undefined;
  const button =
    "inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-ink-2 hover:bg-active hover:text-ink max-sm:size-11";
  return (
    <SidePanel
      id={discussPanel}
      title="Discuss"
      width={420}
      tall
      heading={
        <MenuButton
          align="start"
          aria-label={`Room ${title}, change`}
          className="-ml-1.5 flex h-8 min-w-0 items-center gap-1.5 rounded-sm px-1.5 text-base font-semibold hover:bg-active aria-expanded:bg-active max-sm:h-11"
          button={
            <>
              {isRoom && <Hash aria-hidden="true" className="size-4 shrink-0 text-ink-3" />}
              <span className="truncate">{title}</span>
              <ChevronDown aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />
            </>
          }
        >
          <RoomMenu
            rooms={rooms}
            current={current?.href ?? ""}
            onChoose={(one) => {
              choose(one);
              if (open === discussPanel && one.place) openInLive(one.vendor, one.place);
            }}
          />
        </MenuButton>
      }
      actions={
        <>
          {view.share && (
            <button
              type="button"
              className={button}
              aria-haspopup="dialog"
              aria-label={`Post this view in ${title}`}
              data-tip="Post this view in the room"
              onClick={() => onShare(title)}
            >
              <Share aria-hidden="true" className="size-4" />
            </button>
          )}
          <Link
            href={(current ?? first).href}
            prefetch={false}
            className={button}
            aria-label="Open in Chat"
            data-tip="Open in Chat"
          >
            <Expand aria-hidden="true" className="size-4" />
          </Link>
        </>
      }
    />
  );
}

const keyOff = "portal-discuss-key";

/** Whether `d` opens the chat. A shortcut of one letter can be in the way of speech input (WCAG 2.1.4). */
export function isDiscussKeyOn(): boolean {
  try {
    return window.localStorage.getItem(keyOff) !== "off";
  } catch {
    return true;
  }
}

export function switchDiscussKey(on: boolean): void {
  try {
    if (on) window.localStorage.removeItem(keyOff);
    else window.localStorage.setItem(keyOff, "off");
  } catch {}
}

/** Elements that take letters themselves. */
const takesText = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input, textarea, select, [role=menu], [role=menu] *, [role=dialog] *"));

/** `d` opens and closes it, from anywhere in the portal but where letters are typed. */
export function useDiscussKey(enabled: boolean): void {
  const { toggle } = useSidePanel();
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
      if (event.key !== "d" || modified || event.repeat || event.defaultPrevented || event.isComposing) return;
      if (takesText(event.target) || !isDiscussKeyOn()) return;
      event.preventDefault();
      toggle(discussPanel);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [enabled, toggle]);
}
