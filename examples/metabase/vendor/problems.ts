/**
 * Error codes that Metabase alone has: `code: text(status, recovery, title, sentence, ...remedies)`. The shared ones in
 * lib/problem/codes.ts are enough so far.
 */
import type { ProblemTable } from "@/lib/problem/text";

export const problems = {} as const satisfies ProblemTable;
