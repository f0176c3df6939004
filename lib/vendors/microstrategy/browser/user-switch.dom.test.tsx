/** No one sees a dashboard with someone else's session, as far as the portal can know. */
import { endForeignSession } from "./user-switch";

const library = "https://bi.example.com/MicroStrategyLibrary";
let calls: string[];

/** Answers for the Library: a session of `owner`, or none. */
function browserHolds(owner: string | null, logoutStatus = 204) {
  calls = [];
  global.fetch = jest.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = String(input).replace(`${library}/api`, "");
    calls.push(`${init?.method} ${path} ${init?.credentials}`);
    const answer = (status: number, header?: string, body?: object) => ({
      status,
      headers: { get: () => header ?? null },
      json: async () => body,
    });
    if (path === "/auth/token") return owner ? answer(204, "auth-token") : answer(401);
    if (path === "/sessions/userInfo") return answer(200, undefined, { id: owner });
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
  await endForeignSession(library, "ANNA");
  expect(calls).toEqual(["GET /auth/token include"]);
});

test("the user's own session stays", async () => {
  browserHolds("anna");
  await endForeignSession(library, "ANNA");
  expect(calls).toEqual(["GET /auth/token include", "GET /sessions/userInfo include"]);
});

test("another user's session is ended before anything is embedded", async () => {
  browserHolds("BOB");
  await endForeignSession(library, "ANNA");
  expect(calls.at(-1)).toBe("POST /auth/logout include");
});

test("another user's session that cannot be ended stops the embed", async () => {
  browserHolds("BOB", 500);
  for (let tries = 0; tries < 2; tries += 1)
    await expect(endForeignSession(library, "ANNA")).rejects.toMatchObject({ code: "embed_refused" });
});

test("without an answer the first person goes on, and a second one is stopped once, with the way out", async () => {
  noAnswer();
  await endForeignSession(library, "ANNA");
  await endForeignSession(library, "ANNA");
  await expect(endForeignSession(library, "BOB")).rejects.toMatchObject({
    code: "embed_refused",
    detail: expect.stringContaining("log out there"),
  });
  await endForeignSession(library, "BOB");
  await expect(endForeignSession(library, "ANNA")).rejects.toMatchObject({ code: "embed_refused" });
});
