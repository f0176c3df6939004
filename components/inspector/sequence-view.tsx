"use client";
/** One sequence: who did what, then a row for each hop, one of them open. */
import { BookOpen, ChevronRight, CircleX, Code, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useId, useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { useMedia } from "@/components/ui/media";
import { type HopView, type Sequence, wireEntry } from "@/lib/inspector/sequence";
import { LaneHead, LaneLines } from "./lanes";

const milliseconds = (ms: number) => (ms < 1 ? "< 1 ms" : `${Math.round(ms)} ms`);
/** The end of a path tells more than its beginning, which is the vendor's address. */
const shortened = (path: string) => (path.length > 25 ? `…${path.slice(-24)}` : path);
const counted = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

export function SequenceView({ sequence }: { sequence: Sequence }) {
  const { hops, lanes, total } = sequence;
  const failed = hops.findIndex(({ state }) => state === "failed");
  const [chosen, setChosen] = useState<string | null | undefined>(undefined);
  const open = chosen === undefined ? hops[failed]?.key : chosen;
  const small = useMedia("(width < 40rem)");
  const columns = small
    ? "grid-cols-[120px_minmax(0,1fr)_2.5rem_3.25rem_1rem]"
    : "grid-cols-[188px_minmax(0,1fr)_2.75rem_3.375rem_1rem]";
  return (
    <section aria-label={`${sequence.who} ${sequence.verb} ${sequence.what}`}>
      <Head sequence={sequence} failed={failed} />
      <div className="px-4 pt-2 pb-3">
        <div aria-hidden="true" className={cn("grid items-end pb-1 text-2xs font-medium text-ink-2", columns)}>
          <LaneHead lanes={lanes} small={small} />
          <span />
          <span className="col-span-2 flex justify-between pr-1 font-normal text-ink-3">
            <span>0</span>
            <span>{milliseconds(total)}</span>
          </span>
        </div>
        <ol>
          {hops.map((hop) => (
            <HopRow
              key={hop.key}
              hop={hop}
              sequence={sequence}
              columns={columns}
              small={small}
              open={open === hop.key}
              onToggle={() => setChosen(open === hop.key ? null : hop.key)}
            />
          ))}
        </ol>
      </div>
    </section>
  );
}

function Head({ sequence, failed }: { sequence: Sequence; failed: number }) {
  const { who, verb, what, account, at, total, hops, connectionsReused, sessionsReused } = sequence;
  const happened = hops.filter(({ state }) => state !== "never").length;
  const when = new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  const facts: readonly (readonly [string, boolean])[] = [
    [when, false],
    ...(failed >= 0 ? [[`Failed at hop ${failed + 1} of ${happened}`, true] as const] : []),
    [milliseconds(total), false],
    ...(failed >= 0 ? [] : [[counted(happened, "hop", "hops"), false] as const]),
    ...(connectionsReused
      ? [[counted(connectionsReused, "connection reused", "connections reused"), false] as const]
      : []),
    ...(sessionsReused ? [[counted(sessionsReused, "session reused", "sessions reused"), false] as const] : []),
  ];
  return (
    <header className="border-b border-line px-4 py-3 text-sm">
      <p>
        <b className="font-semibold">{who}</b> {verb} <b className="font-semibold">{what}</b>
        {account && (
          <>
            {" "}
            as <b className="font-semibold break-all">{account}</b>
          </>
        )}
      </p>
      <p className="mt-0.5 text-ink-2 tabular-nums">
        {facts.map(([text, bad], index) => (
          <span key={text} className={cn(bad && "font-medium text-bad")}>
            {index > 0 && <span className="mx-1.5 text-ink-3"> · </span>}
            {text}
          </span>
        ))}
      </p>
    </header>
  );
}

interface HopRowProps {
  readonly hop: HopView;
  readonly sequence: Sequence;
  readonly columns: string;
  readonly small: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function HopRow({ hop, sequence, columns, small, open, onToggle }: HopRowProps) {
  const { lanes, total, vendor } = sequence;
  const { name, note, from, to, start, duration, state, method, path, status } = hop;
  const details = useId();
  const bad = state === "failed";
  const never = state === "never";
  const called = method !== undefined && path !== undefined;
  const laneName = (id: string) => lanes.find((lane) => lane.id === id)?.name ?? id;
  const share = (ms: number) => `${Math.min(100, (ms / Math.max(total, 1)) * 100)}%`;
  const ofVendor = [from, to].some((lane) => lane === "vendor" || lane === "frame");
  return (
    <li
      data-hop={hop.id}
      data-hop-state={state}
      className={cn(
        open && "-mx-2 my-0.5 rounded-sm bg-sunken px-2 ring-1",
        open && (bad ? "ring-bad-line" : "ring-line"),
      )}
    >
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? details : undefined}
        onClick={onToggle}
        className={cn("grid w-full items-start rounded-xs text-left hover:bg-hover", columns)}
      >
        <span className="row-span-2">
          <LaneLines lanes={lanes} hop={hop} tall={called} small={small} />
        </span>
        <span
          className={cn("truncate pl-1.5 text-sm/7 font-medium", bad && "text-bad", never && "font-normal text-ink-3")}
        >
          {name}
          {note && <span className="ml-1.5 text-xs font-normal text-ink-3">{note}</span>}
          <span className="sr-only">
            {from === to ? `, in ${laneName(from)}` : `, ${laneName(from)} to ${laneName(to)}`}
            {bad && ", failed"}
          </span>
        </span>
        <span aria-hidden="true" className="relative h-7">
          {!never && (
            <>
              <span className="absolute inset-x-0 top-3.25 border-t border-line" />
              <span
                className={cn("absolute top-2.75 h-1.5 min-w-0.5 rounded-[2px]", bad ? "bg-bad" : "bg-chart-rest")}
                style={{
                  left: share(start),
                  width: share(duration ?? 0),
                  ...(ofVendor && !bad && vendor ? { background: `var(--color-${vendor})` } : {}),
                }}
              />
            </>
          )}
        </span>
        <span
          className={cn(
            "pr-1 text-right text-xs/7 whitespace-nowrap tabular-nums",
            bad ? "text-bad" : never ? "text-ink-3" : "text-ink-2",
          )}
        >
          {never ? "not sent" : milliseconds(duration ?? 0)}
        </span>
        <ChevronRight aria-hidden="true" className={cn("mt-2 ml-0.5 size-3 text-ink-3", open && "rotate-90")} />
        {called && (
          <span className="col-span-3 col-start-2 -mt-1 flex h-5 justify-between gap-1.5 pr-1 pl-1.5 font-mono text-2xs text-ink-3">
            <span className="truncate" title={path}>{`${method} ${shortened(path)}`}</span>
            {status !== undefined && <span className={bad ? "text-bad" : "text-ink-2"}>{status}</span>}
          </span>
        )}
      </button>
      {open && (
        <div id={details} className="border-t border-line px-2 pt-2 pb-2.5">
          <Details hop={hop} />
        </div>
      )}
    </li>
  );
}

function Details({ hop }: { hop: HopView }) {
  const { failure, sent, received, status, facts, source, docs, promise } = hop;
  return (
    <>
      {failure && (
        <div role="note" className="mb-2.5 flex gap-2.5 rounded-sm bg-bad-soft p-2.5 text-sm">
          <CircleX aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
          <div>
            <p>
              <b className="font-semibold">Cause</b> {failure.cause}
            </p>
            <p className="mt-0.5">
              <b className="font-semibold">Remedy</b> {failure.remedy}
            </p>
            {failure.help && (
              <Link href={failure.help.href} prefetch={false} className={cn(buttonClass({ size: "small" }), "mt-2")}>
                {failure.help.label}
              </Link>
            )}
          </div>
        </div>
      )}
      <dl className="grid grid-cols-[4.25rem_minmax(0,1fr)] gap-x-2.5 gap-y-1 text-xs/4.5">
        {sent.length > 0 && (
          <Row label="Sent">
            <Wire entries={sent} />
          </Row>
        )}
        {(received.length > 0 || status !== undefined) && (
          <Row label="Received">
            <Wire entries={[...(status === undefined ? [] : [`status ${status}`]), ...received]} />
          </Row>
        )}
        {facts.map(({ label, text }) => (
          <Row key={label + text} label={label}>
            {text}
          </Row>
        ))}
      </dl>
      <ul className="mt-2 grid gap-px border-t border-line pt-1.5 text-xs first:border-0">
        <Reference Icon={Code} href={source.href}>
          <span className="font-mono text-2xs break-all">{source.label}</span>
        </Reference>
        {docs && (
          <Reference Icon={BookOpen} href={docs.url} before={`${docs.vendor} documentation: `}>
            {docs.title}
          </Reference>
        )}
        {promise && (
          <Reference Icon={ShieldCheck} href={promise.href} before="Promise: ">
            {promise.title}
          </Reference>
        )}
      </ul>
    </>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

/** Names in code, what is told of their values beside them. */
function Wire({ entries }: { entries: readonly string[] }) {
  return (
    <ul>
      {entries.map((text) => {
        const entry = wireEntry(text);
        return (
          <li key={text}>
            <code className="font-mono text-2xs">{entry ? entry.name : text}</code>
            {entry?.place === "cookie" && <span className="text-ink-3"> cookie</span>}
            {entry?.place === "query" && <span className="text-ink-3"> in the address</span>}
            {entry?.value !== undefined && <span className="text-ink-2"> {entry.value}</span>}
          </li>
        );
      })}
    </ul>
  );
}

interface ReferenceProps {
  readonly Icon: typeof Code;
  /** Null where the repository's address is unknown. */
  readonly href: string | null;
  readonly before?: string;
  readonly children: ReactNode;
}

function Reference({ Icon, href, before = "", children }: ReferenceProps) {
  return (
    <li className="grid min-h-6 grid-cols-[1rem_minmax(0,1fr)] items-center gap-x-1.5 text-ink-2">
      <Icon aria-hidden="true" className="size-3.5 text-ink-3" />
      <span className="min-w-0">
        {before}
        {href ? (
          <a
            href={href}
            target="_blank"
            rel="noreferrer"
            className="font-medium text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
          >
            {children}
          </a>
        ) : (
          children
        )}
      </span>
    </li>
  );
}
