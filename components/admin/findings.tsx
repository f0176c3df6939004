/** The findings: failures and warnings first, each with what to change; then what was not checked, and what passed. */
import { Check, ChevronDown, CircleX, ExternalLink, Minus, TriangleAlert } from "lucide-react";
import { CopyButton } from "@/components/ui/copy-code";
import { type Finding, findingText } from "@/lib/vendors/examine";

interface FindingsProps {
  /** Absent before the first check. */
  readonly findings: readonly Finding[] | undefined;
}

export function Findings({ findings }: FindingsProps) {
  if (!findings) return <QuietLine>Not checked yet. The checks call the product and change nothing in it.</QuietLine>;
  const of = (result: Finding["result"]) => findings.filter((finding) => finding.result === result);
  const toChange = [...of("failed"), ...of("warning")];
  const [passed, open] = [of("ok"), of("not checked")];
  return (
    <>
      {toChange.length > 0 && (
        <ul>
          {toChange.map((finding) => (
            <ToChange key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
      {open.length > 0 && <NotChecked findings={open} />}
      {passed.length > 0 && <Passed findings={passed} />}
    </>
  );
}

const looks = {
  failed: { Icon: CircleX, tone: "text-bad", word: "Failed" },
  warning: { Icon: TriangleAlert, tone: "text-warn", word: "Warning" },
} as const;

function ToChange({ finding }: { finding: Finding }) {
  const { id, title, result, detail, where, fix, href } = finding;
  const { Icon, tone, word } = looks[result === "warning" ? "warning" : "failed"];
  return (
    <li data-finding={id} className="grid gap-x-6 gap-y-3 border-t border-line p-4 lg:grid-cols-[1fr_24rem]">
      <div className="flex min-w-0 gap-3">
        <Icon aria-hidden="true" className={`mt-0.5 size-4.5 shrink-0 ${tone}`} />
        <div className="min-w-0">
          <h3 className="text-sm break-words">
            <span className="sr-only">{word}: </span>
            {detail}
          </h3>
          <p className="mt-0.5 text-xs text-ink-3">Wanted: {title}</p>
        </div>
      </div>
      <div className="min-w-0 rounded-sm border border-line bg-sunken px-3 py-2 max-lg:ml-7.5">
        <div className="flex items-start justify-between gap-2">
          <p className="min-w-0 pt-0.5 text-xs break-words text-ink-3">
            <span className="sr-only">Change: </span>
            {where}
          </p>
          <CopyButton text={findingText(finding)} label={`Copy “${title}” with its fix`} done="Finding copied" />
        </div>
        <p className="mt-0.5 text-sm break-words whitespace-pre-line text-ink">{fix}</p>
        {href && (
          <a
            href={href}
            target="_blank"
            rel="noreferrer"
            className="mt-1 inline-flex min-h-6 items-center gap-1.5 text-sm text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
          >
            Open the setting
            <ExternalLink aria-hidden="true" className="size-3.5" />
          </a>
        )}
      </div>
    </li>
  );
}

function NotChecked({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className="border-t border-line py-2">
      {findings.map(({ id, title, detail }) => (
        <li key={id} className="flex gap-3 px-4 py-1 text-sm text-ink-2">
          <Minus aria-hidden="true" className="mt-0.5 size-4.5 shrink-0 text-ink-3" />
          <span className="min-w-0">
            <span className="sr-only">Not checked: </span>
            {title}
            {detail && <span className="text-ink-3">. Not checked: {lowerFirst(detail)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** `Waits for …` in the middle of a line. Names of products and variables keep their capitals. */
const lowerFirst = (text: string) => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);

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
