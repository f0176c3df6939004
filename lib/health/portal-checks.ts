import "server-only";
/** The doctor's checks of the portal itself. */
import { randomUUID } from "node:crypto";
import { oidcSettings } from "@/lib/auth/oidc";
import { discover } from "@/lib/auth/provider";
import { getConfig } from "@/lib/config/config";
import { isLoopbackHost } from "@/lib/config/loopback";
import { checkStore } from "@/lib/store/database";
import { getSealer } from "@/lib/store/sealing";
import type { Check } from "@/lib/vendors/vendor";

const storeText = { file: "A file", memory: "Memory", postgresql: "PostgreSQL" } as const;

const store: Check = {
  id: "portal.store",
  title: "The store takes writes and outlives the process",
  async run() {
    const kind = await checkStore();
    if (kind !== "memory") return { ok: true, detail: storeText[kind] };
    return {
      ok: false,
      detail: "Everything is kept in memory: linked logins and the audit are gone when the process ends.",
      fix: "Set DATABASE_URL to a file on a disk that lasts, or to PostgreSQL.",
    };
  },
};

const sealing: Check = {
  id: "portal.sealing",
  title: "The sealing keys open what they seal",
  async run() {
    const [context, value] = [`check:${randomUUID()}`, { check: randomUUID() }];
    const unsealed = await getSealer().unseal(context, await getSealer().seal(context, value));
    if (JSON.stringify(unsealed) !== JSON.stringify(value))
      return { ok: false, detail: "What came back is not what was sealed.", fix: "Check PORTAL_SEALING_KEYS." };
    const { length } = getConfig().sealingKeys;
    return { ok: true, detail: length === 1 ? "One key" : `${length} keys, the first one seals` };
  },
};

const address: Check = {
  id: "portal.address",
  title: "The portal is served over https",
  async run() {
    const { protocol, hostname } = new URL(getConfig().origin);
    if (protocol === "https:") return { ok: true };
    if (isLoopbackHost(hostname)) return { ok: true, detail: "On this machine only, without" };
    return {
      ok: false,
      detail: "Sessions and vendor tokens travel in the open, and no cookie is Secure.",
      fix: "Put the portal behind https and set AUTH_URL to that address.",
    };
  },
};

const signIn: Check = {
  id: "portal.sign-in",
  title: "The identity provider answers as its issuer",
  async run() {
    const oidc = oidcSettings();
    if (!oidc) return { ok: true, detail: "None is set: personas only" };
    const { hostname } = new URL(oidc.issuer);
    try {
      await discover(oidc);
      return { ok: true, detail: hostname };
    } catch {
      return {
        ok: false,
        detail: `${hostname} does not answer with a discovery document of the issuer that is set.`,
        fix: "Check AUTH_OIDC_ISSUER, and AUTH_OIDC_INTERNAL_URL if the server reaches it under another address.",
      };
    }
  },
};

/** The portal's own checks, in the order in which a setup usually fails. */
export const portalChecks = (): readonly Check[] => [address, store, sealing, signIn];
