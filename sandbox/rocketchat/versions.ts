/**
 * What differs between the Rocket.Chat releases that are played. Choose one with the switch `version`.
 */

export const versionNames = ["7.13", "8.6", "8.8", "next"] as const;
export type VersionName = (typeof versionNames)[number];

export interface Version {
  readonly name: VersionName;
  /** What `GET /api/info` tells anonymous callers: major and minor only. */
  readonly reported: string;
  /**
   * How `users.createToken` is guarded: an environment flag and a permission (up to 7.x), a shared secret alone
   * (8.0 to 8.6), or the secret and, for another user, the permission (8.7 on).
   */
  readonly createToken: "flag" | "secret" | "secret-and-permission";
  /** Whether creating users and tokens asks for a second factor (development snapshot only). */
  readonly secondFactorForTokens: boolean;
  /** Whether query and body schema errors come in the typed-route form, or in the older one with a bracket suffix. */
  readonly typedSchemaErrors: boolean;
  /** `users.info` by e-mail (8.4) and by extension (8.5). */
  readonly infoByEmail: boolean;
  /** 9.0 drops reasons and doubled fields from its error bodies. */
  readonly shortErrors: boolean;
}

const base = {
  createToken: "secret-and-permission",
  secondFactorForTokens: false,
  typedSchemaErrors: true,
  infoByEmail: true,
  shortErrors: false,
} as const;

const versions: Record<VersionName, Omit<Version, "name">> = {
  "7.13": { ...base, reported: "7.13", createToken: "flag", typedSchemaErrors: false, infoByEmail: false },
  "8.6": { ...base, reported: "8.6", createToken: "secret" },
  "8.8": { ...base, reported: "8.8" },
  next: { ...base, reported: "9.0", secondFactorForTokens: true, shortErrors: true },
};

/** The release with this name. */
export function versionOf(name: VersionName): Version {
  return { name, ...versions[name] };
}
