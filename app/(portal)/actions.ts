"use server";
/** Server actions of the shell. */
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { getSession } from "@/lib/auth/session";
import { forgetSessionCookie } from "@/lib/auth/sign-in";
import { noteSignOut } from "@/lib/auth/signed-out";
import { audit } from "@/lib/broker/audit";
import { endPortalSession } from "@/lib/grants/grant";
import { isFromAnotherSite } from "@/lib/http/origin";
import { requestIdOf } from "@/lib/http/request-id";
import { record } from "@/lib/trace/trace";

/** Ends the session here and at every vendor, then shows the signed-out page. */
export async function signOutAction(): Promise<void> {
  const asked = await headers();
  if (isFromAnotherSite(asked)) redirect("/");
  const session = await getSession();
  if (session) {
    const requestId = requestIdOf(asked);
    await record({ requestId, root: "sign-out", method: "POST", path: "/", kind: "sign-out", session }, async () => {
      await noteSignOut(session);
      await endPortalSession(session);
      await audit({ requestId, userId: session.user.id, action: "sign-out", outcome: "ok" });
    });
  }
  await forgetSessionCookie();
  redirect("/signed-out");
}
