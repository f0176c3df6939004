import "server-only";
/**
 * Whether the database answers, cheap enough to ask before every page: once a page renders, its status has been sent, so a
 * `503` must come before.
 */
import { getConfig } from "@/lib/config/config";
import { perProcess } from "@/lib/per-process";
import { isProblem, type Problem } from "@/lib/problem/problem";

/** How long an outage counts before the database is asked again, in milliseconds. That it answers counts only once. */
const outageMs = 1_000;

/** What a request needs of the database. */
export type StoreNeed = "reads" | "writes";

interface Answer {
  at: number;
  outage: Problem | null;
  running: Promise<Problem | null> | undefined;
}

async function look(need: StoreNeed): Promise<Problem | null> {
  try {
    const [{ sql }, { checkStore, getStore }] = await Promise.all([import("kysely"), import("./database")]);
    if (need === "writes") await checkStore();
    else await sql`select 1`.execute(await getStore());
    return null;
  } catch (error) {
    // Any other error is a fault, which the page or handler that needs the store reports.
    return isProblem(error) ? error : null;
  }
}

/**
 * Asks the database. Callers of the same moment share one question.
 *
 * @returns why it does not answer, at most a second old; null when it does
 */
export function storeOutage(need: StoreNeed): Promise<Problem | null> {
  // Another process may hold a file's lock for writes, but reads always work.
  if (need === "reads" && !/^postgres(ql)?:/.test(getConfig().databaseUrl)) return Promise.resolve(null);
  const last = perProcess(`store:answers:${need}`, (): Answer => ({ at: 0, outage: null, running: undefined }));
  if (last.outage && Date.now() - last.at < outageMs) return Promise.resolve(last.outage);
  last.running ??= look(need).then((outage) => {
    Object.assign(last, { at: Date.now(), outage, running: undefined });
    return outage;
  });
  return last.running;
}
