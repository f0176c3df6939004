import "server-only";
/**
 * What can be wrong between the portal and a Rocket.Chat workspace, and the setting that mends it.
 */
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import { framingOf } from "@/lib/security/frame-ancestors";
import { isSameSite } from "@/lib/security/same-site";
import type { Check } from "@/lib/vendors/vendor";
import type { Config } from "../config";
import { RocketChatApi } from "./api";
import { isRocketChatFailure, problemOf } from "./failure";

type Finding = Awaited<ReturnType<Check["run"]>>;

const fine = (detail?: string): Finding => ({ ok: true, detail });
const wrong = (detail: string, fix: string): Finding => ({ ok: false, detail, fix });

/** A failed call as a finding, with the sentence that the portal has for it. */
function found(error: unknown, fix: string): Finding {
  const problem = isRocketChatFailure(error) ? problemOf(error) : error;
  if (isProblem(problem))
    return wrong(problem.options.detail ?? `Rocket.Chat answered with ${problem.code.replaceAll("_", " ")}.`, fix);
  throw error;
}

/** The doctor's checks; the first only asks whether the server answers. */
export function checks(config: Config): readonly Check[] {
  const check = (id: string, title: string, run: (api: RocketChatApi) => Promise<Finding>, fix: string): Check => ({
    id,
    title,
    run: (signal) => run(new RocketChatApi(config, signal)).catch((error: unknown) => found(error, fix)),
  });
  return [
    check(
      "rocketchat-answers",
      "Rocket.Chat answers",
      async (api) => {
        const { major, minor } = await api.version();
        return major < 7
          ? wrong(`This is release ${major}.${minor}.`, "Update Rocket.Chat to 7.10 or newer.")
          : fine(`Release ${major}.${minor}`);
      },
      "Check ROCKETCHAT_URL, ROCKETCHAT_INTERNAL_URL and that the server runs.",
    ),
    check(
      "rocketchat-service-account",
      "The service account is accepted",
      async (api) => {
        const me = await api.me({ userId: config.serviceUserId, token: config.serviceToken });
        return me === config.serviceUserId ? fine() : wrong("Its id or token is not known.", newToken);
      },
      newToken,
    ),
    check("rocketchat-permissions", "The service account may do its work", permissions, permissionsFix),
    check("rocketchat-login", "Login tokens can be made", (api) => tryLogin(api, config), loginFix),
    check("rocketchat-messages", "The frame may talk with the portal", messages, settingsFix),
    check("rocketchat-iframe-auth", "Rocket.Chat's own address signs in by the portal", iframeAuth, settingsFix),
    check("rocketchat-framing", "The portal may frame Rocket.Chat", (api) => framing(api, config), framingFix),
    {
      id: "rocketchat-site",
      title: "Rocket.Chat and the portal are one site",
      run: async () => sameSite(config),
    },
  ];
}

const newToken =
  "Make a personal access token for the service account with “Ignore Two Factor Authentication” and set ROCKETCHAT_SERVICE_USER_ID and ROCKETCHAT_SERVICE_TOKEN.";
const permissionsFix =
  "Give the service account's role the permissions that docs/setup/rocketchat.md lists, api-bypass-rate-limit among them.";
const loginFix =
  "Set CREATE_TOKENS_FOR_USERS_SECRET on the Rocket.Chat server (7.x: CREATE_TOKENS_FOR_USERS=true) and the same value as ROCKETCHAT_CREATE_TOKEN_SECRET; give the service account user-generate-access-token; or choose ROCKETCHAT_LOGIN=password.";
const settingsFix = "Set it under Workspace, Settings, as docs/setup/rocketchat.md lists it.";
const framingFix =
  "Switch Iframe_Restrict_Access off and let the reverse proxy send frame-ancestors with the portal's origin.";

async function permissions(api: RocketChatApi): Promise<Finding> {
  const missing = await api.missingPermissions();
  if (missing.includes("second-factor"))
    return wrong("Its calls are asked for a second factor.", `Its token does not pass it by. ${newToken}`);
  return missing.length === 0 ? fine() : wrong(`It lacks ${missing.join(" and ")}.`, permissionsFix);
}

/** Mints for the service account itself, and ends that token at once. */
async function tryLogin(api: RocketChatApi, config: Config): Promise<Finding> {
  if (config.login === "password") return fine("By derived passwords; nothing to try without a user");
  const { major } = await api.version();
  if (major >= 8 && !config.createTokenSecret) return wrong("ROCKETCHAT_CREATE_TOKEN_SECRET is missing.", loginFix);
  const token = await api.createToken(config.serviceUserId, major >= 8 ? config.createTokenSecret : null);
  await api.logout(token);
  return fine("By users.createToken");
}

/** Compares settings with what they must be; the finding lists every one that differs, as an environment line. */
async function compare(api: RocketChatApi, wanted: Readonly<Record<string, string | boolean>>): Promise<Finding> {
  const settings = await api.publicSettings(Object.keys(wanted));
  const differing = Object.entries(wanted).filter(([id, value]) => settings.get(id) !== value);
  if (differing.length === 0) return fine();
  return wrong(
    `${differing.length === 1 ? "One setting differs" : `${differing.length} settings differ`}: ${differing.map(([id]) => id).join(", ")}.`,
    differing.map(([id, value]) => `OVERWRITE_SETTING_${id}=${value}`).join("\n"),
  );
}

const messages = (api: RocketChatApi) => {
  const { origin } = getConfig();
  return compare(api, {
    Iframe_Integration_receive_enable: true,
    Iframe_Integration_receive_origin: origin,
    Iframe_Integration_send_enable: true,
    Iframe_Integration_send_target_origin: origin,
  });
};

const iframeAuth = (api: RocketChatApi) => {
  const { origin } = getConfig();
  return compare(api, {
    Accounts_iframe_enabled: true,
    Accounts_iframe_url: `${origin}/rocketchat/loading`,
    Accounts_Iframe_api_url: `${origin}/api/rocketchat/sso`,
    Accounts_Iframe_api_method: "POST",
  });
};

async function framing(api: RocketChatApi, { url }: Config): Promise<Finding> {
  const { headers } = await api.page("/home");
  const { origin } = getConfig();
  const { allowed, anyone, because } = framingOf(headers, url, origin);
  if (!allowed) return wrong(`Its pages say “${because}”, which does not allow ${origin}.`, framingFix);
  return anyone ? wrong("Its pages may be framed by anyone: no header limits that.", framingFix) : fine();
}

function sameSite({ url }: Config): Finding {
  return isSameSite(getConfig().origin, url)
    ? fine()
    : fine(
        "They are not: uploads and avatars may be missing in the frame, and opening Rocket.Chat directly asks for the portal once. Hosting both under one domain avoids that.",
      );
}
