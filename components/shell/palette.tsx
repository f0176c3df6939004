"use client";
/** The command palette: every item by name, vendor and tag, and a few actions. Arrows and Enter. */
import { Dialog } from "@base-ui/react/dialog";
import { CornerDownLeft, Search, Tag as TagIcon, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { VendorIcon } from "@/components/items/vendor-icon";
import { cn } from "@/components/ui/cn";
import { Kbd, Tag } from "@/components/ui/tag";
import { type PaletteEntry, type PaletteProps, usePaletteGroups } from "./palette-entries";
import { pieces, termsOf } from "./palette-search";
import type { ItemView, PortalView } from "./portal-view";
import { onMac } from "./shortcut";
import { StatusDot, statusText, useStatuses } from "./status";

export function Palette(props: PaletteProps) {
  const { view, onClose } = props;
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const statuses = useStatuses(view.sections);
  const groups = usePaletteGroups(props, query);
  const entries = groups.flatMap((group) => group.entries);
  const current = entries[Math.min(at, entries.length - 1)];
  const optionId = (entry: PaletteEntry) => `${listId}-${entry.id}`;

  const currentId = current && optionId(current);
  useEffect(() => {
    if (currentId) document.getElementById(currentId)?.scrollIntoView({ block: "nearest" });
  }, [currentId]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || entries.length === 0) return;
    const last = entries.length - 1;
    const here = Math.min(at, last);
    const moves: Record<string, number> = {
      ArrowDown: here === last ? 0 : here + 1,
      ArrowUp: here === 0 ? last : here - 1,
      PageDown: Math.min(here + 5, last),
      PageUp: Math.max(here - 5, 0),
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === "Enter" && current) {
      event.preventDefault();
      if (current.item && (event.metaKey || event.ctrlKey)) {
        onClose();
        window.open(current.item.tabHref, "_blank", "noreferrer");
      } else current.run();
    }
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          initialFocus={input}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[min(34rem,76vh)] w-[calc(100vw-1.5rem)] max-w-160 -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line-strong bg-raised text-ink shadow-lg outline-none max-sm:top-3"
        >
          <Dialog.Title className="sr-only">Search or jump to</Dialog.Title>
          <div className="flex shrink-0 items-center gap-3 border-b border-line px-4">
            <Search aria-hidden="true" className="size-4 shrink-0 text-ink-3" />
            <input
              ref={input}
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              role="combobox"
              aria-expanded={entries.length > 0}
              aria-controls={listId}
              aria-activedescendant={currentId}
              aria-autocomplete="list"
              aria-label="Search or jump to"
              placeholder="Search or jump to"
              autoComplete="off"
              spellCheck={false}
              className="h-12 min-w-0 grow bg-transparent text-md text-ink outline-none placeholder:text-ink-3"
            />
            <Dialog.Close
              className="-mr-2 inline-flex h-8 min-w-8 items-center justify-center rounded-sm px-1 text-ink-2 max-sm:size-11"
              aria-label="Close"
            >
              <span className="max-sm:hidden">
                <Kbd>Esc</Kbd>
              </span>
              <X aria-hidden="true" className="size-4 sm:hidden" />
            </Dialog.Close>
          </div>
          <div
            id={listId}
            role="listbox"
            aria-label="Results"
            tabIndex={-1}
            hidden={entries.length === 0}
            className="min-h-0 overflow-y-auto p-1.5"
          >
            {groups.map(({ heading, entries: listed }) => (
              // biome-ignore lint/a11y/useSemanticElements: a group of options has no element of its own in a listbox
              <div key={heading} role="group" aria-label={heading}>
                <p aria-hidden="true" className="px-2.5 pt-2 pb-1 text-xs text-ink-3">
                  {heading}
                </p>
                {listed.map((entry) => (
                  // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the input keeps the focus and has the keys
                  <div
                    key={entry.id}
                    id={optionId(entry)}
                    role="option"
                    aria-selected={entry === current}
                    onPointerMove={() => setAt(entries.indexOf(entry))}
                    onClick={entry.run}
                    className={cn(
                      "flex min-h-10 items-center gap-3 rounded-sm px-2.5 py-1 text-base max-sm:min-h-11",
                      entry === current && "bg-active",
                    )}
                  >
                    {entry.item && <VendorIcon vendor={entry.item.vendor} kind={entry.item.kind} />}
                    {entry.Icon && (
                      <span className="inline-flex size-6 items-center justify-center text-ink-2">
                        <entry.Icon aria-hidden="true" className="size-4" />
                      </span>
                    )}
                    <span className="min-w-0 truncate">
                      {pieces(entry.label, query).map(({ at: start, text, match }) => (
                        <span key={start} className={cn(match && "font-semibold")}>
                          {text}
                        </span>
                      ))}
                    </span>
                    {entry.item && <EntryFacts entry={entry.item} view={view} statuses={statuses} query={query} />}
                    {entry === current && (
                      <span className={cn("max-sm:hidden", !entry.item && "ml-auto")}>
                        <Kbd>
                          <CornerDownLeft aria-hidden="true" className="size-3" />
                        </Kbd>
                      </span>
                    )}
                  </div>
                ))}
              </div>
            ))}
          </div>
          {entries.length === 0 && <p className="px-4 py-7 text-center text-base text-ink-2">No items match.</p>}
          <p className="flex shrink-0 items-center gap-4 border-t border-line bg-sunken px-4 py-2 text-xs text-ink-3">
            <span className="max-sm:hidden">
              <Kbd>↑</Kbd> <Kbd>↓</Kbd> Move
            </span>
            <span className="max-sm:hidden">
              <Kbd>↵</Kbd> Open
            </span>
            <span className="max-sm:hidden">
              <Kbd>{onMac() ? "⌘" : "Ctrl"}</Kbd> <Kbd>↵</Kbd> New tab
            </span>
            <span role="status" className="ml-auto tabular-nums">
              {entries.length === 1 ? "1 result" : `${entries.length} results`}
            </span>
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface EntryFactsProps {
  readonly entry: ItemView;
  readonly view: PortalView;
  readonly statuses: ReturnType<typeof useStatuses>;
  readonly query: string;
}

/** The section, and at the end of the row the vendor's status or the tag that matched. */
function EntryFacts({ entry, view, statuses, query }: EntryFactsProps) {
  const status = statuses.get(entry.vendor);
  const words = termsOf(query);
  const tag = entry.tags.find((label) => words.some((word) => label.toLowerCase().includes(word)));
  const trouble = status && !["connected", "ready"].includes(status.state);
  return (
    <>
      <span className="shrink-0 text-xs text-ink-3">
        {view.sections.find(({ id }) => id === entry.vendor)?.section}
      </span>
      <span className="ml-auto shrink-0 pl-2 max-sm:hidden">
        {trouble ? (
          <span className="inline-flex items-center gap-2 text-xs text-ink-2">
            <StatusDot state={status.state} />
            {statusText(status)}
          </span>
        ) : (
          tag && (
            <Tag>
              <TagIcon aria-hidden="true" className="mr-1 size-3" />
              {tag}
            </Tag>
          )
        )}
      </span>
    </>
  );
}
