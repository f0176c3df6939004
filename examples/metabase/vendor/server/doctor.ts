import "server-only";
import type { Check } from "@/lib/vendors/vendor";
import type { MetabaseConfig } from "../config";
import { isMetabase } from "./api";

export const checks = (config: MetabaseConfig): readonly Check[] => [
  {
    id: "metabase.answers",
    title: "Metabase answers",
    async run(signal) {
      if (await isMetabase({ config, signal })) return { ok: true };
      return { ok: false, detail: "Something else answered.", fix: "Check METABASE_URL and METABASE_INTERNAL_URL." };
    },
  },
];
