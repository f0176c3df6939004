/** The audit page: filter, events and the selected event. Rendered on the server from its URL. */
import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { headers } from "next/headers";
import Link from "next/link";
import { Button, buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { type AuditFilter, filterAddress, portalItself, type Query, readFilter } from "@/lib/broker/audit-filter";
import { type AuditEntry, readAudit, readAuditEntry } from "@/lib/broker/audit-log";
import { getConfig } from "@/lib/config/config";
import { vendors } from "@/lib/vendors";
import { AdminHead } from "./admin-page";
import { AuditDetail } from "./audit-detail";
import { AuditFilters } from "./audit-filters";
import { labelOfAction } from "./audit-labels";
import { Product, Result, sectionOf } from "./audit-parts";
import { countTroubles } from "./health-view";
import { type Moments, momentsFor } from "./moment";

const path = "/admin/audit";

const single = (value: Query[string]) => (typeof value === "string" ? value : undefined);

/** Position on the page, besides the filter. */
interface Here {
  readonly filter: AuditFilter;
  readonly before?: string;
  readonly after?: string;
  readonly event?: string;
}

const addressOf = ({ filter, ...cursor }: Here) => filterAddress(path, filter, cursor);

export async function AuditView({ query }: { query: Query }) {
  const filter = readFilter(query);
  const cursor = { before: single(query.before), after: single(query.after) };
  const event = single(query.event);
  const [page, chosen, troubles] = await Promise.all([
    readAudit(filter, cursor),
    event ? readAuditEntry(event) : null,
    countTroubles(),
  ]);
  const moments = momentsFor(await headers());
  const here: Here = { filter, ...cursor };
  const { auditDays } = getConfig();
  const days = auditDays === 1 ? "1 day" : `${auditDays} days`;
  return (
    <div className="h-full overflow-y-auto lg:flex lg:overflow-hidden">
      <div className={cn("flex min-w-0 grow flex-col lg:h-full", chosen && "max-lg:hidden")}>
        <div className="shrink-0 p-4 pb-3 sm:px-6 sm:pt-6">
          <AdminHead
            title="Audit"
            intro={`Who requested what, and how the portal answered. Kept for ${days}, without tokens.`}
            troubles={troubles}
            actions={
              // A plain link: the response is a download.
              <a href={filterAddress("/api/admin/audit", filter)} download className={buttonClass()}>
                <Download aria-hidden="true" className="size-4" />
                Export
              </a>
            }
          />
          <div className="mt-3 flex flex-col gap-2">
            <AuditFilters filter={filter} products={[...products(), { id: portalItself, name: "Portal" }]} />
            <Narrowed filter={filter} />
          </div>
        </div>
        {page.entries.length > 0 ? (
          <Events entries={page.entries} here={here} chosen={chosen?.id} moments={moments} />
        ) : (
          <Nothing filter={filter} searchedTo={page.stoppedAt && moments.stamp(page.stoppedAt)} />
        )}
        <Pager
          here={here}
          older={page.older}
          newer={page.newer}
          count={page.entries.length}
          searchedTo={page.stoppedAt && moments.stamp(page.stoppedAt)}
        />
      </div>
      {chosen && <AuditDetail entry={chosen} closeHref={addressOf(here)} moments={moments} />}
    </div>
  );
}

const products = () => vendors.map(({ id, section }) => ({ id, name: section }));

/** Filters that came from a link in an event; each can be removed. */
function Narrowed({ filter }: { filter: AuditFilter }) {
  const set = (["user", "request", "code"] as const).filter((name) => filter[name]);
  if (set.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-2 text-xs">
      {set.map((name) => (
        <Link
          key={name}
          href={filterAddress(path, { ...filter, [name]: undefined })}
          prefetch={false}
          className="inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-sm border border-accent-line bg-accent-soft px-2 py-0.5 text-ink no-underline hover:border-accent max-sm:min-h-11"
        >
          <span className="text-ink-2">{{ user: "User", request: "Request", code: "Code" }[name]}</span>
          <span className="min-w-0 font-medium break-all">{filter[name]}</span>
          <X aria-hidden="true" className="size-3.5 shrink-0 text-ink-2" />
          <span className="sr-only">: remove this filter</span>
        </Link>
      ))}
    </p>
  );
}

interface EventsProps {
  readonly entries: readonly AuditEntry[];
  readonly here: Here;
  readonly chosen: string | undefined;
  readonly moments: Moments;
}

const head =
  "bg-sunken px-2 py-2 text-left sm:px-3 text-xs font-medium text-ink-3 first:pl-4 last:pr-4 sm:first:pl-6 sm:last:pr-6";
const cellClass = "px-2 py-2 align-top first:pl-4 sm:px-3 last:pr-4 sm:first:pl-6 sm:last:pr-6";

function Events({ entries, here, chosen, moments }: EventsProps) {
  return (
    <section
      aria-label="Events"
      className="relative min-h-0 grow border-t border-line focus-visible:-outline-offset-2 lg:overflow-auto"
    >
      <table className="w-full border-separate border-spacing-0 text-sm">
        <thead className="lg:sticky lg:top-0 lg:z-10">
          <tr className="*:border-b *:border-line">
            <th scope="col" aria-sort="descending" className={head}>
              Time
            </th>
            <th scope="col" className={head}>
              User
            </th>
            <th scope="col" className={cn(head, "max-sm:hidden")}>
              Product
            </th>
            <th scope="col" className={cn(head, "max-sm:hidden")}>
              Action
            </th>
            <th scope="col" className={cn(head, "max-md:hidden")}>
              Item
            </th>
            <th scope="col" className={head}>
              Result
            </th>
            <th scope="col" className={cn(head, chosen ? "hidden" : "max-xl:hidden")}>
              Request
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} here={here} moments={moments} chosen={chosen} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ entry, here, chosen, moments }: Omit<EventsProps, "entries"> & { entry: AuditEntry }) {
  const isChosen = chosen === entry.id;
  const item = entry.item ?? "\u2013";
  return (
    <tr
      className={cn(
        "relative *:border-b *:border-line",
        isChosen ? "bg-accent-soft shadow-[inset_2px_0_0_var(--color-accent)]" : "hover:bg-hover",
      )}
    >
      <td className={cn(cellClass, "text-ink-2 tabular-nums sm:whitespace-nowrap")}>
        <time dateTime={entry.at.toISOString()}>{moments.stamp(entry.at)}</time>
      </td>
      <td className={cn(cellClass, "max-sm:w-full max-sm:max-w-0 sm:max-w-56")}>
        <Link
          href={addressOf({ ...here, event: entry.id })}
          prefetch={false}
          scroll={false}
          aria-current={isChosen ? "true" : undefined}
          className="block truncate font-medium text-ink no-underline after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {entry.userId ?? "Not signed in"}
        </Link>
        <span className="block truncate text-xs text-ink-3 sm:hidden">
          {[sectionOf(entry.vendor), labelOfAction(entry.action), entry.item].filter(Boolean).join(", ")}
        </span>
      </td>
      <td className={cn(cellClass, "whitespace-nowrap max-sm:hidden")}>
        <Product vendor={entry.vendor} />
      </td>
      <td className={cn(cellClass, "whitespace-nowrap max-sm:hidden")}>{labelOfAction(entry.action)}</td>
      <td className={cn(cellClass, "max-w-48 truncate text-ink-2 max-md:hidden")}>{item}</td>
      <td className={cellClass}>
        <Result entry={entry} />
      </td>
      <td
        className={cn(
          cellClass,
          "font-mono text-xs/5 whitespace-nowrap text-ink-3",
          chosen ? "hidden" : "max-xl:hidden",
        )}
      >
        {entry.requestId.slice(0, 13)}
      </td>
    </tr>
  );
}

/** @param searchedTo when the search stopped there, though there is more to search */
function Nothing({ filter, searchedTo }: { filter: AuditFilter; searchedTo: string | null }) {
  const filtered = Object.keys(filter).length > 0;
  if (searchedTo)
    return (
      <div className="flex min-h-60 grow border-t border-line">
        <div className="m-auto max-w-104 p-6 text-center">
          <p className="text-md font-semibold">No event matches so far</p>
          <p className="mt-1 text-base text-ink-2">
            Searched as far as {searchedTo}. Continue on the next page, or narrow the filter.
          </p>
        </div>
      </div>
    );
  return (
    <div className="flex min-h-60 grow border-t border-line">
      <div className="m-auto max-w-104 p-6 text-center">
        <p className="text-md font-semibold">{filtered ? "No events match" : "No events yet"}</p>
        <p className="mt-1 text-base text-ink-2">
          {filtered ? "Remove a filter or choose a longer period." : "Sign-ins, grants and refusals appear here."}
        </p>
        {filtered && (
          <p className="mt-4">
            <Link href={path} prefetch={false} className={buttonClass()}>
              Clear all filters
            </Link>
          </p>
        )}
      </div>
    </div>
  );
}

interface PagerProps {
  readonly here: Here;
  readonly older: string | null;
  readonly newer: string | null;
  readonly count: number;
  /** When the search stopped before the page was full. */
  readonly searchedTo: string | null;
}

function Pager({ here: { filter }, older, newer, count, searchedTo }: PagerProps) {
  if (count === 0 && !older && !newer) return null;
  const turn = (label: string, href: string | null, rel: "prev" | "next", icon: "left" | "right") => {
    const inside = (
      <>
        {icon === "left" && <ChevronLeft aria-hidden="true" className="size-4" />}
        {label}
        {icon === "right" && <ChevronRight aria-hidden="true" className="size-4" />}
      </>
    );
    return href ? (
      <Link href={href} rel={rel} prefetch={false} className={buttonClass()}>
        {inside}
      </Link>
    ) : (
      <Button disabled className="opacity-50">
        {inside}
      </Button>
    );
  };
  return (
    <nav aria-label="Pages" className="flex shrink-0 items-center gap-2 border-t border-line px-4 py-2 sm:px-6">
      <p className="mr-auto text-xs text-ink-3 tabular-nums">
        {count === 1 ? "1 event" : `${count} events`}
        {newer || older ? ", newest first" : ""}
        {searchedTo ? `, searched as far as ${searchedTo}` : ""}
      </p>
      {turn("Newer", newer && addressOf({ filter, after: newer }), "prev", "left")}
      {turn("Older", older && addressOf({ filter, before: older }), "next", "right")}
    </nav>
  );
}
