/** No one sees a dashboard with someone else's session, as far as the portal can know. */
import { endForeignLibrarySession } from "./user-switch";

const library = "https://bi.example.com/MicroStrategyLibrary";
let calls: string[];

/** Answers for the Library: a session of `owner`, or none. */
function browserHolds(
  owner: string | null,
  logoutStatus = 204,
  [whoStatus, who]: readonly [number, unknown?] = [200, { id: owner }],
) {
  calls = [];
  global.fetch = jest.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = String(input).replace(`${library}/api`, "");
    calls.push(`${init?.method} ${path} ${init?.credentials}`);
    const answer = (status: number, header?: string, body?: unknown) => ({
      status,
      headers: { get: () => header || null },
      json: async () => body ?? Promise.reject(new SyntaxError("no JSON")),
    });
    if (path === "/auth/token") return owner === null ? answer(401) : answer(204, owner && "auth-token");
    if (path === "/sessions/userInfo") return answer(whoStatus, undefined, who);
    return answer(logoutStatus);
  }) as unknown as typeof fetch;
}
const noAnswer = () => {
  global.fetch = jest.fn(async () => {
    throw new TypeError("blocked by the browser");
  });
};

beforeEach(() => localStorage.clear());

test("no session: nothing to do", async () => {
  browserHolds(null);
  await endForeignLibrarySession(library, "ANNA");
  expect(calls).toEqual(["GET /auth/token include"]);
});

test("the user's own session stays", async () => {
  browserHolds("anna");
  await endForeignLibrarySession(library, "ANNA");
  expect(calls).toEqual(["GET /auth/token include", "GET /sessions/userInfo include"]);
});

test("another user's session is ended before anything is embedded", async () => {
  browserHolds("BOB");
  await endForeignLibrarySession(library, "ANNA");
  expect(calls.at(-1)).toBe("POST /auth/logout include");
});

test.each([
  ["names nobody", 200, {}],
  ["is no JSON", 200, undefined],
  ["is an error", 500, { code: "ERR001" }],
])(
  "a session whose owner the Library does not tell (the answer %s) is ended like another user's",
  async (_name, status, body) => {
    browserHolds("ANNA", 204, [status, body]);
    await endForeignLibrarySession(library, "ANNA");
    expect(calls.at(-1)).toBe("POST /auth/logout include");
  },
);

test("a session that is gone by the time it is asked for needs no end", async () => {
  browserHolds("BOB", 204, [401, undefined]);
  await endForeignLibrarySession(library, "ANNA");
  expect(calls).toHaveLength(2);
});

test("an answer that is no token's is no answer", async () => {
  browserHolds("", 204);
  localStorage.setItem("portico.microstrategy.user", "BOB");
  await expect(endForeignLibrarySession(library, "ANNA")).rejects.toMatchObject({
    detail: expect.stringContaining("log out there"),
  });
});

test("another user's session that cannot be ended stops the embed", async () => {
  browserHolds("BOB", 500);
  for (let tries = 0; tries < 2; tries += 1)
    await expect(endForeignLibrarySession(library, "ANNA")).rejects.toMatchObject({ code: "embed_refused" });
});

test("without an answer the first person goes on, and a second one is stopped once, with the way out", async () => {
  noAnswer();
  await endForeignLibrarySession(library, "ANNA");
  await endForeignLibrarySession(library, "ANNA");
  await expect(endForeignLibrarySession(library, "BOB")).rejects.toMatchObject({
    code: "embed_refused",
    detail: expect.stringContaining("log out there"),
  });
  await endForeignLibrarySession(library, "BOB");
  await expect(endForeignLibrarySession(library, "ANNA")).rejects.toMatchObject({ code: "embed_refused" });
});
