/**
 * Where a vendor is named outside its own folders: what `new-vendor` adds and `remove-vendor` takes out. Each place is a
 * list with one line a vendor; docs/add-a-vendor.md names them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./cli.mjs";

/** @typedef {{ id: string, create: string, name: string, host: string, claim: string, account: string, items: readonly object[] }} Entry */
/** @typedef {{ file: string, add: (text: string, entry: Entry) => string, remove: (text: string, id: string) => string }} List */

/** The lists. `after` is the text that the new line comes behind (the last line of its kind, if there are several). @type {readonly List[]} */
const lists = [
  {
    file: "lib/vendors/index.ts",
    add: (text, { id }) =>
      text
        .replace(/(?=import type \{ Vendor \})/, `import { ${id} } from "./${id}";\n`)
        .replace(/(readonly Vendor\[\] = \[)([^\]]*)\]/, (_, start, ids) => `${start}${listed(ids, id)}]`),
    remove: (text, id) =>
      text
        .replace(new RegExp(`import \\{ ${id} \\} from "\\./${id}";\\n`), "")
        .replace(/(readonly Vendor\[\] = \[)([^\]]*)\]/, (_, start, ids) => `${start}${unlisted(ids, id)}]`),
  },
  {
    file: "lib/vendors/looks.ts",
    add: (text, { id }) =>
      text
        .replace(/\n\nexport const looks/, `\nimport { looks as ${id} } from "./${id}/look";\n\nexport const looks`)
        .replace(/(looks: Looks = \{)([^}]*)\}/, (_, start, ids) => `${start} ${listed(ids, `...${id}`)} }`),
    remove: (text, id) =>
      text
        .replace(`import { looks as ${id} } from "./${id}/look";\n`, "")
        .replace(/(looks: Looks = \{)([^}]*)\}/, (_, start, ids) => `${start} ${unlisted(ids, `...${id}`)} }`),
  },
  {
    file: "lib/vendors/problems.ts",
    add: (text, { id }) =>
      text
        .replace(
          /\n\nexport const vendorProblems/,
          `\nimport { problems as ${id} } from "./${id}/problems";\n\nexport const vendorProblems`,
        )
        .replace(/(vendorProblems = \{)([^}]*)\}/, (_, start, ids) => `${start} ${listed(ids, `...${id}`)} }`),
    remove: (text, id) =>
      text
        .replace(`import { problems as ${id} } from "./${id}/problems";\n`, "")
        .replace(/(vendorProblems = \{)([^}]*)\}/, (_, start, ids) => `${start} ${unlisted(ids, `...${id}`)} }`),
  },
  {
    file: "lib/vendors/themes.css",
    add: (text, { id }) => `${text}@import "./${id}/theme.css";\n`,
    remove: (text, id) => text.replace(`@import "./${id}/theme.css";\n`, ""),
  },
  {
    file: "sandbox/vendors.ts",
    add: (text, { id, create }) =>
      text
        .replace(/\n\nexport const emulators/, `\nimport { ${create} } from "./${id}/${id}";\n\nexport const emulators`)
        .replace(/\n\};\n$/, `\n  ${id}: ${create},\n};\n`),
    remove: (text, id) =>
      text
        .replace(new RegExp(`import \\{ \\w+ \\} from "\\./${id}/${id}";\\n`), "")
        .replace(new RegExp(`\\n  ${id}: \\w+,`), ""),
  },
  {
    file: "lib/config/sandbox-services.cjs",
    add: (text, { id, name, host, claim, account }) =>
      text.replace(
        /\n\]\);\n$/,
        `\n  { id: "${id}", name: "${name}", host: "${host}", claim: "${claim}", account: "${account}" },\n]);\n`,
      ),
    remove: (text, id) => text.replace(new RegExp(`\\n  \\{ id: "${id}", [^\\n]*\\},`), ""),
  },
  {
    file: "portal.config.ts",
    add: (text, { id, claim, items }) =>
      text
        .replace(/(claims: \[)([^\]]*)\]/, (_, start, claims) => `${start}${listed(claims, `"${claim}"`)}]`)
        .replace(
          /\n {2}\},\n\n {2}items: \[/,
          `\n    ${id}: firstOf(personaAccount("${id}"), byClaim("${claim}")),\n  },\n\n  items: [`,
        )
        .replace(
          /\n {2}\],\n\}\);\n$/,
          `\n${items.map((item) => `    ${JSON.stringify(item)},\n`).join("")}  ],\n});\n`,
        ),
    remove: (text, id) => withoutUnused(withoutItems(text, id)),
  },
  {
    file: ".env.local.example",
    add: (text) => text,
    remove: (text, id) =>
      text
        .replace(new RegExp(`# --- [^\\n]*docs/setup/${id}\\.md[^\\n]*\\n[\\s\\S]*?(?=# --- |$)`), "")
        .trimEnd()
        .concat("\n"),
  },
];

/** @param {string} list */
const entriesOf = (list) =>
  list
    .split(",")
    .map((/** @type {string} */ one) => one.trim())
    .filter(Boolean);
const listed = (/** @type {string} */ list, /** @type {string} */ entry) => [...entriesOf(list), entry].join(", ");
const unlisted = (/** @type {string} */ list, /** @type {string} */ entry) =>
  entriesOf(list)
    .filter((one) => one !== entry)
    .join(", ");

/** Without the vendor's items, its mapping with the comment above it, and the claim that only it reads. */
function withoutItems(/** @type {string} */ text, /** @type {string} */ id) {
  const account = new RegExp(`(    //[^\\n]*\\n)?    ${id}: ([^\\n]*)\\n`);
  const claims = [...(account.exec(text)?.[2] ?? "").matchAll(/byClaim\("(\w+)"\)/g)].map(([, claim]) => `"${claim}"`);
  return claims.reduce(
    (rest, claim) => rest.replace(/(claims: \[)([^\]]*)\]/, (_, start, list) => `${start}${unlisted(list, claim)}]`),
    text
      .replace(account, "")
      .replace(/ {4}\{\n(?: {6}.*\n)+? {4}\},\n/g, (item) => (item.includes(`vendor: "${id}",`) ? "" : item)),
  );
}

/** Without constants and imported names that nothing uses any more. */
function withoutUnused(/** @type {string} */ text) {
  const used = (/** @type {string} */ name) => (text.match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0) > 1;
  return text
    .replace(/^const (\w+) = .*\n/gm, (line, name) => (used(name) ? line : ""))
    .replace(/^import \{ ([^}]*) \} from (.*)\n/gm, (_, names, from) => {
      const kept = entriesOf(names).filter(used);
      return kept.length > 0 ? `import { ${kept.join(", ")} } from ${from}\n` : "";
    })
    .replace(/\n{3,}/g, "\n\n");
}

/** @param {string} root @param {(text: string, list: List) => string} change */
function edit(root, change) {
  for (const list of lists) {
    const path = join(root, list.file);
    const before = readFileSync(path, "utf8");
    const after = change(before, list);
    if (after !== before) writeFileSync(path, after);
  }
}

/**
 * Writes the vendor's line into every list.
 *
 * @param {string} root the checkout
 * @param {Entry} entry
 * @throws Failure when a list has another form than it had, so that nothing is half done in silence
 */
export function addToLists(root, entry) {
  edit(root, (text, { file, add }) => {
    const after = add(text, entry);
    if (after === text && file !== ".env.local.example")
      throw new Failure(`${file} has changed its form: add ${entry.id} by hand.`);
    return after;
  });
}

/**
 * Takes the vendor's line out of every list.
 *
 * @param {string} root
 * @param {string} id
 */
export function removeFromLists(root, id) {
  edit(root, (text, { remove }) => remove(text, id));
}
