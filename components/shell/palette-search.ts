/** The palette's search: pure functions, so that ranking can be tested without a page. */
import type { Memory } from "./memory";
import type { ItemView, PortalView } from "./portal-view";

/** A part of a title, bold where it matches. */
export interface Piece {
  /** Where it starts in the title. */
  readonly at: number;
  readonly text: string;
  readonly match: boolean;
}

const fold = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();

/** The search terms; all of them must match. */
export const termsOf = (query: string) => fold(query).split(/\s+/).filter(Boolean);

/** An item's score: title before section, vendor and tags before description; 0 when a term does not match. */
function fitOf(item: ItemView, vendorName: string, words: readonly string[]): number {
  const title = fold(item.title);
  const labels = fold([item.section, vendorName, ...item.tags].join(" "));
  const description = fold(item.description);
  let total = 0;
  for (const word of words) {
    if (title.startsWith(word) || title.includes(` ${word}`)) total += 8;
    else if (title.includes(word)) total += 4;
    else if (labels.includes(word)) total += 2;
    else if (description.includes(word)) total += 1;
    else return 0;
  }
  return total;
}

export interface Found {
  readonly recent: readonly ItemView[];
  readonly items: readonly ItemView[];
}

/** The items that match all terms, recently opened ones separately. An empty query matches all. */
export function findItems(view: PortalView, memory: Memory, query: string): Found {
  const words = termsOf(query);
  const names = new Map(view.sections.map(({ id, name }) => [id, name]));
  const ranked = view.items
    .map((item) => ({ item, score: words.length === 0 ? 1 : fitOf(item, names.get(item.vendor) ?? "", words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
  const matching = new Map(ranked.map((item) => [item.href, item]));
  const recent = memory.visits.flatMap(({ href }) => matching.get(href) ?? []).slice(0, 4);
  return { recent, items: ranked.filter((item) => !recent.includes(item)) };
}

/** Whether a fixed entry, such as "Sign out", matches. */
export const matches = (label: string, query: string) => {
  const folded = fold(label);
  return termsOf(query).every((word) => folded.includes(word));
};

/** Splits a title into parts that match the search terms and parts that do not. */
export function pieces(title: string, query: string): readonly Piece[] {
  const words = termsOf(query);
  // Case folding can change the length of a text; then highlight nothing rather than the wrong letters.
  const folded = fold(title);
  if (words.length === 0 || folded.length !== title.length) return [{ at: 0, text: title, match: false }];
  const marked = Array.from({ length: title.length }, () => false);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length))
      marked.fill(true, at, at + word.length);
  }
  const cut: Piece[] = [];
  let from = 0;
  for (let at = 1; at <= title.length; at += 1) {
    if (at < title.length && marked[at] === marked[from]) continue;
    cut.push({ at: from, text: title.slice(from, at), match: marked[from] ?? false });
    from = at;
  }
  return cut;
}
