import "server-only";
/** The sealer of this process, with the keys of the configuration. */
import { getConfig } from "@/lib/config/config";
import { Sealer } from "@/lib/security/seal";

let sealer: Sealer | undefined;

export function getSealer(): Sealer {
  sealer ??= new Sealer(getConfig().sealingKeys);
  return sealer;
}
