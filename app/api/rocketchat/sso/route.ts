import { only } from "@/lib/broker/guard";
import { preflightForRocketChat, signInForRocketChat } from "@/lib/vendors/rocketchat/sso";

/** What Rocket.Chat itself calls: `{loginToken}`, or 401 without a body. */
export const GET = signInForRocketChat;
export const POST = signInForRocketChat;
export const OPTIONS = preflightForRocketChat;

export const { PUT, PATCH, DELETE } = only("GET", "HEAD", "POST");
