import "server-only";
/** Links the personas' own vendor logins at the sandbox, so that a demo opens at once. Real vendors are never touched. */
import { personas, type SandboxVendor, sandboxPassword } from "@/lib/config/sandbox";
import { hasCredential, writeCredential } from "@/lib/store/credentials";
import { configuredVendors } from "@/lib/vendors/configured";

/** Seals a credential for each persona at each sandboxed vendor that asks for one, unless one is there. */
export async function seedSandboxCredentials(): Promise<void> {
  for (const { vendor, config, sandboxed } of configuredVendors()) {
    if (!sandboxed || !vendor.credentialNeeded?.(config)) continue;
    for (const persona of personas) {
      const account = persona.accounts[vendor.id as SandboxVendor];
      if (!account || (await hasCredential(persona.subject, vendor.id))) continue;
      await writeCredential(persona.subject, vendor.id, { username: account, password: sandboxPassword(account) });
    }
  }
}
