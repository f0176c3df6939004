import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { getSession } from "@/lib/auth/session";
import { asVisited } from "@/lib/config/visited";
import { configuredVendor } from "@/lib/vendors/configured";
import { LoginPage } from "@/lib/vendors/rocketchat/browser/login-page";
import type { RocketChatConfig } from "@/lib/vendors/rocketchat/config";

export const metadata: Metadata = { title: "Chat" };

/** Rocket.Chat shows this page instead of its login form. It is the only portal page that may be framed, and only by Rocket.Chat. */
export default async function RocketChatLoadingPage() {
  const configured = configuredVendor("rocketchat");
  if (!configured) notFound();
  const { origin } = configured.config as RocketChatConfig;
  return <LoginPage origin={asVisited(origin, await headers())} signedIn={(await getSession()) !== null} />;
}
