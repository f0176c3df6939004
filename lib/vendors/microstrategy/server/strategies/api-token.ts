import "server-only";
import { isProblem } from "@/lib/problem/problem";
import { loginModes } from "../../protocol";
import { asMisconfiguration, asService, isSameUser, lookUp, wrongUser } from "../accounts";
import { createApiToken, logIn } from "../api";
import { libraryStrategy, shownTo } from "./strategy";

const maxAttempts = 3;

/** `api-token`: the service account makes an API token for the mapped user, who is then signed in with it. No passwords. */
export const apiToken = libraryStrategy((context) =>
  asService(context, async (service) => {
    const userId = await lookUp(context, service);
    // One API token per user: another portal session of the same user may replace ours between the two calls.
    for (let attempt = 1; ; attempt += 1) {
      const token = await createApiToken(context, service, userId).catch(asMisconfiguration);
      try {
        const session = await logIn(context, { loginMode: loginModes.apiToken, username: token }, shownTo(context));
        const belongs = (found: string) => {
          if (!isSameUser(found, userId)) throw wrongUser();
        };
        return { session, belongs };
      } catch (error) {
        const wasReplaced = isProblem(error) && error.code === "credential_rejected";
        if (!wasReplaced || attempt >= maxAttempts) throw wasReplaced ? asMisconfiguration(error) : error;
      }
    }
  }),
);
