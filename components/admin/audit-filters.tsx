"use client";
/** The audit's filter. It is kept in the URL, so that each choice can be shared and undone with Back. */
import { Search } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type SubmitEvent, useEffect, useRef } from "react";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { useInBrowser } from "@/components/ui/local-time";
import {
  type AuditFilter,
  auditActions,
  auditOutcomes,
  auditTimes,
  filterAddress,
  readFilter,
} from "@/lib/broker/audit-filter";
import { actionLabels, outcomeLabels, timeLabels } from "./audit-labels";

const path = "/admin/audit";

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly products: readonly { readonly id: string; readonly name: string }[];
}

export function AuditFilters({ filter, products }: AuditFiltersProps) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  // A choice made before hydration would be lost.
  const listens = useInBrowser();
  // The form follows the URL, also after Back.
  const key = filterAddress(path, filter);
  useEffect(() => {
    for (const field of form.current?.elements ?? [])
      if (field instanceof HTMLSelectElement || (field instanceof HTMLInputElement && field.name === "find"))
        field.value = filter[field.name as keyof AuditFilter] ?? "";
  }, [filter]);

  const go = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    const address = filterAddress(path, readFilter(given));
    if (address !== key) router.push(address, { scroll: false });
  };
  const choices = [
    {
      name: "time",
      label: "Time",
      all: "All time",
      options: Object.keys(auditTimes).map((id) => [id, timeLabels[id as keyof typeof timeLabels]] as const),
    },
    { name: "vendor", label: "Product", all: "All", options: products.map(({ id, name }) => [id, name] as const) },
    { name: "action", label: "Action", all: "All", options: auditActions.map((id) => [id, actionLabels[id]] as const) },
    {
      name: "outcome",
      label: "Result",
      all: "All",
      options: auditOutcomes.map((id) => [id, outcomeLabels[id]] as const),
    },
  ] as const;
  return (
    <search>
      <form
        ref={form}
        action={path}
        onSubmit={go}
        className="flex flex-wrap items-center gap-2"
        aria-label="Filter events"
      >
        {(["user", "request", "code"] as const).map(
          (name) => filter[name] && <input key={name} type="hidden" name={name} value={filter[name]} />,
        )}
        <span className="relative min-w-0 grow basis-56 sm:max-w-72">
          <Search
            aria-hidden="true"
            className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
          />
          <input
            type="search"
            name="find"
            defaultValue={filter.find ?? ""}
            maxLength={255}
            aria-label="Find by user, item or request"
            placeholder="User, item or request"
            className="h-8 w-full rounded-sm border border-control bg-surface pr-2 pl-8.5 text-sm text-ink placeholder:text-ink-3 max-sm:h-11 max-sm:text-md"
          />
        </span>
        {choices.map(({ name, label, all, options }) => (
          <label
            key={name}
            className={cn(
              "inline-flex h-8 items-center rounded-sm border pl-2.5 text-sm focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus max-sm:h-11 max-sm:grow",
              filter[name] ? "border-accent-line bg-accent-soft" : "border-line-strong bg-surface hover:bg-hover",
            )}
          >
            <span className="text-ink-3">{label}</span>
            <select
              name={name}
              defaultValue={filter[name] ?? ""}
              disabled={!listens}
              onChange={(event) => event.currentTarget.form?.requestSubmit()}
              className="h-full min-w-0 grow cursor-pointer max-sm:text-md rounded-sm bg-transparent pr-1.5 pl-1.5 font-medium text-ink opacity-100 outline-none"
            >
              <option value="">{all}</option>
              {options.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        ))}
        {Object.keys(filter).length > 0 && (
          <Link href={path} prefetch={false} className={buttonClass({ look: "ghost" })}>
            Clear
          </Link>
        )}
        <button type="submit" className={buttonClass({}, "sr-only focus:not-sr-only")}>
          Filter
        </button>
      </form>
    </search>
  );
}
