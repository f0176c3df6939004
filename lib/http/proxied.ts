/**
 * Whether proxy.ts runs for a path: for pages and the routes that lead to them, but not for the portal's own API, where
 * the headers that the proxy sets would come from the client. (Next requires the proxy's matcher to be a literal, so
 * proxy.ts repeats it; a test compares the two.)
 */
export const isProxied = (path: string) => !path.startsWith("/api/") || path.startsWith("/api/auth/");
