"use client";
/** Share: what is on the screen, a room, a sentence. Posted as the user, or copied as a link. Loaded when it opens. */
import { Dialog } from "@base-ui/react/dialog";
import { Hash, Link2, Send, UserRound, X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { Preview } from "@/components/items/preview";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { askPortal } from "@/lib/grants/ask-portal";
import { maxSentence } from "@/lib/grants/share-text";
import { problemText } from "@/lib/problem/codes";
import type { EmbedProblem } from "@/lib/vendors/embed-host";
import { filterWords, useShownView, viewSearch } from "@/lib/vendors/shown-view";
import type { Room } from "@/lib/vendors/vendor";
import { copyLink } from "./copy-link";
import type { ItemView, ShareView } from "./portal-view";

export interface ShareDialogProps {
  readonly item: ItemView;
  readonly share: ShareView;
  /** The name of the room that is chosen first, where the user has it. */
  readonly room: string | undefined;
  /** The button that opened it: the dialog lies below it. */
  readonly anchor: HTMLElement | null;
  readonly onClose: () => void;
}

export function ShareDialog({ item, share, room: wished, anchor, onClose }: ShareDialogProps) {
  const { rooms, problem, again } = useRooms(share);
  const [chosen, setChosen] = useState<string>();
  const [sentence, setSentence] = useState("");
  const [refused, setRefused] = useState<EmbedProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const view = useShownView();
  const roomId = useId();
  const sentenceId = useId();
  const select = useRef<HTMLSelectElement>(null);
  const named = rooms?.filter(({ name, kind }) => kind !== "direct" && name === wished) ?? [];
  // Names are not unique: where several rooms have the wished one, a person chooses.
  const selected = chosen ?? (named.length > 1 ? undefined : (named[0] ?? rooms?.[0])?.id);
  const room = rooms?.find(({ id }) => id === selected);
  const filters = filterWords(view);
  const trouble = refused ?? problem;

  const send = async () => {
    if (!selected) return;
    setBusy(true);
    setRefused(null);
    const answer = await askPortal(share.messageEndpoint, {
      room: selected,
      item: `${item.vendor}/${item.slug}`,
      view: viewSearch(),
      text: sentence.trim(),
    });
    setBusy(false);
    if (!answer.ok) return setRefused(answer.problem);
    onClose();
    await toast(`Posted in ${String(answer.body.room)}`);
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 max-sm:bg-scrim" />
        <Dialog.Popup
          initialFocus={select}
          finalFocus={{ current: anchor }}
          style={placeBelow(anchor)}
          className="fixed z-50 flex max-h-[calc(100dvh-1rem)] w-94 max-w-[calc(100vw-1rem)] flex-col overflow-hidden rounded-lg border border-line-strong bg-raised text-sm text-ink shadow-lg outline-none max-sm:inset-x-0! max-sm:top-auto! max-sm:bottom-0! max-sm:w-auto max-sm:max-w-none max-sm:rounded-b-none max-sm:pb-[env(safe-area-inset-bottom)]"
        >
          <header className="flex h-11 shrink-0 items-center pr-2 pl-4">
            <Dialog.Title className="grow text-base font-semibold">Share this view</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="inline-flex size-8 items-center justify-center rounded-sm text-ink-2 hover:bg-active hover:text-ink max-sm:size-11"
            >
              <X aria-hidden="true" className="size-4" />
            </Dialog.Close>
          </header>
          <div className="grid min-h-0 gap-3.5 overflow-y-auto px-4 pb-4">
            <div className="flex items-stretch overflow-hidden rounded-md border border-line">
              <Preview
                vendor={item.vendor}
                kind={item.kind}
                drawing={item.drawing}
                className="w-22 shrink-0 border-r border-line bg-sunken"
              />
              <p className="min-w-0 px-3 py-2">
                <span className="block truncate font-medium">
                  {item.title}
                  {view.pageLabel && ` · ${view.pageLabel}`}
                </span>
                <span className="block truncate text-xs text-ink-3">{filters || "As it opens"}</span>
              </p>
            </div>
            <div className="grid gap-1.5">
              <label htmlFor={roomId} className="font-medium">
                Room
              </label>
              <div className="relative">
                <RoomSign room={room} />
                <select
                  ref={select}
                  id={roomId}
                  value={selected ?? ""}
                  disabled={!rooms?.length}
                  onChange={(event) => setChosen(event.target.value)}
                  className="h-8 w-full rounded-sm border border-control bg-surface pr-2 pl-8 text-sm text-ink disabled:bg-sunken disabled:text-ink-3 max-sm:h-11 max-sm:text-md"
                >
                  {!rooms?.length && <option value="">{rooms ? "You have no rooms" : problem ? "" : "Loading"}</option>}
                  {named.length > 1 && selected === undefined && <option value="">Choose a room</option>}
                  {rooms?.map(({ id, name, members }) => (
                    <option key={id} value={id}>
                      {members === undefined ? name : `${name}, ${members} ${members === 1 ? "member" : "members"}`}
                    </option>
                  ))}
                </select>
              </div>
            </div>
            <div className="grid gap-1.5">
              <span className="flex items-baseline justify-between">
                <label htmlFor={sentenceId} className="font-medium">
                  Sentence <span className="font-normal text-ink-3">if you like</span>
                </label>
                <span className="text-xs text-ink-3 tabular-nums">
                  {[...sentence].length} of {maxSentence}
                </span>
              </span>
              <textarea
                id={sentenceId}
                rows={3}
                value={sentence}
                onChange={(event) => setSentence([...event.target.value].slice(0, maxSentence).join(""))}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void send();
                }}
                className="resize-none rounded-sm border border-control bg-surface px-2.5 py-1.5 text-sm text-ink max-sm:text-md"
              />
              <p className="text-xs text-ink-3">Posted as {share.account}. People open it with their own rights.</p>
            </div>
            <p role="alert" className="text-sm text-bad empty:hidden">
              {trouble && wordsOf(trouble, share.name)}
            </p>
          </div>
          <footer className="flex shrink-0 items-center gap-2 border-t border-line bg-sunken px-4 py-3">
            <Button onClick={() => copyLink(item.href)}>
              <Link2 aria-hidden="true" className="size-4" />
              Copy link
            </Button>
            <span className="grow" />
            {problem ? (
              <Button look="solid" onClick={again}>
                Try again
              </Button>
            ) : (
              <Button look="solid" onClick={send} disabled={busy || !selected} aria-busy={busy}>
                <Send aria-hidden="true" className="size-4" />
                Send
              </Button>
            )}
          </footer>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function RoomSign({ room }: { room: Room | undefined }) {
  const Icon = room?.kind === "direct" ? UserRound : Hash;
  return (
    <Icon
      aria-hidden="true"
      className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
    />
  );
}

const wordsOf = ({ code, detail }: EmbedProblem, vendorName: string): string => {
  const { title, detail: usual } = problemText(code, vendorName);
  return `${title}. ${detail ?? usual}`;
};

/** Below the button, inside the window. */
function placeBelow(anchor: HTMLElement | null) {
  const box = anchor?.getBoundingClientRect();
  const width = 376;
  if (!box || box.width === 0) return { top: 56, left: Math.max(8, (window.innerWidth - width) / 2) };
  return { top: box.bottom + 6, left: Math.max(8, Math.min(box.left, window.innerWidth - width - 8)) };
}

/** The user's own rooms at the vendor. */
function useRooms({ roomsEndpoint }: ShareView) {
  const [rooms, setRooms] = useState<readonly Room[]>();
  const [problem, setProblem] = useState<EmbedProblem | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every attempt asks again
  useEffect(() => {
    let gone = false;
    setProblem(null);
    void askPortal(roomsEndpoint, {}).then((answer) => {
      if (gone) return;
      if (answer.ok) setRooms(Array.isArray(answer.body.rooms) ? (answer.body.rooms as Room[]) : []);
      else setProblem(answer.problem);
    });
    return () => {
      gone = true;
    };
  }, [roomsEndpoint, attempt]);
  return { rooms, problem, again: () => setAttempt((now) => now + 1) };
}
