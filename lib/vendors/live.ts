"use client";
/**
 * The registry's browser half: what vendors tell the shell while they are open. One line for each vendor that has
 * something to tell; whoever removes a vendor removes its lines here.
 */
import { logOutOfChat, setPresence, useChat, useUnread as useUnreadChat } from "./rocketchat/live";
import { presences } from "./rocketchat/protocol";
import { leaveThoughtSpot } from "./thoughtspot/session";

const counts: Readonly<Record<string, () => number>> = { rocketchat: useUnreadChat };

/** Clear what a product keeps of its user in this browser. */
const farewells: readonly (() => void)[] = [logOutOfChat, leaveThoughtSpot];

const none = () => 0;

/** How many unread things a vendor has for this user. Always called for the same vendor by one component. */
export function useUnread(vendorId: string): number {
  const useCount = counts[vendorId] ?? none;
  return useCount();
}

/** All unread things together. */
export function useAllUnread(): number {
  return useUnreadChat();
}

/** Something new that the user should hear of where they are now. */
export interface Notice {
  /** Differs from the one before, even when the words are the same. */
  readonly id: number;
  readonly vendor: string;
  readonly words: string;
}

/** The newest notice, or null. */
export function useNotice(): Notice | null {
  const { notification } = useChat();
  return (
    notification && { id: notification.id, vendor: "rocketchat", words: `${notification.title}: ${notification.text}` }
  );
}

/** How the user appears to others, and how to change it; null while no product that has this is open. */
export interface PresenceControl {
  readonly now: string | null;
  readonly choices: readonly string[];
  set(choice: string): void;
}

export function usePresence(): PresenceControl | null {
  const { connected, status } = useChat();
  if (!connected) return null;
  return {
    now: status,
    choices: presences,
    set(choice) {
      const presence = presences.find((known) => known === choice);
      if (presence) setPresence(presence);
    },
  };
}

/** Tells every open product that its user leaves; the server ends their sessions as well. */
export function sayFarewell(): void {
  for (const farewell of farewells) farewell();
}
