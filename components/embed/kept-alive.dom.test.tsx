/** Frames that outlive their page: which ones stay, which ones go, and for which user. */
import { act, render, screen } from "@testing-library/react";
import { useEffect } from "react";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { EmbedFrameProps } from "./embed-frame";
import { KeptAliveSlot, KeptAliveStage } from "./kept-alive";

let mounts = 0;

function Embed({ item }: EmbedProps<object>) {
  useEffect(() => {
    mounts += 1;
  }, []);
  return <iframe title={item.title} />;
}

const frameOf = (slug: string, userId = "user-1", keepAlive = false): EmbedFrameProps => ({
  vendor: { id: "acme", name: "Acme", endpoint: "/api/acme", oneGrant: keepAlive, keepAlive, reusable: true },
  item: { slug, vendor: "acme", kind: "dashboard", title: slug, description: "", target: {} },
  browser: {},
  Embed,
  userId,
  href: `/acme/${slug}`,
});

/** A page per address, as the router draws them: each one is a new element. */
const page = (frame: EmbedFrameProps | null) => (
  <KeptAliveStage docked={null}>
    {frame ? (
      <KeptAliveSlot key={`${frame.userId} ${frame.item.slug}`} frame={frame} anyItem={false}>
        waiting
      </KeptAliveSlot>
    ) : (
      <p>Home</p>
    )}
  </KeptAliveStage>
);

const section = () => document.querySelector("section");

async function visit(first: EmbedFrameProps) {
  const view = render(page(first));
  await screen.findByTitle(first.item.slug);
  return (next: EmbedFrameProps | null) => act(async () => view.rerender(page(next)));
}

beforeEach(() => {
  mounts = 0;
  window.matchMedia = jest.fn().mockReturnValue({ matches: false, addEventListener() {}, removeEventListener() {} });
});

test("the next user never gets the frame of the one before", async () => {
  const go = await visit(frameOf("sales"));
  const before = section();
  await go(frameOf("sales", "user-2"));
  expect(section()).not.toBe(before);
  expect(document.querySelectorAll("section")).toHaveLength(1);
});

test("a frame goes with the last page of its vendor's items", async () => {
  const go = await visit(frameOf("sales"));
  await go(null);
  expect(section()).toBeNull();
});

test("a frame stays where the next page shows the next item", async () => {
  const go = await visit(frameOf("sales"));
  const before = section();
  await go(frameOf("stores"));
  expect(section()).toBe(before);
  expect(before?.dataset.item).toBe("stores");
  await go(frameOf("sales"));
  expect(section()).toBe(before);
});

test("a frame that is kept alive hides behind other pages", async () => {
  const go = await visit(frameOf("general", "user-1", true));
  const before = section();
  await go(null);
  expect(section()).toBe(before);
  expect(before?.parentElement?.className).toContain("invisible");
  await go(frameOf("general", "user-1", true));
  expect(before?.parentElement?.className).not.toContain("invisible");
  expect(mounts).toBe(1);
});
