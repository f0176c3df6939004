import "server-only";
/** The source line behind a hop. */
import { getConfig } from "@/lib/config/config";
import type { SourceRef } from "./terms";

interface BuiltSource {
  readonly lines: Readonly<Record<string, number>>;
  /** From package.json. */
  readonly repository: string | null;
}

// Written into the build by next.config.js.
const built: BuiltSource = JSON.parse(process.env.PORTICO_SOURCE || '{"lines":{},"repository":null}') as BuiltSource;

export interface SourceLine {
  /** `lib/broker/policy.ts:46` */
  readonly label: string;
  /** Where it can be read; null when the repository's address is unknown. */
  readonly href: string | null;
}

const base = () => getConfig().sourceUrl ?? built.repository;

export function sourceLine(source: SourceRef): SourceLine {
  const [path = ""] = source.split("#");
  const line = built.lines[source];
  const files = base();
  return {
    label: line ? `${path}:${line}` : path,
    href: files && `${files}/${path}${line ? `#L${line}` : ""}`,
  };
}

/** A row of SECURITY.md by its anchor. */
export function promiseAddress(anchor: string): string | null {
  const files = base();
  return files && `${files}/SECURITY.md#${anchor}`;
}
