/** For tests of what happens while another process writes to the SQLite file. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Takes the write lock of a file from another process. @returns gives it back, and resolves when it is free */
export async function holdWriteLock(file: string): Promise<() => Promise<void>> {
  const holder = spawn(process.execPath, [join(__dirname, "fixtures/hold-lock.cjs"), file], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(holder, "exit");
  await once(holder.stdout, "data");
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
