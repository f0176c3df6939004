/**
 * The WebSocket at `/websocket`, and what the workspace tells those who listen.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import { DdpSession } from "./ddp";
import { messageOnWire, subscriptionOnWire } from "./methods";
import type { Workspace } from "./workspace";

/** Streams that go over when everything is fine are small; anything larger is refused by the socket. */
const maxFrameBytes = 64 * 1024;

export class Socket {
  readonly #workspace: Workspace;
  readonly #sessions = new Map<DdpSession, WebSocket>();
  #server: Promise<WebSocketServer> | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#listen();
  }

  get connections(): number {
    return this.#sessions.size;
  }

  /** Takes an upgrade request of the HTTP server. Loads `ws` at the first one: without it everything else works. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#workspace.control.switches.down) {
      socket.destroy();
      return;
    }
    const { pathname } = new URL(request.url ?? "/", "http://sandbox");
    if (!pathname.endsWith("/websocket")) {
      socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
      return;
    }
    this.#server ??= import("ws").then(
      ({ WebSocketServer }) => new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes }),
    );
    this.#server.then(
      (server) => server.handleUpgrade(request, socket, head, (opened) => this.#open(opened)),
      () => socket.destroy(),
    );
  }

  #open(socket: WebSocket): void {
    const session = new DdpSession(this.#workspace, {
      send: (message) => socket.send(JSON.stringify(message)),
      close: () => socket.close(),
    });
    this.#sessions.set(session, socket);
    socket.on("message", (data) => session.receive(String(data)));
    socket.on("close", () => {
      session.end();
      this.#sessions.delete(session);
    });
    socket.on("error", () => socket.terminate());
  }

  /** Ends every connection, as a restart of the server does. */
  closeAll(): void {
    for (const socket of this.#sessions.values()) socket.close();
  }

  /** Cuts every connection without a word, as a dead server does. */
  cutAll(): void {
    for (const socket of this.#sessions.values()) socket.terminate();
  }

  #publish(userId: string, stream: string, key: string, args: readonly unknown[]): void {
    for (const session of this.#sessions.keys()) if (session.user?._id === userId) session.publish(stream, key, args);
  }

  #listen(): void {
    const { accounts, rooms, colleague, control } = this.#workspace;
    accounts.onStatus = (user) => {
      for (const session of this.#sessions.keys()) session.statusChanged(user);
    };
    accounts.onTokensRemoved = (hashes) => {
      for (const session of [...this.#sessions.keys()]) session.tokensRemoved(hashes);
    };
    rooms.onSubscription = (userId, subscription) => {
      const user = accounts.byId(userId);
      if (!user) return;
      const args = ["updated", subscriptionOnWire(subscription, user)];
      this.#publish(userId, "stream-notify-user", `${userId}/subscriptions-changed`, args);
    };
    rooms.onMessage = (room, message) => {
      for (const member of room.members) {
        const sent = messageOnWire(message);
        const where = { roomParticipant: true, roomType: room.t, roomName: room.name };
        this.#publish(member, "stream-room-messages", "__my_messages__", [sent, where]);
        this.#publish(member, "stream-room-messages", room._id, [sent]);
        const username = accounts.byId(member)?.username;
        const concerned = room.t === "d" || message.mentions.some((mention) => mention.username === username);
        if (member === message.u._id || !concerned) continue;
        const title = room.t === "d" ? message.u.name : `#${room.name}`;
        this.#publish(member, "stream-notify-user", `${member}/notification`, [
          {
            title,
            text: message.msg,
            payload: {
              _id: message._id,
              rid: room._id,
              sender: message.u,
              type: room.t,
              name: room.name,
              message: { msg: message.msg },
            },
          },
        ]);
      }
      if (control.switches.colleague) colleague.hear(room, message);
    };
    colleague.onTyping = (room, name, typing) => {
      for (const member of room.members)
        this.#publish(member, "stream-notify-room", `${room._id}/user-activity`, [name, typing ? ["user-typing"] : []]);
    };
  }
}
