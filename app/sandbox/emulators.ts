/** The emulators of the vendors as a preview needs them. Import it lazily: only a preview may load them. */
import { mountedServices } from "@/lib/config/sandbox";
import type { Sandbox, SandboxOptions } from "@/sandbox/kit/sandbox";
import { createMicroStrategy } from "@/sandbox/microstrategy/microstrategy";
import { createRocketChat } from "@/sandbox/rocketchat/rocketchat";
import { createThoughtSpot } from "@/sandbox/thoughtspot/thoughtspot";

/**
 * Makes each vendor once, by its id. There is no identity provider: a preview signs personas in by itself.
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
    // A preview may be open to anybody.
    closed: true,
    // Functions answer requests; nobody takes a WebSocket.
    sockets: false,
  });
  return new Map<string, Sandbox>([
    ["microstrategy", createMicroStrategy(options(services.microstrategy.origin))],
    ["rocketchat", createRocketChat(options(services.rocketchat.origin))],
    ["thoughtspot", createThoughtSpot(options(services.thoughtspot.origin))],
  ]);
}
