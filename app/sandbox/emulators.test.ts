import { mountedSandboxes } from "./emulators";

const portal = "https://portico-git-main.vercel.app";
const sandboxes = mountedSandboxes(portal);

/** A call as app/sandbox/mount.ts passes it on: without the path that the service is mounted at. */
async function call(id: string, path: string, init?: RequestInit): Promise<Response> {
  const sandbox = sandboxes.get(id);
  if (!sandbox) throw new Error(`There is no ${id}`);
  return sandbox.fetch(new Request(portal + path, init));
}

const controls: [method: string, path: string][] = [
  ["GET", "/sandbox/state"],
  ["POST", "/sandbox/faults"],
  ["POST", "/sandbox/reset"],
  ["POST", "/sandbox/say"],
  ["POST", "/sandbox/settings"],
  ["POST", "/sandbox/sign-out"],
  ["POST", "/sandbox/end-sessions"],
  ["POST", "/sandbox/health"],
  ["POST", "/%73andbox/reset"],
  ["POST", "/sandbox/%72eset"],
  ["POST", "/sandbox/./reset"],
];

describe.each([...sandboxes.keys()])("%s of a preview", (id) => {
  test.each(controls)("takes no %s %s from strangers", async (method, path) => {
    const response = await call(id, path, {
      method,
      headers: { origin: portal, "content-type": "application/json" },
      ...(method === "POST" ? { body: '{"clear":true,"username":"a.analyst"}' } : {}),
    });
    expect(response.status).toBe(404);
  });

  test("says that it is there", async () => {
    const response = await call(id, "/sandbox/health");
    expect([response.status, await response.json()]).toMatchObject([200, { status: "ok", id }]);
  });
});
