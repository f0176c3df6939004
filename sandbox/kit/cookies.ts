/** How a service sets the cookies of its sessions. */
import type { SandboxOptions } from "./sandbox";

/**
 * Attributes of a cookie that must reach the service from a frame of the portal. On another site browsers send none but
 * `SameSite=None; Secure` ones. On the portal's own site `SameSite=Lax` is enough, and over plain http `Secure` would
 * keep WebKit from storing it at all (measured with WebKitGTK 2.50).
 */
export const frameCookie = ({ sameSite }: Pick<SandboxOptions, "sameSite">) =>
  sameSite ? ({ sameSite: "Lax", secure: false } as const) : ({ sameSite: "None", secure: true } as const);
