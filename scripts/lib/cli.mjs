/** Terminal output of the scripts: plain lines, and one clear sentence before they fail. */

/** Writes one line to the terminal. @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** An expected failure without a stack trace: its message is the sentence to show. */
export class Failure extends Error {}

/**
 * Runs a script and turns every error into one sentence and exit code 1.
 *
 * @param {() => Promise<number | undefined | void>} main resolves to the exit code, 0 by default
 */
export async function run(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const text = error instanceof Failure ? error.message : error instanceof Error ? error.stack : error;
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
