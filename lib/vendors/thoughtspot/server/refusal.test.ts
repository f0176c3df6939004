import { keyAdvice, problemOf, readRefusal, v1ProblemOf } from "./refusal";

const secret = "b0cb26a0-351e-40b4-9e42-00fa2265d50c";
const incident = "0f5a2c1e-7d13-4a0e-9b2c-5c8f2f1d6a90";
const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  text: typeof body === "string" ? body : JSON.stringify(body),
  headers: new Headers({ "content-type": typeof body === "string" ? "text/plain" : "application/json", ...headers }),
});

/** The same refusal in every shape that is known. */
const shapes = (debug: string): Record<string, unknown> => ({
  "v2 as specified": {
    error: { message: { code: 10097, incident_id_guid: incident, trace_id_guid: incident, debug } },
  },
  "v2 one level deeper": {
    error: {
      message: {
        debug: { code: 10097, incident_id_guid: incident, trace_id_guid: incident, debug: JSON.stringify([debug]) },
      },
    },
  },
  "v1 flat": { code: 10097, incident_id_guid: incident, trace_id_guid: incident, debug: JSON.stringify([debug]) },
});

describe.each(Object.keys(shapes("x")))("an error in the shape %s", (shape) => {
  test("gives its text and its incident", () => {
    expect(readRefusal(answer(401, shapes("User not found")[shape]))).toMatchObject({
      status: 401,
      text: "User not found",
      incident,
    });
  });

  test.each<[number, string, string]>([
    [401, "User not found", "account_unknown"],
    [401, "The secret key is not valid", "secret_key_rejected"],
    [401, "Invalid username or secret key", "secret_key_rejected"],
    [403, "Trusted authentication is not enabled", "trusted_auth_disabled"],
    [403, "The account is inactive", "account_disabled"],
    [403, "The account is locked", "account_locked"],
    [403, "The user has no access to the metadata object", "account_forbidden"],
    [403, "Multi-factor authentication is required", "multi_factor_required"],
    [400, "The variable region_var does not exist", "vendor_misconfigured"],
    [429, "Too many requests", "vendor_busy"],
    [403, "Something that no one has seen before", "trusted_auth_disabled"],
    [400, "The metadata object does not exist", "item_missing"],
    [400, "Invalid parameter values", "vendor_misconfigured"],
    [500, "Trusted authentication is not enabled", "trusted_auth_disabled"],
    [500, "User not found", "account_unknown"],
    [500, "Unexpected error", "vendor_failed"],
  ])("%i %s is %s", (status, debug, code) => {
    expect(problemOf(answer(status, shapes(debug)[shape])).code).toBe(code);
  });

  test("leaves nothing of its body in the problem but the incident", () => {
    const problem = problemOf(answer(401, shapes(`key ${secret} of user x`)[shape]));
    expect(JSON.stringify(problem.options)).not.toContain(secret);
    expect(problem.options.detail).toBeUndefined();
    expect(problem.options.reference).toBe(`401 ${incident}`);
  });
});

test.each<[string, ReturnType<typeof answer>, string]>([
  ["plain text", answer(401, "User not found"), "account_unknown"],
  ["nothing", answer(401, ""), "secret_key_rejected"],
  ["a login page instead", answer(401, "<!doctype html><html>", { "content-type": "text/html" }), "vendor_bad_answer"],
  ["a proxy's error page", answer(502, "<html>", { "content-type": "text/html" }), "vendor_failed"],
  ["a redirect", answer(302, "", { location: "/login" }), "vendor_bad_answer"],
  ["a list", answer(401, []), "secret_key_rejected"],
  ["an older GraphQL body", answer(403, { error: { errors: [{ extensions: {} }] } }), "trusted_auth_disabled"],
  ["an unknown address", answer(404, {}), "vendor_misconfigured"],
])("%s is understood", (_, given, code) => expect(problemOf(given).code).toBe(code));

test.each([
  ["7", 7],
  ["100000", 2],
  ["soon", 2],
])("429 with Retry-After %s asks for %i seconds", (header, seconds) => {
  expect(problemOf(answer(429, {}, { "retry-after": header })).options).toMatchObject({ retryAfter: seconds });
});

test("an incident that is no id is not kept", () => {
  expect(readRefusal(answer(500, { incident_id_guid: "x\ny" })).incident).toBeUndefined();
});

test.each<[string, ReturnType<typeof answer>, string]>([
  ["an empty 500", answer(500, ""), "vendor_misconfigured"],
  ["a flat 500 that says nothing", answer(500, { code: 10038, debug: "[]" }), "vendor_misconfigured"],
  ["a 500 that names the user", answer(500, { debug: '["User not found"]' }), "account_unknown"],
  ["a server's error page", answer(500, "<html>", { "content-type": "text/html" }), "vendor_failed"],
  ["a 503", answer(503, ""), "vendor_failed"],
])("%s of a v1 mint is told as the vendor documents it", (_, given, code) =>
  expect(v1ProblemOf(given).code).toBe(code),
);

test("administrators are told whether it is the key or the switch, and which variable", () => {
  const refused = problemOf(answer(401, { error: { message: { debug: "The secret key is not valid" } } }));
  expect(keyAdvice(refused, "THOUGHTSPOT_SECRET_KEY_NEXT")).toMatch(/does not take THOUGHTSPOT_SECRET_KEY_NEXT/);
  const off = problemOf(answer(403, { error: { message: { debug: "Trusted authentication is not enabled" } } }));
  expect(keyAdvice(off, "THOUGHTSPOT_SECRET_KEY")).toMatch(/^Trusted authentication is off.*THOUGHTSPOT_SECRET_KEY/);
});
