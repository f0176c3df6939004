import type { Metadata } from "next";
import Link from "next/link";
import { PlainPage } from "@/components/signin/plain-page";
import { buttonClass } from "@/components/ui/button";
import { providerSignOut, signedOutThere } from "@/lib/auth/provider";
import { cameFromProvider } from "@/lib/auth/signed-out";

export const metadata: Metadata = { title: "Signed out" };

/** `state`: what the identity provider sends back with a person who went on to sign out there. */
export default async function SignedOutPage({ searchParams }: PageProps<"/signed-out">) {
  const backFromProvider = (await searchParams).state === signedOutThere;
  const there = !backFromProvider && (await cameFromProvider()) ? await providerSignOut() : null;
  return (
    <PlainPage>
      <h1 className="text-xl tracking-tighter">You are signed out</h1>
      <p className="mt-2 text-base text-ink-2">
        Your sessions in the connected products have ended too. On a shared computer, close the browser as well.
      </p>
      <p className="mt-5 flex flex-wrap gap-2">
        <Link href="/signin" prefetch={false} className={buttonClass({ look: "solid" })}>
          Sign in again
        </Link>
        {there && (
          <a href={there.address} rel="noreferrer" className={buttonClass({}, "min-w-0 shrink whitespace-normal")}>
            Sign out of {there.provider} too
          </a>
        )}
      </p>
      {there && (
        <p className="mt-3 text-sm text-ink-3">
          Until then, anyone who uses this browser can sign in through your organization again without a password.
        </p>
      )}
    </PlainPage>
  );
}
