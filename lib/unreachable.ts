/**
 * Why a server could not be reached, told apart as an operator needs it: nothing listens, the name is unknown, the
 * certificate is wrong, or something else than the expected protocol is spoken there.
 */
import { causeCode } from "./error-cause";

/** What stood in the way. `closed` is a connection that ended without an answer. */
export type Obstacle = "refused" | "dns" | "tls" | "protocol" | "timeout" | "route" | "closed" | "unknown";

const obstacles: readonly (readonly [RegExp, Obstacle])[] = [
  [/^(ENOTFOUND|EAI_[A-Z]+)$/, "dns"],
  [/^ECONNREFUSED$/, "refused"],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EACCES|EPERM|EADDRNOTAVAIL)$/, "route"],
  // https spoken to a port of plain http: OpenSSL reads "HTTP/1.1" where a TLS record should be.
  [/^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST))$/, "protocol"],
  [/^(HPE_[A-Z_]+|UND_ERR_(HTTP_PARSER|RES_CONTENT_LENGTH_MISMATCH|HEADERS_OVERFLOW))$/, "protocol"],
  [
    /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/,
    "tls",
  ],
  [/^(TIMEOUT|ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, "timeout"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE)$/, "closed"],
];

/**
 * What stood in the way of a call.
 *
 * @param thrown what a client threw; only codes are read, because messages may quote secrets
 */
export function obstacleOf(thrown: unknown): Obstacle {
  const code = causeCode(thrown);
  if (code === undefined) return "unknown";
  return obstacles.find(([pattern]) => pattern.test(code))?.[1] ?? "unknown";
}

const portOf = ({ port, protocol }: URL) => port || (protocol === "https:" ? "443" : "80");

/**
 * The obstacle in a sentence, and what to do about it.
 *
 * @param address what was called; only its origin is told
 * @param variable the variable that holds the address, as a word: `ROCKETCHAT_URL`
 */
export function obstacleText(
  obstacle: Obstacle,
  address: string,
  variable: string,
): { readonly detail: string; readonly fix: string } {
  const url = new URL(address);
  const { hostname, origin, protocol } = url;
  switch (obstacle) {
    case "refused":
      return {
        detail: `${origin} refuses the connection: nothing listens on port ${portOf(url)} of ${hostname}.`,
        fix: `Start the server, or correct host and port in ${variable}.`,
      };
    case "dns":
      return {
        detail: `The name ${hostname} does not resolve on the portal's server.`,
        fix: `Correct the host in ${variable}, or add the name to the DNS that the portal's server uses.`,
      };
    case "tls":
      return {
        detail: `The portal does not trust the certificate of ${origin}: it has expired, is for another name, or comes from an unknown authority.`,
        fix: `Renew the certificate, or name your own authority in NODE_EXTRA_CA_CERTS. ${variable} must have the name that the certificate is for.`,
      };
    case "protocol":
      return protocol === "https:"
        ? {
            detail: `${origin} does not speak https on this port.`,
            fix: `Correct the port in ${variable}, or begin it with http: if the server is on a private network.`,
          }
        : {
            detail: `${origin} does not speak http on this port.`,
            fix: `Correct the port in ${variable}, or begin it with https:.`,
          };
    case "timeout":
      return {
        detail: `${origin} accepts no call in time.`,
        fix: `See that the server runs and is not overloaded, and that no firewall drops the portal's calls to the address in ${variable}.`,
      };
    case "route":
      return {
        detail: `The network has no way from the portal's server to ${hostname}.`,
        fix: `Open the way to port ${portOf(url)} in the firewall, or set ${variable} to an address that the portal's server reaches.`,
      };
    case "closed":
      return {
        detail: `${origin} closes the connection without an answer.`,
        fix:
          protocol === "http:"
            ? `See the server's own log. If it expects https, begin ${variable} with https:.`
            : `See the log of the server, or of the proxy before it, for the address in ${variable}.`,
      };
    case "unknown":
      return {
        detail: `${origin} cannot be reached.`,
        fix: `See that the server runs, and that the portal's server reaches the address in ${variable}.`,
      };
  }
}
