import "server-only";
/** What the doctor looks at: does ThoughtSpot answer, does it take the keys, and do its allow-lists name the portal. */
import { z } from "zod";
import { callVendor } from "@/lib/broker/vendor-call";
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import { framingOf } from "@/lib/security/frame-ancestors";
import portal from "@/portal.config";
import {
  clockSkew,
  describeAnswer,
  failed,
  httpsOf,
  mixedContent,
  notChecked,
  ok,
  type Place,
  warning,
} from "../../check-results";
import type { Check, CheckResult } from "../../vendor";
import type { ThoughtSpotConfig } from "../config";
import { vendorId, vendorName } from "../protocol";
import { mintFull, revokeToken } from "./api";
import { withKey } from "./keys";
import { keyAdvice, keyScreen, readRefusal } from "./refusal";
import { decideRows } from "./rows";

/** A name that no one has: the answer tells whether the key was taken, and no token is made. */
const unknownUser = "portico-doctor-nobody";
const sessionUser = z.looseObject({ privileges: z.array(z.string()) });
const mayEndSessions = ["ADMINISTRATION", "USER_ADMINISTRATION"];
const adminTokenSeconds = 30;
const securitySettings = "Develop > Customizations > Security settings";

export function checks(config: ThoughtSpotConfig): readonly Check[] {
  const look = (path: string, signal: AbortSignal, headers: Record<string, string> = {}) =>
    callVendor({ vendor: vendorId, vendorName, method: "GET", url: `${config.internalUrl}${path}`, headers, signal });
  const { adminUsername, internalUrl, url } = config;
  const { origin } = getConfig();
  /** The Develop tab is one page of ThoughtSpot's app; its screens have no documented addresses of their own. */
  const screen = (name: string): Place => ({ where: name, href: `${url}/#/develop` });

  async function reachable(signal: AbortSignal): Promise<CheckResult> {
    const answer = await look("/api/rest/2.0/auth/session/user", signal);
    const { isJson, incident } = readRefusal(answer);
    // Other products answer with 401 as well, but not with ThoughtSpot's error body.
    if (answer.status === 401 && isJson && incident !== undefined) return ok();
    const variable = internalUrl === url ? "THOUGHTSPOT_URL" : "THOUGHTSPOT_INTERNAL_URL";
    if (answer.status >= 500)
      return failed(
        `ThoughtSpot, or the proxy before it, answers with an error (status ${answer.status}).`,
        "The ThoughtSpot cluster",
        "See its status page, or ask ThoughtSpot's support, if it does not recover.",
      );
    const https = httpsOf(internalUrl, answer);
    if (https)
      return failed(
        `ThoughtSpot answers on https only, and ${variable} begins with http.`,
        variable,
        `Set it to ${https}.`,
      );
    const { pathname } = new URL(internalUrl);
    if (pathname !== "/")
      return failed(
        `${variable} has the path ${pathname}, and ThoughtSpot's API is not below it.`,
        variable,
        `Set it to ${new URL(internalUrl).origin}.`,
      );
    return failed(
      `What answers at ${internalUrl} is not ThoughtSpot: its REST API is ${describeAnswer(answer)}.`,
      variable,
      "Set it to ThoughtSpot's own address, e.g. https://example.thoughtspot.cloud.",
    );
  }

  const keyCheck = (secretKey: string, index: number): Check => {
    const variable = index === 0 ? "THOUGHTSPOT_SECRET_KEY" : "THOUGHTSPOT_SECRET_KEY_NEXT";
    return {
      id: index === 0 ? "thoughtspot.secret-key" : "thoughtspot.secret-key-next",
      title: `${variable} is accepted`,
      async run(signal) {
        try {
          await mintFull({ config, signal }, { username: unknownUser, secretKey, lifetimeSeconds: 30 });
          return failed(
            `A token was made for "${unknownUser}", a user who should not exist.`,
            "Admin > Users",
            "Remove that user in ThoughtSpot.",
          );
        } catch (error) {
          if (!isProblem(error) || error.options.address !== undefined) throw error;
          switch (error.code) {
            case "account_unknown":
              return ok("The key is taken, and unknown users are refused");
            case "secret_key_rejected":
              return failed("ThoughtSpot refused the key.", variable, keyAdvice(error, variable));
            case "trusted_auth_disabled":
              // One switch for both keys: it is told once.
              return index === 0
                ? failed("Trusted authentication is off.", screen(keyScreen), keyAdvice(error, variable))
                : notChecked("Trusted authentication is off");
            default:
              return notChecked(
                `ThoughtSpot did not judge the key: it answered with ${error.code.replaceAll("_", " ")}`,
              );
          }
        }
      },
    };
  };

  const adminCheck = (username: string): Check => ({
    id: "thoughtspot.admin-username",
    title: "THOUGHTSPOT_ADMIN_USERNAME may end sessions",
    needs: ["thoughtspot.secret-key"],
    async run(signal) {
      const call = { config, signal };
      const variable = "THOUGHTSPOT_ADMIN_USERNAME";
      try {
        const { token } = await withKey(config, (secretKey) =>
          mintFull(call, { username, secretKey, lifetimeSeconds: adminTokenSeconds }),
        );
        const headers = { authorization: `Bearer ${token}` };
        const answer = await look("/api/rest/2.0/auth/session/user", signal, headers);
        await revokeToken(call, username, token);
        const { privileges } = sessionUser.parse(answer.json());
        if (privileges.some((privilege) => mayEndSessions.includes(privilege))) return ok();
        return failed(
          "This account may not manage users.",
          variable,
          "Give it the privilege USER_ADMINISTRATION, or name another account.",
        );
      } catch (error) {
        if (!isProblem(error) || error.options.address !== undefined) throw error;
        return failed(
          `ThoughtSpot made no token for it (${error.code}).`,
          variable,
          "Name an account that exists and may manage users.",
        );
      }
    },
  });

  return [
    { id: "thoughtspot.reachable", title: "ThoughtSpot answers", run: reachable },
    {
      id: "thoughtspot.transport",
      title: "Browsers may load ThoughtSpot inside the portal",
      run: async () => mixedContent(url, "THOUGHTSPOT_URL"),
    },
    ...config.secretKeys.map(keyCheck),
    ...(adminUsername === null ? [] : [adminCheck(adminUsername)]),
    {
      id: "thoughtspot.row-security",
      title: "The row-security rules of portal.config.ts are complete",
      needs: [],
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
        return detail === undefined ? ok() : failed(detail, "portal.config.ts", "Correct the item there.");
      },
    },
    {
      id: "thoughtspot.cors",
      title: "ThoughtSpot lets the portal's pages call it",
      needs: ["thoughtspot.reachable", "thoughtspot.transport"],
      async run(signal) {
        const { headers } = await look("/callosum/v1/session/isactive", signal, { origin });
        if (headers.get("access-control-allow-origin") === origin) return ok();
        return failed(
          `Its answers do not allow ${origin}.`,
          screen(`${securitySettings} > CORS whitelisted domains`),
          `Add ${origin}, with its scheme and port.`,
        );
      },
    },
    {
      id: "thoughtspot.frame",
      title: "ThoughtSpot lets the portal frame it",
      needs: ["thoughtspot.reachable", "thoughtspot.transport"],
      async run(signal) {
        const { headers } = await look("/", signal);
        const { allowed, anyone, because } = framingOf(headers, `${url}/`, origin);
        const hosts = screen(`${securitySettings} > CSP visual embed hosts`);
        if (because === null)
          return failed(
            "Its pages say nothing about who may frame them, which ThoughtSpot's own always do.",
            "The proxy before ThoughtSpot",
            "Let it pass ThoughtSpot's Content-Security-Policy on.",
          );
        if (!allowed)
          return failed(
            `Its pages may not be framed by ${origin}: ${because}.`,
            hosts,
            `Add ${origin}, with its scheme and port.`,
          );
        return anyone ? warning("Any site may frame it.", hosts, `Name ${origin} in place of the wildcard.`) : ok();
      },
    },
    {
      id: "thoughtspot.clock",
      title: "The clocks agree",
      run: async (signal) =>
        clockSkew((await look("/api/rest/2.0/auth/session/user", signal)).headers, "the ThoughtSpot cluster"),
    },
  ];
}
