import "server-only";
import { isProblem } from "@/lib/problem/problem";
import { failed, ok } from "@/lib/vendors/check-results";
import type { Check } from "@/lib/vendors/vendor";
import type { SupersetConfig } from "../config";
import { accessToken, health } from "./api";

export const checks = (config: SupersetConfig): readonly Check[] => [
  {
    id: "superset.answers",
    title: "Superset answers",
    async run(signal) {
      if (await health({ config, signal })) return ok();
      return failed(
        "Something else answered.",
        "SUPERSET_URL",
        "Set it to Superset's own address, and SUPERSET_INTERNAL_URL too if it is set.",
      );
    },
  },
  {
    id: "superset.service-account",
    title: "The service account can sign in",
    async run(signal) {
      try {
        await accessToken({ config, signal });
        return ok();
      } catch (error) {
        // No answer at all is the doctor's to explain.
        if (!isProblem(error) || error.options.address !== undefined) throw error;
        return failed(`Superset: ${error.code}.`, "SUPERSET_USERNAME and SUPERSET_PASSWORD", "Check the two.");
      }
    },
  },
];
