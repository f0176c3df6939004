/** The control route of the sandbox panel, as every service has it. */
import { createMicroStrategy } from "./microstrategy";

const origin = "http://mstr.localhost:4001";
const made = (closed: boolean) =>
  createMicroStrategy({
    origin,
    portalOrigin: "http://portal.localhost:3000",
    idpOrigin: "http://idp.localhost:4000",
    idpInternalOrigin: "http://127.0.0.1:4000",
    closed,
  });
const press = (body: object, closed = false, headers = {}) =>
  made(closed).fetch(
    new Request(`${origin}/sandbox/panel`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );

test("refused: to strangers, to other pages, and for faults that do not exist", async () => {
  expect((await press({ fault: "error" }, true)).status).toBe(404);
  expect((await press({ fault: "error" }, false, { origin: "https://evil.example" })).status).toBe(403);
  expect((await press({ fault: "none" })).status).toBe(400);
});

test("a fault says what the portal should do", async () => {
  const panel = (await (await press({ fault: "error" })).json()) as { broken: { id: string }[]; faults: object[] };
  expect(panel.broken.map(({ id }) => id)).toEqual(["error"]);
  for (const one of panel.faults) expect(one).toMatchObject({ title: expect.any(String), expects: expect.any(Array) });
});
