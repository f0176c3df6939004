import type { Metadata } from "next";
import { Launchpad } from "@/components/items/launchpad";
import { DisabledNotice } from "@/components/shell/notices";
import { portalView } from "@/components/shell/view";
import { requireUser } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Home" };

/** The launchpad: everything this user may open. */
export default async function HomePage() {
  const view = await portalView(await requireUser("/"));
  return view.disabled ? <DisabledNotice /> : <Launchpad view={view} />;
}
