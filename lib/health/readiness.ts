import "server-only";
/** Whether the portal can serve, and how its vendors answer. */
import { checkStore } from "@/lib/store/database";
import { configuredVendors } from "@/lib/vendors/configured";

export interface Readiness {
  /** Whether the portal itself can serve; a vendor that is down does not change this. */
  readonly ready: boolean;
  readonly store: "ok" | "failed";
  readonly vendors: Readonly<Record<string, "ok" | "failed">>;
}

const keepMs = 5_000;
let last: { at: number; report: Promise<Readiness> } | undefined;

/** The state of store and vendors, at most five seconds old: the route is public, so it must stay cheap. */
export function readiness(): Promise<Readiness> {
  if (!last || Date.now() - last.at > keepMs) last = { at: Date.now(), report: look() };
  return last.report;
}

async function look(): Promise<Readiness> {
  const store = await checkStore()
    .then(() => "ok" as const)
    .catch(() => "failed" as const);
  const vendors = await Promise.all(
    configuredVendors().map(async ({ vendor, config }) => {
      const [first] = vendor.checks(config);
      const result = await first?.run(AbortSignal.timeout(3_000)).catch(() => ({ ok: false }));
      return [vendor.id, result?.ok === false ? "failed" : "ok"] as const;
    }),
  );
  return { ready: store === "ok", store, vendors: Object.fromEntries(vendors) };
}
