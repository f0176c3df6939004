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

export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
  base: undefined,
});
