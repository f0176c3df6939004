/** The health page: a summary strip, then one card per vendor and one for the portal itself. */
import { Database } from "lucide-react";
import { headers } from "next/headers";
import { VendorIcon } from "@/components/items/vendor-icon";
import { cn } from "@/components/ui/cn";
import { getConfig } from "@/lib/config/config";
import {
  type HealthReport,
  lastHealthReport,
  portalReport,
  reportText,
  type VendorOverview,
  vendorOverviews,
} from "@/lib/health/health";
import { storeKind } from "@/lib/store/database";
import { countResults, type Finding } from "@/lib/vendors/examine";
import packageFile from "@/package.json";
import { CheckNow, KeepChecking } from "./admin-action";
import { AdminHead } from "./admin-page";
import { CopyReport } from "./copy-report";
import { Findings } from "./findings";
import { durationText, type Moments, momentsFor } from "./moment";
import { Facts, HealthCard, VendorHealth } from "./vendor-health";

const isFailure = ({ result }: Finding) => result === "failed";

/** How many things need attention: findings of the last check, and vendors with pending revocations. */
export async function countTroubles(): Promise<number> {
  return troublesIn(lastHealthReport(), await vendorOverviews());
}

function troublesIn(report: HealthReport | undefined, vendors: readonly VendorOverview[]): number {
  const findings = [...(report?.findings.values() ?? [])].flat().filter(isFailure).length;
  return findings + vendors.filter(({ waiting }) => waiting.count > 0).length;
}

export async function HealthView() {
  const vendors = await vendorOverviews();
  const report = lastHealthReport();
  const moments = momentsFor(await headers());
  const portalFindings = report?.findings.get(portalReport);
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[calc(var(--page)+4rem)] flex-col p-4 pb-8 sm:p-8 sm:pt-6">
        <AdminHead
          title="Health"
          intro={
            report
              ? checkedText(report, moments)
              : "The status of each product. The checks run now, and every minute while this page is open."
          }
          actions={
            <>
              {report && (
                <CopyReport
                  text={`Portal ${packageFile.version}, ${report.at.toISOString()}\n\n${reportText(report)}`}
                />
              )}
              <CheckNow />
            </>
          }
          troubles={troublesIn(report, vendors)}
        />
        <KeepChecking />
        <Summary vendors={vendors} report={report} />
        <div className="mt-5 flex flex-col gap-4">
          {vendors.map((vendor) => (
            <VendorHealth
              key={vendor.id}
              vendor={vendor}
              findings={report?.findings.get(vendor.id)}
              moments={moments}
            />
          ))}
          <HealthCard
            id={portalReport}
            title="Portal"
            icon={<PortalIcon />}
            beside={getConfig().origin.replace(/^https?:\/\//, "")}
          >
            <Facts facts={await portalFacts(moments)} />
            <Findings findings={portalFindings} />
          </HealthCard>
        </div>
      </div>
    </div>
  );
}

const checkedText = ({ at, durationMs }: HealthReport, moments: Moments) => (
  <>
    Checked at <time dateTime={at.toISOString()}>{moments.stamp(at)}</time> in {(durationMs / 1000).toFixed(1)} seconds.
    Checks change nothing at a vendor.
  </>
);

const storeText = {
  file: "A file on this machine (libsql)",
  memory: "In memory: lost when the process ends",
  postgresql: "PostgreSQL",
} as const;

async function portalFacts(moments: Moments) {
  const { oidc, personas, auditDays } = getConfig();
  const seconds = Math.floor(process.uptime());
  const signIn = [oidc && `OpenID Connect, ${new URL(oidc.issuer).hostname}`, personas && "sandbox personas"];
  const commit = process.env.VERCEL_GIT_COMMIT_SHA?.slice(0, 7);
  return [
    ["Version", [packageFile.version, commit].filter(Boolean).join(", ")],
    ["Running", `${durationText(seconds)}, since ${moments.clock(new Date(Date.now() - seconds * 1000))}`],
    ["Store", storeText[await storeKind()]],
    ["Sign-in", signIn.filter(Boolean).join("; ")],
    ["Audit", `Kept for ${auditDays === 1 ? "1 day" : `${auditDays} days`}`],
  ] as const;
}

function PortalIcon({ large }: { large?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        "inline-flex shrink-0 items-center justify-center bg-hover text-ink-2",
        large ? "size-8 rounded-sm" : "size-6 rounded-xs",
      )}
    >
      <Database className={large ? "size-4.5" : "size-3.5"} strokeWidth={1.75} />
    </span>
  );
}

function Summary({ vendors, report }: { vendors: readonly VendorOverview[]; report: HealthReport | undefined }) {
  const entries = [
    ...vendors.map((vendor) => ({
      id: vendor.id,
      name: vendor.name,
      icon: <VendorIcon vendor={vendor.id} kind={vendor.kind} size="base" />,
      words:
        vendor.served === "hidden"
          ? [{ text: "Hidden", tone: "" }]
          : summaryOf(report, vendor.id, vendor.waiting.count),
    })),
    {
      id: portalReport,
      name: "Portal",
      icon: <PortalIcon large />,
      words: summaryOf(report, portalReport, 0),
    },
  ];
  return (
    <nav aria-label="Summary" className="mt-5 overflow-hidden rounded-lg border border-line bg-line">
      <ul className="grid grid-cols-1 gap-px sm:grid-cols-2 xl:auto-cols-fr xl:grid-flow-col xl:grid-cols-none">
        {entries.map(({ id, name, icon, words }) => (
          <li key={id} className="bg-surface">
            <a
              href={`#health-${id}`}
              className="flex h-full items-center gap-3 px-4 py-3 text-ink no-underline hover:bg-hover focus-visible:-outline-offset-2"
            >
              {icon}
              <span className="min-w-0">
                <span className="block truncate text-base font-medium">{name}</span>
                <span className="flex flex-wrap gap-x-3 text-xs text-ink-3">
                  {words.map(({ text, tone }) => (
                    <span key={text} className={cn(tone)}>
                      {text}
                    </span>
                  ))}
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function summaryOf(report: HealthReport | undefined, id: string, waiting: number) {
  const findings = report?.findings.get(id);
  const { ok, warning, failed, "not checked": open } = countResults(findings ?? []);
  const words = [
    { text: `${failed} to fix`, tone: "font-semibold text-bad", shown: failed > 0 },
    {
      text: waiting === 1 ? "1 session waits" : `${waiting} sessions wait`,
      tone: "font-semibold text-warn",
      shown: waiting > 0,
    },
    { text: warning === 1 ? "1 warning" : `${warning} warnings`, tone: "text-warn", shown: warning > 0 },
    { text: ok === 1 ? "1 passes" : `${ok} pass`, tone: "", shown: ok > 0 },
    { text: `${open} not checked`, tone: "", shown: open > 0 },
    { text: "Not checked yet", tone: "", shown: !findings },
  ];
  return words.filter(({ shown }) => shown);
}
