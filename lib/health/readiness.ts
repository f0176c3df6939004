import "server-only";
/** Whether the portal can serve, and how its vendors answer. */
import { noteCheck } from "@/lib/broker/vendor-troubles";
import { checkStore } from "@/lib/store/database";
import { configuredVendors } from "@/lib/vendors/configured";
import type { CheckResult } from "@/lib/vendors/vendor";

export interface Readiness {
  /** Whether the portal itself can serve; a vendor that is down does not change this. */
  readonly ready: boolean;
  readonly store: "ok" | "failed";
  readonly vendors: Readonly<Record<string, "ok" | "failed">>;
}

/** How old an answer may be, in milliseconds: the route is public, so it must stay cheap. */
const maxAgeMs = { store: 1_000, vendors: 5_000 };

/** Asks again only when the last answer is too old. */
function kept<Answer>(maxMs: number, ask: () => Promise<Answer>): () => Promise<Answer> {
  let last: { readonly at: number; readonly answer: Promise<Answer> } | undefined;
  return () => {
    if (!last || Date.now() - last.at > maxMs) last = { at: Date.now(), answer: ask() };
    return last.answer;
  };
}

const storeState = kept(maxAgeMs.store, () =>
  checkStore().then(
    () => "ok" as const,
    () => "failed" as const,
  ),
);

const vendorStates = kept(maxAgeMs.vendors, async (): Promise<Readiness["vendors"]> => {
  const states = await Promise.all(
    configuredVendors().map(async ({ vendor, config }) => {
      const [first] = vendor.checks(config);
      const result = await first
        ?.run(AbortSignal.timeout(3_000))
        .then((found): CheckResult["result"] => found.result)
        .catch(() => "failed" as const);
      const works = result !== "failed" && result !== "not checked";
      noteCheck(vendor.id, works);
      return [vendor.id, works ? "ok" : "failed"] as const;
    }),
  );
  return Object.fromEntries(states);
});

/** The state of the store, at most a second old, and of the vendors, at most five seconds old. */
export async function readiness(): Promise<Readiness> {
  const [store, vendors] = await Promise.all([storeState(), vendorStates()]);
  return { ready: store === "ok", store, vendors };
}
