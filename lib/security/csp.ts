/**
 * The Content-Security-Policy of the portal's pages, built from what the registered vendors declare.
 */

/** What one vendor needs. Only origins: a path or a wildcard here is a mistake. */
export interface CspSources {
  readonly frame?: readonly string[];
  readonly script?: readonly string[];
  readonly connect?: readonly string[];
  readonly image?: readonly string[];
  /** Some SDK builds compile code while loading; only for those that need it. */
  readonly unsafeEval?: boolean;
  /** Pages of the portal that only this vendor may frame. */
  readonly framedPages?: readonly { readonly path: string; readonly by: readonly string[] }[];
}

export interface CspOptions {
  /** Fresh per response. */
  readonly nonce: string;
  readonly path: string;
  /** The portal's own origin: where a vendor declares it, the policy says 'self'. */
  readonly own?: string;
  readonly vendors: readonly CspSources[];
  /** Where forms may lead besides the portal: the identity provider, because the browser applies this to redirects too. */
  readonly formTargets: readonly string[];
  /** The dev server compiles in the browser. */
  readonly development: boolean;
}

const originPattern = /^(https?|wss?):\/\/[a-z0-9.-]+(:\d+)?$/;

/** Whether an origin can stand in a policy: the grammar has no IPv6 addresses and no underscores. */
export const isCspOrigin = (origin: string) => originPattern.test(origin);

type Lists = readonly (readonly string[] | undefined)[];

function origins(lists: Lists, own?: string): string[] {
  const all = lists.flatMap((list) => list ?? []);
  for (const origin of all)
    if (!isCspOrigin(origin)) throw new Error(`"${origin}" is no origin; a Content-Security-Policy needs origins`);
  return [...new Set(all.map((origin) => (origin === own ? "'self'" : origin)))];
}

/**
 * The header's value for one page.
 *
 * @throws Error when a vendor declares something that is no origin
 */
export function contentSecurityPolicy(options: CspOptions): string {
  const { nonce, vendors, development } = options;
  const sources = (lists: Lists) => origins(lists, options.own);
  const ancestors = sources(
    vendors.flatMap(({ framedPages }) =>
      (framedPages ?? []).filter(({ path }) => path === options.path).map(({ by }) => by),
    ),
  );
  const evaluates = development || vendors.some(({ unsafeEval }) => unsafeEval);
  const directives: Record<string, string[]> = {
    "default-src": ["'self'"],
    "script-src": [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...(evaluates ? ["'unsafe-eval'"] : []),
      ...sources(vendors.map(({ script }) => script)),
    ],
    "style-src": ["'self'", `'nonce-${nonce}'`],
    // Server-rendered style attributes; they cannot load or run anything.
    "style-src-attr": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:", ...sources(vendors.map(({ image }) => image))],
    "font-src": ["'self'"],
    "connect-src": ["'self'", ...(development ? ["ws:"] : []), ...sources(vendors.map(({ connect }) => connect))],
    "frame-src": sources(vendors.map(({ frame }) => frame)),
    "form-action": ["'self'", ...sources([options.formTargets])],
    "frame-ancestors": ancestors.length > 0 ? ["'self'", ...ancestors] : ["'none'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.length > 0 ? [...new Set(values)].join(" ") : "'none'"}`)
    .join("; ");
}
