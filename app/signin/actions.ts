"use server";
/** Server actions of the sign-in page. */
import { after } from "next/server";
import { signInAsPersona, signInWithOidc } from "@/lib/auth/sign-in";
import { runRevocations } from "@/lib/broker/revocations";
import { findVendor } from "@/lib/grants/grant";

/** Field: `from`, the page to return to. */
export async function signInWithOidcAction(form: FormData): Promise<void> {
  await signInWithOidc(form.get("from"));
}

/** Fields: `persona`, and `from` as above. */
export async function signInAsPersonaAction(form: FormData): Promise<void> {
  // Signing in ends the previous session of this browser, so its vendor connections are revoked right away.
  after(() => runRevocations(findVendor));
  await signInAsPersona(form.get("persona"), form.get("from"));
}
