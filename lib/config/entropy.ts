/**
 * How hard a secret is to guess, from its text alone. A guesser tries what people and examples write before it tries
 * everything: words, sequences, repetitions. The estimate is the cheapest way to describe the text with those, in bits;
 * random text has no such description and keeps about its full length.
 */

/** Words of sample secrets and of plain sentences, each about as likely as the next. */
const words = new Set(
  `a about access admin all am an and any app apple are as at auth authentication authorization base be best better but
  by bytes can change changeit changeme char character characters code company config correct could data database day
  default demo deploy dev develop development do dont dummy else encryption enough enter environment env ever example
  fake for foo foobar from generate generated get go good great hash have hello here his horse battery staple how i if
  import in insert into is it its jwt keep key keys know length let like local localhost login long make master me
  minimum mode least more must my name never new next nextauth no none not now number of old on one only openssl or other our
  out own pass passphrase passwd password passwords people placeholder please portal portico prod production project
  public qwerty random replace required root safe salt same sample sealing secret secrets secure security see server
  session sessions set should sign signing six some something staging start string strong super sure test testing tests
  text than thank that the them then there these they thing thirty this three time to todo token tokens too top two unsafe up
  update use used user users using value values variable very want was we web website welcome what when where which who
  will with without word words work world would write xxx yes you your yours`.split(/\s+/),
);

/** One of the words above, in lower case. */
const wordBits = 8;
/** A word that is not in the list but reads like English. */
const otherWordBits = 13;
/** Any word of a phrase, which has a grammar. */
const phraseWordBits = 10;
/** A word in capitals, or one of its letters written as a digit or sign; a capital first costs half of it. */
const variantBits = 2;
/** A sign between words that stood there before. */
const separatorBits = 1;
/** Where a repetition or sequence begins, how long it is and which step it has. */
const runBits = 9;

/** Digits and signs that stand for letters. */
const standIns: Readonly<Record<string, string>> = { 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s" };

/** The rows of a keyboard; alphabet and digits are found by their codes. */
const rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop"];

/** The commonest pairs of letters in English: about two thirds of those in a text, and one in eight at random. */
const pairs = new Set(
  `th he in er an re nd on en at ou ed ha to or it is hi es ng st ar te nt se ti al as le ve of sa ri ro me ea co ra de li
  ll ne ma el so tr la ur di ch be us il ss ee si ta wo ca lo om no ec ic ho ke em po pe ac ge ct ag am ad ol ow ay ai wa
  un ot id ir et pl op ab pr sh`.split(/\s+/),
);

/** Bits of one character taken by itself: the smallest alphabet that holds the whole text. */
function characterBits(text: string): number {
  const classes: readonly [RegExp, number][] = [
    [/^[0-9]*$/, 10],
    [/^[0-9a-f]*$/, 16],
    [/^[0-9A-F]*$/, 16],
    [/^[0-9a-z]*$/, 36],
    [/^[0-9A-Z]*$/, 36],
    [/^[0-9a-zA-Z]*$/, 62],
    [/^[\x20-\x7e]*$/, 64],
  ];
  return Math.log2(classes.find(([pattern]) => pattern.test(text))?.[1] ?? 128);
}

/** Letters as people write a word: all in one case, or with a capital first. */
const writtenWord = /^[A-Za-z]([a-z]*|[A-Z]*)$/;

/** Whether letters read like English: most of their pairs are common ones. */
function isWordLike(letters: string): boolean {
  if (letters.length < 5) return false;
  const found = [...letters].filter((_, index) => index > 0 && pairs.has(letters.slice(index - 1, index + 1)));
  return found.length >= 0.7 * (letters.length - 1);
}

/** How far a run of equal steps goes: `aaaa`, `abcd`, `9876`. */
function sequenceLength(text: string, start: number): number {
  const step = text.charCodeAt(start + 1) - text.charCodeAt(start);
  if (Math.abs(step) > 1) return 0;
  let end = start + 1;
  while (end < text.length && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end += 1;
  return end - start;
}

function keyboardLength(lower: string, start: number): number {
  const lengths = rows.map((row) => {
    const from = row.indexOf(lower.charAt(start));
    let length = 0;
    while (from >= 0 && from + length < row.length && lower[start + length] === row[from + length]) length += 1;
    return length;
  });
  return Math.max(...lengths);
}

/** How much of what begins here stood in the text before, overlapping itself included: `passwordpassword…`. */
function repetitionLength(text: string, start: number): number {
  let length = 0;
  // What stood before may reach into what follows: `aaaa` repeats its first letter.
  while (start + length < text.length && text.indexOf(text.slice(start, start + length + 1)) < start) length += 1;
  return length;
}

interface Piece {
  readonly length: number;
  readonly bits: number;
}

/** The start or end of the text, or a sign between words. */
const isSeparator = (character: string) => /^[-_ .,:;/]?$/.test(character);

/** Four parts or more, each of them letters as in a word or digits alone. Random text has mixed parts. */
function isPhrase(text: string): boolean {
  const parts = text.split(/[-_ .,:;/]+/).filter(Boolean);
  return parts.length >= 4 && parts.every((part) => writtenWord.test(part) || /^\d+$/.test(part));
}

/** Shorter runs stand in random text too. */
const shortestRun = 4;
const longestWord = 14;

/**
 * Bits of a word; null when it is none.
 *
 * @param apart whether it stands by itself in a phrase such as `one-two-three-four`, where any letters are a word
 */
function wordCost(written: string, apart: boolean): number | null {
  if (/^(19|20)\d\d$/.test(written)) return wordBits;
  const letters = [...written].map((character) => standIns[character] ?? character).join("");
  if (!writtenWord.test(letters)) return null;
  const word = letters.toLowerCase();
  const changed = [...written].filter((character) => Object.hasOwn(standIns, character)).length;
  const capitals = letters === word ? 0 : letters.slice(1) === word.slice(1) ? 0.5 : 1;
  const variants = variantBits * (changed + capitals);
  if (words.has(word)) return wordBits + variants;
  if (changed > 0) return null;
  if (apart) return phraseWordBits + variants;
  return isWordLike(word) ? otherWordBits + variants : null;
}

/** Every run and word that begins at a place of a text. */
function piecesAt(text: string, lower: string, start: number, words: { spelled: boolean; phrase: boolean }): Piece[] {
  // Case changes nothing for a guesser: `PasswordpassWord`.
  const runs = [sequenceLength(lower, start), keyboardLength(lower, start), repetitionLength(lower, start)];
  const pieces = runs.filter((length) => length >= shortestRun).map((length): Piece => ({ length, bits: runBits }));
  if (!words.spelled) return pieces;
  for (let length = 2; length <= longestWord && start + length <= text.length; length += 1) {
    const apart = words.phrase && isSeparator(text.charAt(start - 1)) && isSeparator(text.charAt(start + length));
    const bits = wordCost(text.slice(start, start + length), apart);
    if (bits !== null) pieces.push({ length, bits });
  }
  return pieces;
}

/** Bits of the cheapest description of a text: single characters, runs and words, one after the other. */
function describedIn(text: string): number {
  const lower = text.toLowerCase();
  const single = characterBits(text);
  // What hexadecimal digits happen to spell is no word.
  const words = { spelled: !/^[0-9a-f]*$/.test(lower), phrase: isPhrase(text) };
  const cheapest: number[] = [0];
  const offer = (end: number, bits: number) => {
    cheapest[end] = Math.min(cheapest[end] ?? Number.POSITIVE_INFINITY, bits);
  };
  for (let start = 0; start < text.length; start += 1) {
    const before = cheapest[start] ?? 0;
    const repeated = isSeparator(text.charAt(start)) && text.indexOf(text.charAt(start)) < start;
    offer(start + 1, before + (repeated ? separatorBits : single));
    for (const { length, bits } of piecesAt(text, lower, start, words)) offer(start + length, before + bits);
  }
  return cheapest[text.length] ?? 0;
}

/** What a text says when it is the base64, base64url or hexadecimal form of other plain text; null when it is not. */
function decoded(text: string): string | null {
  const forms: readonly [RegExp, BufferEncoding][] = [
    [/^([0-9a-f]{2}){8,}$/i, "hex"],
    [/^[A-Za-z0-9+/_-]{16,}={0,2}$/, "base64"],
  ];
  for (const [pattern, encoding] of forms) {
    if (!pattern.test(text)) continue;
    const inside = Buffer.from(text, encoding).toString("latin1").trim();
    if (/^[\x20-\x7e]{8,}$/.test(inside)) return inside;
  }
  return null;
}

/**
 * Estimates how many bits a guesser needs for a secret, at most.
 *
 * @param secret as it is written; its base64 or hexadecimal form is looked through
 */
export function estimatedBits(secret: string): number {
  const inside = decoded(secret);
  return Math.min(describedIn(secret), inside === null ? Number.POSITIVE_INFINITY : estimatedBits(inside));
}

/**
 * The same for the bytes of a key: what repeats, what counts up or down, and what is text.
 *
 * @param key raw bytes
 */
export function estimatedKeyBits(key: Uint8Array): number {
  const text = Buffer.from(key).toString("latin1");
  const asText = /^[\x20-\x7e]*$/.test(text) ? estimatedBits(text) : Number.POSITIVE_INFINITY;
  let bits = 0;
  for (let start = 0; start < text.length; ) {
    const run = Math.max(sequenceLength(text, start), repetitionLength(text, start));
    bits += run >= shortestRun ? 2 * runBits : 8;
    start += run >= shortestRun ? run : 1;
  }
  return Math.min(bits, asText);
}
