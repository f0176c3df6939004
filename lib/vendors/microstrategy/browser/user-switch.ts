import "client-only";
/**
 * The user-switch guard. Newer SDK builds use whatever Library session the browser's cookies lead to, whoever it
 * belongs to (measured), so before an embed the portal asks whose it is and ends another person's.
 */
import { bodyOf, sessionOwner } from "./answers";
import { EmbedFailure } from "./problems";

const deadlineMs = 2_500;
const marker = "portico.microstrategy.user";

/**
 * Makes sure that the browser's Library session, if there is one, belongs to the expected user.
 *
 * Needs the Library's cross-origin setting for the portal. Without it nothing can be asked; then the embed goes on,
 * unless this browser is known to have opened dashboards for another person. The next one is told so once,
 * with the way out; who tries again has taken it.
 *
 * @throws EmbedFailure `embed_refused` when another user's session may be alive and cannot be ended
 */
export async function endForeignLibrarySession(libraryUrl: string, expectedUserId: string): Promise<void> {
  const verdict = await ask(libraryUrl, expectedUserId).catch(() => "unknown" as const);
  if (verdict === "kept")
    throw new EmbedFailure(
      "embed_refused",
      "Another person's MicroStrategy session is open in this browser and cannot be ended. Close the browser, then try again.",
    );
  const before = remembered();
  remember(expectedUserId);
  if (verdict === "unknown" && before !== null && before !== expectedUserId)
    throw new EmbedFailure(
      "embed_refused",
      "Another person used MicroStrategy in this browser, and the portal cannot see whether that session has ended. Open MicroStrategy in a new tab and log out there, then try again.",
    );
}

/** `clear`: no session, or the right user's. `kept`: another person's, still alive. */
async function ask(libraryUrl: string, expectedUserId: string): Promise<"clear" | "kept" | "unknown"> {
  const signal = AbortSignal.timeout(deadlineMs);
  const call = (method: string, path: string, token?: string) =>
    fetch(`${libraryUrl}/api${path}`, {
      method,
      credentials: "include",
      cache: "no-store",
      signal,
      ...(token ? { headers: { "X-MSTR-AuthToken": token } } : {}),
    });
  const answer = await call("GET", "/auth/token");
  if (answer.status === 401) return "clear";
  const token = answer.headers.get("X-MSTR-AuthToken");
  if (answer.status !== 204 || !token) return "unknown";
  const who = await call("GET", "/sessions/userInfo", token);
  if (who.status === 401) return "clear";
  // An answer that does not say whose session it is counts as another person's.
  const owner = who.status === 200 ? await bodyOf(who, sessionOwner) : null;
  if (owner?.id.toUpperCase() === expectedUserId.toUpperCase()) return "clear";
  const ended = await call("POST", "/auth/logout", token);
  return ended.status === 204 || ended.status === 401 ? "clear" : "kept";
}

function remembered(): string | null {
  try {
    return localStorage.getItem(marker);
  } catch {
    return null;
  }
}

/** An object ID is no secret; it only tells two users apart. */
function remember(userId: string): void {
  try {
    localStorage.setItem(marker, userId);
  } catch {
    // Storage may be refused; then every switch that cannot be checked goes unnoticed, as the setup guide says.
  }
}
