import "server-only";
/** `ROCKETCHAT_LOGIN=create-token`: login tokens by `users.createToken`, without any password. */
import { setTimeout as pause } from "node:timers/promises";
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";
import { vendorName } from "../../protocol";
import { ensureUser } from "../account";
import type { LoginToken, RocketChatApi, RocketChatUser } from "../api";
import { isRocketChatFailure } from "../failure";
import type { Context } from "../state";
import { tokenState } from "../token-state";

const versions = perProcess("rocketchat:versions", () => new Map<string, { major: number; at: number }>());
const versionKeptMs = 5 * 60_000;

async function majorVersion(api: RocketChatApi, { config }: Context): Promise<number> {
  const known = versions.get(config.internalUrl);
  if (known && Date.now() - known.at < versionKeptMs) return known.major;
  const { major } = await api.version();
  versions.set(config.internalUrl, { major, at: Date.now() });
  return major;
}

/** The fault of 7.13 goes away once a first token was written, which the failed call itself does. */
const attempts = 3;

/**
 * Mints a token with the service account.
 *
 * @throws Problem, RocketChatFailure
 */
export async function createToken(api: RocketChatApi, context: Context, user: RocketChatUser): Promise<LoginToken> {
  const { config, signal } = context;
  let target = user;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const token = await api.createToken(target._id, await secretFor(api, context));
      if (token.userId !== target._id) throw new Problem("vendor_bad_answer", { vendorName });
      await verify(api, context, token);
      return token;
    } catch (error) {
      if (!isRocketChatFailure(error) || attempt === attempts) throw error;
      if (error.kind === "invalid-parameters")
        versions.delete(config.internalUrl); // updated meanwhile
      else if (error.kind === "not-found")
        target = await ensureUser(api, context); // deleted meanwhile
      else if (error.kind !== "transient") throw error;
      await pause(50 * attempt, undefined, { signal });
    }
  }
}

/** The secret that the server's release expects; null for 7.x, which has a switch and a permission instead. */
async function secretFor(api: RocketChatApi, context: Context): Promise<string | null> {
  if ((await majorVersion(api, context)) < 8) return null;
  const { createTokenSecret } = context.config;
  if (createTokenSecret) return createTokenSecret;
  throw new Problem("create_token_disabled", {
    vendorName,
    detail:
      "Rocket.Chat 8 creates login tokens only with a secret. The portal's administrator needs to set ROCKETCHAT_CREATE_TOKEN_SECRET, or ROCKETCHAT_LOGIN=password.",
  });
}

/** A new token may not be stored yet when it is returned (vendor issue 40598): ask, and ask again a moment later. */
async function verify(api: RocketChatApi, { signal }: Context, token: LoginToken): Promise<void> {
  for (const waitMs of [0, 120, 400]) {
    if (waitMs > 0) await pause(waitMs, undefined, { signal });
    if ((await tokenState(api, token)) !== "ended") return;
  }
  throw new Problem("vendor_failed", { vendorName, reference: "a new token is not accepted" });
}
