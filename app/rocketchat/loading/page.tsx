import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { getSession } from "@/lib/auth/session";
import { asVisited } from "@/lib/config/visited";
import { configuredVendor } from "@/lib/vendors/configured";
import { LoginPage } from "@/lib/vendors/rocketchat/browser/login-page";
import type { RocketChatConfig } from "@/lib/vendors/rocketchat/config";

export const metadata: Metadata = { title: "Chat" };

/** What Rocket.Chat shows in place of its login form; the only page of the portal that may be framed, and by it alone. */
export default async function RocketChatLoadingPage() {
  const configured = configuredVendor("rocketchat");
  if (!configured) notFound();
  const { origin } = configured.config as RocketChatConfig;
  return <LoginPage origin={asVisited(origin, await headers())} signedIn={(await getSession()) !== null} />;
}
