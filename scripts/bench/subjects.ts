/**
 * What the benchmark needs to know and the portal never shows: session cookies made with the run's own secret, and the
 * vendor call that a grant is compared with. Written as JSON for the parent process; nothing of it is printed.
 */
import { sessionCookieFor } from "@/lib/auth/session-cookie";
import { tokenFromPersona } from "@/lib/auth/token";
import { personas, sandboxGuid, sandboxServiceOf } from "@/lib/config/sandbox";
import portal from "@/portal.config";

async function cookie(): Promise<string> {
  const analyst = personas.find(({ persona }) => persona === "analyst");
  if (!analyst) throw new Error("There is no analyst");
  return sessionCookieFor(tokenFromPersona(analyst));
}

async function subjects() {
  const item = portal.items.find(({ vendor }) => vendor === "thoughtspot");
  const account = personas.find(({ persona }) => persona === "analyst")?.accounts.thoughtspot;
  return {
    cookies: await Promise.all(Array.from({ length: Number(process.argv[2]) }, cookie)),
    item: item?.slug,
    direct: {
      url: `${sandboxServiceOf("thoughtspot")?.internalOrigin}/api/rest/2.0/auth/token/object`,
      body: {
        username: account,
        object_id: item?.target.liveboardId,
        secret_key: sandboxGuid("thoughtspot:secret-key"),
        auto_create: false,
        validity_time_in_sec: 600,
      },
    },
  };
}

void subjects().then((result) => process.stdout.write(JSON.stringify(result)));
