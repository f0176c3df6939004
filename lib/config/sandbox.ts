/**
 * What the sandbox and the portal agree on: who the personas are, where the sandbox listens and which secrets the two
 * share. Pure data and arithmetic, so that both sides may import it; neither side learns anything else of the other.
 */
import { createHmac } from "node:crypto";
import services from "./sandbox-services.cjs";

/** The vendors that have a sandbox, in the order of their ports. */
export const sandboxVendors = services.flatMap((service) => ("claim" in service ? [service] : []));
export type SandboxVendor = Exclude<(typeof services)[number]["id"], "idp">;

/** A ready-made sandbox user. `accounts` is empty for a user without vendor accounts. */
export interface Persona {
  readonly persona: "admin" | "analyst" | "viewer" | "disabled" | "unmapped";
  /** The immutable subject: `user.id` in the portal, `sub` at the sandbox identity provider. */
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly groups: readonly string[];
  /** One line for the sign-in page. */
  readonly blurb: string;
  readonly accounts: Readonly<Record<string, string | undefined>>;
}

const accounts = (login: string): Persona["accounts"] =>
  Object.fromEntries(
    sandboxVendors.map(({ id, account }) => [id, account === "login" ? login : `${login}@portico.example`]),
  );

export const personas: readonly Persona[] = [
  {
    persona: "admin",
    subject: "persona-admin",
    name: "Ada Admin",
    email: "ada.admin@portico.example",
    groups: ["portal-admins", "analysts", "viewers"],
    blurb: "Everything, with health and audit",
    accounts: accounts("a.admin"),
  },
  {
    persona: "analyst",
    subject: "persona-analyst",
    name: "Anna Analyst",
    email: "anna.analyst@portico.example",
    groups: ["analysts", "viewers"],
    blurb: "Dashboards, chat and insights",
    accounts: accounts("a.analyst"),
  },
  {
    persona: "viewer",
    subject: "persona-viewer",
    name: "Victor Viewer",
    email: "victor.viewer@portico.example",
    // The regions that are Victor's, for items with row security.
    groups: ["viewers", "region-Islands", "region-South"],
    blurb: "Three dashboards, one room, three insights",
    accounts: accounts("v.viewer"),
  },
  {
    persona: "disabled",
    subject: "persona-disabled",
    name: "Dora Disabled",
    email: "dora.disabled@portico.example",
    groups: ["viewers"],
    blurb: "What a closed account sees",
    accounts: accounts("d.disabled"),
  },
  {
    persona: "unmapped",
    subject: "persona-unmapped",
    name: "Uma Unmapped",
    email: "uma.unmapped@portico.example",
    groups: ["viewers"],
    blurb: "A person without vendor accounts",
    accounts: {},
  },
];

/** The persona with this subject, if there is one. */
export function personaBySubject(subject: string): Persona | undefined {
  return personas.find((persona) => persona.subject === subject);
}

/** Without `SANDBOX_SECRET` a deployment's id makes its secrets its own; it is no secret itself. */
const secretSeed = () => process.env.SANDBOX_SECRET || process.env.VERCEL_DEPLOYMENT_ID || "portico-sandbox";

/**
 * A secret that both sides compute instead of storing. Set `SANDBOX_SECRET` to make it differ per run, as the demo
 * does; without it the sandbox and a portal started apart still agree.
 *
 * @param label what the secret is for, e.g. `rocketchat:service-token`
 * @returns 43 url-safe characters
 */
export function sandboxSecret(label: string): string {
  return createHmac("sha256", secretSeed()).update(label).digest("base64url");
}

/** The same as {@link sandboxSecret}, in the shape of a GUID: ThoughtSpot's secret key looks like this. */
export function sandboxGuid(label: string): string {
  const hex = createHmac("sha256", secretSeed()).update(label).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** The password of a sandbox MicroStrategy account, so that a person can try linking it by hand. */
export function sandboxPassword(account: string): string {
  return `${account}-sandbox`;
}

export interface SandboxService {
  readonly id: string;
  readonly name: string;
  /** Zero when it has none of its own. */
  readonly port: number;
  /** True when the portal itself serves it, as a preview does: on the portal's own site, behind what protects a preview. */
  readonly mounted: boolean;
  /**
   * Address for the browser, without a trailing slash, e.g. `http://mstr.localhost:4001`. Another site than the
   * portal's, as most real vendors are; the same site when told so; in a preview a path of the portal's own.
   */
  readonly origin: string;
  /** Address for server-to-server calls: Node 20 does not resolve `*.localhost`. */
  readonly internalOrigin: string;
}

export type SandboxServices = Readonly<Record<(typeof services)[number]["id"], SandboxService>>;

/** One of each service, by its id. */
const forEachService = (make: (service: (typeof services)[number], index: number) => SandboxService) =>
  Object.fromEntries(services.map((service, index) => [service.id, make(service, index)])) as SandboxServices;

/**
 * Whether portal and services share the host name `localhost` and differ in their ports only: one site to a browser.
 * `npm run demo -- --same-site` sets it for both sides.
 */
export const isSandboxSameSite = (): boolean => process.env.SANDBOX_SAME_SITE === "on";

/**
 * Where each sandbox service listens.
 *
 * @param base first port, `SANDBOX_PORT`, 4000 unless told
 * @param sameSite see {@link isSandboxSameSite}
 */
export function sandboxServices(
  base = Number(process.env.SANDBOX_PORT || 4000),
  sameSite = isSandboxSameSite(),
): SandboxServices {
  return forEachService(({ id, name, host }, index) => ({
    id,
    name,
    port: base + index,
    mounted: false,
    origin: `http://${sameSite ? "localhost" : `${host}.localhost`}:${base + index}`,
    internalOrigin: `http://127.0.0.1:${base + index}`,
  }));
}

/**
 * One service by an id that need not be in the list, for vendors that work without a sandbox too.
 *
 * @returns undefined when the sandbox does not have it
 */
export const sandboxServiceOf = (
  id: string,
  services: SandboxServices = sandboxServices(),
): SandboxService | undefined => (services as Readonly<Record<string, SandboxService | undefined>>)[id];

/**
 * The same for those that cannot do without.
 *
 * @throws Error when the sandbox does not have it
 */
export function requiredService(id: string, services?: SandboxServices): SandboxService {
  const service = sandboxServiceOf(id, services);
  if (!service) throw new Error(`The sandbox has no service "${id}"`);
  return service;
}

/** The path of the portal below which a preview serves the vendors of the sandbox. */
export const sandboxMountPath = "/sandbox";

/**
 * Where the sandbox is in a preview, which serves it itself: below the portal's own address, on no port of its own.
 *
 * @param portal the portal's origin
 */
export function mountedServices(portal: string): SandboxServices {
  return forEachService(({ id, name }) => {
    const address = `${portal}${sandboxMountPath}/${id}`;
    return { id, name, port: 0, mounted: true, origin: address, internalOrigin: address };
  });
}
