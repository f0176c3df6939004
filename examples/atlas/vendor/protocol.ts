/** What the portal and the page agree on about Atlas, and what its frame says. */
export const vendorName = "Atlas";
export const route = "/reports";
export const endpoint = "/api/atlas/token";

export interface AtlasGrant {
  /** Signed, for one report and one account; whoever has it can open it until it expires. */
  readonly address: string;
  readonly expiresAt: string;
}

export interface AtlasBrowser {
  /** The one origin whose messages count. */
  readonly origin: string;
}

/** What the framed page says: it has drawn the report, or its address has expired. */
export function frameEvent(data: unknown): "ready" | "expired" | null {
  const type = typeof data === "object" && data !== null && "type" in data ? data.type : null;
  return type === "atlas:ready" ? "ready" : type === "atlas:expired" ? "expired" : null;
}
