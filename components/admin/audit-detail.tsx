/** The details of one event: its fields, the broker's steps, and what the user saw. */
import { CircleCheck, CircleX, Minus, X } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { InspectButton } from "@/components/inspector/inspect-button";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-code";
import { type AuditFilter, filterAddress } from "@/lib/broker/audit-filter";
import type { AuditEntry } from "@/lib/broker/audit-log";
import { getConfig } from "@/lib/config/config";
import { problemText } from "@/lib/problem/codes";
import { vendors } from "@/lib/vendors";
import portal from "@/portal.config";
import { stepsOf, titleOf } from "./audit-labels";
import { Product, Result } from "./audit-parts";
import type { Moments } from "./moment";

interface AuditDetailProps {
  readonly entry: AuditEntry;
  readonly closeHref: string;
  readonly moments: Moments;
}

const path = "/admin/audit";
const link =
  "inline-flex min-h-6 items-center text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current";

export function AuditDetail({ entry, closeHref, moments }: AuditDetailProps) {
  const { inspector: inspectable } = getConfig();
  const vendor = vendors.find(({ id }) => id === entry.vendor);
  const vendorName = vendor?.name ?? "The product";
  const steps = stepsOf(entry, vendorName);
  return (
    <aside
      aria-labelledby="event-title"
      className="flex min-w-0 flex-col lg:h-full lg:w-80 lg:shrink-0 lg:overflow-y-auto lg:border-l lg:border-line"
    >
      {/* On small screens the event replaces the list and the page's title. */}
      <h1 className="sr-only lg:hidden">Audit</h1>
      <header className="flex h-13 shrink-0 items-center justify-between gap-3 border-b border-line pr-3 pl-4 lg:pl-5">
        <h2 id="event-title" className="text-base">
          {titleOf(entry)}
        </h2>
        <Link
          href={closeHref}
          prefetch={false}
          scroll={false}
          aria-label="Close and go back to the list"
          className="inline-flex size-8 items-center justify-center rounded-sm text-ink-2 hover:bg-hover max-sm:size-11"
        >
          <X aria-hidden="true" className="size-4" />
        </Link>
      </header>
      <dl className="grid grid-cols-[5rem_1fr] gap-x-3 gap-y-2 border-b border-line p-4 text-sm lg:px-5">
        <Fact name="Result">
          <Result entry={entry} />
        </Fact>
        <Fact name="Time">
          <time dateTime={entry.at.toISOString()}>{moments.whole(entry.at)}</time>
        </Fact>
        <Fact name="User">{entry.userId ?? "Not signed in"}</Fact>
        <Fact name="Account">{entry.account}</Fact>
        <Fact name="Product">
          <Product vendor={entry.vendor} />
        </Fact>
        <Fact name="Item">
          {entry.item === null ? null : <ItemName item={entry.item} vendor={entry.vendor} route={vendor?.route} />}
        </Fact>
        {Object.entries(entry.requestedAccess).map(([name, value]) => (
          <Fact key={name} name={spaced(name)} mono>
            {value}
          </Fact>
        ))}
        <Fact name="Request" mono>
          {entry.requestId}
          <CopyButton text={entry.requestId} label="Copy the request id" done="Request id copied" />
        </Fact>
        <Fact name="Reference" mono>
          {entry.reference}
        </Fact>
        <Fact name="Took">{entry.durationMs === null ? null : `${entry.durationMs} ms`}</Fact>
      </dl>
      {steps.length > 0 && (
        <section className="border-b border-line p-4 lg:px-5">
          <h3 className="text-sm">What happened</h3>
          <ol className="mt-2">
            {steps.map(({ title, result }) => (
              <li key={title} className="flex min-h-7 items-center gap-2.5 text-sm">
                {result === "ok" && <CircleCheck aria-hidden="true" className="size-4 shrink-0 text-ok" />}
                {result === "bad" && <CircleX aria-hidden="true" className="size-4 shrink-0 text-bad" />}
                {result === "not reached" && <Minus aria-hidden="true" className="size-4 shrink-0 text-ink-3" />}
                <span className={cn("min-w-0 break-words", result === "not reached" && "text-ink-3")}>
                  {title}
                  {result !== "ok" && <span className="sr-only">: {result === "bad" ? "no" : "not reached"}</span>}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <div className="flex flex-col gap-3 p-4 text-sm lg:px-5">
        {entry.code && (
          <div>
            {/* Ending a session happens in the background: its duration says nothing. */}
            <h3 className="text-sm">{entry.action === "revoke" ? "What it means" : "What the user saw"}</h3>
            <p className="mt-1 text-ink-2">
              {problemText(entry.code, vendorName).title}. {problemText(entry.code, vendorName).detail}
            </p>
          </div>
        )}
        {inspectable && (
          <InspectButton request={entry.requestId} className={buttonClass({ size: "small" }, "self-start")} />
        )}
        <ul className="flex flex-col gap-0.5">
          {entry.userId && (
            <li>
              <Narrow to={{ user: entry.userId }}>All events for this user</Narrow>
            </li>
          )}
          <li>
            <Narrow to={{ request: entry.requestId }}>All events of this request</Narrow>
          </li>
          {entry.code && (
            <li>
              <Narrow to={{ code: entry.code }}>Everything with {entry.code}</Narrow>
            </li>
          )}
          {entry.outcome === "failed" && entry.vendor && (
            <li>
              <Link href={`/admin/health#health-${entry.vendor}`} prefetch={false} className={link}>
                {vendorName} on the health page
              </Link>
            </li>
          )}
        </ul>
      </div>
    </aside>
  );
}

/** Links to the events that share a value with this one. The current filter is dropped: it would hide some of them. */
function Narrow({ to, children }: { to: AuditFilter; children: ReactNode }) {
  return (
    <Link href={filterAddress(path, to)} prefetch={false} className={link}>
      {children}
    </Link>
  );
}

/** `accessLevel` and `access_level` → `Access level`. */
function spaced(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A link only when the catalog has the item: the slug comes from the request and can be anything. */
function ItemName({ item, vendor, route }: { item: string; vendor: string | null; route: string | undefined }) {
  const known = portal.items.find((one) => one.vendor === vendor && one.slug === item);
  if (!known || !route) return <span className="break-all">{item}</span>;
  return (
    <Link href={`${route}/${known.slug}`} prefetch={false} className={link}>
      {known.title}
    </Link>
  );
}

function Fact({ name, mono, children }: { name: string; mono?: boolean; children: ReactNode }) {
  if (children === null || children === undefined) return null;
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className={cn("min-w-0 break-words", mono && "font-mono text-xs/5 break-all")}>{children}</dd>
    </>
  );
}
