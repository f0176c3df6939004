import "server-only";
/**
 * Whether the database answers, cheap enough to ask before every page: once a page renders, its status has been sent, so a
 * `503` must come before.
 */
import { getConfig } from "@/lib/config/config";
import { perProcess } from "@/lib/per-process";
import { isProblem, type Problem } from "@/lib/problem/problem";

/** How long an answer counts, in milliseconds. An outage that begins meanwhile fails where it is met. */
const freshMs = 1_000;

async function look(): Promise<Problem | null> {
  try {
    const [{ sql }, { getStore }] = await Promise.all([import("kysely"), import("./database")]);
    await sql`select 1`.execute(await getStore());
    return null;
  } catch (error) {
    // Any other error is a fault, which the page or handler that needs the store reports.
    return isProblem(error) ? error : null;
  }
}

/** @returns why the database does not answer, at most a second old; null when it does */
export function storeOutage(): Promise<Problem | null> {
  // A file may be locked for writes, but reads always work.
  if (!/^postgres(ql)?:/.test(getConfig().databaseUrl)) return Promise.resolve(null);
  const last = perProcess("store:answers", () => ({ at: 0, outage: undefined as Promise<Problem | null> | undefined }));
  if (!last.outage || Date.now() - last.at > freshMs) {
    last.at = Date.now();
    last.outage = look();
  }
  return last.outage;
}
