import "server-only";
import { failed, ok } from "@/lib/vendors/check-results";
import type { Check } from "@/lib/vendors/vendor";
import type { MetabaseConfig } from "../config";
import { isMetabase } from "./api";

export const checks = (config: MetabaseConfig): readonly Check[] => [
  {
    id: "metabase.answers",
    title: "Metabase answers",
    async run(signal) {
      if (await isMetabase({ config, signal })) return ok();
      return failed(
        "Something else answered.",
        "METABASE_URL",
        "Set it to Metabase's own address, and METABASE_INTERNAL_URL too if it is set.",
      );
    },
  },
];
