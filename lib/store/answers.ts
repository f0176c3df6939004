import "server-only";
/**
 * Whether the database answers reads, for those who ask at every request: a page that cannot read its session must say so
 * with a `503`, and by the time a page renders its status is sent.
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
    // Anything else is a fault, and it is for whoever needs the store to say so.
    return isProblem(error) ? error : null;
  }
}

/** @returns why the database does not answer, at most a second old; null when it does */
export function storeOutage(): Promise<Problem | null> {
  // A file is on this machine: it is locked at times, which reads do not notice, and never away.
  if (!/^postgres(ql)?:/.test(getConfig().databaseUrl)) return Promise.resolve(null);
  const last = perProcess("store:answers", () => ({ at: 0, outage: undefined as Promise<Problem | null> | undefined }));
  if (!last.outage || Date.now() - last.at > freshMs) {
    last.at = Date.now();
    last.outage = look();
  }
  return last.outage;
}
