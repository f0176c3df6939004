import { personas } from "@/lib/config/sandbox";
import portal from "@/portal.config";
import { answerTo, roomSeeds } from "./conversation";
import { TestClient } from "./test-client";

describe("rooms", () => {
  test("are those of the portal's catalog, for the same groups", () => {
    const listed = portal.items.filter(({ vendor }) => vendor === "rocketchat");
    expect(roomSeeds.map(({ name }) => `/channel/${name}`).sort()).toEqual(
      listed.map(({ target }) => target.path).sort(),
    );
    for (const item of listed) {
      const seed = roomSeeds.find(({ name }) => `/channel/${name}` === item.target.path);
      expect(seed?.groups === "default" ? ["everyone"] : seed?.groups).toEqual(item.open);
    }
  });

  test.each([
    ["admin", ["data-help", "general", "incidents", "sales-emea"]],
    ["analyst", ["data-help", "general", "sales-emea"]],
    ["viewer", ["general"]],
  ] as const)("%s is let into exactly the rooms of the portal", async (persona, rooms) => {
    const client = new TestClient();
    const username = personas.find((one) => one.persona === persona)?.accounts.rocketchat ?? "";
    await client.createUser(username);
    const state = await client.send("GET", "/sandbox/state");
    const all = state.body.rooms as { name: string; members: string[] }[];
    expect(
      all
        .filter(({ name, members }) => name && members.includes(username))
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...rooms]);
  });

  test("a stranger joins the default channel, or none when asked so", async () => {
    const client = new TestClient();
    await client.createUser("x.stranger");
    await client.createUser("y.stranger", { joinDefaultChannels: false });
    const state = await client.send("GET", "/sandbox/state");
    const all = state.body.rooms as { name: string; members: string[] }[];
    const roomsOf = (username: string) => all.filter(({ name, members }) => name && members.includes(username));
    expect(roomsOf("x.stranger").map(({ name }) => name)).toEqual(["general"]);
    expect(roomsOf("y.stranger")).toEqual([]);
  });

  test("the scripted colleague mentions whoever asked", () => {
    for (const text of ["hello", "what about the margin?", "xyz"])
      expect(answerTo(text, "a.analyst")).toMatch(/^@a\.analyst .+/);
  });
});
