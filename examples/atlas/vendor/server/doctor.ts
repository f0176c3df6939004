import "server-only";
import { failed, ok } from "@/lib/vendors/check-results";
import type { Check } from "@/lib/vendors/vendor";
import type { AtlasConfig } from "../config";
import { isAtlas } from "./api";

export const checks = (config: AtlasConfig): readonly Check[] => [
  {
    id: "atlas.answers",
    title: "Atlas answers",
    async run(signal) {
      if (await isAtlas({ config, signal })) return ok();
      return failed(
        "Something else answered.",
        "ATLAS_URL",
        "Set it to Atlas's own address, and ATLAS_INTERNAL_URL too if it is set.",
      );
    },
  },
];
