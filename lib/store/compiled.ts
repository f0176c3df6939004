import "server-only";
/** Queries that every request runs: each is compiled to SQL once, because compiling it takes longer than running it. */
import type { Compilable, CompiledQuery } from "kysely";
import { getStore, type Store } from "./database";

/**
 * @param build the query for given values; it must use each value once, in order
 * @returns runs the query with other values
 */
export function compiledOnce<Row, Values extends readonly string[]>(
  build: (db: Store, ...values: Values) => Compilable<Row>,
): (...values: Values) => Promise<Row[]> {
  const compiled = new WeakMap<Store, CompiledQuery<Row>>();
  return async (...values) => {
    const db = await getStore();
    const known = compiled.get(db) ?? build(db, ...values).compile();
    compiled.set(db, known);
    return (await db.executeQuery<Row>({ ...known, parameters: values })).rows;
  };
}
