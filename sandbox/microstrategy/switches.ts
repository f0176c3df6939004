/** The switches of this service (see README.md) and the control they live in. */
import { frameCookie } from "../kit/cookies";
import { Control, type SandboxOptions } from "../kit/sandbox";
import type { Generation } from "./browser/sdk/generations";

const defaults = {
  /** The identity-token secret key of the Library; off means that none is set. */
  secretKey: true,
  /** The same key in MicroStrategy Web. `same`, `different` or `missing`. */
  webSecretKey: "same",
  /** Seconds an identity token lives. */
  identityTokenSeconds: 60,
  /** Whether an identity token can be redeemed once only. */
  singleUse: true,
  /** Seconds of idleness after which the Intelligence Server ends a session. */
  idleSeconds: 600,
  /** Seconds of idleness after which the Library ends a web session; longer than `idleSeconds`, as the vendor asks. */
  httpSeconds: 1800,
  /** Project sessions of one user at once; 0 is no limit. */
  projectSessionCap: 0,
  /** Intelligence Server sessions at once; 0 is no limit. */
  serverSessionCap: 0,
  /** Failed logins that lock an account; 0 is never. */
  lockAfter: 0,
  /** Login modes that are on, separated by commas. */
  loginModes: "1,8,16,4096,4194304",
  /** Header that names the user in mode 64, as a trusted proxy would send it. */
  trustedHeader: "mstr-user-id",
  /** Origins that may embed and call across origins, separated by spaces. `portal` stands for the portal, `*` for any. */
  allowedOrigins: "portal",
  /** Whether a call from another origin gets 403 instead of an answer without CORS headers. */
  refuseForeignOrigin: false,
  /** `None`, `Lax`, `Strict`, or empty for no attribute. */
  sameSite: "None" as "None" | "Lax" | "Strict" | "",
  secureCookies: true,
  partitioned: true,
  /** Whether a load balancer adds a cookie that every later call must bring back. */
  loadBalancer: false,
  /** Whether the Library reaches its Intelligence Server. */
  iServer: true,
  /** Status of `GET /api/sessions` on a dead session: 404, or 401 with ERR009. */
  deadSessionStatus: 404,
  /** Which build of the SDK is served: `2020`, `2022`, `2024` or `current` (browser/sdk/generations.ts). */
  sdk: "current" as Generation,
  /** Whether the SDK's script is served with cross-origin headers for the allowed origins. */
  sdkCors: false,
  /** Whether the login page asks, before it answers that the login worked, if the browser has kept its cookie. */
  loginChecksCookie: true,
  /** Whether X-MSTR-TaskFailureMsg is Base64, as newer MicroStrategy Web versions send it. */
  base64TaskMessages: false,
  /** Whether MicroStrategy Web answers calls from the portal's origin with CORS headers. */
  webCors: false,
};

export type Switches = typeof defaults;
export type LibraryControl = Control<Switches>;

/** On the portal's own site the cookies are first-party: plain `Lax` ones, as a vendor sets them there. */
export function createControl(options: Pick<SandboxOptions, "sameSite"> = {}): LibraryControl {
  const { sameSite, secure } = frameCookie(options);
  return new Control({ ...defaults, sameSite, secureCookies: secure, partitioned: secure });
}
