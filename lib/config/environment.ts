/** Reads environment variables: which are set, and which names are unknown. */

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The variables that are set, without white space around their values: a secret that is read from a file ends in a
 * newline, and hosting panels leave empty values behind.
 */
export function setVariables(env: Env): Env {
  const trimmed = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  return Object.fromEntries(trimmed.filter(([, value]) => value));
}

/**
 * What Kubernetes adds for a service of the same namespace, e.g. `ROCKETCHAT_SERVICE_HOST` for one named `rocketchat`
 * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
 */
const serviceLink = /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

/** The variables with one of these prefixes that are set, in the order of the environment. */
export function variablesWithPrefix(env: Env, prefixes: readonly string[]): readonly string[] {
  return Object.keys(setVariables(env)).filter(
    (name) => prefixes.some((prefix) => name.startsWith(prefix)) && !serviceLink.test(name),
  );
}

/** The variable whose value is an address of this origin; undefined when none is, as with the sandbox. */
export function variableWithOrigin(env: Env, origin: string, prefix: string): string | undefined {
  const set = setVariables(env);
  return variablesWithPrefix(set, [prefix]).find((name) => {
    const value = set[name] ?? "";
    return URL.canParse(value) && new URL(value).origin === origin;
  });
}

/** How many characters must be added, removed or replaced to make one text of the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The known name that differs least from a name. */
function nearest(name: string, known: readonly string[]): { readonly name: string; readonly distance: number } | null {
  const distances = known.map((candidate) => ({ name: candidate, distance: editDistance(name, candidate) }));
  return distances.sort((one, other) => one.distance - other.distance)[0] ?? null;
}

/** Other libraries use `AUTH_…` too, so there only a near miss counts as a mistake. */
const sharedPrefix = /^AUTH_(?!OIDC_)/;
const maxNearMiss = 2;

/**
 * One sentence for every variable that looks like one of the portal's but is not: it would be ignored silently.
 *
 * @param known the portal's own names and those of every registered vendor
 * @param prefixes how they begin, e.g. `PORTAL_` and `ROCKETCHAT_`
 */
export function unknownVariables(env: Env, known: readonly string[], prefixes: readonly string[]): readonly string[] {
  const unknown = variablesWithPrefix(env, prefixes).filter((name) => !known.includes(name));
  return unknown.flatMap((name) => {
    const match = nearest(name, known);
    if (!match || (sharedPrefix.test(name) && match.distance > maxNearMiss)) return [];
    return [`${name} is not a variable of the portal: the nearest name is ${match.name}. Correct it or remove it.`];
  });
}
