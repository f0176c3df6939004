"use client";
import { useEffect } from "react";
import { joinLive, type LiveNews } from "@/lib/live/live";
import { presences } from "../protocol";
import { currentChat, logOutOfChat, openPlace, setPresence, watchChat } from "./live";

function news(): LiveNews {
  const { connected, unread, status, notification, room, inbox } = currentChat();
  return {
    unread,
    inbox,
    place: room?.title || null,
    notice: notification && { id: notification.id, words: `${notification.title}: ${notification.text}` },
    presence: connected
      ? {
          now: status,
          choices: presences,
          set(choice) {
            const presence = presences.find((known) => known === choice);
            if (presence) setPresence(presence);
          },
        }
      : null,
  };
}

/** The chat's part in the shell: unread messages, presence, notifications, and the end at sign-out. Draws nothing. */
export function RocketChatLive(): null {
  useEffect(() => joinLive("rocketchat", { subscribe: watchChat, news, onSignOut: logOutOfChat, open: openPlace }), []);
  return null;
}
