/**
 * What a logged-in client knows: subscriptions, the open room, its messages; kept up to date by streams, or by asking
 * now and then where there is no socket.
 */
export const chatScript = /* js */ String.raw`
const pollMs = 2500;

const chat = (() => {
  let subscriptions = [];
  let topics = new Map();
  let room = null;
  let messages = [];
  let members = [];
  let typing = null;
  let firstNewTs = null;
  let unreadTold = null;
  let missing = false;
  // Whether this user's rooms are here, and whether the open room's messages are: a lost connection leaves either behind.
  let complete = false;
  let loaded = false;
  let timer = null;
  let generation = 0;
  let redraw = () => {};

  const total = () => subscriptions.reduce((sum, { unread }) => sum + unread, 0);

  function tellUnread() {
    const unread = total();
    document.title = (unread ? "(" + unread + ") " : "") + (room ? room.fname : "Chat") + " · Sandbox";
    if (unread === unreadTold) return;
    unreadTold = unread;
    fire("unread-changed", unread);
  }

  const subset = ({ _id, rid, name, fname, t, unread, alert, ls }) => ({
    _id, rid, name, fname, t, unread, alert, ls: new Date(ls).toISOString(),
  });

  function take(subscription) {
    const before = subscriptions.find(({ rid }) => rid === subscription.rid);
    if (before && before.unread === subscription.unread && before.ls === subscription.ls) return;
    subscriptions = before
      ? subscriptions.map((one) => (one.rid === subscription.rid ? subscription : one))
      : [...subscriptions, subscription];
    fire("unread-changed-by-subscription", subset(subscription));
    tellUnread();
    redraw();
  }

  // Which room a path names: /channel/name, /group/name, /direct/username-or-id.
  function roomOfPath(pathname) {
    const [, kind, key] = pathname.slice(config.base.length).match(/^\/(channel|group|direct)\/([^/]+)/) || [];
    if (!kind) return null;
    const wanted = decodeURIComponent(key);
    const found = subscriptions.find(({ t, name, rid }) =>
      kind === "direct" ? t === "d" && (name === wanted || rid === wanted) : t === "c" && kind === "channel" && name === wanted,
    );
    return found || "missing";
  }

  async function openRoute() {
    const wanted = roomOfPath(location.pathname);
    missing = wanted === "missing";
    if (!wanted || missing) {
      room = null;
      messages = [];
      redraw();
      return;
    }
    if (room && room.rid === wanted.rid) return;
    room = wanted;
    loaded = false;
    messages = [];
    members = [];
    typing = null;
    firstNewTs = null;
    redraw();
    const opened = room;
    const history = await transport.call("loadHistory", room.rid);
    if (room !== opened) return;
    loaded = true;
    messages = history.messages;
    const me = session.user();
    const firstNew = messages.find(({ ts, u }) => ts > opened.ls && (!me || u._id !== me._id));
    firstNewTs = firstNew ? firstNew.ts : null;
    listenToRoom(opened);
    fire("room-opened", { _id: room.rid, t: room.t, name: room.name, fname: room.fname, topic: topicOf(room) });
    redraw();
    await Promise.all([markRead(), loadMembers(opened)]);
  }

  async function loadMembers(opened) {
    const found = await transport.call("getRoomMembers", opened.rid);
    if (!room || room.rid !== opened.rid) return;
    members = found;
    redraw();
  }

  async function markRead() {
    const current = room && subscriptions.find(({ rid }) => rid === room.rid);
    if (!current || current.unread === 0) return;
    await transport.call("readMessages", current.rid);
    if (!transport.isLive()) await refresh();
  }

  function hearMessage(message) {
    if (!room || message.rid !== room.rid || messages.some(({ _id }) => _id === message._id)) return;
    messages = [...messages, message];
    const me = session.user();
    if (me && message.u._id === me._id) firstNewTs = null;
    else if (!document.hasFocus() && firstNewTs === null) firstNewTs = message.ts;
    fire("new-message", message);
    redraw();
    if (document.hasFocus()) quietly(markRead());
  }

  function hearNotification(notification) {
    const fromOpenedRoom = Boolean(room && room.rid === notification.payload.rid);
    fire("notification", { notification, fromOpenedRoom, hasFocus: document.hasFocus() });
  }

  // Without a socket: ask for what a stream would have brought.
  async function refresh() {
    const round = generation;
    const fresh = await transport.call("subscriptions/get");
    if (round !== generation) return;
    for (const subscription of fresh) take(subscription);
    if (!room) return;
    const history = await transport.call("loadHistory", room.rid);
    if (round === generation) for (const message of history.messages) hearMessage(message);
  }

  // A socket is cut when its login ends; without one it shows in the next answer.
  function lostOverHttp(error) {
    if (error.error === 403) session.resume();
  }

  function listen(user) {
    transport.listen("stream-notify-user", user._id + "/subscriptions-changed", (_action, one) => take(one));
    transport.listen("stream-notify-user", user._id + "/notification", hearNotification);
    transport.listen("stream-room-messages", "__my_messages__", hearMessage);
  }

  function listenToRoom(opened) {
    transport.listen("stream-notify-room", opened.rid + "/user-activity", (name, activities) => {
      if (!room || room.rid !== opened.rid) return;
      typing = activities.length > 0 ? name : null;
      redraw();
    });
  }

  // The logged-in area appears: everything is told once, later only what changes.
  async function start(user) {
    const round = ++generation;
    const [found, rooms] = await Promise.all([transport.call("subscriptions/get"), transport.call("rooms/get")]);
    if (round !== generation) return;
    complete = true;
    subscriptions = found;
    topics = new Map(rooms.map(({ _id, topic }) => [_id, topic]));
    listen(user);
    const opening = openRoute();
    for (const subscription of subscriptions) fire("unread-changed-by-subscription", subset(subscription));
    unreadTold = null;
    tellUnread();
    fire("status-changed", user.status);
    if (settings.Custom_Script_Logged_In) fire("Custom_Script_Logged_In", settings.Custom_Script_Logged_In);
    if (!transport.isLive()) timer = setInterval(() => refresh().catch(lostOverHttp), pollMs);
    await opening;
  }

  // The same user after a lost connection: the streams are gone, the view stays.
  async function restart(user) {
    if (!complete) return start(user);
    generation += 1;
    listen(user);
    if (room && loaded) listenToRoom(room);
    else room = null;
    await refresh();
    await openRoute();
  }

  function stop() {
    generation += 1;
    complete = false;
    clearInterval(timer);
    subscriptions = [];
    room = null;
    messages = [];
    members = [];
    missing = false;
    unreadTold = null;
    document.title = "Chat sandbox";
  }

  const topicOf = (one) => topics.get(one.rid) || "";

  return {
    start,
    restart,
    stop,
    openRoute,
    markRead,
    topicOf,
    state: () => ({ subscriptions, room, messages, members, typing, firstNewTs, missing }),
    async send(text) {
      const sent = await transport.call("sendMessage", { rid: room.rid, msg: text });
      hearMessage(sent);
    },
    onChange: (listener) => {
      redraw = listener;
    },
  };
})();
`;
