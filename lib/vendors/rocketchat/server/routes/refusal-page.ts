import "server-only";

/** What people see when a link leads nowhere: an answer to a page load must be a page. */

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const style = {
  body: "margin:0;min-height:100vh;display:grid;place-items:center;font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark",
  main: "max-width:28rem;padding:1.5rem;text-align:center",
  title: "margin:0 0 .5rem;font-size:1.25rem",
} as const;

/**
 * A page without script, in the browser's own colours.
 *
 * @param way on from here: an address of the portal and its words
 */
export function refusalPage(
  status: number,
  title: string,
  detail: string,
  way: { href: string; words: string },
): Response {
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title></head>
<body style="${style.body}">
<main style="${style.main}">
<h1 style="${style.title}">${escapeHtml(title)}</h1>
<p>${escapeHtml(detail)}</p>
<p><a href="${escapeHtml(way.href)}">${escapeHtml(way.words)}</a></p>
</main>
</body>
</html>
`;
  return new Response(body, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}
