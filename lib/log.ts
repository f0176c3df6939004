import "server-only";
/** The server's log: JSON lines, with everything that could hold a secret cut out by name. */
import pino from "pino";

const secretNames = [
  "token",
  "identityToken",
  "loginToken",
  "authToken",
  "password",
  "secret",
  "cookie",
  "authorization",
];

// Read at import, before the configuration is checked: a wrong value must not keep its sentence from being written.
const wanted = process.env.LOG_LEVEL?.trim() ?? "";

export const log = pino({
  level: wanted === "silent" || Object.hasOwn(pino.levels.values, wanted) ? wanted : "info",
  redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
  base: undefined,
});
