import "server-only";
/** The ways the broker signs in for a user, side by side. A new one is a file here, a line here, and its name in config.ts. */
import type { LoginStrategy } from "../../config";
import { apiToken } from "./api-token";
import { credentials } from "./credentials";
import { guest } from "./guest";
import { oidc } from "./oidc";
import type { Strategy } from "./strategy";
import { web } from "./web";

export const strategies: Readonly<Record<LoginStrategy, Strategy>> = {
  credentials,
  "api-token": apiToken,
  oidc,
  guest,
  web,
};
