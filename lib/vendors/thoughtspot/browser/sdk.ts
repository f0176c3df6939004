"use client";
/**
 * The one instance of the Visual Embed SDK on the page: loaded on demand, initialised before any embed is constructed
 * (1.52.0 throws otherwise), once per ThoughtSpot host and portal user, whatever React does with its effects.
 */
import type { AuthEventEmitter } from "@thoughtspot/visual-embed-sdk";
import type { BrowserConfig } from "../protocol";
import { SdkTokenProvider } from "./token-provider";
import { leaveCacheOut } from "./uncached";

export type Sdk = typeof import("@thoughtspot/visual-embed-sdk");

/** What the SDK says about its sign-in (`AuthStatus` in 1.52.0). */
export type AuthEvent =
  | { readonly kind: "failure"; readonly type: string }
  | { readonly kind: "signed-in" }
  | { readonly kind: "confirmed"; readonly username: string | undefined }
  | { readonly kind: "signed-out" };

export const tokenProvider = new SdkTokenProvider();

let loading: Promise<Sdk> | undefined;
let initialised: { readonly key: string; failed: boolean } | undefined;
let listener: ((event: AuthEvent) => void) | undefined;

/** Loads the SDK's chunk once; a failed load may be tried again. */
export function loadSdk(): Promise<Sdk> {
  loading ??= import("@thoughtspot/visual-embed-sdk").catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Who hears of the sign-in from now on: the embed on the page. */
export function listen(next: ((event: AuthEvent) => void) | undefined): void {
  listener = next;
}

/**
 * Initialises the SDK unless it already is for this host and user.
 *
 * @param username needed in cookie mode only, where the login step must name the user of the token
 */
export function initOnce(
  sdk: Sdk,
  { host, login, tokenCheck }: BrowserConfig,
  userId: string,
  username: string | undefined,
): void {
  const key = `${host} ${login} ${userId} ${username ?? ""}`;
  if (initialised?.key === key && !initialised.failed) return;
  const current = { key, failed: false };
  initialised = current;
  tokenProvider.cacheEmptied();
  leaveCacheOut(host);
  const emitter = sdk.init({
    thoughtSpotHost: host,
    authType: login === "cookie" ? sdk.AuthType.TrustedAuthToken : sdk.AuthType.TrustedAuthTokenCookieless,
    getAuthToken: () => tokenProvider.next(),
    ...(username === undefined ? {} : { username }),
    // Unset, the application shows a login page once the token has ended.
    autoLogin: true,
    // The frame has its own words for failures: no alert() and no text in the frame's place.
    suppressErrorAlerts: true,
    suppressNoCookieAccessAlert: true,
    loginFailedMessage: "",
    disableSDKTracking: true,
    disableTokenVerification: !tokenCheck,
    callPrefetch: false,
    logLevel: sdk.LogLevel.SILENT,
  });
  if (emitter) attach(sdk, emitter, current);
}

function attach(sdk: Sdk, emitter: AuthEventEmitter, current: { failed: boolean }): void {
  const tell = (event: AuthEvent) => {
    if (initialised === current) listener?.(event);
  };
  emitter.on(sdk.AuthStatus.FAILURE, (type) => {
    // A sign-in that never happened has to be begun again; a lost one is renewed by the SDK itself.
    if (type === sdk.AuthFailureType.SDK) current.failed = true;
    tell({ kind: "failure", type });
  });
  emitter.on(sdk.AuthStatus.SDK_SUCCESS, () => {
    current.failed = false;
    tell({ kind: "signed-in" });
  });
  emitter.on(sdk.AuthStatus.SUCCESS, (info: unknown) => {
    const { userName } = (info ?? {}) as { userName?: unknown };
    tell({ kind: "confirmed", username: typeof userName === "string" ? userName : undefined });
  });
  emitter.on(sdk.AuthStatus.LOGOUT, () => {
    current.failed = true;
    tell({ kind: "signed-out" });
  });
}

/** Makes the next {@link initOnce} sign in again. In cookie mode only that brings an ended session back. */
export function forgetSignIn(): void {
  if (initialised) initialised.failed = true;
}

/** Forgets the SDK's cached token. The next embed asks for its own. */
export function emptyCache(sdk: Sdk): void {
  sdk.resetCachedAuthToken();
  tokenProvider.cacheEmptied();
}
