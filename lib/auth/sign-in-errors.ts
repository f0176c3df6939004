/** Why a sign-in did not happen: what `/signin?error=…` may say, and the sentence to show. */

export const signInErrors = {
  cancelled: "The sign-in was cancelled. Nothing has changed; sign in when you are ready.",
  failed: "The sign-in could not be completed. It may have taken too long; start it again.",
  unavailable: "Your organization's sign-in does not answer at the moment. Try again shortly.",
  persona: "Sandbox personas cannot sign in to this portal.",
} as const;

export type SignInError = keyof typeof signInErrors;

/** The sentence for the `error` parameter of the sign-in page; null for none or an unknown one. */
export function signInErrorSentence(error: unknown): string | null {
  return typeof error === "string" && Object.hasOwn(signInErrors, error) ? signInErrors[error as SignInError] : null;
}
