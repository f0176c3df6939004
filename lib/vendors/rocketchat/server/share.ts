import "server-only";
/** Posts messages as the user, in the user's own rooms. */
import { ConnectionLost } from "@/lib/broker/vendor-adapter";
import { Problem } from "@/lib/problem/problem";
import type { Room, Share } from "../../vendor";
import type { Config } from "../config";
import { type Grant, vendorName } from "../protocol";
import { RocketChatApi } from "./api";
import { isRocketChatFailure, problemOf } from "./failure";

const kinds: Readonly<Record<string, Room["kind"]>> = { c: "channel", p: "group", d: "direct" };

/** Calls with the user's own token: when it is refused, it has ended. */
async function asUser<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (!isRocketChatFailure(error)) throw error;
    throw error.kind === "unauthenticated" ? new ConnectionLost() : problemOf(error);
  }
}

const rooms: Share<Config, Grant>["rooms"] = ({ config, signal }, { userId, token }) =>
  asUser(async () => {
    const api = new RocketChatApi(config, signal);
    const user = { userId, token };
    const [subscriptions, members] = await Promise.all([
      api.subscriptions(user),
      // Nice to know, and no reason to fail: the call counts against a limit that all users share.
      api.memberCounts(user).catch(() => new Map<string, number>()),
    ]);
    return subscriptions.flatMap(({ rid, t = "", name, fname }): Room[] => {
      const kind = kinds[t];
      const shown = kind === "direct" ? (name ?? fname) : (fname ?? name);
      return rid && kind && shown ? [{ id: rid, name: shown, kind, members: members.get(rid) }] : [];
    });
  });

const post: Share<Config, Grant>["post"] = ({ config, signal }, { userId, token }, { room, text }) => {
  if (text.trim() === "") throw new Problem("invalid_request", { vendorName });
  return asUser(() => new RocketChatApi(config, signal).sendMessage({ userId, token }, room, text));
};

export const share: Share<Config, Grant> = { rooms, post };
