/** How items look, of every vendor: safe in the browser, unlike the registry. One line for each vendor. */
import type { Looks } from "./look";
import { looks as microstrategy } from "./microstrategy/look";
import { looks as rocketchat } from "./rocketchat/look";
import { looks as thoughtspot } from "./thoughtspot/look";

export const looks: Looks = { ...microstrategy, ...rocketchat, ...thoughtspot };
