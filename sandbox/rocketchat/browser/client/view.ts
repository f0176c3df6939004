/** What the client draws. */
import { type Card, type ChatMessage, type ChatSubscription, chat } from "./chat";
import { config, setting } from "./config";
import { avatar, count, dayOf, h, icon, rich, time } from "./dom";
import { fire } from "./events";
import { type ClientUser, session } from "./session";
import { quietly } from "./transport";

const app = document.getElementById("app") ?? document.body.appendChild(h("div", { id: "app" }));

/** The layout is fixed when the page loads and cannot be changed afterwards. */
const isEmbedded = new URLSearchParams(window.location.search).get("layout") === "embedded";

type Parts = ReturnType<typeof makeParts>;
let parts: Parts | null = null;

function show(view: string, ...children: Node[]): void {
  document.body.dataset.view = view;
  parts = null;
  app.replaceChildren(...children);
}

export function drawSignedOut(): void {
  delete document.body.dataset.sandboxUser;
  delete document.body.dataset.sandboxItem;
  delete document.body.dataset.userId;
  show("signed-out");
}

/** The vendor's element: source, title and a style that fills the page; no sandbox, no allow, no name. */
export function showLoginIframe(): void {
  const frame = h("iframe", { src: setting("Accounts_iframe_url"), title: "Login" });
  frame.style.height = "100%";
  frame.style.width = "100%";
  show("login-iframe", frame);
}

const panel = (...children: Node[]) =>
  h("main", { class: "centre" }, h("div", { class: "panel" }, ...children, h("span", { class: "tag" }, "Sandbox")));

/** The workspace's own form: seeing it means that signing in was not seamless. */
export function showLoginForm(): void {
  const message = h("p", { role: "alert", class: "alert" });
  const name = h("input", { id: "login-name", name: "username", autocomplete: "username", required: true });
  const password = h("input", {
    id: "login-password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      const key = name.value.includes("@") ? "email" : "username";
      await session.loginWith({ user: { [key]: name.value }, password: await passwordObject(password.value) });
    } catch {
      message.textContent = "That name or password is wrong.";
    }
  };
  show(
    "login-form",
    panel(
      h(
        "form",
        { onsubmit: submit },
        h("h1", {}, "Rocket.Chat login"),
        h("p", { class: "muted" }, "This is the workspace's own form. Inside a portal it should not be seen."),
        h("label", { for: "login-name" }, "Email or username"),
        name,
        h("label", { for: "login-password" }, "Password"),
        password,
        message,
        h("button", { class: "solid", type: "submit" }, "Login"),
      ),
    ),
  );
}

async function passwordObject(password: string): Promise<string | { digest: string; algorithm: string }> {
  if (!window.crypto.subtle) return password;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { digest: hex, algorithm: "sha-256" };
}

export function showPasswordChange(): void {
  show(
    "password-change",
    panel(
      h("h1", {}, "Change your password"),
      h("p", { class: "muted" }, "The workspace asks for a new password before it shows any room."),
    ),
  );
}

export function navigate(target: string): void {
  history.pushState(null, "", config.base + target);
  document.body.classList.remove("rooms-open");
  quietly(chat.openRoute());
}

export function setOnline(online: boolean): void {
  document.body.classList.toggle("offline", !online);
}

function statusMenu(): HTMLSelectElement {
  const statuses = ["online", "away", "busy", "offline"];
  const status = h(
    "select",
    {
      "aria-label": "Your status",
      onchange() {
        const { value } = status;
        fire("user-status-manually-set", { id: value, name: value, statusType: value });
        quietly(session.setStatus(value));
      },
    },
    ...statuses.map((one) => h("option", { value: one }, one.charAt(0).toUpperCase() + one.slice(1))),
  );
  return status;
}

function composer(): HTMLFormElement {
  const input = h("textarea", {
    rows: "1",
    "aria-label": "Message",
    placeholder: "Message",
    onkeydown(event: KeyboardEvent) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    },
  });
  const mention = () => {
    input.value += `${input.value && !input.value.endsWith(" ") ? " " : ""}@data.engineer `;
    input.focus();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    try {
      await chat.send(text);
    } catch {
      input.value = text;
    }
  };
  const form = h(
    "form",
    { class: "compose", onsubmit: submit },
    input,
    h(
      "div",
      { class: "bar" },
      h("button", { type: "button", class: "plain", "aria-label": "Mention", onclick: mention }, icon("at")),
      h("span", { class: "grow" }),
      h("button", { type: "submit", class: "solid" }, icon("send"), "Send"),
    ),
  );
  return form;
}

const makeParts = () => ({
  status: statusMenu(),
  me: h("span", { class: "me" }),
  rooms: h("ul"),
  people: h("ul"),
  title: h("h1"),
  topic: h("p", { class: "topic" }),
  count: h("span", { class: "count" }),
  log: h("div", { class: "log", tabindex: "0", role: "log", "aria-label": "Messages" }),
  typing: h("div", { class: "typing", "aria-live": "polite" }),
  compose: composer(),
  about: h("p"),
  members: h("ul"),
  membersCount: h("span"),
});

/** Makes the view of a logged-in user, unless it is there. */
export function drawUser(user: ClientUser): void {
  document.body.dataset.sandboxUser = user.username;
  document.body.dataset.userId = user._id;
  if (parts) return;
  parts = makeParts();
  document.body.dataset.view = "chat";
  document.body.classList.toggle("embedded", isEmbedded);
  app.replaceChildren(...areas(parts, user));
}

function areas(own: Parts, user: ClientUser): HTMLElement[] {
  const toggle = (name: string) => () => document.body.classList.toggle(name);
  const button = (label: string, shape: Parameters<typeof icon>[0], onclick: () => void, more = "") =>
    h("button", { type: "button", class: `plain${more}`, "aria-label": label, onclick }, icon(shape));
  return [
    h(
      "nav",
      { class: "rooms", "aria-label": "Rooms" },
      h(
        "header",
        {},
        avatar(user.name || user.username, null, true),
        own.me,
        own.status,
        button("Close rooms", "close", toggle("rooms-open"), " only-narrow"),
      ),
      h("div", { class: "lists" }, h("h2", {}, "Rooms"), own.rooms, h("h2", {}, "People"), own.people),
    ),
    h(
      "main",
      {},
      h(
        "header",
        { class: "head" },
        button("All rooms", "list", toggle("rooms-open"), " only-narrow"),
        h("div", { class: "grow cut" }, own.title, own.topic),
        own.count,
        button("Room details", "info", toggle("details-closed")),
        h("span", { class: "tag" }, "Sandbox"),
      ),
      h("p", { class: "connection", role: "status" }, "Reconnecting"),
      own.log,
      own.typing,
      own.compose,
    ),
    h(
      "aside",
      { class: "details", "aria-label": "Room details" },
      h("header", {}, h("h2", {}, "Details"), button("Close details", "close", toggle("details-closed"))),
      h("section", {}, h("h3", {}, "About"), own.about),
      h("section", {}, h("h3", {}, "Members", own.membersCount), own.members),
    ),
  ];
}

const linkOf = ({ t, name }: ChatSubscription) => (t === "d" ? "/direct/" : "/channel/") + encodeURIComponent(name);

function roomLink(one: ChatSubscription, isCurrent: boolean): HTMLElement {
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigate(linkOf(one));
  };
  return h(
    "li",
    {},
    h(
      "a",
      {
        href: config.base + linkOf(one),
        onclick: open,
        class: one.unread > 0 ? "room unread" : "room",
        "aria-current": isCurrent ? "page" : null,
      },
      one.t === "d" ? avatar(one.fname, "online", true) : icon("hash"),
      h("span", { class: "cut grow" }, one.fname),
      one.unread > 0 && h("span", { class: "badge" }, count(one.unread), h("span", { class: "sr" }, " unread")),
    ),
  );
}

const cardOf = ({ title, text, kind }: Card) =>
  h(
    "div",
    { class: "card" },
    h("span", { class: "tile" }, icon(kind)),
    h("span", { class: "cut" }, h("strong", {}, title), h("span", { class: "muted" }, text)),
  );

const messageOf = ({ _id, u, ts, msg, card }: ChatMessage) =>
  h(
    "article",
    { class: "message", "data-message": _id },
    avatar(u.name, null, false),
    h(
      "div",
      { class: "grow" },
      h("div", { class: "who" }, h("b", {}, u.name), h("time", { datetime: new Date(ts).toISOString() }, time(ts))),
      h("p", {}, ...rich(msg)),
      card && cardOf(card),
    ),
  );

function drawLog(log: HTMLElement, messages: readonly ChatMessage[], firstNewTs: number | null): void {
  const children: HTMLElement[] = [];
  let day = "";
  for (const message of messages) {
    const own = dayOf(message.ts);
    if (own !== day) children.push(h("div", { class: "day" }, own));
    day = own;
    if (message.ts === firstNewTs) children.push(h("div", { class: "day new" }, "New"));
    children.push(messageOf(message));
  }
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80 || log.dataset.count === "0";
  log.replaceChildren(...children);
  log.dataset.count = String(messages.length);
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

/** Draws what has changed. */
export function draw(): void {
  const { user } = session;
  if (!user || !parts) return;
  const { subscriptions, room, messages, members, typing, firstNewTs, missing } = chat.state;
  parts.me.textContent = user.username;
  parts.status.value = user.status;
  const byName = [...subscriptions].sort((a, b) => a.fname.localeCompare(b.fname));
  const list = (kind: ChatSubscription["t"]) =>
    byName.filter(({ t }) => t === kind).map((one) => roomLink(one, one.rid === room?.rid));
  parts.rooms.replaceChildren(...list("c"));
  parts.people.replaceChildren(...list("d"));
  document.body.classList.toggle("no-room", !room);
  if (!room) {
    drawNoRoom(parts, missing);
    return;
  }
  document.body.dataset.sandboxItem = room.name;
  parts.title.replaceChildren(...(room.t === "c" ? [icon("hash"), room.fname] : [room.fname]));
  parts.topic.textContent = chat.topicOf(room) || "Direct message";
  parts.count.replaceChildren(icon("people"), members.length ? count(members.length) : "");
  drawLog(parts.log, messages, firstNewTs);
  parts.typing.textContent = typing ? `${typing} is typing` : "";
  parts.about.textContent = chat.topicOf(room) || "Only the two of you read this.";
  parts.membersCount.textContent = count(members.length);
  parts.members.replaceChildren(
    ...members.map((member) =>
      h(
        "li",
        {},
        avatar(member.name, member.status, true),
        h("span", { class: "grow cut" }, member.name),
        member._id === user._id && h("span", { class: "muted" }, "you"),
      ),
    ),
  );
}

function drawNoRoom({ title, topic, count, log, typing }: Parts, missing: boolean): void {
  delete document.body.dataset.sandboxItem;
  title.textContent = missing ? "No such room" : "Home";
  topic.textContent = missing ? "It does not exist, or you are not a member." : "";
  count.replaceChildren();
  log.replaceChildren(h("p", { class: "empty" }, missing ? "Choose one of your rooms." : "Choose a room to begin."));
  log.dataset.count = "0";
  typing.textContent = "";
}
