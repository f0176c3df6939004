/**
 * Errors as the Library Server words them: `code`, `message`, `ticketId` and, where one is known, `iServerCode`
 * (OpenAPI: `error`; SOURCES.md: REST errors). The numbers are the vendor's WebAPIErrorCodes.
 */
import { randomBytes } from "node:crypto";

export const iServerCodes = {
  loginFailed: -2147216959,
  passwordExpired: -2147216963,
  newPasswordRequired: -2147216960,
  accountDisabled: -2147216965,
  accountLocked: -2147202287,
  emptyUsername: -2147202288,
  noPrivilege: -2147216961,
  standardModeOff: -2147213792,
  unknownMode: -2147207867,
  notTrusted: -2147212489,
  notLinked: -2147212488,
  oidcDecode: -2147025430,
  oidcInvalid: -2147025428,
  oidcVerify: -2147025427,
  userProjectCap: -2147072486,
  serverFull: -2147073423,
  sessionUnknown: -2147206924,
} as const;

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly ticketId: string;
  readonly iServerCode?: number;
}

/** A refusal on its way out: HTTP status and body. */
export class LibraryError extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, code: string, message: string, iServerCode?: number) {
    super(message);
    this.status = status;
    this.body = {
      code,
      message,
      ticketId: randomBytes(16).toString("hex"),
      ...(iServerCode === undefined ? {} : { iServerCode }),
    };
  }
}

/** 401 ERR003: bad credentials, or an identity token that cannot be redeemed. */
export const loginFailed = (iServerCode: number = iServerCodes.loginFailed) =>
  new LibraryError(401, "ERR003", "Login failed", iServerCode);

/** 401 ERR009: unknown or expired session, or its cookies are missing. */
export const sessionInvalid = () =>
  new LibraryError(401, "ERR009", "The user's session has expired, please reauthenticate", iServerCodes.sessionUnknown);

export const invalidInput = (message: string) => new LibraryError(400, "ERR006", message);
export const missingInformation = (message: string) => new LibraryError(400, "ERR005", message);
export const missingField = (message: string) => new LibraryError(400, "ERR007", message);
export const notFound = (message = "The requested resource was not found") => new LibraryError(404, "ERR004", message);
/** The spelling of the vendor's own example; its table of codes says ERR0017. */
export const noPermission = () => new LibraryError(403, "ERR017", "The user does not have access to this object");
export const noPrivilege = () => new LibraryError(403, "ERR0014", "The user does not have the privilege for this");
