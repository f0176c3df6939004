/** The registry. Adding a vendor is its folder, one line here, and its items in portal.config.ts. */
import { microstrategy } from "./microstrategy";
import { rocketchat } from "./rocketchat";
import { thoughtspot } from "./thoughtspot";
import type { Vendor } from "./vendor";

export const vendors: readonly Vendor[] = [microstrategy, rocketchat, thoughtspot];
