/** `.env.local.example` is what an operator copies: it names every variable, and the values it shows are accepted. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { coreVariables, isConfigError, misspelledVariables } from "@/lib/config/config";
import { vendors } from "@/lib/vendors";
import { checkConfiguration } from "@/lib/vendors/configured";

const lines = [
  ...readFileSync(join(__dirname, "../.env.local.example"), "utf8").matchAll(/^# ([A-Z][A-Z0-9_]*)=(.*)$/gm),
].map(([, name = "", value = ""]) => [name, value.trim()] as const);

const production = {
  NODE_ENV: "production",
  AUTH_SECRET: randomBytes(33).toString("base64"),
  PORTAL_SEALING_KEYS: randomBytes(32).toString("base64url"),
  AUTH_OIDC_ID: "portal",
  AUTH_OIDC_SECRET: "s",
};

test("it names every variable of the portal and of every vendor, and none that the portal does not know", () => {
  const names = lines.map(([name]) => name);
  for (const { environment } of vendors) for (const name of environment.variables) expect(names).toContain(name);
  for (const name of coreVariables) expect(names).toContain(name);
  const known = vendors.flatMap(({ environment }) => environment.variables);
  expect(misspelledVariables(Object.fromEntries(names.map((name) => [name, "x"])), known)).toEqual([]);
});

test("what it shows is accepted in production, once the secrets are filled in", () => {
  const shown = Object.fromEntries(lines.filter(([, value]) => value));
  let sentences: readonly string[] = [];
  try {
    checkConfiguration({ ...shown, ...production });
  } catch (error) {
    if (!isConfigError(error)) throw error;
    sentences = error.sentences;
  }
  // Nothing else than what an operator has to fill in.
  expect(sentences.filter((sentence) => !/^[A-Z_]+ is missing: /.test(sentence))).toEqual([]);
});
