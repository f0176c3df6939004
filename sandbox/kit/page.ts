/** The frame of every HTML page of the sandbox. */
import { escapeHtml, scriptJson } from "./html";

/** A script or style: the address it has, or its text where the vendor's own page has it inline. */
type Source = { readonly href: string } | { readonly text: string };

/** What a page is made of. `body` is HTML; everything else is escaped here. */
export interface Page {
  readonly title: string;
  /** HTML: whatever comes from outside must be escaped already. */
  readonly body: string;
  /** Of the body element, e.g. `{ "data-sandbox-user": "a.analyst" }`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Values for the scripts, by the element's id: `pageData` (browser/page-data.ts) reads them. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly styles?: readonly Source[];
  /** Run in this order, after the page is parsed. */
  readonly scripts?: readonly Source[];
  /** `<meta name="…" content="…">` beside the viewport. */
  readonly meta?: Readonly<Record<string, string>>;
}

const style = (source: Source) =>
  "href" in source ? `<link rel="stylesheet" href="${escapeHtml(source.href)}">` : `<style>${source.text}</style>`;

const script = (source: Source) =>
  "href" in source ? `<script defer src="${escapeHtml(source.href)}"></script>` : `<script>${source.text}</script>`;

/** The whole document. */
export function htmlPage({
  title,
  body,
  attributes = {},
  data = {},
  styles = [],
  scripts = [],
  meta = {},
}: Page): string {
  const lines = [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ...Object.entries(meta).map(
      ([name, content]) => `<meta name="${escapeHtml(name)}" content="${escapeHtml(content)}">`,
    ),
    `<title>${escapeHtml(title)}</title>`,
    '<link rel="icon" href="data:,">',
    ...styles.map(style),
    "</head>",
    `<body${Object.entries(attributes)
      .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
      .join("")}>`,
    body,
    ...Object.entries(data).map(
      ([id, value]) => `<script type="application/json" id="${escapeHtml(id)}">${scriptJson(value)}</script>`,
    ),
    ...scripts.map(script),
    "</body>",
    "</html>",
  ];
  return `${lines.join("\n")}\n`;
}
