import "server-only";
import type { Check } from "@/lib/vendors/vendor";
import type { AtlasConfig } from "../config";
import { isAtlas } from "./api";

export const checks = (config: AtlasConfig): readonly Check[] => [
  {
    id: "atlas.answers",
    title: "Atlas answers",
    async run(signal) {
      if (await isAtlas({ config, signal })) return { ok: true };
      return { ok: false, detail: "Something else answered.", fix: "Check ATLAS_URL and ATLAS_INTERNAL_URL." };
    },
  },
];
