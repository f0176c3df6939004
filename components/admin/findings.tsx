/** The findings: failures first, each with its fix; passed checks collapsed into one line. */
import { Check, ChevronDown, CircleX, Minus } from "lucide-react";
import type { Finding } from "@/lib/health/run-check";

export const countText = (count: number) => (count === 1 ? "1 check" : `${count} checks`);

interface FindingsProps {
  /** Absent before the first check. */
  readonly findings: readonly Finding[] | undefined;
}

export function Findings({ findings }: FindingsProps) {
  if (!findings) return <QuietLine>Not checked yet. The checks call the product and change nothing in it.</QuietLine>;
  const of = (result: Finding["result"]) => findings.filter((finding) => finding.result === result);
  const [bad, ok, waiting] = [of("bad"), of("ok"), of("waiting")];
  return (
    <>
      {bad.length > 0 && (
        <ul>
          {bad.map((finding) => (
            <ToMend key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
      {ok.length > 0 && <Passed findings={ok} />}
      {waiting.length > 0 && (
        <QuietLine>
          {waiting.length === 1 ? "1 check waits" : `${waiting.length} checks wait`} for an answer:{" "}
          {waiting.map(({ title }) => title).join(", ")}.
        </QuietLine>
      )}
    </>
  );
}

function ToMend({ finding: { title, detail, fix } }: { finding: Finding }) {
  return (
    <li className="grid gap-x-6 gap-y-3 border-t border-line p-4 lg:grid-cols-[1fr_22rem]">
      <div className="flex min-w-0 gap-3">
        <CircleX aria-hidden="true" className="mt-0.5 size-4.5 shrink-0 text-bad" />
        <div className="min-w-0">
          <h3 className="text-sm break-words">
            <span className="sr-only">To fix: </span>
            {detail}
          </h3>
          <p className="mt-0.5 text-xs text-ink-3">Wanted: {title}</p>
        </div>
      </div>
      <div className="min-w-0 rounded-sm border border-line bg-sunken px-3 py-2 max-lg:ml-7.5">
        <p className="text-xs text-ink-3">What to do</p>
        <p className="mt-0.5 text-sm break-words whitespace-pre-line text-ink">{fix}</p>
      </div>
    </li>
  );
}

function Passed({ findings }: { findings: readonly Finding[] }) {
  return (
    <details className="group border-t border-line">
      <summary className="flex min-h-10 cursor-pointer list-none items-center gap-3 px-4 py-2 text-sm hover:bg-hover focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        <Check aria-hidden="true" className="size-4.5 shrink-0 text-ok" />
        <span className="shrink-0">{findings.length === 1 ? "1 check passes" : `${findings.length} checks pass`}</span>
        <span
          aria-hidden="true"
          className="min-w-0 grow truncate text-xs text-ink-3 group-open:invisible max-sm:hidden"
        >
          {findings.map(({ title }) => title).join(", ")}
        </span>
        <ChevronDown
          aria-hidden="true"
          className="ml-auto size-4 shrink-0 text-ink-3 transition-transform duration-(--duration-fast) group-open:rotate-180"
        />
      </summary>
      <ul className="pb-3">
        {findings.map(({ id, title, detail }) => (
          <li key={id} className="flex gap-3 px-4 py-1 text-sm">
            <Check aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ok max-sm:hidden sm:ml-px" />
            <span className="min-w-0">
              {title}
              {detail && <span className="text-ink-3">: {detail}</span>}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function QuietLine({ children }: { children: React.ReactNode }) {
  return (
    <p className="flex gap-3 border-t border-line px-4 py-2.5 text-sm text-ink-2">
      <Minus aria-hidden="true" className="mt-0.5 size-4.5 shrink-0 text-ink-3" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
