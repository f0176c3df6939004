/** The emulators of the vendors, by id. A vendor's sandbox is its folder, one line here and one in lib/config/sandbox-services.cjs. */
import type { SandboxVendor } from "@/lib/config/sandbox";
import type { Sandbox, SandboxOptions } from "./kit/sandbox";
import { createMicroStrategy } from "./microstrategy/microstrategy";
import { createRocketChat } from "./rocketchat/rocketchat";
import { createThoughtSpot } from "./thoughtspot/thoughtspot";

export const emulators: Readonly<Record<SandboxVendor, (options: SandboxOptions) => Sandbox>> = {
  microstrategy: createMicroStrategy,
  rocketchat: createRocketChat,
  thoughtspot: createThoughtSpot,
};
