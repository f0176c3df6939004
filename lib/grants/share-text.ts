/**
 * The words of a shared view. What the user typed stays as typed, mentions and links included; what the portal adds
 * mentions no one and links to the view alone. Nothing becomes markup that hides where a link leads.
 */
import { isStart, type View } from "@/lib/vendors/view";

/** The longest sentence, in characters. */
export const maxSentence = 500;

/** Not seen, and enough to keep a sign from being read together with what follows it. */
const gap = "\u200b";

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones to remove
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Letters that turn the direction of others around: a link must read as it leads. */
const directions = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** One line of plain text: no link behind other words (`[words](address)`, `<address|words>`), no picture. */
const plain = (text: string): string =>
  text
    .replace(unprintable, " ")
    .replace(directions, "")
    .replace(/\](?=\s*[([])/g, `]${gap}`)
    .replace(/<(?=\s*[a-z][\w+.-]*:)/gi, `<${gap}`)
    .replace(/\s+/g, " ")
    .trim();

/** Text that no one typed: it mentions no user, group or room. */
const defused = (text: string): string => plain(text).replace(/(?<=[@#])(?=\S)/g, gap);

/** `2 filters`, or nothing. */
const filterWords = ({ filters }: View): string =>
  filters.length === 0 ? "" : filters.length === 1 ? "1 filter" : `${filters.length} filters`;

export interface SharedView {
  /** The item's title, from the catalog. */
  readonly title: string;
  readonly view: View;
  /** The address of the view in the portal. */
  readonly address: string;
  /** What the user typed; may be empty. */
  readonly sentence: string;
}

/** The message: the sentence, what is shared, and its address, a line each. */
export function messageOf({ title, view, address, sentence }: SharedView): string {
  const what = [defused(title), ...(isStart(view) ? [] : [filterWords(view)])].filter(Boolean).join(", ");
  // The signs that a chat may read as markup, which URLs may have as they are.
  const link = address.replace(/[*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return [plain(sentence), `${what}: ${link}`].filter(Boolean).join("\n");
}
