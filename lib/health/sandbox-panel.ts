import "server-only";
/**
 * The sandbox as one user sees it, and its faults by name. The portal only carries what the emulators say: which faults
 * there are is theirs. Faults are for the demo on this machine; in a preview others use the same sandbox.
 */
import { z } from "zod";
import { accountFor } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { getConfig } from "@/lib/config/config";
import { isLoopbackUrl } from "@/lib/config/loopback";
import { sandboxServiceOf } from "@/lib/config/sandbox";
import { Problem } from "@/lib/problem/problem";
import { configuredVendors } from "@/lib/vendors/configured";

const fault = z.object({
  id: z.string(),
  title: z.string(),
  note: z.string().optional(),
  expects: z.array(z.string()),
  once: z.boolean(),
});
const call = z.object({ at: z.string(), method: z.string(), path: z.string(), status: z.number(), ms: z.number() });
const panel = z.object({
  about: z.object({ product: z.string(), emulates: z.string(), alive: z.string() }).nullable(),
  faults: z.array(fault),
  broken: z.array(z.object({ id: z.string(), until: z.number() })),
  calls: z.array(call),
});

/** One emulated product. */
export interface SandboxVendor extends z.infer<typeof panel> {
  readonly id: string;
  readonly name: string;
  readonly section: string;
  readonly kind: string;
  /** Who the user is there. */
  readonly account: string | null;
  /** Where the repository says how faithful it is. */
  readonly readme: string;
}

export interface SandboxPanel {
  /** Whether this user may break things: only where no one else uses the same sandbox. */
  readonly breakable: boolean;
  readonly vendors: readonly SandboxVendor[];
}

/** Whether the sandbox is this machine's own. */
const isOwnSandbox = () => {
  const { sandbox, sandboxMounted, origin } = getConfig();
  return sandbox && !sandboxMounted && isLoopbackUrl(origin);
};

const askMs = 2_000;

/** Calls an emulator's own control, not the product: no circuit breaker and no outage of it counts there. */
async function ask(id: string, query: string, body?: object): Promise<z.infer<typeof panel> | null> {
  const service = sandboxServiceOf(id);
  if (!service) return null;
  const answer = await fetch(`${service.internalOrigin}/sandbox/panel${query}`, {
    cache: "no-store",
    signal: AbortSignal.timeout(askMs),
    ...(body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  }).catch(() => null);
  return answer?.ok ? (panel.safeParse(await answer.json().catch(() => null)).data ?? null) : null;
}

const nothing: z.infer<typeof panel> = { about: null, faults: [], broken: [], calls: [] };

/**
 * What the sandbox panel shows.
 *
 * @throws Problem `not_found` when no product is served by the sandbox
 */
export async function sandboxPanel({ user }: PortalSession): Promise<SandboxPanel> {
  const emulated = configuredVendors().filter(({ sandboxed }) => sandboxed);
  if (emulated.length === 0) throw new Problem("not_found");
  const breakable = isOwnSandbox();
  const vendors = await Promise.all(
    emulated.map(async ({ vendor: { id, name, section, kinds } }): Promise<SandboxVendor> => {
      const account = accountFor(user, id);
      const query = `?account=${encodeURIComponent(account ?? "")}`;
      const told = (breakable && (await ask(id, query))) || nothing;
      return { ...told, id, name, section, kind: kinds[0] ?? "", account, readme: `sandbox/${id}/README.md` };
    }),
  );
  return { breakable, vendors };
}

/**
 * Turns a fault of an emulator on or off.
 *
 * @throws Problem `not_found` where the sandbox is not this machine's own, or has no such fault
 */
export async function setFault(vendorId: string, fault: string, undo: boolean): Promise<void> {
  const emulated = configuredVendors().some(({ vendor, sandboxed }) => sandboxed && vendor.id === vendorId);
  if (!emulated || !isOwnSandbox()) throw new Problem("not_found");
  if (!(await ask(vendorId, "", { fault, undo }))) throw new Problem("not_found");
}
