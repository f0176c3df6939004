import "server-only";
/**
 * Why a framed client stays silent. Its page cannot be looked into, and it answers no command; the server can say what it
 * would tell a browser, and whether it takes commands from this portal.
 */
import { z } from "zod";
import { requestOrigin } from "@/lib/config/request-origin";
import { actionRoute, type RouteHandler } from "@/lib/http/guard";
import { framingOf } from "@/lib/security/frame-ancestors";
import { roomPath } from "../deep-link";
import type { Diagnosis, Grant } from "../protocol";
import { RocketChatApi } from "./api";
import { isRocketChatFailure, problemOf } from "./failure";
import { configHere, grantHere } from "./here";
import { stateOf } from "./live-grant";

/** The settings that decide whether commands and events pass, compared letter by letter as the client does. */
export const commandSettings = ["Iframe_Integration_receive_enable", "Iframe_Integration_receive_origin"] as const;
export const eventSettings = ["Iframe_Integration_send_enable", "Iframe_Integration_send_target_origin"] as const;

/** Whether a list of origins, or `*`, names this one. Nothing is trimmed: the client trims nothing. */
const names = (value: unknown, origin: string) => value === "*" || String(value).split(",").includes(origin);

async function whyNoStartup(api: RocketChatApi, path: string, origin: string, url: string): Promise<Diagnosis> {
  const [page, settings] = await Promise.all([api.page(path), api.publicSettings(eventSettings)]);
  if (page.status >= 400)
    return {
      problem: {
        code: "vendor_failed",
        detail: `Rocket.Chat answers ${page.status} at ${url}${path}. Its administrator needs to check the address, or that the server has started.`,
      },
    };
  const framing = framingOf(page.headers, url, origin);
  if (!framing.allowed)
    return {
      problem: {
        code: "embed_blocked",
        detail: `Rocket.Chat's pages say “${framing.because}”, so browsers do not show them here. Its administrator must allow ${origin}.`,
      },
    };
  const [enabled, target] = eventSettings.map((id) => settings.get(id));
  if (enabled === true && (target === "*" || target === origin)) return {};
  return {
    problem: {
      code: "embed_refused",
      detail: `Rocket.Chat tells this portal nothing. Its administrator needs to switch on ${eventSettings[0]} and set ${eventSettings[1]} to ${origin}.`,
    },
  };
}

async function whyNoLogin(api: RocketChatApi, grant: Grant, origin: string, signal: AbortSignal): Promise<Diagnosis> {
  const [settings, token] = await Promise.all([api.publicSettings(commandSettings), stateOf(grant, signal)]);
  const [enabled, allowed] = commandSettings.map((id) => settings.get(id));
  if (enabled !== true || !names(allowed, origin))
    return {
      problem: {
        code: "embed_refused",
        detail: `Rocket.Chat takes no sign-in from this portal. Its administrator needs to switch on ${commandSettings[0]} and set ${commandSettings[1]} to exactly ${origin}.`,
      },
    };
  return token === "ended" ? { tokenEnded: true } : {};
}

const bodySchema = z.strictObject({ waitingFor: z.enum(["startup", "login"]), path: z.string().max(300) });

/** `POST {waitingFor, path}` → {@link Diagnosis}. */
export const diagnoseSilence: RouteHandler = actionRoute(
  "rocketchat",
  bodySchema,
  async ({ session, body, request, requestId }) => {
    const { headers, signal } = request;
    const config = configHere();
    const api = new RocketChatApi(config, signal);
    const origin = requestOrigin(headers);
    try {
      const diagnosis =
        body.waitingFor === "startup"
          ? await whyNoStartup(api, roomPath(body.path) ?? "/home", origin, config.url)
          : await whyNoLogin(api, await grantHere({ session, requestId, headers }), origin, signal);
      return Response.json(diagnosis);
    } catch (error) {
      throw isRocketChatFailure(error) ? problemOf(error) : error;
    }
  },
);
