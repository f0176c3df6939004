/** How the scripts talk: plain lines, and one clear sentence before they give up. */

/** Writes one line for the person at the terminal. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** A failure that needs no stack trace: its message is the sentence to show. */
export class Failure extends Error {}

/**
 * Runs a script and turns whatever goes wrong into one sentence and exit code 1.
 *
 * @param {() => Promise<number | undefined>} main resolves to the exit code, 0 unless told
 */
export async function run(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Failure ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
