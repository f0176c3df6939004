/** One vendor on the health page. */
import { Unplug } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { VendorIcon } from "@/components/items/vendor-icon";
import { Tag } from "@/components/ui/tag";
import type { VendorOverview } from "@/lib/health/health";
import { readiness } from "@/lib/health/readiness";
import type { Finding } from "@/lib/vendors/examine";
import { TryNow } from "./admin-action";
import { Findings } from "./findings";
import type { Moments } from "./moment";

interface VendorHealthProps {
  readonly vendor: VendorOverview;
  readonly findings: readonly Finding[] | undefined;
  readonly moments: Moments;
}

export function VendorHealth({ vendor, findings, moments }: VendorHealthProps) {
  const { id, name, kind, served, address, loginDescription, variable, connections, users } = vendor;
  const abandoned = vendor.abandoned > 0 && (
    <a href={`/admin/audit?vendor=${id}&outcome=abandoned`} className="underline">
      {vendor.abandoned === 1 ? "1 session end" : `${vendor.abandoned} session ends`} in 30 days
    </a>
  );
  return (
    <HealthCard
      id={id}
      title={name}
      icon={<VendorIcon vendor={id} kind={kind} />}
      beside={address?.replace(/^https?:\/\//, "")}
      tags={
        <>
          <Tag tone="line">{{ configured: "Configured", sandbox: "Sandbox", hidden: "Hidden" }[served]}</Tag>
          {served !== "hidden" && (
            <Suspense fallback={<Tag>Asking</Tag>}>
              <Answers vendor={vendor} moments={moments} />
            </Suspense>
          )}
        </>
      }
    >
      {served === "hidden" ? (
        <p className="border-t border-line p-4 text-sm text-ink-2">
          Hidden from users: none of its variables is set. To start, set{" "}
          <code className="font-mono text-xs">{variable}</code>; docs/setup/{id}.md describes the rest.
        </p>
      ) : (
        <>
          <Facts
            facts={[
              ["Users sign in", loginDescription],
              [
                "Open sessions",
                connections === 0
                  ? "None"
                  : `${connections === 1 ? "1 session" : `${connections} sessions`} of ${users === 1 ? "1 user" : `${users} users`}`,
              ],
              ["Abandoned", abandoned || null],
            ]}
          />
          {vendor.waiting.count > 0 && <Waiting vendor={vendor} moments={moments} />}
          <Findings findings={findings} />
        </>
      )}
    </HealthCard>
  );
}

/** Whether the vendor answers right now. Streamed in after the rest of the page. */
async function Answers({ vendor: { id, downSince }, moments }: { vendor: VendorOverview; moments: Moments }) {
  const { vendors } = await readiness();
  if (vendors[id] !== "failed") return <Tag tone="ok">Answers</Tag>;
  return <Tag tone="bad">{downSince ? `Unavailable since ${moments.clock(downSince)}` : "Answers with errors"}</Tag>;
}

/** Sessions that the portal has ended but the vendor has not confirmed. */
function Waiting({ vendor, moments }: { vendor: VendorOverview; moments: Moments }) {
  const { id, name, waiting } = vendor;
  const more = waiting.count - waiting.oldest.length;
  return (
    <div className="border-t border-line p-4" data-waiting={waiting.count}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex min-w-0 gap-3">
          <Unplug aria-hidden="true" className="mt-0.5 size-4.5 shrink-0 text-warn" />
          <div className="min-w-0 max-w-160">
            <h3 className="text-sm">
              {waiting.count === 1 ? "1 session waits for its end" : `${waiting.count} sessions wait for their end`}
            </h3>
            <p className="mt-0.5 text-sm text-ink-2">
              The portal no longer uses these sessions: their users signed out, or a newer session took their place.{" "}
              {name} has not confirmed their end; the portal keeps asking until they have expired there.
            </p>
          </div>
        </div>
        <TryNow vendor={id} name={name} />
      </div>
      <ul
        aria-label={`Sessions at ${name} waiting to be ended`}
        className="mt-3 ml-7.5 rounded-sm border border-line bg-sunken"
      >
        {waiting.oldest.map((one) => (
          <li
            key={`${one.account} ${one.since.getTime()}`}
            className="flex flex-wrap items-baseline gap-x-4 border-line px-3 py-1.5 text-sm not-first:border-t"
          >
            <span className="min-w-0 grow font-medium break-all">{one.account}</span>
            <span className="text-xs text-ink-2 tabular-nums">
              since <time dateTime={one.since.toISOString()}>{moments.stamp(one.since)}</time>,{" "}
              {["in the queue", "tried once"][one.attempts] ?? `tried ${one.attempts} times`}, next at{" "}
              <time dateTime={one.nextAt.toISOString()}>{moments.stamp(one.nextAt)}</time>
            </span>
          </li>
        ))}
        {more > 0 && <li className="border-t border-line px-3 py-1.5 text-xs text-ink-3">and {more} more</li>}
      </ul>
    </div>
  );
}

interface HealthCardProps {
  readonly id: string;
  readonly title: string;
  readonly icon: ReactNode;
  readonly beside?: string | null;
  readonly tags?: ReactNode;
  readonly children: ReactNode;
}

export function HealthCard({ id, title, icon, beside, tags, children }: HealthCardProps) {
  return (
    <section
      id={`health-${id}`}
      aria-labelledby={`health-${id}-title`}
      className="scroll-mt-4 overflow-hidden rounded-lg border border-line"
    >
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
        {icon}
        <h2 id={`health-${id}-title`} className="text-base">
          {title}
        </h2>
        {beside && <span className="min-w-0 truncate font-mono text-xs text-ink-3 max-sm:hidden">{beside}</span>}
        <span className="ml-auto flex flex-wrap gap-2">{tags}</span>
      </header>
      {children}
    </section>
  );
}

/** Names and values; empty values are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid gap-x-4 gap-y-1 border-t border-line px-4 py-3 text-sm sm:grid-cols-[8rem_1fr]">
      {facts.map(
        ([name, value]) =>
          value !== null &&
          value !== undefined && (
            <div key={name} className="contents">
              <dt className="text-ink-3 max-sm:mt-1">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
