import "server-only";
/** What the doctor looks at: does ThoughtSpot answer, does it take the keys, and do its allow-lists name the portal. */
import { z } from "zod";
import { callVendor } from "@/lib/broker/vendor-call";
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import { framingOf } from "@/lib/security/frame-ancestors";
import portal from "@/portal.config";
import type { Check } from "../../vendor";
import type { ThoughtSpotConfig } from "../config";
import { vendorId, vendorName } from "../protocol";
import { mintFull, revokeToken } from "./api";
import { withKey } from "./keys";
import { keyAdvice, readRefusal } from "./refusal";
import { decideRows } from "./rows";

const screen = "Develop > Customizations > Security settings";
/** A name that no one has: the answer tells whether the key was taken, and no token is made. */
const unknownUser = "portico-doctor-nobody";
const sessionUser = z.looseObject({ privileges: z.array(z.string()) });
const mayEndSessions = ["ADMINISTRATION", "USER_ADMINISTRATION"];
const adminTokenSeconds = 30;

export function checks(config: ThoughtSpotConfig): readonly Check[] {
  const look = (path: string, signal: AbortSignal, headers: Record<string, string> = {}) =>
    callVendor({ vendor: vendorId, vendorName, method: "GET", url: `${config.internalUrl}${path}`, headers, signal });
  const { adminUsername } = config;

  return [
    {
      id: "thoughtspot.reachable",
      title: "ThoughtSpot answers",
      async run(signal) {
        const answer = await look("/api/rest/2.0/auth/session/user", signal);
        // Other products answer with 401 as well, but not with ThoughtSpot's error body.
        const { isJson, incident } = readRefusal(answer);
        if (answer.status === 401 && isJson && incident !== undefined) return { ok: true };
        return {
          ok: false,
          detail:
            answer.status === 401
              ? "What answers is not ThoughtSpot: its refusal has another form."
              : `It answered with status ${answer.status} where 401 was expected.`,
          fix: "Check THOUGHTSPOT_URL and THOUGHTSPOT_INTERNAL_URL: they may lead to something else than ThoughtSpot.",
        };
      },
    },
    ...config.secretKeys.map((secretKey, index): Check => {
      const variable = index === 0 ? "THOUGHTSPOT_SECRET_KEY" : "THOUGHTSPOT_SECRET_KEY_NEXT";
      return {
        id: index === 0 ? "thoughtspot.secret-key" : "thoughtspot.secret-key-next",
        title: `${variable} is accepted`,
        async run(signal) {
          try {
            await mintFull({ config, signal }, { username: unknownUser, secretKey, lifetimeSeconds: 30 });
            return {
              ok: false,
              detail: `A token was made for "${unknownUser}", a user who should not exist.`,
              fix: "Remove that user in ThoughtSpot.",
            };
          } catch (error) {
            if (!isProblem(error)) throw error;
            if (error.code === "account_unknown")
              return { ok: true, detail: "The key is taken, and unknown users are refused." };
            if (error.code === "secret_key_rejected")
              return { ok: false, detail: "ThoughtSpot refused the key.", fix: keyAdvice(error, variable) };
            if (error.code === "trusted_auth_disabled")
              return { ok: false, detail: "Trusted authentication is off.", fix: keyAdvice(error, variable) };
            return {
              ok: false,
              detail: `ThoughtSpot answered: ${error.code}.`,
              fix: "Look at the first check, then try again.",
            };
          }
        },
      };
    }),
    ...(adminUsername === null
      ? []
      : [
          {
            id: "thoughtspot.admin-username",
            title: "THOUGHTSPOT_ADMIN_USERNAME may end sessions",
            async run(signal): ReturnType<Check["run"]> {
              const call = { config, signal };
              const fix = "Give it the privilege USER_ADMINISTRATION, or name another account.";
              try {
                const { token } = await withKey(config, (secretKey) =>
                  mintFull(call, { username: adminUsername, secretKey, lifetimeSeconds: adminTokenSeconds }),
                );
                const headers = { authorization: `Bearer ${token}` };
                const answer = await look("/api/rest/2.0/auth/session/user", signal, headers);
                await revokeToken(call, adminUsername, token);
                const { privileges } = sessionUser.parse(answer.json());
                if (privileges.some((privilege) => mayEndSessions.includes(privilege))) return { ok: true };
                return { ok: false, detail: "This account may not manage users.", fix };
              } catch (error) {
                if (!isProblem(error)) throw error;
                return { ok: false, detail: `ThoughtSpot made no token for it: ${error.code}.`, fix };
              }
            },
          } satisfies Check,
        ]),
    {
      id: "thoughtspot.row-security",
      title: "The row-security rules of portal.config.ts are complete",
      async run() {
        const problems = portal.items
          .filter(({ vendor }) => vendor === vendorId)
          .flatMap((item) => {
            try {
              decideRows(item, portal.items, []);
              return [];
            } catch (error) {
              return isProblem(error) ? [error.options.detail ?? error.code] : [String(error)];
            }
          });
        const [detail] = new Set(problems);
        return detail === undefined
          ? { ok: true }
          : { ok: false, detail, fix: "Correct the item in portal.config.ts." };
      },
    },
    {
      id: "thoughtspot.cors",
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
      id: "thoughtspot.frame",
      title: "ThoughtSpot lets the portal frame it",
      async run(signal) {
        const { origin } = getConfig();
        const { headers } = await look("/", signal);
        const { allowed, anyone, because } = framingOf(headers, `${config.url}/`, origin);
        if (because === null)
          return {
            ok: false,
            detail: "Its pages say nothing about who may frame them, which ThoughtSpot's own always do.",
            fix: `Check that THOUGHTSPOT_URL leads to ThoughtSpot, and that no proxy removes its Content-Security-Policy. Then ${screen} > CSP visual embed hosts: add ${origin}.`,
          };
        if (allowed)
          return anyone ? { ok: true, detail: "Any site may frame it: name the portal instead." } : { ok: true };
        return {
          ok: false,
          detail: `Its pages may not be framed by ${origin}: ${because}.`,
          fix: `${screen} > CSP visual embed hosts: add ${origin}, with its scheme and port.`,
        };
      },
    },
  ];
}
