import "server-only";
/** What the page after sign-out knows of the session that ended: only whether it came from the identity provider. */
import { cookies } from "next/headers";
import type { PortalSession } from "@/lib/broker/user";
import { hasSignIn } from "@/lib/store/sign-ins";
import { isSecure } from "./cookies";

const name = "portal-signed-out";
const fromProvider = "provider";
const minutes = 10;

/** Notes how the session began, before it ends. */
export async function noteSignOut(session: PortalSession): Promise<void> {
  const byProvider = await hasSignIn(session.id);
  (await cookies()).set(name, byProvider ? fromProvider : "", {
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure(),
    path: "/signed-out",
    // Whoever signed in another way takes the note of the session before away.
    maxAge: byProvider ? minutes * 60 : 0,
  });
}

/** Whether the session that ended in this browser a moment ago came from the identity provider. */
export async function cameFromProvider(): Promise<boolean> {
  return (await cookies()).get(name)?.value === fromProvider;
}
