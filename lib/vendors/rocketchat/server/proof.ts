import "server-only";
/**
 * Whether what a framed client shows belongs to the signed-in user. The client tells a page around it no user id, but the
 * ids of the subscriptions it shows, and a subscription belongs to one user (vendor source: useUnread, Subscriptions).
 */
import { z } from "zod";
import { actionRoute, type RouteHandler } from "@/lib/http/guard";
import { maxProofIds, type Proof } from "../protocol";
import { RocketChatApi } from "./api";
import { isRocketChatFailure, problemOf } from "./failure";
import { configHere, grantHere } from "./here";

const bodySchema = z.strictObject({ subscriptions: z.array(z.string().min(1).max(64)).min(1).max(maxProofIds) });

/** `POST {subscriptions}` → `{userId, own}`: which of these subscriptions are the session's own user's. */
export const proveSubscriptions: RouteHandler = actionRoute(
  "rocketchat",
  bodySchema,
  async ({ session, body, request, requestId }) => {
    const { userId, token } = await grantHere({ session, requestId, headers: request.headers });
    try {
      const found = await new RocketChatApi(configHere(), request.signal).subscriptions({ userId, token });
      const own = new Set(found.map(({ _id }) => _id));
      const proof: Proof = { userId, own: body.subscriptions.filter((id) => own.has(id)) };
      return Response.json(proof);
    } catch (error) {
      throw isRocketChatFailure(error) ? problemOf(error) : error;
    }
  },
);
