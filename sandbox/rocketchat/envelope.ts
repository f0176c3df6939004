/**
 * The bodies and headers of the REST API (vendor source: ApiClass, http-router, authentication middleware).
 */
import type { Workspace } from "./workspace";

/** What an action answers. `null` is an empty body. */
export interface Answer {
  readonly status: number;
  readonly body: object | null;
}

/** An error with a code, as the server's business code throws it. */
export class BusinessError extends Error {
  constructor(
    text: string,
    /** A code such as `error-not-authorized`, Meteor's number, or nothing for a plain failure. */
    readonly code?: string | number,
    readonly details?: object,
  ) {
    super(text);
  }
}

export const success = (payload: object = {}): Answer => ({ status: 200, body: { ...payload, success: true } });

/** 400: the text carries the code in brackets, when there is one. */
export function failure(error: BusinessError): Answer {
  const { message, code, details } = error;
  return {
    status: 400,
    body: {
      success: false,
      error: code === undefined ? message : `${message} [${code}]`,
      ...(code === undefined ? {} : { errorType: code }),
      ...(details ? { details } : {}),
    },
  };
}

const mustBeLoggedIn = "You must be logged in to do this.";

const short = (workspace: Workspace) => workspace.version.shortErrors || workspace.control.switches.shortErrors;

/** 401 for a missing or unknown pair of headers. */
export function unauthenticated(workspace: Workspace): Answer {
  return {
    status: 401,
    body: short(workspace)
      ? { success: false, error: mustBeLoggedIn }
      : { success: false, error: mustBeLoggedIn, status: "error", message: mustBeLoggedIn },
  };
}

/** 401 of a refused login. `error` may be a number: Meteor's own codes are. */
export function loginRefused(workspace: Workspace, error: string | number, message: string, details?: object): Answer {
  return {
    status: 401,
    body: short(workspace)
      ? { success: false, error: "unauthorized" }
      : { success: false, status: "error", error, message, ...(details ? { details } : {}) },
  };
}

/** 403 of a route that declares its permissions. */
export const lacksPermissions: Answer = {
  status: 403,
  body: {
    success: false,
    error: "User does not have the permissions required for this action [error-unauthorized]",
  },
};

/** 403 from inside an action. */
export const forbidden = (workspace: Workspace): Answer => ({
  status: 403,
  body: { success: false, error: short(workspace) ? "forbidden" : "unauthorized" },
});

/** 400 of a parameter schema; the older route style puts its code in brackets. */
export function invalidParameters(workspace: Workspace, where: "query" | "body", error: string): Answer {
  if (!workspace.version.typedSchemaErrors) return failure(new BusinessError(error, "invalid-params"));
  const errorType = where === "query" ? "error-invalid-params" : "invalid-params";
  return { status: 400, body: { success: false, errorType, error } };
}

/** 429: it names the seconds in its text and nowhere else. */
export const tooManyRequests = (waitMs: number): Answer => ({
  status: 429,
  body: {
    success: false,
    error: `Error, too many requests. Please slow down. You must wait ${Math.ceil(waitMs / 1000)} seconds before trying this endpoint again. [error-too-many-requests]`,
  },
});

/** Puts an answer on the wire: exactly `application/json`, never cached. */
export function toResponse(answer: Answer, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(answer.body === null ? "" : JSON.stringify(answer.body), {
    status: answer.status,
    headers: { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache", ...headers },
  });
}
