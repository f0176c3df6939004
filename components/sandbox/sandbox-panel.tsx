"use client";
/** The sandbox beside the page: what is emulated, who the user is there, what can be broken, and the last calls. */
import { Undo2 } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { VendorIcon } from "@/components/items/vendor-icon";
import { SidePanel, useSidePanel } from "@/components/shell/side-panel";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Countdown } from "@/components/ui/countdown";
import { LocalTime } from "@/components/ui/local-time";
import { toast } from "@/components/ui/toast";
import { askPortal } from "@/lib/grants/ask-portal";
import type { SandboxPanel as Panel, SandboxVendor } from "@/lib/health/sandbox-panel";

type Fault = SandboxVendor["faults"][number];

const sandboxPanelId = "sandbox";
/** How often an open panel asks what is alive and what was called. */
const lookEveryMs = 2_000;

function usePanel(open: boolean) {
  const [panel, setPanel] = useState<Panel | null>(null);
  const look = useCallback(async () => {
    if (document.visibilityState !== "visible") return;
    const response = await fetch("/api/sandbox", { cache: "no-store" }).catch(() => null);
    const told: Panel | null = response?.ok ? await response.json().catch(() => null) : null;
    if (told) setPanel(told);
  }, []);
  useEffect(() => {
    if (!open) return;
    void look();
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, [open, look]);
  const turn = async (vendor: SandboxVendor, fault: Fault, undo: boolean) => {
    const answer = await askPortal("/api/sandbox", { vendor: vendor.id, fault: fault.id, undo });
    if (!answer.ok) return toast("The sandbox does not answer");
    setPanel(answer.body as unknown as Panel);
    if (fault.once) await toast(`${vendor.section}: ${fault.title}. ${fault.expects[0] ?? ""}`);
  };
  return { panel, turn };
}

type Turn = ReturnType<typeof usePanel>["turn"];

export function SandboxPanel() {
  const { open } = useSidePanel();
  const { panel, turn } = usePanel(open === sandboxPanelId);
  return (
    <SidePanel id={sandboxPanelId} title="Sandbox" width={520} tall>
      {panel && (
        <>
          <Emulated vendors={panel.vendors} />
          {panel.breakable ? (
            <>
              <BreakIt vendors={panel.vendors} turn={turn} />
              <LastCalls vendors={panel.vendors} />
            </>
          ) : (
            <p className="px-4 py-3 text-sm text-ink-2">
              Others use this sandbox too. Start the demo on your own machine (npm run demo) to break things in it.
            </p>
          )}
        </>
      )}
    </SidePanel>
  );
}

function Emulated({ vendors }: { vendors: readonly SandboxVendor[] }) {
  return (
    <section className="border-b border-line px-4 py-3">
      <h3 className="text-xs font-semibold">What is emulated, and who you are there</h3>
      <ul className="mt-2 flex flex-col gap-2">
        {vendors.map(({ id, name, kind, about, account, readme }) => (
          <li key={id} className="grid grid-cols-[1.5rem_1fr_1fr] items-center gap-3">
            <VendorIcon vendor={id} kind={kind} />
            <span className="min-w-0">
              <span className="block truncate text-sm font-medium">{about?.product ?? name}</span>
              <span className="block truncate text-xs text-ink-3" title={readme}>
                {about?.emulates ?? readme}
              </span>
            </span>
            <span className="min-w-0">
              <span className="block truncate text-sm">{account ?? "No account"}</span>
              <span className="block truncate text-xs text-ink-3 tabular-nums">{about?.alive}</span>
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-xs text-ink-3">
        How faithful each is: <code className="font-mono text-2xs">sandbox/&lt;product&gt;/README.md</code>
      </p>
    </section>
  );
}

/** The faults that more than one product has, in order, then those of one alone. */
function tableOf(vendors: readonly SandboxVendor[]) {
  const shared = new Map<string, Fault>();
  for (const { faults } of vendors)
    for (const fault of faults)
      if (
        vendors.filter((other) => other.faults.some(({ id, title }) => id === fault.id && title === fault.title))
          .length > 1
      )
        shared.set(fault.id, shared.get(fault.id) ?? fault);
  const order = [...vendors].sort((one, other) => other.faults.length - one.faults.length)[0]?.faults ?? [];
  const rank = (id: string) => order.findIndex((fault) => fault.id === id);
  return [...shared.values()].sort((one, other) => rank(one.id) - rank(other.id));
}

function BreakIt({ vendors, turn }: { vendors: readonly SandboxVendor[]; turn: Turn }) {
  const rows = tableOf(vendors);
  const ids = new Set(rows.map(({ id }) => id));
  return (
    <section className="border-b border-line px-4 py-3">
      <h3 className="text-xs font-semibold">
        Break it <span className="font-normal text-ink-3">one click, undone by itself after two minutes</span>
      </h3>
      {vendors.flatMap((vendor) =>
        vendor.broken.map(({ id, until }) => {
          const fault = vendor.faults.find((one) => one.id === id);
          return fault && <Broken key={`${vendor.id} ${id}`} vendor={vendor} fault={fault} until={until} turn={turn} />;
        }),
      )}
      <table className="mt-2 w-full table-fixed text-sm">
        <thead>
          <tr>
            <th scope="col" className="w-[34%] text-left">
              <span className="sr-only">Fault</span>
            </th>
            {vendors.map(({ id, section }) => (
              <th key={id} scope="col" className="px-1 pb-1 text-xs font-normal text-ink-3">
                {section}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className="border-t border-line">
              <th scope="row" className="py-0.5 text-left font-medium">
                {row.title} {row.note && <span className="text-xs font-normal text-ink-3">{row.note}</span>}
              </th>
              {vendors.map((vendor) => {
                const fault = vendor.faults.find(({ id }) => id === row.id);
                return (
                  <td key={vendor.id} className="px-1 py-0.5 text-center">
                    {fault ? (
                      <BreakButton vendor={vendor} fault={fault} turn={turn} />
                    ) : (
                      <span className="text-xs text-ink-3">does not apply</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {vendors.map((vendor) => (
        <details key={vendor.id} className="mt-2 border-t border-line pt-2">
          <summary className="min-h-6 cursor-pointer text-xs text-ink-2">
            {vendor.faults.filter(({ id }) => !ids.has(id)).length} more of {vendor.section}
          </summary>
          <ul className="mt-1 grid gap-1">
            {vendor.faults
              .filter(({ id }) => !ids.has(id))
              .map((fault) => (
                <li key={fault.id} className="flex items-center gap-3 text-sm">
                  <span className="min-w-0 grow">
                    {fault.title}
                    <span className="block text-xs text-ink-3">{fault.expects.join(". ")}</span>
                  </span>
                  <span className="w-24 shrink-0">
                    <BreakButton vendor={vendor} fault={fault} turn={turn} />
                  </span>
                </li>
              ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

interface FaultProps {
  readonly vendor: SandboxVendor;
  readonly fault: Fault;
  readonly turn: Turn;
}

function BreakButton({ vendor, fault, turn }: FaultProps) {
  const active = vendor.broken.find(({ id }) => id === fault.id);
  return (
    <button
      type="button"
      aria-pressed={fault.once ? undefined : active !== undefined}
      aria-label={`${fault.title} at ${vendor.section}`}
      onClick={() => turn(vendor, fault, active !== undefined)}
      className={cn(
        "h-7 w-full rounded-sm border text-xs font-medium max-sm:h-10",
        active
          ? "border-warn bg-warn-soft text-warn"
          : "border-line-strong bg-surface text-ink-2 hover:bg-hover hover:text-ink",
      )}
    >
      {active ? (
        <>
          Undo <Countdown to={active.until} />
        </>
      ) : (
        "Break"
      )}
    </button>
  );
}

function Broken({ vendor, fault, until, turn }: FaultProps & { readonly until: number }) {
  return (
    <div role="status" className="mt-2 rounded-md bg-warn-soft px-3 py-2">
      <div className="flex items-start justify-between gap-3">
        <p className="text-sm">
          <span className="font-semibold">
            {vendor.section}: {fault.title}
          </span>{" "}
          <span className="text-ink-2">
            undone in <Countdown to={until} />
          </span>
        </p>
        <Button
          size="small"
          aria-label={`Undo ${fault.title} at ${vendor.section}`}
          onClick={() => turn(vendor, fault, true)}
        >
          <Undo2 aria-hidden="true" className="size-3.5" />
          Undo
        </Button>
      </div>
      <p className="mt-1 text-xs text-ink-2">What the portal should do now</p>
      <ul className="mt-0.5 list-disc pl-4 text-xs">
        {fault.expects.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

function LastCalls({ vendors }: { vendors: readonly SandboxVendor[] }) {
  const calls = vendors
    .flatMap(({ section, calls: made }) => made.map((call) => ({ ...call, section })))
    .sort((one, other) => other.at.localeCompare(one.at))
    .slice(0, 8);
  return (
    <section className="px-4 py-3">
      <h3 className="text-xs font-semibold">
        Last calls <span className="font-normal text-ink-3">to the products</span>
      </h3>
      <ul className="mt-1">
        {calls.map(({ at, section, method, path, status, ms }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: two calls of one millisecond may be the same
            key={`${at} ${path} ${index}`}
            className="grid grid-cols-[4.5rem_5.5rem_1fr_2.5rem_3.5rem] gap-2 py-0.5 text-xs tabular-nums"
          >
            <span className="text-ink-3">
              <LocalTime iso={at} />
            </span>
            <span className="truncate">{section}</span>
            <span className="truncate font-mono text-2xs" title={path}>
              {method} {path}
            </span>
            <span className={cn("text-right", (status >= 400 || status === 0) && "text-bad")}>{status || "cut"}</span>
            <span className="text-right text-ink-3">{ms} ms</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
