import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { getSession } from "@/lib/auth/session";
import { rebaseToRequestOrigin } from "@/lib/config/request-origin";
import { configuredVendor } from "@/lib/vendors/configured";
import { LoginPage } from "@/lib/vendors/rocketchat/browser/login-page";
import { configHere } from "@/lib/vendors/rocketchat/server/here";

export const metadata: Metadata = { title: "Chat" };

/** Rocket.Chat shows this page instead of its login form. It is the only portal page that may be framed, and only by Rocket.Chat. */
export default async function RocketChatLoadingPage() {
  if (!configuredVendor("rocketchat")) notFound();
  const { url, origin } = configHere();
  const visited = await headers();
  const signedIn = (await getSession()) !== null;
  return (
    <LoginPage
      url={rebaseToRequestOrigin(url, visited)}
      origin={rebaseToRequestOrigin(origin, visited)}
      signedIn={signedIn}
    />
  );
}
