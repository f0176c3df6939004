/** The shell around every page of a signed-in user. Not a guard: each page checks the session itself. */
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import type { EmbedFrameProps } from "@/components/embed/embed-frame";
import { framePropsOf } from "@/components/embed/frame-props";
import { NoShell } from "@/components/shell/no-shell";
import type { PortalView } from "@/components/shell/portal-view";
import { Shell } from "@/components/shell/shell";
import { portalView } from "@/components/shell/view";
import { getSession } from "@/lib/auth/session";
import { itemsFor } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { railCollapsed, railCookie } from "@/lib/http/preferences";
import { configuredVendor, configuredVendors } from "@/lib/vendors/configured";
import { signOutAction } from "./actions";

/** The frame that can lie beside other products, at its first item. Holds no grant: opening it asks for one. */
async function chatBeside({ discuss }: PortalView, session: PortalSession): Promise<EmbedFrameProps | null> {
  const configured = discuss === null ? null : configuredVendor(discuss);
  const [item] = configured ? itemsFor(session.user, configured.vendor.id) : [];
  if (!configured || !item) return null;
  return framePropsOf(configured, item, session, `${configured.vendor.route}/${item.slug}`, await headers());
}

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const session = await getSession();
  if (!session) return <NoShell>{children}</NoShell>;
  const collapsed = (await cookies()).get(railCookie)?.value === railCollapsed;
  const view = await portalView(session);
  return (
    <>
      <Shell view={view} chat={await chatBeside(view, session)} railStartsCollapsed={collapsed} signOut={signOutAction}>
        {children}
      </Shell>
      {configuredVendors().map(({ vendor: { id, Live } }) => Live && <Live key={id} />)}
    </>
  );
}
