/** Why a sign-in did not happen: what `/signin?error=…` may say, and the sentence to show. */

const signInErrors = {
  cancelled: "The sign-in was cancelled. Nothing has changed; sign in when you are ready.",
  failed: "The sign-in could not be completed. It may have taken too long; start it again.",
  unavailable: "Your organization's sign-in does not answer at the moment. Try again shortly.",
  misconfigured: "Your organization's sign-in does not accept this portal. Nothing you entered is wrong.",
  persona: "Sandbox personas cannot sign in to this portal.",
} as const;

export type SignInError = keyof typeof signInErrors;

/** Errors that only whoever runs the portal can mend. */
const forAdministrators: readonly SignInError[] = ["unavailable", "misconfigured"];

/** Where an administrator finds the cause of the `error` parameter; null when there is nothing to mend. */
export function signInErrorHint(error: unknown): string | null {
  return forAdministrators.some((entry) => entry === error)
    ? "If you run this portal: its log names the cause and the variable, and npm run doctor checks the identity provider."
    : null;
}

/** The sentence for the `error` parameter of the sign-in page; null for none or an unknown one. */
export function signInErrorSentence(error: unknown): string | null {
  return typeof error === "string" && Object.hasOwn(signInErrors, error) ? signInErrors[error as SignInError] : null;
}
