/** A sequence as text to copy: a Mermaid diagram, and curl commands with placeholders for whatever could be used. */
import { type HopView, type Sequence, type WireEntry, wireEntry } from "@/lib/inspector/sequence";

/** Mermaid ends a message at `;` and reads `#` as the beginning of an entity. */
const label = (text: string) => text.replace(/[;#\n]/g, " ");

const milliseconds = (ms: number) => (ms < 1 ? "< 1 ms" : `${Math.round(ms)} ms`);

export function asMermaid({ lanes, hops }: Pick<Sequence, "lanes" | "hops">): string {
  const lines = hops.flatMap(({ name, note, from, to, method, path, status, duration, state }) => {
    if (state === "never") return [];
    const what = label([name, note && `(${note})`, method && `${method} ${path}`].filter(Boolean).join(" "));
    const took = milliseconds(duration ?? 0);
    if (from === to) return [`Note over ${from}: ${what}, ${took}`];
    const ended = label([status, took].filter(Boolean).join(", "));
    return [
      `${from}${state === "failed" ? "-x" : "->>"}${to}: ${what}`,
      ...(status === undefined ? [] : [`${to}-->>${from}: ${ended}`]),
    ];
  });
  return ["sequenceDiagram", ...lanes.map(({ id, name }) => `participant ${id} as ${label(name)}`), ...lines]
    .map((line, index) => (index === 0 ? line : `  ${line}`))
    .join("\n");
}

/** A masked value or one that is not shown stands as a placeholder. */
const isShown = (value: string | undefined): value is string =>
  value !== undefined && value !== "not shown" && !/…\S* \(\d+ characters/.test(value) && !value.endsWith("…");

const placeholderOr = ({ name, value }: WireEntry) => (isShown(value) ? value : `<${name}>`);

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const encode = (text: string) => (text.startsWith("<") ? text : encodeURIComponent(text));

function curlOf({ name, method = "GET", url, sent, sentAs }: HopView): string {
  const entries = sent.flatMap((text) => wireEntry(text) ?? []);
  const at = (place: WireEntry["place"]) => entries.filter((entry) => entry.place === place);
  const query = at("query").map((entry) => `${entry.name}=${encode(placeholderOr(entry))}`);
  const fields = at("field");
  const cookies = at("cookie").map((entry) => `${entry.name}=${placeholderOr(entry)}`);
  const isForm = sentAs === "form";
  const body = isForm
    ? fields.map((entry) => `${entry.name}=${encode(placeholderOr(entry))}`).join("&")
    : JSON.stringify(Object.fromEntries(fields.map((entry) => [entry.name, placeholderOr(entry)])));
  const parts = [
    `curl -X ${method} ${quoted([url, query.join("&")].filter(Boolean).join("?"))}`,
    ...at("header").map((entry) => `-H ${quoted(`${entry.name}: ${placeholderOr(entry)}`)}`),
    ...(cookies.length > 0 ? [`-H ${quoted(`Cookie: ${cookies.join("; ")}`)}`] : []),
    ...(fields.length > 0
      ? [`-H 'Content-Type: application/${isForm ? "x-www-form-urlencoded" : "json"}'`, `-d ${quoted(body)}`]
      : []),
  ];
  return [`# ${name}`, parts.join(" \\\n  ")].join("\n");
}

/** The calls that the portal's server made, in their order. */
export const asCurl = ({ hops }: Pick<Sequence, "hops">): string =>
  hops
    .filter(({ url, state }) => url !== undefined && state !== "never")
    .map(curlOf)
    .join("\n\n");
