/** Runs once when a server process starts: refuses to start with half a configuration, and keeps the housekeeping going. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { start } = await import("@/lib/start");
  await start();
}
