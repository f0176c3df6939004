import { personas } from "@/lib/config/sandbox";
import portal from "@/portal.config";
import { figure } from "../kit/format";
import { storyAt } from "../kit/world/story";
import { answerTo, roomSeeds } from "./conversation";
import { TestClient } from "./test-client";

const now = Date.parse("2026-11-28T14:00:00Z");

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

  test("the scripted colleague mentions whoever asked, and knows the year's revenue", () => {
    for (const text of ["hello", "what about the margin?", "xyz"])
      expect(answerTo(text, "a.analyst", now)).toMatch(/^@a\.analyst .+/);
    const revenue = figure(storyAt(now).year.revenue, "k€", "en-US");
    expect(answerTo("How is revenue?", "a.analyst", now)).toContain(revenue);
  });

  test.each(["2026-11-28T14:00:00Z", "2026-11-30T01:10:00Z", "2027-01-01T00:30:00Z"])(
    "on %s what was said is past, in order, and names no hour",
    (date) => {
      const at = Date.parse(date);
      for (const { lines } of roomSeeds) {
        const times = lines(storyAt(at)).map((line) => line.when(at));
        expect(times).toEqual([...times].sort((one, other) => one - other));
        expect(Math.max(...times)).toBeLessThan(at);
        for (const { text } of lines(storyAt(at))) expect(text).not.toMatch(/\d{1,2}:\d{2}|\b[ap]\.?m\b/);
      }
    },
  );

  test("everybody is told the year's revenue, as the dashboards show it", () => {
    const general = roomSeeds.find(({ name }) => name === "general")?.lines(storyAt(now)) ?? [];
    expect(general.map(({ text }) => text).join(" ")).toContain(figure(storyAt(now).year.revenue, "k€", "en-US"));
  });
});
