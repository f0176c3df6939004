import "server-only";
/** The doctor's checks of the portal itself: its address, its store, its keys and its sign-in. */
import { randomUUID } from "node:crypto";
import type { AuthorizationServer } from "oauth4webapi";
import { isSandboxIssuer, oidcSettings } from "@/lib/auth/issuer";
import { askSilently, callbackAddress, discover, redeemUnknownCode } from "@/lib/auth/provider";
import { getConfig, type OidcConfig } from "@/lib/config/config";
import { isLoopbackHost } from "@/lib/config/loopback";
import { causeCode } from "@/lib/error-cause";
import { isProblem } from "@/lib/problem/problem";
import { checkStore } from "@/lib/store/database";
import { countSealedRows } from "@/lib/store/reseal";
import { getSealer } from "@/lib/store/sealing";
import { type Obstacle, obstacleOf, obstacleText } from "@/lib/unreachable";
import { beyondChecks, failed, notChecked, ok, warning } from "@/lib/vendors/check-results";
import type { Check, CheckResult } from "@/lib/vendors/vendor";

const transport: Check = {
  id: "portal.transport",
  title: "The portal is served over https",
  needs: [],
  async run() {
    const { protocol, hostname } = new URL(getConfig().origin);
    if (protocol === "https:") return ok();
    if (isLoopbackHost(hostname)) return ok("Not needed on this machine alone");
    return failed(
      "Sessions and vendor tokens travel in the open, and no cookie is Secure.",
      "AUTH_URL",
      "Put the portal behind https and set AUTH_URL to that address.",
    );
  },
};

/** Node 20 does not resolve names below `localhost` by itself. */
function healthAddress(origin: string): string {
  const url = new URL("/api/health", origin);
  if (isLoopbackHost(url.hostname) && url.hostname !== "[::1]") url.hostname = "127.0.0.1";
  return url.href;
}

const address: Check = {
  id: "portal.address",
  title: "The portal's address leads to the portal",
  needs: [],
  async run(signal) {
    const { origin } = getConfig();
    try {
      const answer = await fetch(healthAddress(origin), { signal, cache: "no-store", redirect: "manual" });
      const body = (await answer.json().catch(() => null)) as { status?: unknown } | null;
      if (answer.status === 200 && body?.status === "ok") return ok(origin);
      return failed(
        `Something else answers at ${origin}: /api/health has status ${answer.status}.`,
        "AUTH_URL",
        "Set it to the address at which people open the portal, and let the proxy there pass all paths on.",
      );
    } catch (error) {
      const obstacle = obstacleOf(error);
      if (obstacle === "tls" || obstacle === "protocol")
        return { result: "failed", ...obstacleText(obstacle, origin, "AUTH_URL"), where: "AUTH_URL" };
      // A server often cannot reach its own public address, and the command runs without the portal too.
      return beyondChecks(`Nothing answers at ${origin} from here: open it in a browser while the portal runs`);
    }
  },
};

const kinds = { file: "It took a write in a file", postgresql: "It took a write in PostgreSQL" } as const;

const store: Check = {
  id: "portal.store",
  title: "The store takes writes and outlives the process",
  needs: [],
  async run() {
    try {
      const kind = await checkStore();
      if (kind !== "memory") return ok(kinds[kind]);
    } catch (error) {
      return storeFailure(error);
    }
    const detail = "Everything is kept in memory: linked logins and the audit are gone when the process ends.";
    const fix = "Set it to a file on a disk that lasts, or to PostgreSQL.";
    // In a sandbox nothing is worth keeping.
    return getConfig().sandbox ? warning(detail, "DATABASE_URL", fix) : failed(detail, "DATABASE_URL", fix);
  },
};

/** PostgreSQL's codes for a refused login and for a database that is not there. */
const postgresWords: readonly (readonly [RegExp, string, string])[] = [
  [/^28/, "PostgreSQL refuses the user or the password.", "Correct user and password in DATABASE_URL."],
  [/^3D000$/, "PostgreSQL has no database of that name.", "Create the database, or correct its name in DATABASE_URL."],
  [/^25006$/, "PostgreSQL only reads: another server has taken over.", "Set DATABASE_URL to the server that writes."],
  [/^53/, "PostgreSQL has no connection or no space left.", "Raise max_connections, or free space on its disk."],
];

function storeFailure(error: unknown): CheckResult {
  const { databaseUrl } = getConfig();
  const cause = isProblem(error) ? error.options.cause : error;
  const where = "DATABASE_URL";
  const code = String((cause as { code?: unknown } | null)?.code ?? "");
  const known = postgresWords.find(([pattern]) => pattern.test(code));
  if (known) return failed(known[1], where, known[2]);
  if (!/^postgres(ql)?:/.test(databaseUrl))
    return failed(
      `The database file does not take a write${code ? ` (${code})` : ""}.`,
      where,
      "See that the disk is neither full nor read-only, and that the portal may write to the file and its folder.",
    );
  const place = new URL(databaseUrl);
  const server = `http://${place.hostname}:${place.port || 5432}`;
  const obstacle = obstacleOf(cause);
  if (obstacle === "unknown" || obstacle === "protocol")
    return failed(
      "The database does not answer as PostgreSQL does.",
      where,
      "See the log of the database server, and host and port in DATABASE_URL.",
    );
  const words = obstacleText(obstacle, server, where);
  return failed(words.detail.replace("http://", ""), where, words.fix);
}

const sealing: Check = {
  id: "portal.sealing",
  title: "The sealing keys open what they seal",
  needs: [],
  async run() {
    const [context, words] = [`check:${randomUUID()}`, { check: randomUUID() }];
    const opened = await getSealer().unseal(context, await getSealer().seal(context, words));
    if (JSON.stringify(opened) === JSON.stringify(words)) {
      const { length } = getConfig().sealingKeys;
      return ok(length === 1 ? "One key" : `${length} keys, the first one seals`);
    }
    return failed("What came back is not what was sealed.", "PORTAL_SEALING_KEYS", "Make a new key and put it first.");
  },
};

const stored: Check = {
  id: "portal.stored-logins",
  title: "The sealing keys open every linked login",
  needs: ["portal.store", "portal.sealing"],
  async run() {
    const counts = (await countSealedRows()).filter(({ table }) => table === "credential");
    const rows = (key: "first" | "older" | "unknown") =>
      counts.filter((count) => count.key === key).reduce((sum, count) => sum + count.rows, 0);
    const lost = rows("unknown");
    if (lost > 0)
      return failed(
        lost === 1
          ? "One linked login was sealed with a key that is not configured."
          : `${lost} linked logins were sealed with a key that is not configured.`,
        "PORTAL_SEALING_KEYS",
        "Put the former key back, after the first one, then run npm run reseal. Without it, those users link their accounts again.",
      );
    const older = rows("older");
    return ok(older > 0 ? `${older} need a key that is not the first: npm run reseal` : undefined);
  },
};

const issuerVariable = ({ issuer, internalUrl }: OidcConfig) =>
  issuer === internalUrl ? "AUTH_OIDC_ISSUER" : "AUTH_OIDC_INTERNAL_URL";

/** The provider did not answer, or not as a provider. */
function providerFailure(error: unknown, oidc: OidcConfig): CheckResult {
  const variable = issuerVariable(oidc);
  const code = causeCode(error) ?? "";
  if (code === "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED")
    return failed(
      `The discovery document there is of another issuer than ${oidc.issuer}.`,
      "AUTH_OIDC_ISSUER",
      "Set it to the value of `issuer` in that document, to the last character: a slash at its end counts.",
    );
  const obstacle: Obstacle = obstacleOf(error);
  if (code.startsWith("OAUTH_") || obstacle === "unknown")
    return failed(
      `${new URL(oidc.internalUrl).origin} answers, but not with a discovery document.`,
      variable,
      "Set AUTH_OIDC_ISSUER to the issuer: the address before /.well-known/openid-configuration.",
    );
  const words = obstacleText(obstacle, oidc.internalUrl, variable);
  if (isSandboxIssuer(oidc))
    return failed(words.detail, "SANDBOX_PORT", "Start the sandbox: npm run demo starts it with the portal.");
  return failed(words.detail, variable, words.fix);
}

/** The sign-in of the organization: by discovery, and by two real requests. */
function signInChecks(oidc: OidcConfig): readonly Check[] {
  let server: AuthorizationServer;
  const asking = async (run: () => Promise<CheckResult>): Promise<CheckResult> => {
    try {
      return await run();
    } catch (error) {
      return providerFailure(error, oidc);
    }
  };
  return [
    {
      id: "portal.sign-in",
      title: "The identity provider answers as its issuer",
      needs: [],
      run: () =>
        asking(async () => {
          server = await discover(oidc);
          return ok(new URL(oidc.issuer).hostname);
        }),
    },
    {
      id: "portal.sign-in-client",
      title: "The identity provider accepts the portal's client and its secret",
      needs: ["portal.sign-in"],
      run: () =>
        asking(async () => {
          const { status, error } = await redeemUnknownCode(oidc, server);
          if (error === "invalid_grant") return ok("It judged a code, which it does for known clients only");
          if (error === "invalid_client" || status === 401)
            return failed(
              "The identity provider does not accept the client: its id or its secret is wrong.",
              "AUTH_OIDC_ID and AUTH_OIDC_SECRET",
              "Copy both again from the client's page at the identity provider; the client must authenticate with client_secret_basic.",
            );
          if (error === "unauthorized_client" || error === "unsupported_grant_type")
            return failed(
              "The client may not use the authorization code flow.",
              "The client's grant types at the identity provider",
              "Allow authorization_code (the standard flow) for it.",
            );
          if (status >= 500)
            return failed(
              `Its token endpoint answers with an error of its own (status ${status}).`,
              "The identity provider",
              "See its log.",
            );
          return notChecked(`Its token endpoint answered with ${error ?? `status ${status}`}, which judges nothing`);
        }),
    },
    {
      id: "portal.sign-in-callback",
      title: "The identity provider sends people back to the portal",
      needs: ["portal.sign-in-client"],
      run: () =>
        asking(async () => {
          const { status, returns, error } = await askSilently(oidc, server);
          if (returns && error === "invalid_scope")
            return failed(
              "The identity provider refuses the scopes that the portal asks for.",
              "AUTH_OIDC_SCOPE",
              "Name only scopes that the client may have there.",
            );
          if (returns) return ok(callbackAddress());
          if (status >= 400 && status < 500)
            return failed(
              "The identity provider does not know the address to which the portal wants people sent back.",
              "The client's redirect URIs at the identity provider, or AUTH_URL",
              `Add ${callbackAddress()}, to the last character.`,
            );
          return beyondChecks(`It showed a page (status ${status}) in place of an answer: sign in once to see`);
        }),
    },
  ];
}

const personasOnly: Check = {
  id: "portal.sign-in",
  title: "People can sign in",
  needs: [],
  run: async () => ok("Sandbox personas; no identity provider is set"),
};

/** The portal's own checks, in the order in which a setup usually fails. */
export function portalChecks(): readonly Check[] {
  const oidc = oidcSettings();
  return [transport, address, store, sealing, stored, ...(oidc ? signInChecks(oidc) : [personasOnly])];
}
