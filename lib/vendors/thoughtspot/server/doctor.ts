import "server-only";
/** What the doctor looks at: does ThoughtSpot answer, does it take the key, and do its allow-lists name the portal. */
import { callVendor } from "@/lib/broker/vendor-call";
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import type { Check } from "@/lib/vendors/vendor";
import type { ThoughtSpotConfig } from "../config";
import { keyAdvice, mintFull, vendorName } from "./api";

const screen = "Develop > Customizations > Security settings";
/** A name that nobody has: the answer tells whether the key was taken, and no token is made. */
const nobody = "portico-doctor-nobody";

export function checks(config: ThoughtSpotConfig): readonly Check[] {
  const look = (path: string, signal: AbortSignal, headers: Record<string, string> = {}) =>
    callVendor({
      vendor: "thoughtspot",
      vendorName,
      method: "GET",
      url: `${config.internalUrl}${path}`,
      headers,
      signal,
    });

  return [
    {
      id: "reachable",
      title: "ThoughtSpot answers",
      async run(signal) {
        const { status, headers } = await look("/callosum/v1/session/isactive", signal);
        // ThoughtSpot answers this with data or with nothing: a page is a proxy's, or another server's.
        const isPage = headers.get("content-type")?.includes("html") ?? false;
        if (!isPage && (status === 401 || status === 204 || status === 200)) return { ok: true };
        return {
          ok: false,
          detail: `It answered with ${isPage ? "a page of " : ""}status ${status} where 401 was expected.`,
          fix: "Check THOUGHTSPOT_URL and THOUGHTSPOT_INTERNAL_URL: they may lead to something else than ThoughtSpot.",
        };
      },
    },
    ...config.secretKeys.map((secretKey, index): Check => {
      const variable = index === 0 ? "THOUGHTSPOT_SECRET_KEY" : "THOUGHTSPOT_SECRET_KEY_NEXT";
      return {
        id: index === 0 ? "secret-key" : "secret-key-next",
        title: `${variable} is accepted`,
        async run(signal) {
          try {
            await mintFull({ config, signal }, { username: nobody, secretKey, lifetimeSeconds: 30 });
            return {
              ok: false,
              detail: `A token was made for "${nobody}", whom nobody should know.`,
              fix: "Remove that user in ThoughtSpot.",
            };
          } catch (error) {
            if (!isProblem(error)) throw error;
            if (error.code === "account_unknown")
              return { ok: true, detail: "The key is taken, and unknown users are refused." };
            if (error.code === "trusted_auth_disabled")
              return {
                ok: false,
                detail: error.options.reference?.startsWith("401")
                  ? "ThoughtSpot refused the key."
                  : "Trusted authentication is off.",
                fix: keyAdvice(error, variable),
              };
            return {
              ok: false,
              detail: `ThoughtSpot answered: ${error.code}.`,
              fix: "Look at the first check, then try again.",
            };
          }
        },
      };
    }),
    {
      id: "cors",
      title: "ThoughtSpot lets the portal's pages call it",
      async run(signal) {
        const { origin } = getConfig();
        const { headers } = await look("/callosum/v1/session/isactive", signal, { origin });
        if (headers.get("access-control-allow-origin") === origin) return { ok: true };
        return {
          ok: false,
          detail: `Its answers do not allow ${origin}.`,
          fix: `${screen} > CORS whitelisted domains: add ${origin}, with its scheme and port.`,
        };
      },
    },
    {
      id: "frame",
      title: "ThoughtSpot lets the portal frame it",
      async run(signal) {
        const { origin } = getConfig();
        const { headers } = await look("/", signal);
        const ancestors = /frame-ancestors([^;]*)/.exec(headers.get("content-security-policy") ?? "")?.[1];
        if (ancestors === undefined || ancestors.split(/\s+/).some((source) => covers(source, origin)))
          return { ok: true };
        return {
          ok: false,
          detail: `Its pages may not be framed by ${origin}.`,
          fix: `${screen} > CSP visual embed hosts: add ${origin}, with its scheme and port.`,
        };
      },
    },
  ];
}

/** Whether a source of `frame-ancestors` covers an origin: `*`, an exact origin, a host, `https://*.example.com`. */
function covers(source: string, origin: string): boolean {
  if (source === "*" || source === origin) return true;
  const { protocol, host } = new URL(origin);
  const [, scheme, pattern] = /^(?:(https?:)\/\/)?(.+)$/.exec(source) ?? [];
  if (!pattern || source.startsWith("'") || (scheme && scheme !== protocol)) return false;
  return pattern === host || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
}
