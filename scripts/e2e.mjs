/** `npm run e2e [-- <Playwright's arguments>]`: the end-to-end tests alone. */

import { run } from "./lib/cli.mjs";
import { endToEnd } from "./lib/end-to-end.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";

await run(async () => {
  requireNode();
  await installMissing();
  return endToEnd(process.argv.slice(2));
});
