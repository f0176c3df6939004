/**
 * What the client draws. Everything that people typed goes in as text, never as markup.
 */
export const viewScript = /* js */ String.raw`
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const icons = {
  hash: "M8 3.75 6.75 16.25M13.25 3.75 12 16.25M4 7.75h12.5M3.5 12.25H16",
  list: "M7.5 5.5h9M7.5 10h9M7.5 14.5h9M3.75 5.5h.01M3.75 10h.01M3.75 14.5h.01",
  info: "M10 3.25a6.75 6.75 0 1 0 0 13.5 6.75 6.75 0 0 0 0-13.5M10 9.25v4M10 6.6v.1",
  send: "M3.75 9.5 16.5 3.75 12.5 16.5l-3-5.5zM9.5 11 16.5 3.75",
  close: "M5 5l10 10M15 5 5 15",
  people: "M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M2.75 16c.4-2.6 2.2-4 4.75-4s4.35 1.4 4.75 4M13 4.4a2.6 2.6 0 0 1 0 4.8M14.5 12.3c1.6.5 2.5 1.8 2.75 3.7",
  at: "M12.75 10a2.75 2.75 0 1 1-5.5 0 2.75 2.75 0 0 1 5.5 0M12.75 7.25v3.5a1.9 1.9 0 0 0 3.75 0V10a6.5 6.5 0 1 0-2.75 5.3",
  chart: "M4 16V9.5M8 16V5.5M12 16v-4M16 16V7.5",
  file: "M5 3.25h6.25L15 7v9.75H5zM11 3.5V7.25h3.75",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}

const hues = ["a", "b", "c", "d"];
const hueOf = (name) => hues[[...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % hues.length];
const initials = (name) => name.slice(0, 2);

const avatar = (name, status, small) =>
  h("span", { class: "avatar hue-" + hueOf(name) + (small ? " small" : ""), "aria-hidden": "true" },
    initials(name),
    status && h("span", { class: "presence " + status }),
  );

const time = (ts) => new Date(ts).toLocaleTimeString([], { timeStyle: "short" });

function dayOf(ts) {
  const day = new Date(ts);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(ts).setHours(0, 0, 0, 0)) / 86400000);
  const relative = new Intl.RelativeTimeFormat([], { numeric: "auto" });
  if (days === 0 || days === 1) {
    const word = relative.format(-days, "day");
    return word[0].toLocaleUpperCase() + word.slice(1);
  }
  return day.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

// Mentions and code in a message.
function rich(text) {
  return text.split(/((?<![\w.@-])@[0-9a-zA-Z\-_.]*[0-9a-zA-Z\-_]|\x60[^\x60]+\x60)/).map((part) => {
    if (part.startsWith("@")) {
      const mine = session.user() && part.slice(1) === session.user().username;
      return h("span", { class: mine ? "mention mine" : "mention" }, part);
    }
    return part.startsWith("\x60") ? h("code", null, part.slice(1, -1)) : part;
  });
}

const app = document.getElementById("app");
let parts = null;

function show(view, ...children) {
  document.body.dataset.view = view;
  parts = null;
  app.replaceChildren(...children);
}

function drawSignedOut() {
  delete document.body.dataset.sandboxUser;
  delete document.body.dataset.sandboxItem;
  delete document.body.dataset.userId;
  show("signed-out");
}

// The vendor's element: source, title and a style that fills the page; no sandbox, no allow, no name.
function showLoginIframe() {
  const frame = h("iframe", { src: settings.Accounts_iframe_url, title: "Login" });
  frame.style.height = "100%";
  frame.style.width = "100%";
  show("login-iframe", frame);
}

// The workspace's own form: seeing it means that signing in was not seamless.
function showLoginForm() {
  const message = h("p", { role: "alert", class: "alert" });
  const name = h("input", { id: "login-name", name: "username", autocomplete: "username", required: true });
  const password = h("input", { id: "login-password", type: "password", autocomplete: "current-password", required: true });
  const submit = async (event) => {
    event.preventDefault();
    try {
      const key = name.value.includes("@") ? "email" : "username";
      await session.loginWith({ user: { [key]: name.value }, password: await passwordObject(password.value) });
    } catch {
      message.textContent = "That name or password is wrong.";
    }
  };
  show("login-form",
    h("main", { class: "centre" },
      h("form", { class: "panel", onsubmit: submit },
        h("h1", null, "Rocket.Chat login"),
        h("p", { class: "muted" }, "This is the workspace's own form. Inside a portal it should not be seen."),
        h("label", { for: "login-name" }, "Email or username"), name,
        h("label", { for: "login-password" }, "Password"), password,
        message,
        h("button", { class: "solid", type: "submit" }, "Login"),
        h("span", { class: "tag" }, "Sandbox"),
      ),
    ),
  );
}

async function passwordObject(password) {
  if (!window.crypto.subtle) return password;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { digest: hex, algorithm: "sha-256" };
}

function showPasswordChange() {
  show("password-change",
    h("main", { class: "centre" },
      h("div", { class: "panel" },
        h("h1", null, "Change your password"),
        h("p", { class: "muted" }, "The workspace asks for a new password before it shows any room."),
        h("span", { class: "tag" }, "Sandbox"),
      ),
    ),
  );
}

function navigate(target) {
  history.pushState(null, "", config.base + target);
  document.body.classList.remove("rooms-open");
  quietly(chat.openRoute());
}

function setOnline(online) {
  document.body.classList.toggle("offline", !online);
}

// The layout is fixed when the page loads and cannot be changed afterwards.
const embedded = new URLSearchParams(location.search).get("layout") === "embedded";

function drawUser(user) {
  document.body.dataset.sandboxUser = user.username;
  document.body.dataset.userId = user._id;
  if (parts) return;
  const statuses = ["online", "away", "busy", "offline"];
  const status = h("select", { "aria-label": "Your status", onchange: () => {
    fire("user-status-manually-set", { id: status.value, name: status.value, statusType: status.value });
    quietly(session.setStatus(status.value));
  } }, ...statuses.map((one) => h("option", { value: one }, one[0].toUpperCase() + one.slice(1))));
  const input = h("textarea", { rows: "1", "aria-label": "Message", placeholder: "Message", onkeydown: (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    compose.requestSubmit();
  } });
  const compose = h("form", { class: "compose", onsubmit: async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    try {
      await chat.send(text);
    } catch {
      input.value = text;
    }
  } },
    input,
    h("div", { class: "bar" },
      h("button", { type: "button", class: "plain", "aria-label": "Mention", onclick: () => {
        input.value += (input.value && !input.value.endsWith(" ") ? " " : "") + "@data.engineer ";
        input.focus();
      } }, icon("at")),
      h("span", { class: "grow" }),
      h("button", { type: "submit", class: "solid" }, icon("send"), "Send"),
    ),
  );
  parts = {
    status,
    me: h("span", { class: "me" }),
    rooms: h("ul"),
    people: h("ul"),
    title: h("h1"),
    topic: h("p", { class: "topic" }),
    count: h("span", { class: "count" }),
    log: h("div", { class: "log", tabindex: "0", role: "log", "aria-label": "Messages" }),
    typing: h("div", { class: "typing", "aria-live": "polite" }),
    compose,
    about: h("p"),
    members: h("ul"),
    membersCount: h("span"),
  };
  const toggle = (name) => () => document.body.classList.toggle(name);
  document.body.dataset.view = "chat";
  document.body.classList.toggle("embedded", embedded);
  app.replaceChildren(
    h("nav", { class: "rooms", "aria-label": "Rooms" },
      h("header", null, avatar(user.name || user.username, null, true), parts.me, status,
        h("button", { type: "button", class: "plain only-narrow", "aria-label": "Close rooms", onclick: toggle("rooms-open") }, icon("close"))),
      h("div", { class: "lists" }, h("h2", null, "Rooms"), parts.rooms, h("h2", null, "People"), parts.people),
    ),
    h("main", null,
      h("header", { class: "head" },
        h("button", { type: "button", class: "plain only-narrow", "aria-label": "All rooms", onclick: toggle("rooms-open") }, icon("list")),
        h("div", { class: "grow cut" }, parts.title, parts.topic),
        parts.count,
        h("button", { type: "button", class: "plain", "aria-label": "Room details", onclick: toggle("details-closed") }, icon("info")),
        h("span", { class: "tag" }, "Sandbox"),
      ),
      h("p", { class: "connection", role: "status" }, "Reconnecting"),
      parts.log, parts.typing, compose,
    ),
    h("aside", { class: "details", "aria-label": "Room details" },
      h("header", null, h("h2", null, "Details"),
        h("button", { type: "button", class: "plain", "aria-label": "Close details", onclick: toggle("details-closed") }, icon("close"))),
      h("section", null, h("h3", null, "About"), parts.about),
      h("section", null, h("h3", null, "Members", parts.membersCount), parts.members),
    ),
  );
}

const linkOf = ({ t, name }) => (t === "d" ? "/direct/" : "/channel/") + encodeURIComponent(name);

function roomLink(one, current) {
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigate(linkOf(one));
  };
  return h("li", null,
    h("a", {
      href: config.base + linkOf(one), onclick: open,
      class: one.unread > 0 ? "room unread" : "room", "aria-current": current ? "page" : null,
    },
      one.t === "d" ? avatar(one.fname, "online", true) : icon("hash"),
      h("span", { class: "cut grow" }, one.fname),
      one.unread > 0 && h("span", { class: "badge" }, String(one.unread), h("span", { class: "sr" }, " unread")),
    ),
  );
}

function cardOf({ title, text, kind }) {
  return h("div", { class: "card" },
    h("span", { class: "tile" }, icon(kind)),
    h("span", { class: "cut" }, h("strong", null, title), h("span", { class: "muted" }, text)),
  );
}

function drawLog({ messages, firstNewTs }) {
  const children = [];
  let day = "";
  for (const message of messages) {
    const own = dayOf(message.ts);
    if (own !== day) children.push(h("div", { class: "day" }, (day = own)));
    if (message.ts === firstNewTs) children.push(h("div", { class: "day new" }, "New"));
    children.push(
      h("article", { class: "message", "data-message": message._id },
        avatar(message.u.name, null, false),
        h("div", { class: "grow" },
          h("div", { class: "who" }, h("b", null, message.u.name), h("time", { datetime: new Date(message.ts).toISOString() }, time(message.ts))),
          h("p", null, ...rich(message.msg)),
          message.card && cardOf(message.card),
        ),
      ),
    );
  }
  const { log } = parts;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80 || log.dataset.count === "0";
  log.replaceChildren(...children);
  log.dataset.count = String(messages.length);
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function draw() {
  const user = session.user();
  if (!user || !parts) return;
  const { subscriptions, room, members, typing, missing } = chat.state();
  parts.me.textContent = user.username;
  parts.status.value = user.status;
  const byName = [...subscriptions].sort((a, b) => a.fname.localeCompare(b.fname));
  const list = (kind) => byName.filter(({ t }) => t === kind).map((one) => roomLink(one, room && room.rid === one.rid));
  parts.rooms.replaceChildren(...list("c"));
  parts.people.replaceChildren(...list("d"));
  document.body.classList.toggle("no-room", !room);
  if (!room) {
    delete document.body.dataset.sandboxItem;
    parts.title.textContent = missing ? "No such room" : "Home";
    parts.topic.textContent = missing ? "It does not exist, or you are not a member." : "";
    parts.count.replaceChildren();
    parts.log.replaceChildren(h("p", { class: "empty" }, missing ? "Choose one of your rooms." : "Choose a room to begin."));
    parts.log.dataset.count = "0";
    parts.typing.textContent = "";
    return;
  }
  document.body.dataset.sandboxItem = room.name;
  parts.title.replaceChildren(...(room.t === "c" ? [icon("hash"), room.fname] : [room.fname]));
  parts.topic.textContent = chat.topicOf(room) || "Direct message";
  parts.count.replaceChildren(icon("people"), String(members.length || ""));
  drawLog(chat.state());
  parts.typing.textContent = typing ? typing + " is typing" : "";
  parts.about.textContent = chat.topicOf(room) || "Only the two of you read this.";
  parts.membersCount.textContent = String(members.length);
  parts.members.replaceChildren(
    ...members.map((member) =>
      h("li", null, avatar(member.name, member.status, true), h("span", { class: "grow cut" }, member.name),
        member._id === user._id && h("span", { class: "muted" }, "you")),
    ),
  );
}
`;
