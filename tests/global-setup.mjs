/** Runs once before all tests: builds the browser code that the emulators serve. */
import { buildBrowserCode } from "../sandbox/kit/build.mjs";

export default async function globalSetup() {
  await buildBrowserCode();
}
