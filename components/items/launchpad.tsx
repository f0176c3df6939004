"use client";
/** The home page: pinned and recent first, then everything by vendor. */
import { type ReactNode, useState } from "react";
import { useMemory, type Visit } from "@/components/shell/memory";
import type { ItemView, PortalView } from "@/components/shell/portal-view";
import { type Status, StatusLine, useStatuses } from "@/components/shell/status";
import { cn } from "@/components/ui/cn";
import { useInBrowser } from "@/components/ui/local-time";
import { ItemCard, ItemCell } from "./item-links";
import { isOff, VendorGroup } from "./vendor-group";
import { agoText } from "./when";

const shownVisits = 5;

export function Launchpad({ view }: { view: PortalView }) {
  const statuses = useStatuses(view.sections);
  const [tag, setTag] = useState<string | null>(null);
  const tags = [...new Set(view.items.flatMap((item) => item.tags))];
  const items = view.items.filter((item) => !tag || item.tags.includes(tag));
  const sections = view.sections.filter((section) => !tag || items.some(({ vendor }) => vendor === section.id));
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[calc(var(--page)+4rem)] flex-col gap-6 p-4 pb-8 sm:p-8">
        <div className="flex flex-wrap items-end justify-between gap-4">
          <div>
            <h1 className="text-xl tracking-tighter">
              <Greeting name={view.user.name} />
            </h1>
            <p className="mt-1 text-base text-ink-2">{summary(view, statuses)}</p>
          </div>
          {tags.length > 1 && <TagFilter tags={tags} chosen={tag} onChoose={setTag} />}
        </div>
        {view.items.length === 0 && (
          <p className="rounded-lg border border-line bg-sunken p-4 text-base text-ink-2">
            You are signed in as {view.user.email ?? view.user.name}. Items appear here when someone shares one with
            you.
          </p>
        )}
        {!tag && view.items.length > 0 && <Remembered view={view} statuses={statuses} />}
        <div className="grid grid-cols-1 items-start gap-5 md:grid-cols-2 xl:grid-cols-3">
          {sections.map((section) => {
            const status = statuses.get(section.id) ?? section;
            return (
              <VendorGroup
                key={section.id}
                section={section}
                status={status}
                items={items.filter(({ vendor }) => vendor === section.id)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** By the user's clock; on the server, which does not know it, a neutral greeting of the same height. */
function Greeting({ name }: { name: string }) {
  const inBrowser = useInBrowser();
  const first = name.split(" ")[0] ?? name;
  if (!inBrowser) return <>Welcome, {first}</>;
  const hour = new Date().getHours();
  const part = hour < 5 || hour >= 18 ? "evening" : hour < 12 ? "morning" : "afternoon";
  return (
    <>
      Good {part}, {first}
    </>
  );
}

/** How many items there are, and which vendors do not work. */
function summary(view: PortalView, statuses: ReadonlyMap<string, Status>): string {
  const count = view.items.length;
  const shared =
    count === 0
      ? "Nothing is shared with you yet."
      : count === 1
        ? "1 item is shared with you."
        : `${count} items are shared with you.`;
  if (view.sections.length > 0 && view.sections.every(({ state }) => state === "unmapped"))
    return `${shared} No product account is mapped to you yet.`;
  const troubles = view.sections.flatMap(({ id, section }) => {
    const state = statuses.get(id)?.state;
    if (state === "unavailable") return `${section} is unavailable`;
    if (state === "unlinked") return `${section} is not linked yet`;
    if (state === "unmapped") return `${section} has no account for you`;
    return [];
  });
  return troubles.length > 0 ? `${shared} ${troubles.join(", ")}.` : shared;
}

interface TagFilterProps {
  readonly tags: readonly string[];
  readonly chosen: string | null;
  readonly onChoose: (tag: string | null) => void;
}

function TagFilter({ tags, chosen, onChoose }: TagFilterProps) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Show items with the tag</legend>
      {[null, ...tags].map((tag) => (
        <button
          key={tag ?? ""}
          type="button"
          aria-pressed={chosen === tag}
          onClick={() => onChoose(tag)}
          className={cn(
            "h-7 rounded-full border px-3 text-xs font-medium max-sm:h-11 max-sm:px-4",
            chosen === tag
              ? "border-solid bg-solid text-on-solid"
              : "border-line-strong bg-surface text-ink-2 hover:bg-hover hover:text-ink",
          )}
        >
          {tag ?? "All"}
        </button>
      ))}
    </fieldset>
  );
}

interface RememberedProps {
  readonly view: PortalView;
  readonly statuses: ReadonlyMap<string, Status>;
}

/** Pinned and recent items from this browser. The server, which does not know them, renders the same height. */
function Remembered({ view, statuses }: RememberedProps) {
  const { pins, visits } = useMemory(view.user.id);
  const byHref = new Map(view.items.map((item) => [item.href, item]));
  const pinned = pins.flatMap((href) => byHref.get(href) ?? []);
  // Until something is pinned: the first item of each vendor.
  const cards =
    pinned.length > 0
      ? pinned
      : view.sections.flatMap(({ id }) => view.items.find(({ vendor }) => vendor === id) ?? []);
  return (
    <>
      <Strip heading={pinned.length > 0 ? "Pinned" : "Start here"}>
        <ul className="-mx-4 flex snap-x scroll-px-4 gap-4 overflow-x-auto px-4 sm:mx-0 sm:grid sm:grid-cols-2 sm:gap-5 sm:overflow-visible sm:px-0 xl:grid-cols-3">
          {cards.map((item) => {
            const status = statuses.get(item.vendor);
            const off = status ? isOff(status) : false;
            return (
              <li key={item.href} className="w-64 shrink-0 snap-start sm:w-auto">
                <ItemCard
                  item={item}
                  userId={view.user.id}
                  pinned={pins.includes(item.href)}
                  off={off}
                  note={off && status ? <StatusLine status={status} /> : undefined}
                />
              </li>
            );
          })}
        </ul>
      </Strip>
      <Strip heading="Recent">
        <RecentItems visits={visits} byHref={byHref} />
      </Strip>
    </>
  );
}

function RecentItems({ visits, byHref }: { visits: readonly Visit[]; byHref: ReadonlyMap<string, ItemView> }) {
  const recent = visits
    .flatMap(({ href, at }) => {
      const item = byHref.get(href);
      return item ? [{ item, at }] : [];
    })
    .slice(0, shownVisits);
  return (
    <div className="h-14 overflow-hidden rounded-lg border border-line">
      {recent.length > 0 ? (
        <ul className="grid h-full auto-cols-[minmax(12rem,20%)] grid-flow-col divide-x divide-line overflow-x-auto">
          {recent.map(({ item, at }) => (
            <li key={item.href} className="min-w-0">
              <ItemCell item={item}>{agoText(at, Date.now())}</ItemCell>
            </li>
          ))}
        </ul>
      ) : (
        <p className="flex h-full items-center px-4 text-sm text-ink-3">What you open appears here.</p>
      )}
    </div>
  );
}

function Strip({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <section aria-label={heading}>
      <h2 className="mb-3 text-sm font-medium tracking-normal text-ink-2">{heading}</h2>
      {children}
    </section>
  );
}
