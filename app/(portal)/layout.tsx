/** The shell around every page of a signed-in user. Not a guard: each page checks the session itself. */
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { NoShell } from "@/components/shell/no-shell";
import { Shell } from "@/components/shell/shell";
import { portalView } from "@/components/shell/view";
import { getSession } from "@/lib/auth/session";
import { railCollapsed, railCookie } from "@/lib/http/preferences";
import { configuredVendors } from "@/lib/vendors/configured";
import { signOutAction } from "./actions";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const session = await getSession();
  if (!session) return <NoShell>{children}</NoShell>;
  const collapsed = (await cookies()).get(railCookie)?.value === railCollapsed;
  return (
    <>
      <Shell view={await portalView(session)} railStartsCollapsed={collapsed} signOut={signOutAction}>
        {children}
      </Shell>
      {configuredVendors().map(({ vendor: { id, Live } }) => Live && <Live key={id} />)}
    </>
  );
}
