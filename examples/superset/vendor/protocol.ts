/** What the portal and the page agree on about Superset. */
export const vendorName = "Apache Superset";
export const route = "/superset";
export const endpoint = "/api/superset/token";

export interface SupersetGrant {
  /** A guest token for one dashboard. */
  readonly token: string;
  readonly expiresAt: string;
}

export interface SupersetBrowser {
  /** Superset's address, for its SDK. */
  readonly url: string;
}
