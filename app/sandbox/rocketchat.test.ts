import { mountedSandboxes } from "./emulators";

test("Rocket.Chat tells its client that there is no socket to try", async () => {
  const portal = "https://portico-git-main.vercel.app";
  const answer = await mountedSandboxes(portal)
    .get("rocketchat")
    ?.fetch(new Request(`${portal}/channel/general`));
  const page = await answer?.text();
  expect(page).toContain('"sockets":false');
  expect(page).toContain('src="/sandbox/rocketchat/assets/client.js"');
});
