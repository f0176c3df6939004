import "server-only";
/**
 * Secrets that a portal in sandbox mode makes for itself, so that it runs with no environment values at all. A portal
 * with real vendors never comes here: its secrets are required.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const schema = z.object({ authSecret: z.string().min(32), sealingKey: z.string().min(43) });

export type GeneratedSecrets = z.infer<typeof schema>;

let made: GeneratedSecrets | undefined;

/**
 * The secrets of this checkout, made once and kept in `.data/secrets.json` (readable by the owner only), so that
 * sessions and sealed credentials survive a restart. Where nothing can be written they are derived from the
 * deployment: equal on all its instances, different for every deployment. Personas need no password, so such a
 * session protects nothing that a visitor could not have by clicking.
 */
export function generatedSecrets(env: Readonly<Record<string, string | undefined>>): GeneratedSecrets {
  made ??= readOrWrite(join(process.cwd(), ".data", "secrets.json")) ?? derive(env);
  return made;
}

function readOrWrite(path: string): GeneratedSecrets | undefined {
  const read = () => schema.parse(JSON.parse(readFileSync(path, "utf8")));
  try {
    return read();
  } catch {
    // Not there yet, or not readable: make it below.
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    const fresh: GeneratedSecrets = {
      authSecret: randomBytes(48).toString("base64url"),
      sealingKey: randomBytes(32).toString("base64url"),
    };
    writeFileSync(path, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    return fresh;
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return read();
    return undefined;
  }
}

function derive(env: Readonly<Record<string, string | undefined>>): GeneratedSecrets {
  const seed = env.VERCEL_DEPLOYMENT_ID ?? env.VERCEL_URL ?? randomBytes(32).toString("hex");
  const digest = (label: string) => createHash("sha256").update(`${label}:${seed}`).digest("base64url");
  return { authSecret: digest("auth"), sealingKey: digest("sealing") };
}
