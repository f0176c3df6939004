/** Seals the store's rows with the first key, and prints for each table and key how many rows there are. */
import { isConfigError } from "@/lib/config/config";
import { getOpenedStore } from "@/lib/store/database";
import { countSealedRows, resealAll, type SealedRows } from "@/lib/store/reseal";

const what: Readonly<Record<SealedRows["key"], string>> = {
  first: "sealed with the first key",
  older: "still sealed with an older key",
  unknown: "sealed with a key that PORTAL_SEALING_KEYS does not have",
};

const say = (line: string) => process.stdout.write(`${line}\n`);

async function reseal(): Promise<number> {
  const store = await getOpenedStore();
  if (store.kind === "memory") {
    say("The store is in memory: there is nothing to reseal. Set DATABASE_URL to the portal's database.");
    return 1;
  }
  for (const [table, rows] of Object.entries(await resealAll())) say(`${table}: ${rows} resealed`);
  const counts = await countSealedRows();
  for (const { table, key, keyId, rows } of counts) say(`${table}: ${rows} ${what[key]} (key id ${keyId ?? "none"})`);
  await store.db.destroy();
  if (counts.every(({ key }) => key === "first")) {
    say("The store needs the first key alone: the others can be taken out of PORTAL_SEALING_KEYS.");
    return 0;
  }
  say(
    "The store still needs another key, or holds rows that no key opens. A login that no key opens is linked again by its user.",
  );
  return 1;
}

reseal().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const sentences = isConfigError(error) ? error.sentences : [(error as Error).message];
    for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
    process.exit(1);
  },
);
