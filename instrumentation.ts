/** Runs once when a server process starts: checks the configuration and starts the periodic sweeps. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { start } = await import("@/lib/start");
  await start();
}
