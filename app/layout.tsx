/** The outermost part of every page. Dynamic throughout: each answer carries its own CSP nonce. */
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Providers } from "@/components/providers";
import { PublicSandboxBanner } from "@/components/shell/public-sandbox-banner";
import { isTheme, themeCookie } from "@/lib/http/preferences";
import portal from "@/portal.config";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: portal.name, template: `%s · ${portal.name}` },
  description: "Dashboards, chat and insights in one place, with one sign-in.",
  referrer: "same-origin",
  // What a link to any page looks like in a chat: the portal, and never an item's title to whoever is not signed in.
  openGraph: {
    type: "website",
    siteName: portal.name,
    title: portal.name,
    description: "Sign in to open this page.",
  },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f5f5f6" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0b0d" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Next prerenders what it can, and a prerendered page has no nonce: its scripts would be blocked.
  await connection();
  const theme = (await cookies()).get(themeCookie)?.value;
  return (
    <html lang="en" data-theme={isTheme(theme) ? theme : undefined}>
      <body>
        <PublicSandboxBanner />
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
