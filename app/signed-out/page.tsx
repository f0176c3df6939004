import type { Metadata } from "next";
import Link from "next/link";
import { PlainPage } from "@/components/signin/plain-page";
import { buttonClass } from "@/components/ui/button";

export const metadata: Metadata = { title: "Signed out" };

export default function SignedOutPage() {
  return (
    <PlainPage>
      <h1 className="text-xl tracking-tighter">You are signed out</h1>
      <p className="mt-2 text-base text-ink-2">
        Your sessions in the products that the portal opened for you were ended too. On a shared computer, close the
        browser as well.
      </p>
      <p className="mt-5">
        <Link href="/signin" prefetch={false} className={buttonClass({ look: "solid" })}>
          Sign in again
        </Link>
      </p>
    </PlainPage>
  );
}
