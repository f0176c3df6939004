/**
 * The client's way to the server: DDP over a WebSocket, or, where none can be opened, the same methods over HTTP.
 */
export const transportScript = /* js */ `
const config = JSON.parse(document.getElementById("workspace").textContent);
const settings = config.settings;
const switches = config.switches;
const server = location.origin + config.base;

// DDP's EJSON has objects for dates; in here they are milliseconds.
const decode = (text) => JSON.parse(text, (_key, value) => (value && typeof value.$date === "number" ? value.$date : value));

// For calls that nobody waits for: a refusal or a lost connection is dealt with elsewhere; a mistake in here is not hidden.
const quietly = (promise) =>
  promise.catch((error) => {
    if (!error || error.error === undefined) throw error;
  });

// Methods go out over the socket while there is one. "mode" is "http" where the server takes none, and when the very first one cannot be opened.
const transport = (() => {
  let socket = null;
  let mode = config.sockets ? "socket" : "http";
  let everOpen = false;
  let nextId = 1;
  const pending = new Map();
  const streams = new Map();
  const waitingForServer = [];
  let lost = () => {};

  // A socket that is closing takes nothing more; its end is told by "close", which fails every call that waits.
  const sendOver = (open, message) => {
    if (open.readyState === WebSocket.OPEN) open.send(JSON.stringify(message));
  };
  const send = (message) => sendOver(socket, message);

  function receive(message) {
    if (message.msg === "ping") send({ msg: "pong", id: message.id });
    if (message.msg === "result") {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (waiting) message.error ? waiting.reject(message.error) : waiting.resolve(message.result);
    }
    if (message.msg === "changed" && message.collection === "users") return session.statusChanged(message.fields.status);
    if (message.msg === "changed") {
      const listener = streams.get(message.collection + " " + message.fields.eventName);
      if (listener) listener(...message.fields.args);
    }
  }

  function close(opened) {
    if (socket !== opened) return;
    socket = null;
    streams.clear();
    for (const waiting of pending.values()) waiting.reject({ error: "network", reason: "The connection was lost" });
    pending.clear();
    lost();
  }

  // Resolves with true when connected, false when the server does not answer.
  function connect() {
    if (mode === "http" || socket) return Promise.resolve(true);
    return new Promise((resolve) => {
      const opening = new WebSocket(server.replace(/^http/, "ws") + "/websocket");
      opening.onopen = () => sendOver(opening, { msg: "connect", version: "1", support: ["1"] });
      opening.onmessage = (event) => {
        const message = decode(event.data);
        if (message.msg === "connected") {
          socket = opening;
          everOpen = true;
          resolve(true);
          for (const goOn of waitingForServer.splice(0)) goOn();
        } else if (socket === opening) receive(message);
      };
      opening.onclose = () => {
        if (socket === opening) close(opening);
        else if (everOpen) resolve(false);
        else {
          mode = "http";
          resolve(true);
          for (const goOn of waitingForServer.splice(0)) goOn();
        }
      };
    });
  }

  // When there is a way to the server.
  const ready = () =>
    mode === "http" || socket ? Promise.resolve() : new Promise((resolve) => waitingForServer.push(resolve));

  async function callOverHttp(name, params) {
    const credentials = session.credentials();
    const anonymous = name === "login" || !credentials;
    const path = (anonymous ? "/api/v1/method.callAnon/" : "/api/v1/method.call/") + name.replaceAll("/", ":");
    let response;
    let text;
    try {
      response = await fetch(server + path, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(anonymous ? {} : { "x-user-id": credentials.userId, "x-auth-token": credentials.token }),
        },
        body: JSON.stringify({ message: JSON.stringify({ msg: "method", id: String(nextId++), method: name, params }) }),
      });
      text = await response.text();
    } catch {
      throw { error: "network", reason: "The server does not answer" };
    }
    if (response.status === 401) throw { error: 403, reason: "Not signed in" };
    // Somebody in between answers with pages of their own.
    if (!(response.headers.get("content-type") || "").includes("application/json"))
      throw { error: "network", reason: "The server answered " + response.status };
    const answer = JSON.parse(text);
    if (typeof answer.message !== "string") throw { error: "network", reason: "The server answered " + response.status };
    const message = decode(answer.message);
    if (message.error) throw message.error;
    return message.result;
  }

  function call(name, ...params) {
    if (mode === "http") return callOverHttp(name, params);
    if (!socket) return Promise.reject({ error: "network", reason: "Not connected" });
    const id = String(nextId++);
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      send({ msg: "method", id, method: name, params });
    });
  }

  function listen(stream, key, listener) {
    if (!socket) return;
    streams.set(stream + " " + key, listener);
    send({ msg: "sub", id: String(nextId++), name: stream, params: [key, { useCollection: false, args: [] }] });
  }

  return {
    connect,
    ready,
    call,
    listen,
    isLive: () => mode === "socket",
    onLost: (listener) => {
      lost = listener;
    },
  };
})();
`;
