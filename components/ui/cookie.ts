/**
 * Stores a display preference for a year, readable by the server at the next request. Never for anything secret.
 *
 * @param value null deletes it
 */
export function rememberInCookie(name: string, value: string | null): void {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  const life = value === null ? 0 : 365 * 24 * 3600;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser the portal supports
  document.cookie = `${name}=${value ?? ""}; Path=/; Max-Age=${life}; SameSite=Lax${secure}`;
}
