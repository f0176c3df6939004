import "server-only";
/** The health of the portal and its vendors for an operator: the doctor's checks and pending revocations. */
import { abandonedRevocations, openConnections } from "@/lib/broker/overview";
import { type PendingRevocations, pendingRevocations } from "@/lib/broker/revocations";
import { downSince } from "@/lib/broker/vendor-call";
import { perProcess } from "@/lib/per-process";
import { configuredVendors } from "@/lib/vendors/configured";
import { countResults, examine, type Finding, findingText } from "@/lib/vendors/examine";
import { vendors } from "@/lib/vendors/index";
import { portalChecks } from "./portal-checks";

export interface HealthReport {
  readonly at: Date;
  readonly durationMs: number;
  /** By vendor id; the portal's own under {@link portalReport}. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

export const portalReport = "portal";

const state = perProcess("health", () => ({
  report: undefined as HealthReport | undefined,
  running: undefined as Promise<HealthReport> | undefined,
}));

/** Runs the checks of all vendors in parallel. Concurrent callers share one run. */
export function checkHealth(): Promise<HealthReport> {
  state.running ??= examineAll().finally(() => {
    state.running = undefined;
  });
  return state.running;
}

async function examineAll(): Promise<HealthReport> {
  const started = performance.now();
  const reports = await Promise.all([
    ...configuredVendors().map(
      async ({ vendor, config, sandboxed }) =>
        [
          vendor.id,
          await examine(vendor.checks(config), {
            name: vendor.name,
            prefix: `${vendor.id.toUpperCase()}_`,
            sandboxed,
          }),
        ] as const,
    ),
    examine(portalChecks(), { name: "the portal", prefix: "AUTH_" }).then(
      (findings) => [portalReport, findings] as const,
    ),
  ]);
  state.report = {
    at: new Date(),
    durationMs: Math.round(performance.now() - started),
    findings: new Map(reports),
  };
  return state.report;
}

/** The whole report as text: what the command prints and the page's button copies. */
export function reportText({ findings }: HealthReport): string {
  const names = new Map([...vendors.map(({ id, name }) => [id, name] as const), [portalReport, "Portal"] as const]);
  const parts = [...findings].map(([id, found]) =>
    [names.get(id) ?? id, ...found.map((finding) => `  ${findingText(finding).replaceAll("\n", "\n  ")}`)].join("\n"),
  );
  return [...parts, verdict([...findings.values()].flat())].join("\n\n");
}

const counted = (count: number, one: string, more: string) => (count === 1 ? `1 ${one}` : `${count} ${more}`);

/** The last line of a report. It says "all" only of what was judged. */
export function verdict(findings: readonly Finding[]): string {
  const counts = countResults(findings);
  const rest = counts["not checked"] > 0 ? `${counts["not checked"]} not checked` : "";
  const found = [
    counts.failed > 0 ? counted(counts.failed, "check failed", "checks failed") : "",
    counts.warning > 0 ? counted(counts.warning, "warning", "warnings") : "",
  ].filter(Boolean);
  const judged = found.length > 0 ? found.join(", ") : "Nothing to fix in what was checked";
  return `${[judged, rest].filter(Boolean).join("; ")}.`;
}

/**
 * The command's exit code: 1 when a check failed; 2 when none did, but one that could have been judged was not; 0 when
 * all is good. Warnings, and what only a user's own session can show, do not fail a build.
 */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ result }) => result === "failed")) return 1;
  return findings.some(({ result, beyond }) => result === "not checked" && !beyond) ? 2 : 0;
}

/** A report is repeated after this time, while someone looks at it. */
const reportFreshMs = 30_000;

/** Whether the last report is too young to be repeated. */
export const isReportFresh = (now = Date.now()): boolean =>
  state.report !== undefined && now - state.report.at.getTime() < reportFreshMs;

/** The last report of this process; undefined before the first. */
export const lastHealthReport = (): HealthReport | undefined => state.report;

/** One registered vendor, as an operator sees it. */
export interface VendorOverview {
  readonly id: string;
  readonly name: string;
  readonly section: string;
  readonly kind: string;
  /** `hidden`: none of its variables is set, and no sandbox serves it. */
  readonly served: "configured" | "sandbox" | "hidden";
  /** Where browsers find it. */
  readonly address: string | null;
  readonly loginDescription: string | null;
  /** The variable that a hidden vendor needs first. */
  readonly variable: string | null;
  readonly downSince: Date | null;
  readonly connections: number;
  readonly users: number;
  /** Revocations that the vendor has failed to confirm so far. */
  readonly waiting: PendingRevocations;
  /** How many revocations the portal has given up on in the last 30 days. */
  readonly abandoned: number;
}

/** Every registered vendor, in the order of the registry. Reads the store; calls no vendor. */
export async function vendorOverviews(): Promise<readonly VendorOverview[]> {
  const [open, pending, abandoned] = await Promise.all([
    openConnections(),
    pendingRevocations(),
    abandonedRevocations(),
  ]);
  const configured = new Map(configuredVendors().map((entry) => [entry.vendor.id, entry]));
  return vendors.map((vendor): VendorOverview => {
    const entry = configured.get(vendor.id);
    return {
      id: vendor.id,
      name: vendor.name,
      section: vendor.section,
      kind: vendor.kinds[0] ?? "",
      served: !entry ? "hidden" : entry.sandboxed ? "sandbox" : "configured",
      address: entry ? (vendor.csp(entry.config).frame?.[0] ?? null) : null,
      loginDescription: entry ? vendor.loginDescription(entry.config) : null,
      variable: entry ? null : (vendor.environment.variables[0] ?? null),
      downSince: downSince(vendor.id) ?? null,
      connections: open.get(vendor.id)?.connections ?? 0,
      users: open.get(vendor.id)?.users ?? 0,
      waiting: pending.get(vendor.id) ?? { count: 0, oldest: [] },
      abandoned: abandoned.get(vendor.id) ?? 0,
    };
  });
}
