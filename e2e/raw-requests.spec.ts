/** What no browser sends: the framework must not answer it in the portal's place, nor with an error of its own. */
import { connect } from "node:net";
import { ports } from "./fixtures/addresses";
import { expect, test } from "./fixtures/test";

/** Sends a request as it is written, and returns the whole answer. */
async function send(line: string, headers: readonly string[] = []): Promise<string> {
  const socket = connect(ports.portal, "127.0.0.1");
  const fixed = [`Host: portal.localhost:${ports.portal}`, "Connection: close", "Content-Length: 0"];
  socket.write(`${[`${line} HTTP/1.1`, ...fixed, ...headers].join("\r\n")}\r\n\r\n`);
  let answer = "";
  for await (const data of socket) answer += String(data);
  return answer;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test("a request about the server as a whole is a mistake of the sender, not of the portal", async () => {
  for (const line of ["OPTIONS *", "GET *"]) {
    const status = statusOf(await send(line));
    expect([line, status >= 400 && status < 500]).toEqual([line, true]);
  }
});

test("TRACE is refused, for a page as for the API, and sends nothing back", async () => {
  for (const [path, allow] of [
    ["/", "GET, HEAD, OPTIONS"],
    ["/signin", "GET, HEAD, OPTIONS"],
    ["/api/rocketchat/token", "POST, OPTIONS"],
  ] as const) {
    const answer = await send(`TRACE ${path}`, ["Cookie: canary=1"]);
    expect([path, statusOf(answer), /^allow: (.*)\r$/im.exec(answer)?.[1]]).toEqual([path, 405, allow]);
    expect(answer).not.toContain("canary");
  }
});

test("an absolute address in the request line is the page that it names, not a redirect to itself", async () => {
  const answer = await send(`GET http://portal.localhost:${ports.portal}/signin`);
  expect([statusOf(answer), answer.includes("Sign in")]).toEqual([200, true]);
});

test("a request for data reaches the guard: no redirect comes before it, and nothing is stored", async () => {
  for (const path of ["/api/rocketchat/token", "/api/rocketchat/token?_rsc=x"]) {
    const answer = await send(`POST ${path}`, ["rsc: 1"]);
    expect([path, statusOf(answer)]).toEqual([path, 401]);
    expect(answer).toMatch(/^cache-control: no-store\r$/im);
    expect(answer).toContain('"code":"unauthenticated"');
  }
  for (const path of ["/", "/signin", "/account/connections", "/open/rocketchat", "/api/auth/session"])
    expect(await send(`GET ${path}`, ["rsc: 1"]), path).toMatch(/^cache-control: .*no-store/im);
});
