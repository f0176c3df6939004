/** What tests and curious people may change at run time through `POST /sandbox/faults`. See README.md. */
export const switches = {
  /** Body of v2 errors: `specified` (the OpenAPI file) or `nested` (one level deeper, as recorded live). */
  errorShape: "specified",
  /** The cluster's release. From 26.11 on `full` and `object` take `org_identifier`, and v2 logins a redirect. */
  release: "26.8.0.cl",
  /** True asks everyone for a second factor: logins with a password or a token answer 403. */
  multiFactor: false,
  /** Status of a v1 mint for a username no one has; not documented, clusters differ (400 or 500). */
  unknownUserStatus: 400,
  /** Whether `session/isactive` takes a v1 token as a bearer; not documented. */
  v1TokenAtIsActive: true,
  /** Whether switching trusted authentication off ends the v2 tokens made before; not documented. */
  v2TokensDieWithKey: false,
  /** The key that switching trusted authentication on makes next; empty for one that no one knows beforehand. */
  nextSecretKey: "",
  /** Requests per second and client address before 429, with a burst of ten on top; 0 is off, clusters have 100. */
  rateLimit: 0,
  /** Bad log-ins in a row before an account is locked. */
  lockAfter: 5,
  /** False empties the CORS list. */
  cors: true,
  /** False empties the list of hosts that may frame the app. */
  framing: true,
  /** True keeps the server from setting cookies. */
  dropCookies: false,
  /** True lets the app stay silent: it never asks `appInit`. */
  neverAppInit: false,
  /** Milliseconds before the app asks `appInit`. */
  appInitDelayMs: 0,
  /** Whether the app asks for a new token before the old one ends (clusters from 26.3.0.cl on). */
  refreshesTokens: true,
  /** Seconds before the end at which it asks; half of the lifetime when that is shorter. */
  refreshLeadSeconds: 30,
  /** Seconds without a click or key before the app calls itself idle. */
  idleSeconds: 10_800,
  /** Seconds the app waits for a usable sign-in after a 401 before it gives up. */
  giveUpSeconds: 8,
  /** A message that the app posts once it shows its content, e.g. `ThoughtspotAuthFailure`; empty for none. */
  postAfterRender: "",
  /** How many `EMBED_HEIGHT` messages the app posts at once. */
  heightBurst: 1,
};

export type Switches = typeof switches;
