/** The chat beside another product: one frame, one mount, wherever it lies. */
import { act, render, screen } from "@testing-library/react";
import { useEffect } from "react";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedProps } from "@/lib/vendors/vendor";
import type { EmbedFrameProps } from "./embed-frame";
import { KeptAliveSlot, KeptAliveStage } from "./kept-alive";

let mounts = 0;
let docked: boolean[] = [];

function Embed({ item }: EmbedProps<object>) {
  const host = useEmbedHost();
  useEffect(() => {
    mounts += 1;
  }, []);
  useEffect(() => {
    docked.push(host.docked);
  }, [host.docked]);
  return <iframe title={item.title} />;
}

const frameOf = (vendor: string, slug: string): EmbedFrameProps => ({
  vendor: {
    id: vendor,
    name: vendor,
    endpoint: "/api/x",
    oneGrant: vendor === "chat",
    keepAlive: vendor === "chat",
    reusable: true,
  },
  item: { slug, vendor, kind: "dashboard", title: slug, description: "", target: {} },
  browser: {},
  Embed,
  userId: "anna",
  href: `/${vendor}/${slug}`,
});

interface Screen {
  readonly page: EmbedFrameProps | null;
  readonly beside?: EmbedFrameProps | null;
}
const stage = ({ page, beside = null }: Screen) => (
  <KeptAliveStage docked={beside}>
    {page && (
      <KeptAliveSlot key={page.href} frame={page} anyItem={false}>
        waiting
      </KeptAliveSlot>
    )}
  </KeptAliveStage>
);

const chatSection = () => document.querySelector('section[data-vendor="chat"]');
const placeOfChat = () => chatSection()?.parentElement?.className ?? "";

beforeEach(() => {
  mounts = 0;
  docked = [];
  window.matchMedia = jest.fn().mockReturnValue({ matches: false, addEventListener() {}, removeEventListener() {} });
});

test("the chat goes from its page to the side of another product and back, and is never mounted again", async () => {
  const chat = frameOf("chat", "general");
  const { rerender } = render(stage({ page: chat }));
  await screen.findByTitle("general");
  const section = chatSection();
  const go = (next: Screen) => act(async () => rerender(stage(next)));

  const sales = frameOf("bi", "sales");
  const room = frameOf("chat", "sales-emea");
  await go({ page: sales, beside: room });
  expect(placeOfChat()).toBe("side-docked");
  expect(chatSection()).toBe(section);
  expect(section?.getAttribute("data-item")).toBe("sales-emea");

  await go({ page: sales });
  expect(placeOfChat()).toContain("invisible");
  await go({ page: sales, beside: room });
  await go({ page: room });
  expect(placeOfChat()).not.toContain("side-docked");
  expect(chatSection()).toBe(section);
  // One for the chat, one for the dashboard.
  expect(mounts).toBe(2);
  expect(docked.filter((at) => at)).toHaveLength(2);
});

test("a chat that was never open is opened beside the page, and stays alive when the panel closes", async () => {
  const sales = frameOf("bi", "sales");
  const { rerender } = render(stage({ page: sales, beside: frameOf("chat", "general") }));
  await screen.findByTitle("general");
  const section = chatSection();
  await act(async () => rerender(stage({ page: sales })));
  expect(chatSection()).toBe(section);
  expect(placeOfChat()).toContain("invisible");
});
