import "server-only";
/**
 * The portal's own configuration: parsed once, with one sentence per missing or malformed variable. The vendors'
 * configuration is parsed by their own schemas (lib/vendors/configured.ts).
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { hasBrand } from "@/lib/brand";
import portal from "@/portal.config";
import { type Env, setVariables, unknownVariables, variablesWithPrefix } from "./environment";
import { isLoopbackUrl } from "./loopback";
import { sandboxSecret, sandboxServices } from "./sandbox";
import { sealingKeys, secretVariable } from "./secret-variable";
import { generatedSecrets } from "./secrets";
import { insecureTransport, plainHttpVariable } from "./transport";
import { browserUrl, serverUrl } from "./url-variable";

export interface OidcConfig {
  readonly issuer: string;
  /** Where the server itself reaches the issuer; differs only where names resolve differently for browser and server. */
  readonly internalUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What to ask the issuer for, separated by spaces. */
  readonly scope: string;
}

export interface CoreConfig {
  /** The portal's own origin, e.g. `https://portal.example.com`. */
  readonly origin: string;
  /** Further origins under which this deployment answers (Vercel gives each deployment several). */
  readonly alsoAt: readonly string[];
  readonly authSecret: string;
  readonly oidc: OidcConfig | null;
  readonly redirectProxyUrl: string | null;
  /** A path, `:memory:` or a `postgres://` address. */
  readonly databaseUrl: string;
  /** 32-byte keys; the first seals, all open. */
  readonly sealingKeys: readonly Uint8Array[];
  /** Vendors without variables are served by the sandbox. */
  readonly sandbox: boolean;
  /** The portal serves the sandbox itself, below its own address: only in a preview without any vendor variable. */
  readonly sandboxMounted: boolean;
  /** Whether personas may sign in. */
  readonly personas: boolean;
  /** Whether they may at an address that others reach, because PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN says so. */
  readonly personasForAnyone: boolean;
  /** Grants one user may ask of one vendor per minute. */
  readonly grantsPerMinute: number;
  /** How long audit events are kept. */
  readonly auditDays: number;
  /** How many decrypted cookies, and how many decrypted connections, a process remembers. */
  readonly cacheEntries: number;
  readonly logLevel: string;
  /** Whether people may see how an item opened: their own, administrators everybody's. */
  readonly inspector: boolean;
  /** Where the repository's files can be read, e.g. `https://github.com/acme/portal/blob/main`; null when nothing says so. */
  readonly sourceUrl: string | null;
  /** Spans go to a collector (OTEL_EXPORTER_OTLP_ENDPOINT). */
  readonly exportsTraces: boolean;
}

const configErrorBrand = Symbol.for("portico.ConfigError");

/** The configuration is not usable. `sentences` has one per variable. */
export class ConfigError extends Error {
  readonly [configErrorBrand] = true;
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join("\n"));
    this.name = "ConfigError";
  }
}

export const isConfigError = (value: unknown): value is ConfigError => hasBrand(value, configErrorBrand);

/**
 * The path in an address such as `file:./portal.db`, which other tools want; anything else as it is.
 *
 * @returns null for the address of a file on another machine
 */
function withoutFileScheme(value: string): string | null {
  if (!value.startsWith("file:")) return value;
  if (!value.startsWith("file://")) return value.slice("file:".length);
  return URL.canParse(value) && new URL(value).host === "" ? fileURLToPath(value) : null;
}

/** A path, `:memory:`, or PostgreSQL's address. Any other address would be taken for the name of a file. */
function isDatabase(value: string): boolean {
  const place = withoutFileScheme(value);
  // One letter before the colon is a drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(place ?? value)?.[1];
  return Boolean(place) && (scheme === undefined || (/^postgres(ql)?$/.test(scheme) && URL.canParse(value)));
}

const schema = z.object({
  AUTH_SECRET: secretVariable("AUTH_SECRET").optional(),
  AUTH_URL: serverUrl("AUTH_URL", "https://portal.example.com")
    .refine(
      (value) => new URL(value).pathname === "/",
      "AUTH_URL must have no path: the portal is served at the root, e.g. https://portal.example.com.",
    )
    .optional(),
  AUTH_OIDC_ISSUER: browserUrl("AUTH_OIDC_ISSUER", "https://login.example.com").optional(),
  AUTH_OIDC_INTERNAL_URL: serverUrl("AUTH_OIDC_INTERNAL_URL", "http://idp:8080").optional(),
  AUTH_OIDC_ID: z.string().optional(),
  AUTH_OIDC_SECRET: z.string().optional(),
  AUTH_OIDC_SCOPE: z
    .string()
    .regex(/^openid( [!#-[\]-~]+)*$/, "AUTH_OIDC_SCOPE must begin with openid, e.g. `openid profile email groups`.")
    .optional(),
  AUTH_REDIRECT_PROXY_URL: serverUrl("AUTH_REDIRECT_PROXY_URL", "https://portal.example.com/api/auth")
    .refine(
      (value) => value.endsWith("/api/auth"),
      "AUTH_REDIRECT_PROXY_URL must end in /api/auth, e.g. https://portal.example.com/api/auth.",
    )
    .optional(),
  DATABASE_URL: z
    .string()
    .refine(
      isDatabase,
      "DATABASE_URL must be the path of a file, :memory:, or an address such as postgres://user:password@host:5432/portal.",
    )
    .optional(),
  PORTAL_SEALING_KEYS: z.string().optional(),
  PORTAL_SANDBOX: z.enum(["on", "off"], { error: "PORTAL_SANDBOX must be on or off." }).optional(),
  PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN: z
    .enum(["on", "off"], { error: "PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN must be on or off." })
    .optional(),
  [plainHttpVariable]: z
    .string()
    .regex(
      /^[a-z0-9._-]+([\s,]+[a-z0-9._-]+)*$/i,
      `${plainHttpVariable} must hold host names without ports, separated by commas, e.g. library,rocketchat.`,
    )
    .optional(),
  PORTAL_GRANTS_PER_MINUTE: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, "PORTAL_GRANTS_PER_MINUTE must be a whole number above 0.")
    .optional(),
  PORTAL_AUDIT_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, "PORTAL_AUDIT_DAYS must be a whole number of days from 1 to 9999.")
    .optional(),
  PORTAL_CACHE_ENTRIES: z
    .string()
    .regex(/^[1-9]\d{1,6}$/, "PORTAL_CACHE_ENTRIES must be a whole number from 10 to 9999999.")
    .optional(),
  PORTAL_INSPECTOR: z.enum(["on", "off"], { error: "PORTAL_INSPECTOR must be on or off." }).optional(),
  PORTAL_SOURCE_URL: browserUrl("PORTAL_SOURCE_URL", "https://github.com/acme/portal/blob/main").optional(),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent.",
    })
    .optional(),
});

/** By convention a vendor's variables start with its id in upper case (a test holds every registered vendor to it). */
const vendorPrefixes = () => Object.keys(portal.accounts).map((id) => `${id.toUpperCase()}_`);

/** The vendor variables that are set. */
export const vendorVariables = (env: Env): readonly string[] => variablesWithPrefix(env, vendorPrefixes());

/** The portal's own variables, without those of the vendors. */
export const coreVariables: readonly string[] = Object.keys(schema.shape);

/** Read by the sandbox's own process, which shares an environment with the portal. */
const sandboxVariables = ["PORTAL_ORIGIN"];

/**
 * A sentence for every variable that looks like one of the portal's or of a vendor and is none.
 *
 * @param vendors the variables of all registered vendors
 */
export const misspelledVariables = (env: Env, vendors: readonly string[]): readonly string[] =>
  unknownVariables(env, [...coreVariables, ...sandboxVariables, ...vendors], ["AUTH_", "PORTAL_", ...vendorPrefixes()]);

function originOf(env: Env): string {
  if (env.AUTH_URL) return new URL(env.AUTH_URL).origin;
  if (env.VERCEL_ENV === "preview" && env.VERCEL_BRANCH_URL) return `https://${env.VERCEL_BRANCH_URL}`;
  if (env.VERCEL_ENV && env.VERCEL_PROJECT_PRODUCTION_URL) return `https://${env.VERCEL_PROJECT_PRODUCTION_URL}`;
  return `http://portal.localhost:${env.PORT ?? 3000}`;
}

function oidcOf(values: z.infer<typeof schema>, sandbox: boolean, problems: string[]): OidcConfig | null {
  const given = {
    AUTH_OIDC_ISSUER: values.AUTH_OIDC_ISSUER,
    AUTH_OIDC_ID: values.AUTH_OIDC_ID,
    AUTH_OIDC_SECRET: values.AUTH_OIDC_SECRET,
  };
  const missing = Object.entries(given).filter(([, value]) => !value);
  if (missing.length === 3) {
    if (!sandbox) return null;
    const { idp } = sandboxServices();
    return {
      issuer: idp.origin,
      internalUrl: idp.internalOrigin,
      clientId: "portico",
      clientSecret: sandboxSecret("idp:client-secret"),
      scope: "openid profile email groups",
    };
  }
  for (const [name] of missing)
    problems.push(`${name} is missing: sign-in with OpenID Connect needs all three AUTH_OIDC variables.`);
  const issuer = values.AUTH_OIDC_ISSUER ?? "";
  return {
    issuer,
    internalUrl: values.AUTH_OIDC_INTERNAL_URL ?? issuer,
    clientId: values.AUTH_OIDC_ID ?? "",
    clientSecret: values.AUTH_OIDC_SECRET ?? "",
    scope: values.AUTH_OIDC_SCOPE ?? "openid profile email",
  };
}

/** Where this process runs, as the rules of the configuration see it. */
interface Deployment {
  readonly env: Env;
  readonly development: boolean;
  readonly origin: string;
  /** The vendor variables that are set: the portal is one of real vendors. */
  readonly real: readonly string[];
  /** Vendors without variables are served by the sandbox. */
  readonly sandbox: boolean;
  readonly personas: boolean;
  readonly openToAnyone: boolean;
}

function deploymentOf(env: Env, values: z.infer<typeof schema>): Deployment {
  const development = env.NODE_ENV === "development";
  const real = vendorVariables(env);
  const sandboxByDefault = development ? env.VERCEL_ENV !== "production" : env.VERCEL_ENV === "preview";
  const sandbox = values.PORTAL_SANDBOX === undefined ? sandboxByDefault : values.PORTAL_SANDBOX === "on";
  const origin = originOf(env);
  return {
    env,
    development,
    origin,
    real,
    sandbox,
    personas: sandbox && (real.length === 0 || (development && isLoopbackUrl(origin))),
    openToAnyone: values.PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN === "on",
  };
}

/** The sandbox lets anyone in: it belongs to this machine and to previews. */
function sandboxRefusals({ env, origin, real, personas, openToAnyone }: Deployment): string[] {
  const sentences: string[] = [];
  if (env.PORTAL_SANDBOX === "on" && env.VERCEL_ENV === "production")
    sentences.push("PORTAL_SANDBOX is on in a production deployment: remove it, the sandbox lets anyone in.");
  else if (env.PORTAL_SANDBOX === "on" && real.length > 0)
    sentences.push(
      `PORTAL_SANDBOX is on beside ${real[0]}: remove one of the two, personas must not meet a real vendor.`,
    );
  else if (personas && !isLoopbackUrl(origin) && env.VERCEL_ENV !== "preview" && !openToAnyone)
    sentences.push(
      `PORTAL_SANDBOX is on at ${origin}: anyone who finds that address could sign in as an administrator. Set it to off, or set PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN=on if that is what you want.`,
    );
  return sentences;
}

/** What a deployment for real people cannot do without. */
function productionRefusals({ env, development, sandbox, real }: Deployment): string[] {
  const sentences: string[] = [];
  if (!development && (!sandbox || real.length > 0))
    sentences.push(...insecureTransport(env, [...real, "AUTH_URL", "AUTH_OIDC_ISSUER", "AUTH_OIDC_INTERNAL_URL"]));
  if (!sandbox && !env.AUTH_URL && !env.VERCEL)
    sentences.push("AUTH_URL is missing: set it to the address people open, e.g. https://portal.example.com.");
  if (env.VERCEL_ENV === "production" && !/^postgres(ql)?:/.test(env.DATABASE_URL ?? ""))
    sentences.push(
      "DATABASE_URL must be PostgreSQL on Vercel: there, every instance has a memory and files of its own, so that an ended session, a linked login or an audit event would exist in one of them alone.",
    );
  return sentences;
}

/** The standard switches of OpenTelemetry; their other variables are read by the exporter itself. */
const isExportConfigured = (env: Env): boolean =>
  Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) &&
  env.OTEL_SDK_DISABLED !== "true" &&
  env.OTEL_TRACES_EXPORTER !== "none";

/** Where the files of the running commit can be read, on Vercel. */
function repositoryOf(env: Env): string | null {
  const { VERCEL_GIT_PROVIDER, VERCEL_GIT_REPO_OWNER, VERCEL_GIT_REPO_SLUG, VERCEL_GIT_COMMIT_SHA } = env;
  if (VERCEL_GIT_PROVIDER === "github" && VERCEL_GIT_REPO_OWNER && VERCEL_GIT_REPO_SLUG && VERCEL_GIT_COMMIT_SHA)
    return `https://github.com/${VERCEL_GIT_REPO_OWNER}/${VERCEL_GIT_REPO_SLUG}/blob/${VERCEL_GIT_COMMIT_SHA}`;
  return null;
}

/**
 * Parses an environment.
 *
 * @throws ConfigError with one sentence per variable
 */
export function readConfig(environment: Env): CoreConfig {
  const env = setVariables(environment);
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => issue.message));
  const values = parsed.data;

  const deployment = deploymentOf(env, values);
  const { origin, real, sandbox, personas, openToAnyone } = deployment;
  const problems = [...sandboxRefusals(deployment)];

  const generated = sandbox && real.length === 0 ? generatedSecrets(env) : undefined;
  const secret = values.AUTH_SECRET ?? generated?.authSecret;
  if (!secret) problems.push("AUTH_SECRET is missing: make one with `openssl rand -base64 33`.");
  const keys = values.PORTAL_SEALING_KEYS ?? generated?.sealingKey;
  if (!keys)
    problems.push(
      "PORTAL_SEALING_KEYS is missing: make a key with `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`.",
    );
  problems.push(...productionRefusals(deployment));
  // A preview deployment has no identity provider of its own: there, personas are the sandbox's only way in.
  const oidc = oidcOf(values, sandbox && !env.VERCEL, problems);
  if (!sandbox && !oidc)
    problems.push("AUTH_OIDC_ISSUER is missing: no one could sign in. Set it with AUTH_OIDC_ID and AUTH_OIDC_SECRET.");

  const config: CoreConfig = {
    origin,
    alsoAt: env.VERCEL
      ? [env.VERCEL_URL, env.VERCEL_BRANCH_URL].flatMap((host) => (host ? [`https://${host}`] : []))
      : [],
    authSecret: secret ?? "",
    oidc,
    redirectProxyUrl: values.AUTH_REDIRECT_PROXY_URL ?? null,
    databaseUrl: withoutFileScheme(values.DATABASE_URL ?? "") || (env.VERCEL ? ":memory:" : ".data/portal.db"),
    sealingKeys: keys ? sealingKeys(keys, problems) : [],
    sandbox,
    sandboxMounted: sandbox && env.VERCEL_ENV === "preview" && real.length === 0,
    personas,
    personasForAnyone: personas && openToAnyone && !isLoopbackUrl(origin),
    grantsPerMinute: Number(values.PORTAL_GRANTS_PER_MINUTE ?? 300),
    auditDays: Number(values.PORTAL_AUDIT_DAYS ?? 90),
    cacheEntries: Number(values.PORTAL_CACHE_ENTRIES ?? 10_000),
    logLevel: values.LOG_LEVEL ?? "info",
    inspector: values.PORTAL_INSPECTOR !== "off",
    sourceUrl: values.PORTAL_SOURCE_URL ?? repositoryOf(env),
    exportsTraces: isExportConfigured(env),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

let config: CoreConfig | undefined;

/** The configuration of this process, parsed at first use: a build without secrets must pass. */
export function getConfig(): CoreConfig {
  config ??= readConfig(process.env);
  return config;
}
