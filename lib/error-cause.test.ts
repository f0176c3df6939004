import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { causeCode, explanation } from "./error-cause";

const withCause = (cause: unknown) => new Error("canary", { cause });

test.each<[string, unknown, string | undefined]>([
  ["nothing", undefined, undefined],
  ["a text", "ECONNREFUSED", undefined],
  ["an error without a code", new Error("ECONNREFUSED"), undefined],
  ["a code with a secret in it", Object.assign(new Error("x"), { code: "token=canary" }), undefined],
  ["a status", Object.assign(new Error("x"), { code: 23 }), undefined],
  ["an answer in place of an OAuth error", { error: "The secret canary is wrong" }, undefined],
  ["a callback with its code", { cause: { error: "A lie", code: "ABC123CANARY" } }, undefined],
  ["an answer of any length", { error: "a".repeat(41) }, undefined],
  ["a time limit", withCause(new DOMException("x", "TimeoutError")), "TIMEOUT"],
  ["the innermost of several", withCause(Object.assign(new Error("x"), { code: "ENOTFOUND" })), "ENOTFOUND"],
  [
    "next-auth's wrapping",
    { cause: { err: withCause(Object.assign(new Error("x"), { code: "CERT_HAS_EXPIRED" })), provider: "oidc" } },
    "CERT_HAS_EXPIRED",
  ],
  [
    "an OAuth answer",
    {
      cause: {
        err: { code: "OAUTH_RESPONSE_BODY_ERROR", error: "invalid_client", cause: { error: "invalid_client" } },
      },
    },
    "invalid_client",
  ],
  [
    "a challenge in an answer with 401",
    Object.assign(new Error("x"), {
      code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE",
      cause: [
        { scheme: "basic", parameters: { realm: "canary", error: "invalid_client", error_description: "canary" } },
      ],
    }),
    "invalid_client",
  ],
  [
    "a challenge without an error",
    Object.assign(new Error("x"), {
      code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE",
      cause: [{ scheme: "basic", parameters: { realm: "canary" } }],
    }),
    "OAUTH_WWW_AUTHENTICATE_CHALLENGE",
  ],
  [
    "several refused addresses",
    new AggregateError([Object.assign(new Error("x"), { code: "ECONNREFUSED" })]),
    "ECONNREFUSED",
  ],
])("of %s", (_what, error, code) => {
  expect(causeCode(error)).toBe(code);
});

test("an error that is its own cause ends", () => {
  const error: { cause?: unknown } = {};
  error.cause = error;
  expect(causeCode(error)).toBeUndefined();
});

test("real failures of the network have a code", async () => {
  const server = createServer((incoming) => incoming.socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const codeOf = (address: string, call: (address: string) => Promise<unknown>) =>
    call(address).then(
      () => undefined,
      (error: unknown) => causeCode(error),
    );
  const calls: ((address: string) => Promise<unknown>)[] = [request, (address: string) => fetch(address)];
  for (const call of calls) {
    expect(await codeOf(`http://127.0.0.1:${port}`, call)).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
    expect(await codeOf(`https://127.0.0.1:${port}`, call)).toBe("ERR_SSL_WRONG_VERSION_NUMBER");
    expect(await codeOf("http://nowhere.invalid", call)).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  }
  server.close();
  await once(server, "close");
  for (const call of calls) expect(await codeOf(`http://127.0.0.1:${port}`, call)).toBe("ECONNREFUSED");
});

test.each<[string, unknown, string]>([
  ["an error", new Error("The file is locked."), "The file is locked"],
  ["an error and its causes", new Error("a", { cause: new Error("b", { cause: "no error" }) }), "a: b"],
  ["a cause that is quoted already", new Error("a: b", { cause: new Error("b") }), "a: b"],
  ["an error without a message", Object.assign(new Error(""), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  [
    "several refused addresses of one name",
    Object.assign(new AggregateError([new Error("connect ECONNREFUSED 127.0.0.1:1")]), { code: "ECONNREFUSED" }),
    "ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1",
  ],
  ["a text", "down", "down"],
])("the explanation of %s names each of its causes once", (_what, error, words) => {
  expect(explanation(error)).toBe(words);
});

test("the explanation of an error that causes itself comes to an end", () => {
  const error = new Error("a");
  error.cause = error;
  expect(explanation(error)).toBe("a");
});
