/** `npm run attack`: plays the attack catalogue against a running portal. See scripts/attack.mjs for its use. */
import { createInterface } from "node:readline/promises";
import { attacks } from "./cases";
import { promises } from "./promises";
import { Target } from "./target";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Whether the address is this machine, where no confirmation is asked for. */
const isOwn = (origin: string) => /^(127\.0\.0\.1|\[::1\]|([\w-]+\.)*localhost)$/.test(new URL(origin).hostname);

async function confirmed(origin: string): Promise<boolean> {
  if (isOwn(origin) || process.argv.includes("--yes")) return true;
  const { host } = new URL(origin);
  say(`This sends more than a thousand hostile requests to ${host}. Attack only what is yours.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const typed = await terminal.question(`Type ${host} to go on: `);
  terminal.close();
  return typed.trim() === host;
}

/** @returns the number of attacks that the portal did not withstand */
async function play(target: Target): Promise<number> {
  let passed = 0;
  let failed = 0;
  const untried: string[] = [];
  for (const { id, title, promise, needs, run } of attacks) {
    if ((needs === "personas" && !target.personas) || (needs === "session" && !target.canSignIn)) {
      untried.push(`${id} ${title}`);
      continue;
    }
    try {
      await run(target);
      passed += 1;
      say(`pass  ${id.padEnd(5)} ${title}`);
    } catch (error) {
      failed += 1;
      say(`FAIL  ${id.padEnd(5)} ${title}`);
      say(`        ${String((error as Error).message).split("\n")[0]}`);
      say(`        Promise: ${promises[promise]}`);
    }
  }
  for (const name of untried) say(`not tried  ${name}`);
  if (untried.length > 0)
    say(
      "Set PORTAL_COOKIE to the Cookie header of a signed-in browser to try more. Cases with several users need the sandbox's personas.",
    );
  say(`\n${passed} withstood, ${failed} not, ${untried.length} not tried`);
  return failed;
}

async function main(): Promise<number> {
  const [address = "http://portal.localhost:3000"] = process.argv.slice(2).filter((one) => !one.startsWith("--"));
  const { origin } = new URL(address);
  if (!(await confirmed(origin))) return 126;
  return Math.min(await play(await Target.at(origin, process.env.PORTAL_COOKIE)), 125);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 127;
  },
);
