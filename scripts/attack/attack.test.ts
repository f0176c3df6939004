import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { attacks } from "./cases";
import { promises } from "./promises";
import { Target } from "./target";

/** A portal that does everything wrong which can be done wrong: it believes what it is told and tells what it knows. */
function careless(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", () => {
    const { url = "", method = "", headers } = request;
    const query = new URLSearchParams(url.split("?")[1]);
    const path = url.split("?")[0] ?? "";
    const persona = /name="persona"\r\n\r\n([^\r]*)/.exec(body)?.[1];
    const from = /name="from"\r\n\r\n([^\r]*)/.exec(body)?.[1] ?? query.get("from");
    const user = /session-token=([^;]*)/.exec(headers.cookie ?? "")?.[1] ?? "nobody";
    const forged =
      query.get("user") ??
      headers["x-user"] ??
      /; user=([^;]*)/.exec(headers.cookie ?? "")?.[1] ??
      headers.authorization;
    const origin = headers["x-forwarded-host"] ?? headers.host;
    const answer: Record<string, string> = {
      "x-powered-by": "Next.js",
      "x-request-id": "1",
      "access-control-allow-origin": headers.origin ?? "*",
      "access-control-allow-headers": "*",
      "content-security-policy": "frame-src https:; script-src 'nonce-1'",
      "x-echo": `${encodeURIComponent(String(headers.host))} ${origin} ${headers.forwarded ?? ""} redirect_uri=https://${origin} t-nobody t-analyst`,
    };
    const end = (status: number, more: Record<string, string>, text = "") =>
      response.writeHead(status, { ...answer, ...more }).end(text);
    const location = (target: string) => encodeURI(target).replaceAll("%25", "%").replaceAll("%5C", "\\");
    const form = (action: string, inside: string) => `<form><input name="$ACTION_ID_${action}">${inside}</form>`;
    if (url.length > 4000) return end(500, {}, "");
    if (method === "POST" && headers["next-action"])
      return end(200, { "set-cookie": "authjs.session-token=ended" }, "at run (server.js)");
    if (path === "/signin" && method === "POST")
      return end(303, {
        location: location(from ?? "/"),
        "set-cookie": `${user === "planted" ? "other" : "authjs.session-token"}=${persona ?? "admin"}; Domain=example`,
      });
    if (path === "/signin" && from !== null && user !== "nobody")
      return end(303, { location: location(from), "set-cookie": "attack=1" });
    if (path === "/signin")
      return end(
        200,
        {},
        `${form("ab1", `name="persona" <input name="from" value="${from ?? "/"}">`)}${form("ab2", "Continue with your organization")}/_next/static/a.js`,
      );
    if (path.startsWith("/open"))
      return end(303, { location: `https://${query.get("redirect_url") ?? "vendor.example"}/?token=1&x=/a` });
    if (path === "/api/auth/session" && user === "ended") return end(200, {}, "null");
    if (path === "/api/auth/session") return end(200, {}, JSON.stringify({ user: `${user} ${Math.random()}` }));
    if (path.startsWith("/api/") && method === "POST")
      return end(
        200,
        {},
        JSON.stringify({
          token: `t-${user}`,
          userId: forged ?? (headers["x-slow"] ? user : lastUser(user)),
          redirect: url,
          loginToken: "1",
        }),
      );
    if (headers["x-forwarded-host"]) return end(200, {}, "");
    end(path.startsWith("/dashboards/no") ? 404 : 200, { "set-cookie": "attack=1" }, `${pageOf(user, path)} ${url}`);
  });
}

/** Whoever came last: the mistake of keeping the user in the process. */
let last = "";
const lastUser = (user: string) => {
  const previous = last || user;
  last = user;
  return previous;
};

const pageOf = (user: string, path: string) =>
  `<a href="/dashboards/a"><a href="/insights/b">${user === "admin" ? '<a href="/dashboards/secret-plan">' : ""}${path === "/insights" ? '"secret-plan"' : ""} data-vendor= <table persona-admin "id":"${"a".repeat(42)}" token t-analyst AUTH_SECRET https://db 1.2.3 node_modules ami-id SSH-2 ${path}`;

test("every attack can fail: a portal that does everything wrong withstands none but those that Node's server refuses", async () => {
  const server = createServer({ maxHeaderSize: 200_000 }, careless);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  try {
    const target = await Target.at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const withstood: string[] = [];
    for (const { id, run } of attacks) {
      const failure = await run(target).then(
        () => null,
        (error: unknown) => error as Error,
      );
      if (failure === null) withstood.push(id);
    }
    expect(withstood).toEqual(["I72"]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("the catalogue has at least 85 attacks, each with a number of its own", () => {
  expect(attacks.length).toBeGreaterThanOrEqual(85);
  expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length);
});

test("every promise that an attack tries is one of SECURITY.md, word by word", () => {
  const document = readFileSync("SECURITY.md", "utf8").replaceAll(/<a id="[^"]*"><\/a>/g, "");
  for (const sentence of Object.values(promises)) expect(document).toContain(`| ${sentence} |`);
});

test("what does not answer as a portal is not attacked", async () => {
  const server = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  await expect(Target.at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toThrow(
    "does not answer as a Portico portal",
  );
  server.closeAllConnections();
  server.close();
});
