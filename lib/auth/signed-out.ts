import "server-only";
/** What the page after sign-out knows about the session that ended: whether it began at the identity provider. */
import { cookies } from "next/headers";
import type { PortalSession } from "@/lib/broker/user";
import { hasSignIn } from "@/lib/store/sign-ins";
import { isSecure } from "./cookies";

const name = "portal-signed-out";
const fromProvider = "provider";
const minutes = 10;

/** Records how the session began. Call it before the session ends. */
export async function noteSignOut(session: PortalSession): Promise<void> {
  const byProvider = await hasSignIn(session.id);
  (await cookies()).set(name, byProvider ? fromProvider : "", {
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure(),
    path: "/signed-out",
    // A session that began another way deletes the cookie of the one before.
    maxAge: byProvider ? minutes * 60 : 0,
  });
}

/** Whether the session that just ended in this browser began at the identity provider. */
export async function cameFromProvider(): Promise<boolean> {
  return (await cookies()).get(name)?.value === fromProvider;
}
