/** The vendor emulators of a preview. Import it lazily: only a preview may load them. */
import { mountedServices, sandboxVendors } from "@/lib/config/sandbox";
import type { Sandbox, SandboxOptions } from "@/sandbox/kit/sandbox";
import { emulators } from "@/sandbox/vendors";

/**
 * Creates each vendor once, by its id. No identity provider: a preview signs personas in by itself.
 *
 * @param portal the portal's origin
 */
export function mountedSandboxes(portal: string): ReadonlyMap<string, Sandbox> {
  const services = mountedServices(portal);
  const options = (origin: string): SandboxOptions => ({
    origin,
    portalOrigin: portal,
    idpOrigin: services.idp.origin,
    idpInternalOrigin: services.idp.internalOrigin,
    // A preview may be public.
    closed: true,
    // Serverless functions accept no WebSockets.
    sockets: false,
  });
  return new Map(sandboxVendors.map(({ id }) => [id, emulators[id](options(services[id].origin))]));
}
