/** The promises of SECURITY.md that the attacks try, by the sentence there. A test compares them with the document. */
export const promises = {
  identity: "Identity comes from the session alone, the target from the catalog alone; the browser sends a slug",
  guard:
    "No session: 401. Foreign origin, missing header: 403. Wrong method, type, size, shape: 405, 415, 413, 400. All before a vendor is called",
  bypass: "No header, method or spelling of a URL bypasses the guard, and no refusal is a server error",
  speculative:
    "Speculative loads (prefetch, prerender, `HEAD`) and images, frames or scripts of other pages create no token",
  foreign: "A page of another site cannot sign a user in or out, create or read a token, or frame the portal",
  sameAnswer:
    "An item that does not exist and one that is not shared with the user get the same answer, in pages and in the API, and the refusal is audited",
  ownToken: "Two users never receive each other's token",
  session: "A cookie copied before sign-out does not work afterwards; every sign-in is a new session",
  headers: "Only the configured vendors can be framed, and the portal cannot be framed; errors carry the same headers",
  noTokens: "Tokens never appear in the portal's URLs, referrers, storage, cookies or history",
  redirects: "After sign-in the browser is only ever redirected to a page of the portal",
  persona:
    "A persona never reaches a real vendor, and exists only on loopback, in previews on Vercel, and where `PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN` is on: every page and the log then say so",
  limits:
    "Rate limits stop guessing vendor passwords through the portal, and no user can lock out another or flood the audit with refusals; with PostgreSQL all instances count together",
  admin: "The admin pages, their actions and the export are for administrators only, and a refusal is audited",
  sandbox:
    "The sandbox is part of a deployment only in a preview without any vendor variable, and strangers can neither control nor frame it there",
  publicName: "A secret under a public name stops the build and the start, by the pattern of its name and by its value",
} as const;

export type PromiseName = keyof typeof promises;
