/** The sandbox's configuration with any login strategy, for the tests. */
import { sandboxPassword } from "@/lib/config/sandbox";
import { configSchema, environment, type LoginStrategy, type MicroStrategyConfig } from "./config";

export function sandboxConfig(login: LoginStrategy): MicroStrategyConfig {
  const service = {
    MICROSTRATEGY_SERVICE_USERNAME: "portico-service",
    MICROSTRATEGY_SERVICE_PASSWORD: sandboxPassword("portico-service"),
  };
  return configSchema.parse({
    ...environment.sandbox(),
    MICROSTRATEGY_LOGIN: login,
    ...(login === "api-token" ? service : {}),
  });
}
