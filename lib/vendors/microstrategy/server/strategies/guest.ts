import "server-only";
import { loginModes } from "../../protocol";
import type { Context } from "../accounts";
import { logIn } from "../api";
import { problem } from "../errors";
import { libraryStrategy, shownTo } from "./strategy";

/** `guest`: the same session for everyone, for items that are marked public. */
export const guest = libraryStrategy(async (context) => ({
  session: await logIn(context, { loginMode: loginModes.guest }, shownTo(context)),
}));

/** Guests open only what is marked public (`access: "public"` in an item's target). @throws Problem `item_forbidden` */
export function requireOpenTo({ config, item }: Context): void {
  if (config.login !== "guest" || item.target.access === "public") return;
  throw problem("item_forbidden", {
    detail: "MicroStrategy is open to guests here, and this item is not for guests. Ask its owner to make it public.",
  });
}
