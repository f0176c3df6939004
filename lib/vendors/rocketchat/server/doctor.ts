import "server-only";
/**
 * What can be wrong between the portal and a Rocket.Chat workspace, and the setting that mends it.
 */
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import { framingOf } from "@/lib/security/frame-ancestors";
import { isSameSite } from "@/lib/security/same-site";
import {
  beyondChecks,
  clockSkew,
  describeAnswer,
  failed,
  httpsOf,
  mixedContent,
  ok,
  type Place,
  warning,
} from "@/lib/vendors/check-results";
import type { Check, CheckResult } from "@/lib/vendors/vendor";
import type { Config } from "../config";
import { RocketChatApi } from "./api";
import { isRocketChatFailure, problemOf } from "./failure";

/** Workspace > Settings, by its group (vendor's client: `/admin/settings/:group`). */
const settings = ({ url }: Config, group: string, section: string): Place => ({
  where: `Workspace > Settings > ${group} > ${section}`,
  href: `${url}/admin/settings/${group}`,
});

const serviceAccount = "ROCKETCHAT_SERVICE_USER_ID and ROCKETCHAT_SERVICE_TOKEN";
const newToken =
  "Make a personal access token for the service account with “Ignore Two Factor Authentication” and set ROCKETCHAT_SERVICE_USER_ID and ROCKETCHAT_SERVICE_TOKEN.";

/** A refused call as a finding, with the sentence that the portal has for it. No answer at all is thrown on. */
function refused(error: unknown, place: string | Place, fix: string): CheckResult {
  const problem = isRocketChatFailure(error) ? problemOf(error) : error;
  if (!isProblem(problem) || problem.options.address !== undefined) throw error;
  return failed(
    problem.options.detail ?? `Rocket.Chat answered with ${problem.code.replaceAll("_", " ")}.`,
    place,
    fix,
  );
}

/** The doctor's checks; the first only asks whether the server answers. */
export function checks(config: Config): readonly Check[] {
  const api = (signal: AbortSignal) => new RocketChatApi(config, signal);
  const permissions: Place = { where: "Workspace > Permissions", href: `${config.url}/admin/permissions` };
  return [
    {
      id: "rocketchat-answers",
      title: "Rocket.Chat answers",
      run: (signal) => answers(api(signal), config),
    },
    {
      id: "rocketchat-transport",
      title: "Browsers may load Rocket.Chat inside the portal",
      run: async () => mixedContent(config.url, "ROCKETCHAT_URL"),
    },
    {
      id: "rocketchat-service-account",
      title: "The service account is accepted",
      async run(signal) {
        try {
          const me = await api(signal).me({ userId: config.serviceUserId, token: config.serviceToken });
          return me === config.serviceUserId
            ? ok()
            : failed("The id or the token of the service account is not known.", serviceAccount, newToken);
        } catch (error) {
          return refused(error, serviceAccount, newToken);
        }
      },
    },
    {
      id: "rocketchat-permissions",
      title: "The service account may do its work",
      needs: ["rocketchat-service-account"],
      run: (signal) => mayWork(api(signal), permissions),
    },
    {
      id: "rocketchat-login",
      title: "Login tokens can be made",
      needs: ["rocketchat-permissions"],
      run: (signal) => tryLogin(api(signal), config, permissions),
    },
    {
      id: "rocketchat-messages",
      title: "The frame may talk with the portal",
      run: (signal) => messages(api(signal), settings(config, "General", "Iframe Integration")),
    },
    {
      id: "rocketchat-iframe-auth",
      title: "Rocket.Chat's own address signs in by the portal",
      run: (signal) => iframeAuth(api(signal), settings(config, "Accounts", "Iframe")),
    },
    {
      id: "rocketchat-framing",
      title: "The portal may frame Rocket.Chat",
      needs: ["rocketchat-answers", "rocketchat-transport"],
      run: (signal) => framing(api(signal), config),
    },
    {
      id: "rocketchat-site",
      title: "Rocket.Chat and the portal are one site",
      needs: ["rocketchat-transport"],
      run: async () => sameSite(config),
    },
    {
      id: "rocketchat-clock",
      title: "The clocks agree",
      run: async (signal) => clockSkew((await api(signal).page("/api/info")).headers, "the Rocket.Chat server"),
    },
  ];
}

/** Whether Rocket.Chat is there, in a release that the portal works with. */
async function answers(api: RocketChatApi, { internalUrl, url }: Config): Promise<CheckResult> {
  const variable = internalUrl === url ? "ROCKETCHAT_URL" : "ROCKETCHAT_INTERNAL_URL";
  try {
    const { major, minor } = await api.version();
    return major < 7
      ? failed(`This is release ${major}.${minor}.`, "The Rocket.Chat server", "Update Rocket.Chat to 7.10 or newer.")
      : ok(`Release ${major}.${minor}`);
  } catch (error) {
    if (isProblem(error) && error.options.address !== undefined) throw error;
    const answer = await api.page("/api/info");
    if (answer.status >= 500)
      return failed(
        `Rocket.Chat, or the proxy before it, answers with an error (status ${answer.status}).`,
        "The Rocket.Chat server",
        "See its log, and that it reaches its MongoDB; restart it if it does not recover.",
      );
    const https = httpsOf(internalUrl, answer);
    if (https)
      return failed(
        `Rocket.Chat answers on https only, and ${variable} begins with http.`,
        variable,
        `Set it to ${https}.`,
      );
    return failed(
      `What answers at ${internalUrl} is not Rocket.Chat: its /api/info is ${describeAnswer(answer)}.`,
      variable,
      "Set it to the address at which people open Rocket.Chat, without the path of a page.",
    );
  }
}

async function mayWork(api: RocketChatApi, permissions: Place): Promise<CheckResult> {
  const fix =
    "Give the service account's role the permissions that docs/setup/rocketchat.md lists, api-bypass-rate-limit among them.";
  try {
    const missing = await api.missingPermissions();
    if (missing.includes("second-factor"))
      return failed(
        "The service account's calls are asked for a second factor.",
        "ROCKETCHAT_SERVICE_TOKEN",
        `Its token does not bypass the second factor. ${newToken}`,
      );
    return missing.length === 0
      ? ok()
      : failed(`The service account lacks ${missing.join(" and ")}.`, permissions, fix);
  } catch (error) {
    return refused(error, permissions, fix);
  }
}

/** Mints for the service account itself, and ends that token at once. */
async function tryLogin(api: RocketChatApi, config: Config, permissions: Place): Promise<CheckResult> {
  if (config.login === "password")
    return beyondChecks("Passwords are derived for each user: there is nothing to try without one");
  const { major } = await api.version();
  const variable = "ROCKETCHAT_CREATE_TOKEN_SECRET, and CREATE_TOKENS_FOR_USERS_SECRET of the Rocket.Chat server";
  const fix =
    "Set CREATE_TOKENS_FOR_USERS_SECRET on the Rocket.Chat server (7.x: CREATE_TOKENS_FOR_USERS=true) and the same value as ROCKETCHAT_CREATE_TOKEN_SECRET; give the service account user-generate-access-token; or choose ROCKETCHAT_LOGIN=password.";
  if (major >= 8 && !config.createTokenSecret)
    return failed("ROCKETCHAT_CREATE_TOKEN_SECRET is missing.", variable, fix);
  try {
    const token = await api.createToken(config.serviceUserId, major >= 8 ? config.createTokenSecret : null);
    await api.logout(token);
    return ok("By users.createToken");
  } catch (error) {
    const lacksPermission = isRocketChatFailure(error) && error.kind === "forbidden";
    return refused(error, lacksPermission ? permissions : variable, fix);
  }
}

/** Compares settings with what they must be; the finding lists every one that differs, as an environment line. */
async function compare(
  api: RocketChatApi,
  wanted: Readonly<Record<string, string | boolean>>,
  place: Place,
): Promise<CheckResult> {
  let actual: ReadonlyMap<string, unknown>;
  try {
    actual = await api.publicSettings(Object.keys(wanted));
  } catch (error) {
    return refused(error, place, "See the log of Rocket.Chat: it does not tell its public settings.");
  }
  const differing = Object.entries(wanted).filter(([id, value]) => actual.get(id) !== value);
  if (differing.length === 0) return ok();
  const ids = differing.map(([id]) => id).join(", ");
  return failed(
    `${differing.length === 1 ? "One setting differs" : `${differing.length} settings differ`}: ${ids}.`,
    { ...place, where: `${place.where}: ${ids}` },
    differing.map(([id, value]) => `OVERWRITE_SETTING_${id}=${value}`).join("\n"),
  );
}

const messages = (api: RocketChatApi, place: Place) => {
  const { origin } = getConfig();
  const wanted = {
    Iframe_Integration_receive_enable: true,
    Iframe_Integration_receive_origin: origin,
    Iframe_Integration_send_enable: true,
    Iframe_Integration_send_target_origin: origin,
  };
  return compare(api, wanted, place);
};

const iframeAuth = (api: RocketChatApi, place: Place) => {
  const { origin } = getConfig();
  const wanted = {
    Accounts_iframe_enabled: true,
    Accounts_iframe_url: `${origin}/rocketchat/loading`,
    Accounts_Iframe_api_url: `${origin}/api/rocketchat/sso`,
    Accounts_Iframe_api_method: "POST",
  };
  return compare(api, wanted, place);
};

/** Rocket.Chat itself only knows X-Frame-Options; `frame-ancestors` is for the reverse proxy to send. */
async function framing(api: RocketChatApi, config: Config): Promise<CheckResult> {
  const { headers } = await api.page("/home");
  const { origin } = getConfig();
  const { allowed, anyone, because } = framingOf(headers, config.url, origin);
  const proxy = "The reverse proxy before Rocket.Chat: Content-Security-Policy";
  if (!allowed && because?.startsWith("X-Frame-Options"))
    return failed(
      `Its pages say “${because}”, which does not allow ${origin}.`,
      { ...settings(config, "General", "Security"), where: "Iframe_Restrict_Access" },
      `Switch Iframe_Restrict_Access off and let the reverse proxy send frame-ancestors with ${origin}.`,
    );
  if (!allowed)
    return failed(
      `Its pages say “${because}”, which does not allow ${origin}.`,
      proxy,
      `Add ${origin} to frame-ancestors.`,
    );
  if (anyone)
    return warning(
      "Its pages may be framed by anyone: no header limits that.",
      proxy,
      `Send frame-ancestors 'self' ${origin}.`,
    );
  return ok();
}

function sameSite({ url }: Config): CheckResult {
  const { origin } = getConfig();
  if (isSameSite(origin, url)) return ok();
  return warning(
    "They are two sites: uploads and avatars may be missing in the frame, and opening Rocket.Chat directly asks for the portal once.",
    "ROCKETCHAT_URL and AUTH_URL",
    "Host both under one domain of yours, e.g. chat.example.com and portal.example.com.",
  );
}
