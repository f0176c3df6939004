import {
  preflightForRocketChat,
  refuseForRocketChat,
  signInForRocketChat,
} from "@/lib/vendors/rocketchat/server/routes/sso";

/** What Rocket.Chat itself calls: `{loginToken}`, or 401 without a body. Every answer has the CORS headers. */
export const GET = signInForRocketChat;
export const POST = signInForRocketChat;
export const OPTIONS = preflightForRocketChat;

/** `HEAD` must not create a token as `GET` would. */
export const HEAD = refuseForRocketChat;
export const PUT = refuseForRocketChat;
export const PATCH = refuseForRocketChat;
export const DELETE = refuseForRocketChat;
