/** Tokens of the browser's own MicroStrategy Web session: each thing that can be missing or wrong has its own name. */
import { grantFromWeb } from "./web-session";

const web = "https://bi.example.com/MicroStrategy";
const library = "https://bi.example.com/MicroStrategyLibrary";

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}
const blocked = "blocked";

/** Plays MicroStrategy Web and the Library. */
function play(
  task: Answer | typeof blocked,
  owner: Answer | typeof blocked = { status: 200, body: { userId: "ANNA" } },
) {
  global.fetch = jest.fn(async (input: RequestInfo | URL) => {
    const answer = String(input).startsWith(`${web}/`) ? task : owner;
    if (answer === blocked) throw new TypeError("Failed to fetch");
    const { status, body, headers = {} } = answer;
    return {
      status,
      ok: status < 400,
      headers: { get: (name: string) => headers[name] ?? null },
      json: async () => body ?? Promise.reject(new SyntaxError("no JSON")),
    };
  }) as unknown as typeof fetch;
}

const token: Answer = { status: 200, body: { identityToken: "token" } };
const failure = (message: string): Answer => ({ status: 500, headers: { "X-MSTR-TaskFailureMsg": message } });
const codeOf = (expected = "ANNA") =>
  grantFromWeb(web, library, expected).then(
    () => "a grant",
    (error: { code: string }) => error.code,
  );

test.each([
  ["no session at Web", { status: 401 }, "vendor_signed_out"],
  ["a servlet that does not allow the portal", blocked, "embed_blocked"],
  ["a missing secret key", failure("The secret key is not set"), "secret_key_missing"],
  ["the same in Base64", failure(btoa("The secret key is not set")), "secret_key_missing"],
  ["another failure of the task", failure("Something"), "vendor_failed"],
  ["a page in place of the servlet", { status: 200 }, "vendor_bad_answer"],
  ["an answer without a token", { status: 200, body: { identityToken: "" } }, "vendor_bad_answer"],
  ["a token in a refusal", { status: 403, body: { identityToken: "token" } }, "vendor_bad_answer"],
] as const)("%s", async (_name, task, code) => {
  play(task);
  expect(await codeOf()).toBe(code);
});

test.each([
  ["someone else's token", { status: 200, body: { userId: "BERT" } }, "vendor_signed_out"],
  ["a token of another secret key", { status: 401 }, "vendor_misconfigured"],
  ["a Library that may not be asked whose it is", blocked, "vendor_misconfigured"],
  ["a Library that does not say whose it is", { status: 200, body: { userId: 7 } }, "vendor_misconfigured"],
  ["a Library that fails while it says whose it is", { status: 500, body: { userId: "ANNA" } }, "vendor_misconfigured"],
] as const)("%s is not used", async (_name, owner, code) => {
  play(token, owner);
  expect(await codeOf()).toBe(code);
});

test("the mapped user's token is used, however the Library spells the ID", async () => {
  play(token);
  expect(await grantFromWeb(web, library, "anna")).toEqual({ identityToken: "token", userId: "ANNA" });
});

test("where the portal knows no one's ID, Web's word counts", async () => {
  play(token, blocked);
  expect(await grantFromWeb(web, library, "")).toEqual({ identityToken: "token", userId: "" });
});
