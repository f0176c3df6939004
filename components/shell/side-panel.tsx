"use client";
/**
 * The panel beside the page: one at a time, whoever fills it. It lies beside the page on a wide window, over it below
 * 1,000 px, and is a sheet at the bottom below 640 px (`.side-panel` in globals.css). Its left edge is a handle for
 * pointer and keyboard, and the width is remembered in this browser for each panel.
 *
 * A panel is opened with `useSidePanel().show("inspector")` from anywhere, and drawn by one `<SidePanel id="inspector">`
 * anywhere inside the shell: its content is moved into the shell's slot.
 */
import { X } from "lucide-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { createPortal } from "react-dom";
import { useMedia } from "@/components/ui/media";

/** Pixels. */
const panelWidth = { least: 320, most: 720, usual: 460 } as const;

/** How far one arrow key moves the edge, and with Shift. Pixels. */
const step = { key: 16, shift: 64 } as const;

interface Panels {
  /** The panel that was asked for, or null. It is on screen only where its {@link SidePanel} is drawn. */
  readonly open: string | null;
  /** Where the shell draws it. */
  readonly slot: HTMLElement | null;
  /** The panels that are drawn somewhere: opening any other shows nothing. */
  readonly drawn: readonly string[];
}

const closed: Panels = { open: null, slot: null, drawn: [] };
let panels = closed;
/** What had the focus when the panel was opened: it gets it back. */
let opener: Element | null = null;
const listeners = new Set<() => void>();

function change(next: Partial<Panels>): void {
  panels = { ...panels, ...next };
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function show(id: string): void {
  if (panels.open === id) return;
  if (panels.open === null) opener = document.activeElement;
  change({ open: id });
}

function close(): void {
  if (panels.open === null) return;
  const back = opener;
  // The focus moves only when it would be lost with the panel.
  const inside = panels.slot?.contains(document.activeElement) || document.activeElement === document.body;
  opener = null;
  change({ open: null });
  if (inside && back instanceof HTMLElement && back.isConnected) back.focus();
}

const toggle = (id: string) => (panels.open === id ? close() : show(id));

/** Which panel is open, and how to change it. `show` replaces the one that is open; `close` gives the focus back. */
export function useSidePanel() {
  const open = useSyncExternalStore(
    subscribe,
    () => panels.open,
    () => null,
  );
  return useMemo(() => ({ open, show, close, toggle }), [open]);
}

/** Whether a panel is on screen, and whether it is a sheet over the page (below 640 px). */
export function useSidePanelLayout(): { readonly shown: string | null; readonly sheet: boolean } {
  const shown = useSyncExternalStore(
    subscribe,
    () => (panels.open !== null && panels.drawn.includes(panels.open) ? panels.open : null),
    () => null,
  );
  const small = useMedia("(width < 40rem)");
  return { shown, sheet: shown !== null && small };
}

/** The slot in the shell. Once per page. */
export function SidePanelSlot() {
  const slot = useCallback((element: HTMLElement | null) => change({ slot: element }), []);
  return <div ref={slot} className="contents" />;
}

interface SidePanelProps {
  readonly id: string;
  /** Names the region. Also its heading, unless `heading` is given. */
  readonly title: string;
  /** In place of the title in the panel's head, for instance a control that names what is shown. */
  readonly heading?: ReactNode;
  /** Buttons before the one that closes. */
  readonly actions?: ReactNode;
  /** Below the scrolling body. */
  readonly footer?: ReactNode;
  /** The width before the user changes it, in pixels. */
  readonly width?: number;
  /** As a sheet: nearly as high as the window. */
  readonly tall?: boolean;
  /** The body: it scrolls by itself. */
  readonly children?: ReactNode;
}

/** One panel. Draws nothing while another one is open, or none. */
export function SidePanel(props: SidePanelProps) {
  const { id } = props;
  const open = useSyncExternalStore(
    subscribe,
    () => (panels.open === id ? panels.slot : null),
    () => null,
  );
  useEffect(() => {
    change({ drawn: [...panels.drawn, id] });
    return () => {
      const drawn = panels.drawn.filter((other) => other !== id);
      change({ drawn, open: panels.open === id ? null : panels.open });
    };
  }, [id]);
  return open && createPortal(<Panel {...props} />, open);
}

function Panel({
  id,
  title,
  heading,
  actions,
  footer,
  width: usual = panelWidth.usual,
  tall,
  children,
}: SidePanelProps) {
  const region = useRef<HTMLElement>(null);
  const headingId = useId();
  const [width, setWidth] = useWidth(id, usual);
  useEffect(() => region.current?.focus({ preventScroll: true }), []);
  // On the stage, because a frame docked in the panel takes its width from there too.
  useLayoutEffect(() => stageOf(region.current)?.style.setProperty("--side", `${width}px`), [width]);
  return (
    <>
      <div aria-hidden="true" className="fixed inset-0 z-20 bg-scrim sm:hidden" onPointerDown={close} />
      <Edge title={title} width={width} onWidth={setWidth} />
      <section
        ref={region}
        tabIndex={-1}
        aria-labelledby={heading ? undefined : headingId}
        aria-label={heading ? title : undefined}
        data-side-panel={id}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || event.defaultPrevented) return;
          event.preventDefault();
          close();
        }}
        data-tall={tall || undefined}
        className="side-panel outline-none"
      >
        <span aria-hidden="true" className="mx-auto mt-2 h-1 w-9 shrink-0 rounded-full bg-line-strong sm:hidden" />
        <header className="flex h-(--side-head) shrink-0 items-center gap-1 border-b border-line pr-2 pl-4">
          {heading ?? (
            <h2 id={headingId} className="truncate text-base font-semibold">
              {title}
            </h2>
          )}
          <span className="ml-auto flex shrink-0 items-center gap-1">
            {actions}
            <button
              type="button"
              aria-label={`Close ${title}`}
              data-tip="Close"
              onClick={close}
              className="inline-flex size-8 items-center justify-center rounded-sm text-ink-2 hover:bg-active hover:text-ink max-sm:size-11"
            >
              <X aria-hidden="true" className="size-4" />
            </button>
          </span>
        </header>
        <div className="min-h-0 grow overflow-y-auto overscroll-contain">{children}</div>
        {footer && (
          <footer className="flex shrink-0 items-center gap-2 border-t border-line px-4 py-2.5">{footer}</footer>
        )}
      </section>
    </>
  );
}

const stageOf = (element: Element | null) => element?.closest<HTMLElement>("[data-side-stage]") ?? null;

/** The handle between page and panel. */
function Edge({ title, width, onWidth }: { title: string; width: number; onWidth: (width: number) => void }) {
  const from = useRef<{ readonly x: number; readonly width: number } | null>(null);
  const end = (event: PointerEvent) => {
    from.current = null;
    stageOf(event.currentTarget)?.removeAttribute("data-resizing");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.shiftKey ? step.shift : step.key;
    const next: Record<string, number> = {
      ArrowLeft: width + by,
      ArrowRight: width - by,
      Home: panelWidth.least,
      End: panelWidth.most,
    };
    const wanted = next[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    onWidth(wanted);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a widget, which hr is not
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${title}`}
      aria-valuenow={width}
      aria-valuemin={panelWidth.least}
      aria-valuemax={panelWidth.most}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const panel = event.currentTarget.nextElementSibling;
        from.current = { x: event.clientX, width: panel?.clientWidth ?? width };
        // The products' frames would take the pointer's moves.
        stageOf(event.currentTarget)?.setAttribute("data-resizing", "");
      }}
      onPointerMove={(event) => {
        if (from.current) onWidth(from.current.width + from.current.x - event.clientX);
      }}
      onPointerUp={end}
      onPointerCancel={end}
      className="side-edge group touch-none rounded-full max-sm:hidden"
    >
      <span
        data-shape
        className="h-8 w-1 rounded-full bg-line-strong group-hover:h-14 group-hover:bg-accent group-focus-visible:h-14 group-focus-visible:bg-accent group-active:h-14 group-active:bg-accent"
      />
    </div>
  );
}

const widthKey = (id: string) => `portal-side-panel:${id}`;

/** A panel's width in pixels, kept in this browser. Storage may be blocked: then it is not remembered. */
function useWidth(id: string, usual: number) {
  const [width, setWidth] = useState(() => {
    try {
      return bounded(Number(window.localStorage.getItem(widthKey(id))) || usual);
    } catch {
      return usual;
    }
  });
  const change = (wanted: number) => {
    const next = bounded(wanted);
    setWidth(next);
    try {
      window.localStorage.setItem(widthKey(id), String(next));
    } catch {}
  };
  return [width, change] as const;
}

const bounded = (width: number) => Math.round(Math.min(Math.max(width, panelWidth.least), panelWidth.most));
