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
  /** Pages of the portal that this vendor frames, and nobody else may. */
  readonly framedPages?: readonly { readonly path: string; readonly by: readonly string[] }[];
}

export interface CspOptions {
  /** Fresh per response. */
  readonly nonce: string;
  readonly path: string;
  readonly vendors: readonly CspSources[];
  /** Where forms may lead besides the portal: the identity provider, because the browser applies this to redirects too. */
  readonly formTargets: readonly string[];
  /** The dev server compiles in the browser. */
  readonly development: boolean;
}

const originPattern = /^(https?|wss?):\/\/[a-z0-9.-]+(:\d+)?$/;

function origins(lists: readonly (readonly string[] | undefined)[]): string[] {
  const all = [...new Set(lists.flatMap((list) => list ?? []))];
  for (const origin of all)
    if (!originPattern.test(origin))
      throw new Error(`"${origin}" is no origin; a Content-Security-Policy needs origins`);
  return all;
}

/**
 * The header's value for one page.
 *
 * @throws Error when a vendor declares something that is no origin
 */
export function contentSecurityPolicy(options: CspOptions): string {
  const { nonce, vendors, development } = options;
  const ancestors = origins(
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
      ...origins(vendors.map(({ script }) => script)),
    ],
    "style-src": ["'self'", `'nonce-${nonce}'`],
    // Server-rendered style attributes; they cannot load or run anything.
    "style-src-attr": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:", ...origins(vendors.map(({ image }) => image))],
    "font-src": ["'self'"],
    "connect-src": ["'self'", ...(development ? ["ws:"] : []), ...origins(vendors.map(({ connect }) => connect))],
    "frame-src": origins(vendors.map(({ frame }) => frame)),
    "form-action": ["'self'", ...origins([options.formTargets])],
    "frame-ancestors": ancestors.length > 0 ? ["'self'", ...ancestors] : ["'none'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.length > 0 ? values.join(" ") : "'none'"}`)
    .join("; ");
}
