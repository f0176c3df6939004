/**
 * The values that a page brings for its script: `<script type="application/json" id="…">`, written with `scriptJson`.
 * Values are never written into code.
 *
 * @param id the element's id
 * @returns the parsed JSON; its type is what the server's part writes, so import the type from there
 * @throws Error when the page has no such element
 */
export function pageData<Data>(id: string): Data {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no data "${id}".`);
  return JSON.parse(element.textContent ?? "") as Data;
}
