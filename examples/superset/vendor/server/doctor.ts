import "server-only";
import { isProblem } from "@/lib/problem/problem";
import type { Check } from "@/lib/vendors/vendor";
import type { SupersetConfig } from "../config";
import { accessToken, health } from "./api";

export const checks = (config: SupersetConfig): readonly Check[] => [
  {
    id: "superset.answers",
    title: "Superset answers",
    async run(signal) {
      if (await health({ config, signal })) return { ok: true };
      return { ok: false, detail: "Something else answered.", fix: "Check SUPERSET_URL and SUPERSET_INTERNAL_URL." };
    },
  },
  {
    id: "superset.service-account",
    title: "The service account can sign in",
    async run(signal) {
      try {
        await accessToken({ config, signal });
        return { ok: true };
      } catch (error) {
        if (!isProblem(error)) throw error;
        return { ok: false, detail: `Superset: ${error.code}.`, fix: "Check SUPERSET_USERNAME and SUPERSET_PASSWORD." };
      }
    },
  },
];
