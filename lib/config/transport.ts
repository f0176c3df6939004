/** Which addresses may use plain http in production: those of this machine, and hosts that are allowed by name. */
import type { Env } from "./environment";
import { isLoopbackUrl } from "./loopback";

const isPlain = (value: string | undefined): value is string =>
  value !== undefined && URL.canParse(value) && new URL(value).protocol === "http:" && !isLoopbackUrl(value);

/** Addresses for the server alone. By convention their names say so; a browser never sees them. */
const isInternal = (name: string) => name.endsWith("_INTERNAL_URL");

/** The variable that names the hosts of a private network to which plain http may go. */
export const plainHttpVariable = "PORTAL_ALLOW_PLAIN_HTTP_TO";

/**
 * One sentence for every address on plain http, and for disabled certificate checks: others on the network could read
 * keys and tokens and sign in as the users.
 *
 * @param env the variables that are set
 * @param names the variables to check; values that are not addresses are ignored
 */
export function insecureTransport(env: Env, names: readonly string[]): readonly string[] {
  const allowed = (env[plainHttpVariable] ?? "").toLowerCase().split(/[\s,]+/);
  const sentences = names.flatMap((name) => {
    const value = env[name];
    if (!isPlain(value)) return [];
    const { hostname } = new URL(value);
    if (name === "AUTH_URL" || name === "AUTH_OIDC_ISSUER")
      return [`${name} must begin with https: plain http lets others on the way sign in as your users.`];
    if (!isInternal(name))
      return [`${name} must begin with https: browsers load nothing over plain http inside a page that is on https.`];
    if (allowed.includes(hostname)) return [];
    return [
      `${name} must begin with https: plain http shows keys and tokens to everyone on the way. Where that is a private network of yours, add ${hostname} to ${plainHttpVariable}.`,
    ];
  });
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    sentences.push(
      "NODE_TLS_REJECT_UNAUTHORIZED is 0: remove it; name your own authority in NODE_EXTRA_CA_CERTS instead.",
    );
  return sentences;
}
