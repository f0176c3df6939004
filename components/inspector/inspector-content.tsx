"use client";
/** The drawer's content: what happened, as lanes and hops, read from the portal while it is open. */
import { Code, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { stepsArrived } from "@/components/embed/step-report";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { toast } from "@/components/ui/toast";
import type { Inspection, Sequence } from "@/lib/inspector/sequence";
import { asCurl, asMermaid } from "./copy-text";
import { SequenceView } from "./sequence-view";
import { useInspectedRequest } from "./target";

const tabs = ["opening", "sign-in", "renewals"] as const;
type Tab = (typeof tabs)[number];

/** While it is open: renewals and what the vendor's own client asks for come by themselves. */
const lookAgainMs = 2_000;

type Read = { readonly state: "reading" | "unknown" } | { readonly state: "read"; readonly inspection: Inspection };

function useInspection(vendor: string | undefined, item: string | undefined, request: string | null): Read {
  const [read, setRead] = useState<Read>({ state: "reading" });
  const query = request
    ? new URLSearchParams({ request })
    : new URLSearchParams({ vendor: vendor ?? "", ...(item ? { item } : {}) });
  const address = `/api/inspector?${query}`;
  useEffect(() => {
    const events = new AbortController();
    const { signal } = events;
    setRead({ state: "reading" });
    const look = async () => {
      if (signal.aborted || document.visibilityState !== "visible") return;
      try {
        const answer = await fetch(address, { cache: "no-store", signal });
        // The session has ended: the page says so, and there is nothing more to ask for.
        if (answer.status === 401) events.abort();
        if (signal.aborted) return;
        const next: Read = answer.ok
          ? { state: "read", inspection: (await answer.json()) as Inspection }
          : { state: "unknown" };
        setRead((now) => (JSON.stringify(now) === JSON.stringify(next) ? now : next));
      } catch {
        // The portal is away, or another request is looked at: what is shown stays.
      }
    };
    void look();
    window.addEventListener(stepsArrived, look, { signal });
    const timer = setInterval(look, lookAgainMs);
    return () => {
      events.abort();
      clearInterval(timer);
    };
  }, [address]);
  return read;
}

export function InspectorContent({ vendor, item }: { vendor: string | undefined; item: string | undefined }) {
  const request = useInspectedRequest();
  const read = useInspection(vendor, item, request);
  const [tab, setTab] = useState<Tab>("opening");
  const inspection = read.state === "read" ? read.inspection : null;
  const shown = inspection ? sequencesOf(inspection, tab) : [];
  return (
    <div className="flex min-h-full flex-col">
      <nav aria-label="What to show" className="flex gap-5 border-b border-line px-4 text-sm">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            aria-current={tab === one ? "page" : undefined}
            onClick={() => setTab(one)}
            className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-ink-2 hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink max-sm:h-11"
          >
            {{ opening: request ? "This request" : "This opening", "sign-in": "Sign-in", renewals: "Renewals" }[one]}
            {one === "renewals" && inspection && inspection.renewals.length > 0 && (
              <span className="rounded-full bg-active px-1.5 text-2xs text-ink-2 tabular-nums">
                {inspection.renewals.length}
              </span>
            )}
          </button>
        ))}
      </nav>
      <div className="grow">
        {shown.map((sequence) => (
          <SequenceView key={sequence.id} sequence={sequence} />
        ))}
        {shown.length === 0 && read.state !== "reading" && <p className="p-4 text-sm text-ink-2">{nothing[tab]}</p>}
      </div>
      {shown.length > 0 && <CopyButtons sequences={shown} />}
    </div>
  );
}

const nothing: Readonly<Record<Tab, string>> = {
  opening:
    "Nothing is recorded. The portal keeps the last openings of each session in the memory of the instance that served them.",
  "sign-in": "This instance has no recording of the sign-in.",
  renewals: "Nothing has been renewed since this item was opened.",
};

function sequencesOf({ opening, signIn, renewals }: Inspection, tab: Tab): readonly Sequence[] {
  if (tab === "sign-in") return signIn;
  if (tab === "renewals") return renewals;
  return opening ? [opening] : [];
}

function CopyButtons({ sequences }: { sequences: readonly Sequence[] }) {
  const copy = async (text: string, done: string) => {
    try {
      await navigator.clipboard.writeText(text);
      await toast(done);
    } catch {
      await toast("The browser blocked copying.");
    }
  };
  const buttons = [
    { Icon: Copy, label: "Copy as Mermaid", done: "Diagram copied", text: asMermaid },
    { Icon: Code, label: "Copy as curl", done: "Commands copied, with placeholders", text: asCurl },
  ];
  return (
    <footer className="sticky bottom-0 z-10 flex items-center gap-2 border-t border-line bg-surface px-4 py-2.5">
      {buttons.map(({ Icon, label, done, text }) => (
        <button
          key={label}
          type="button"
          className={cn(buttonClass(), "max-sm:grow")}
          onClick={() => copy(sequences.map(text).join("\n\n"), done)}
        >
          <Icon aria-hidden="true" className="size-4" />
          {label}
        </button>
      ))}
      <span className="ml-auto min-w-0 truncate text-xs text-ink-3 max-sm:hidden">Placeholders for secrets</span>
    </footer>
  );
}
