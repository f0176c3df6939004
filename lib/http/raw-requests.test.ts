import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { correctRawRequests } from "./raw-requests";

let server: Server;
let seen: Pick<IncomingMessage, "method" | "url" | "headers">;

beforeAll(async () => {
  correctRawRequests();
  server = createServer((request, response) => {
    seen = request;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(() => server.close());

/** Sends a request line as it is, and returns the whole answer. */
async function send(line: string, headers = ""): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`${line} HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n${headers}\r\n`);
  let answer = "";
  for await (const data of socket) answer += String(data);
  return answer;
}

test.each([
  ["OPTIONS *", "/*", "portal.example"],
  ["GET *", "/*", "portal.example"],
  ["GET http://other.example/chat?a=1", "/chat?a=1", "other.example"],
  ["GET HTTPS://other.example:8443", "/", "other.example:8443"],
  ["GET ftp://other.example/x", "/*", "portal.example"],
  ["GET http://[", "/*", "portal.example"],
])("%s becomes a path", async (line, url, host) => {
  await send(line);
  expect([seen.url, seen.headers.host]).toEqual([url, host]);
});

test.each(["/", "/chat?a=*", "//evil.example/x", "/http://evil.example", "/%2A"])("%s stays as it is", async (path) => {
  await send(`GET ${path}`);
  expect([seen.url, seen.headers.host]).toEqual([path, "portal.example"]);
});

test("a request for a page's data is not stored, and the API knows none", async () => {
  expect(await send("GET /signin", "rsc: 1\r\n")).toMatch(/^cache-control: no-store\r$/im);
  expect(seen.headers.rsc).toBe("1");
  expect(await send("GET /api/auth/session?_rsc=x", "RSC: 1\r\n")).toMatch(/^cache-control: no-store\r$/im);
  expect(await send("GET /signin")).not.toMatch(/cache-control/i);
  for (const path of ["/api/health", "/api/rocketchat/token?_rsc=x"]) {
    await send(`POST ${path}`, "RSC: 1\r\nContent-Length: 0\r\n");
    expect([path, "rsc" in seen.headers]).toEqual([path, false]);
  }
});

test("TRACE is a method that no route takes, at the API's own route or at one that is read only", async () => {
  for (const [path, url] of [
    ["/chat?a=1", "/api/health"],
    ["*", "/api/health"],
    ["/api/auth/session", "/api/health"],
    ["/api/rocketchat/token?a=1", "/api/rocketchat/token?a=1"],
  ] as const) {
    await send(`TRACE ${path}`);
    expect([path, seen.method, seen.url]).toEqual([path, "PUT", url]);
  }
  await send("POST /chat");
  expect([seen.method, seen.url]).toEqual(["POST", "/chat"]);
});
