/** The problems that single vendors have, of every vendor: safe in the browser, unlike the registry. One line for each vendor. */
import { problems as microstrategy } from "./microstrategy/problems";
import { problems as rocketchat } from "./rocketchat/problems";
import { problems as thoughtspot } from "./thoughtspot/problems";

export const vendorProblems = { ...microstrategy, ...rocketchat, ...thoughtspot };
