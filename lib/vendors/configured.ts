import "server-only";
/** The registered vendors with their configuration: real, served by the sandbox, or hidden when there is neither. */
import { ConfigError, getConfig, isConfigError, misspelledVariables, readConfig } from "@/lib/config/config";
import { type Env, setVariables } from "@/lib/config/environment";
import { mountedServices, type SandboxServices } from "@/lib/config/sandbox";
import { vendors } from "./index";
import type { Vendor } from "./vendor";

export interface ConfiguredVendor {
  readonly vendor: Vendor;
  readonly config: unknown;
  /** True when no variable of it is set and the sandbox serves it. */
  readonly sandboxed: boolean;
}

/**
 * Configures every registered vendor from an environment.
 *
 * @param services where the sandbox listens; by default in a process of its own
 * @throws ConfigError with one sentence per variable
 */
export function configureVendors(env: Env, sandbox: boolean, services?: SandboxServices): readonly ConfiguredVendor[] {
  const sentences: string[] = [];
  const set = setVariables(env);
  const configured = vendors.flatMap((vendor): ConfiguredVendor[] => {
    const given = Object.fromEntries(
      vendor.environment.variables.flatMap((name) => (set[name] ? [[name, set[name]]] : [])),
    );
    const sandboxed = Object.keys(given).length === 0;
    const values = sandboxed && sandbox ? vendor.environment.sandbox(services) : given;
    if (Object.keys(values).length === 0) return [];
    const parsed = vendor.environment.schema.safeParse(values);
    if (parsed.success) return [{ vendor, config: parsed.data, sandboxed }];
    sentences.push(...parsed.error.issues.map((issue) => issue.message));
    return [];
  });
  if (sentences.length > 0) throw new ConfigError(sentences);
  return configured;
}

/**
 * Reports everything that is wrong with a configuration at once, the portal's own and each vendor's, so that one start is
 * enough to find all faults.
 *
 * @throws ConfigError with one sentence per variable
 */
export function checkConfiguration(env: Env): void {
  const faults = [() => readConfig(env), () => configureVendors(env, false)].flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      if (isConfigError(error)) return error.sentences;
      throw error;
    }
  });
  const known = vendors.flatMap(({ environment }) => environment.variables);
  const sentences = [...faults, ...misspelledVariables(env, known)];
  if (sentences.length > 0) throw new ConfigError(sentences);
}

function configureHere(): readonly ConfiguredVendor[] {
  const { sandbox, sandboxMounted, origin } = getConfig();
  if (sandboxMounted) return configureVendors(process.env, true, mountedServices(origin));
  // With a real vendor configured, a preview serves no sandbox, and there is no sandbox process.
  return configureVendors(process.env, sandbox && process.env.VERCEL_ENV !== "preview");
}

let configured: readonly ConfiguredVendor[] | undefined;

/** The vendors this portal shows, in the order of the registry. */
export function configuredVendors(): readonly ConfiguredVendor[] {
  configured ??= configureHere();
  return configured;
}

/** One vendor, or null when it is not registered or not set up here. */
export function configuredVendor(id: string): ConfiguredVendor | null {
  return configuredVendors().find(({ vendor }) => vendor.id === id) ?? null;
}

/**
 * The vendor whose pages live under an address such as `/dashboards`, or null.
 *
 * @param segment the first part of the path, without the slash
 */
export function vendorByRoute(segment: string): ConfiguredVendor | null {
  return configuredVendors().find(({ vendor }) => vendor.route === `/${segment}`) ?? null;
}
