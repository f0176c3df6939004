import "server-only";
/** The health of the portal and its vendors for an operator: the doctor's checks and pending revocations. */
import { abandonedRevocations, openConnections } from "@/lib/broker/overview";
import { type PendingRevocations, pendingRevocations } from "@/lib/broker/revocations";
import { downSince } from "@/lib/broker/vendor-call";
import { perProcess } from "@/lib/per-process";
import { configuredVendors } from "@/lib/vendors/configured";
import { vendors } from "@/lib/vendors/index";
import type { Check } from "@/lib/vendors/vendor";
import { portalChecks } from "./portal-checks";
import { type Finding, runCheck } from "./run-check";

export interface HealthReport {
  readonly at: Date;
  readonly durationMs: number;
  /** By vendor id; the portal's own under {@link portalReport}. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

export const portalReport = "portal";

/** The first check asks whether the vendor answers at all; if not, all others would report the same. */
async function runAll([first, ...rest]: readonly Check[], vendorName: string): Promise<readonly Finding[]> {
  if (!first) return [];
  const answer = await runCheck(first, vendorName);
  const others = await Promise.all(
    rest.map((check): Finding | Promise<Finding> => {
      const { id, title } = check;
      return answer.result === "ok" ? runCheck(check, vendorName) : { id, title, result: "waiting" };
    }),
  );
  return [answer, ...others];
}

const state = perProcess("health", () => ({
  report: undefined as HealthReport | undefined,
  running: undefined as Promise<HealthReport> | undefined,
}));

/** Runs the checks of all vendors in parallel. Concurrent callers share one run. */
export function checkHealth(): Promise<HealthReport> {
  state.running ??= examine().finally(() => {
    state.running = undefined;
  });
  return state.running;
}

async function examine(): Promise<HealthReport> {
  const started = performance.now();
  const reports = await Promise.all([
    ...configuredVendors().map(
      async ({ vendor, config }) => [vendor.id, await runAll(vendor.checks(config), vendor.name)] as const,
    ),
    Promise.all(portalChecks().map((check) => runCheck(check, "the portal"))).then(
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
