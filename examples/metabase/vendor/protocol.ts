/** What the portal and the page agree on about Metabase, and what its frame says. */
export const vendorName = "Metabase";
export const route = "/metabase";
export const endpoint = "/api/metabase/token";

export interface MetabaseGrant {
  /** Signed, for one dashboard; whoever has it can open it until it expires. */
  readonly address: string;
  readonly expiresAt: string;
}

export interface MetabaseBrowser {
  /** The one origin whose messages count. */
  readonly origin: string;
}

/** The frame's part of iframe-resizer says this when Metabase's page has started. */
export const isReady = (data: unknown): boolean => data === "[iFrameResizerChild]Ready";
