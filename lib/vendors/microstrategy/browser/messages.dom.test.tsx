/** What reaches the SDK of the frames' messages, and what the driver hears before it. */
import { type Heard, listenTo, shieldSdk } from "./messages";

const library = "https://bi.example.com";
const message = { mt: "funccall", mid: "msg3", did: "dossierInstance1" };
const refused = { ...message, value: { valid: false, error: { errMsg: "Login failed" } } };

let reached: unknown[];
const sdk = ({ data }: MessageEvent) => void reached.push(data);
let frame: HTMLIFrameElement;

beforeAll(() => shieldSdk(library));
beforeEach(() => {
  reached = [];
  frame = document.createElement("iframe");
  frame.setAttribute("MSTR-Embed-IFrame", "true");
  document.body.append(frame);
  window.addEventListener("message", sdk);
});
afterEach(() => {
  window.removeEventListener("message", sdk);
  frame.remove();
});

function say(data: unknown, source: Window | null = frame.contentWindow, origin = library) {
  window.dispatchEvent(new MessageEvent("message", { data, origin, source }));
}

test("a frame in the page is heard", () => {
  say(message);
  expect(reached).toEqual([message]);
});

test("what a frame said before it was removed does not reach the SDK any more", () => {
  const { contentWindow } = frame;
  frame.remove();
  say(message, contentWindow);
  say(message, null);
  expect(reached).toEqual([]);
});

test("another window of the Library cannot pass for a frame", () => {
  const popup = document.createElement("iframe");
  document.body.append(popup);
  say(message, popup.contentWindow);
  popup.remove();
  expect(reached).toEqual([]);
});

test("messages of other origins, and those that are none of the SDK, are left alone", () => {
  say(message, null, "https://chat.example.com");
  say("hello", null);
  expect(reached).toEqual([message, "hello"]);
});

test("the driver hears a refused login, and may keep it from the SDK", () => {
  const heard: Heard[] = [];
  const stop = listenTo(frame, (one) => {
    heard.push(one);
    return one.type === "login" && !one.valid;
  });
  say({ mt: "handshake", did: "dossierInstance1" });
  say({ ...message, value: false });
  say({ ...message, value: { valid: true } });
  say(refused);
  say({ ...message, value: { valid: false } });
  expect(heard).toEqual([
    { type: "anything" },
    { type: "anything" },
    { type: "login", valid: true },
    { type: "login", valid: false, text: "Login failed" },
    { type: "login", valid: false, text: "" },
  ]);
  expect(reached).toHaveLength(3);
  stop();
  say(refused);
  expect(reached).toHaveLength(4);
});
