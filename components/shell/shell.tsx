"use client";
/** The shell around the products: rail, top bar, content area, palette. Rendered once; pages change inside it. */
import { usePathname } from "next/navigation";
import { type ComponentType, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { EmbedFrameProps } from "@/components/embed/embed-frame";
import { KeptAliveStage } from "@/components/embed/kept-alive";
import { Inspector } from "@/components/inspector/inspector";
import { Discuss, type Discussion, discussPanel, useDiscussion, useDiscussKey } from "./discuss";
import { Inbox } from "./inbox";
import { LiveNews } from "./live-news";
import { useStatusRefresh } from "./live-status";
import { locationOf } from "./location";
import { rememberVisit } from "./memory";
import type { PaletteProps } from "./palette-entries";
import type { PortalView } from "./portal-view";
import { Rail } from "./rail";
import { useSessionWatch } from "./session-watch";
import type { ShareDialogProps } from "./share-dialog";
import { useSidePanelLayout } from "./side-panel";
import { TopBar } from "./top-bar";

interface ShellProps {
  readonly view: PortalView;
  readonly railStartsCollapsed: boolean;
  readonly signOut: () => Promise<void>;
  /** The frame that can lie beside the items of other vendors, with the items that it can show. */
  readonly chat: EmbedFrameProps | null;
  readonly children: ReactNode;
}

export function Shell({ view, railStartsCollapsed, signOut, chat, children }: ShellProps) {
  const path = usePathname();
  const { Palette, open, setOpen, load } = usePalette();
  useSessionWatch(view.user.id, view.endsAt);
  useStatusRefresh(view);

  const here = locationOf(path, view);
  const isItem = here.item !== undefined;
  useEffect(() => {
    if (isItem) rememberVisit(view.user.id, path);
  }, [isItem, path, view.user.id]);

  const show = useCallback(() => setOpen(true), [setOpen]);
  // A panel that covers the page like a dialog keeps the keyboard to itself.
  const { shown, sheet } = useSidePanelLayout();
  const discussion = useDiscussion(view, here.item);
  useDiscussKey(discussion !== null);
  const docked = useDocked(chat, shown === discussPanel ? discussion : null);
  const share = useShare();
  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 rounded-md border border-line-strong bg-raised px-3 py-2 text-ink no-underline shadow-md not-focus:sr-only"
      >
        Skip to content
      </a>
      <div className="flex h-dvh flex-col overflow-hidden sm:flex-row">
        <Rail view={view} startsCollapsed={railStartsCollapsed} inert={sheet} />
        <div className="flex min-h-0 min-w-0 grow flex-col">
          <TopBar
            view={view}
            signOut={signOut}
            onSearch={show}
            onNearSearch={load}
            inert={sheet}
            discusses={discussion !== null}
            onShare={share.open}
          />
          <main
            id="content"
            tabIndex={-1}
            // A framed product has a main landmark of its own.
            aria-label={view.name}
            data-side-stage
            className="side-stage outline-none"
          >
            <KeptAliveStage docked={docked}>{children}</KeptAliveStage>
            {discussion && <Discuss view={view} discussion={discussion} onShare={share.open} />}
            <Inbox view={view} />
          </main>
        </div>
      </div>
      <LiveNews here={here.section?.id} />
      {view.inspector && <Inspector vendor={here.item?.vendor} item={here.item?.slug} path={path} />}
      {share.Dialog && share.asked && view.share && here.item && (
        <share.Dialog
          item={here.item}
          share={view.share}
          room={
            share.asked.room ?? view.items.find(({ href }) => href === here.item?.discuss)?.title.replace(/^#\s*/, "")
          }
          anchor={share.asked.anchor}
          onClose={share.close}
        />
      )}
      {Palette && open && <Palette view={view} signOut={signOut} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The frame in the panel: at the discussion's room, or, where there is none, at the one that it shows already. */
function useDocked(chat: EmbedFrameProps | null, discussion: Discussion | null): EmbedFrameProps | null {
  const open = useRef<string>(undefined);
  const slug = discussion && (discussion.room?.slug ?? open.current ?? discussion.first.slug);
  if (slug) open.current = slug;
  return useMemo(() => {
    const item = slug && chat?.items?.find((one) => one.slug === slug);
    return chat && item ? { ...chat, item } : null;
  }, [chat, slug]);
}

interface AskedShare {
  /** The button that asked. */
  readonly anchor: HTMLElement | null;
  /** The name of a room. */
  readonly room?: string;
}

/** The dialog's code loads when it is first asked for. */
function useShare() {
  const [Dialog, setDialog] = useState<ComponentType<ShareDialogProps> | null>(null);
  const [asked, setAsked] = useState<AskedShare | null>(null);
  const open = useCallback((room?: string) => {
    const button = document.activeElement;
    setAsked({ anchor: button instanceof HTMLElement && button !== document.body ? button : null, room });
    import("./share-dialog").then((module) => setDialog(() => module.ShareDialog)).catch(() => setAsked(null));
  }, []);
  const close = useCallback(() => setAsked(null), []);
  return { Dialog, asked, open, close };
}

/** The palette's code loads at the first user input, so that ⌘K opens it without delay. */
function usePalette() {
  const [Palette, setPalette] = useState<ComponentType<PaletteProps> | null>(null);
  const [open, setOpen] = useState(false);
  const asked = useRef(false);
  const load = useCallback(() => {
    if (asked.current) return;
    asked.current = true;
    import("./palette").then(
      (module) => setPalette(() => module.Palette),
      () => {
        asked.current = false;
      },
    );
  }, []);
  useEffect(() => {
    const events = new AbortController();
    const { signal } = events;
    window.addEventListener("pointermove", load, { once: true, signal });
    window.addEventListener("touchstart", load, { once: true, signal, passive: true });
    window.addEventListener(
      "keydown",
      (event) => {
        load();
        if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey) return;
        event.preventDefault();
        setOpen((now) => !now);
      },
      { signal },
    );
    return () => events.abort();
  }, [load]);
  useEffect(() => {
    if (open) load();
  }, [open, load]);
  return { Palette, open, setOpen, load };
}
