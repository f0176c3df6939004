/**
 * Whether proxy.ts does its work for an address: for pages and what leads to them. The portal's own API does without;
 * there, the headers that the proxy sets are the client's word. (Next wants the proxy's matcher as a literal, so it
 * stands there again; a test holds the two together.)
 */
export const isProxied = (path: string) => !path.startsWith("/api/") || path.startsWith("/api/auth/");
