import "server-only";
/** Finds the recordings that the drawer shows, for a user who may see them. */
import type { PortalSession } from "@/lib/broker/user";
import { recordingById, recordingsOf, recordingsOfUser } from "@/lib/trace/buffer";
import type { Recording } from "@/lib/trace/recording";
import { mayInspect, maySee } from "./access";
import type { Inspection } from "./sequence";
import { sequenceOf } from "./view";

const maxRenewals = 10;

/** Of a vendor whose one grant serves every item, what names no item belongs to each of them. */
const isOf = (recording: Recording, vendor: string, item: string | undefined) =>
  recording.vendor === vendor && (recording.item === undefined || item === undefined || recording.item === item);

const laterKinds: readonly string[] = ["renew", "call", "client"];

/** @returns how an item was opened last in this session; null when the user may not see that */
export function inspectItem(session: PortalSession, vendor: string, item: string | undefined): Inspection | null {
  if (!mayInspect(session.user)) return null;
  const recordings = recordingsOf(session.id).filter((one) => maySee(session.user, one));
  const opening = recordings.findLast((one) => one.kind === "open" && one.vendor === vendor && one.item === item);
  return inspectionOf(opening, recordings, vendor, item);
}

/** @returns what a request did; null when it is not known here, or is none that the user may see */
export function inspectRequest(session: PortalSession, requestId: string): Inspection | null {
  const found = recordingById(requestId);
  if (!found?.sessionId || !maySee(session.user, found)) return null;
  const recordings = recordingsOf(found.sessionId);
  return inspectionOf(found, recordings, found.vendor ?? "", found.item);
}

function inspectionOf(
  opening: Recording | undefined,
  recordings: readonly Recording[],
  vendor: string,
  item: string | undefined,
): Inspection {
  const since = opening?.kind === "open" ? opening.at : 0;
  const later = recordings.filter(
    (one) => one !== opening && laterKinds.includes(one.kind) && isOf(one, vendor, item) && one.at >= since,
  );
  return {
    opening: opening ? withRevocations(opening) : null,
    signIn: signInOf(recordings).map(withRevocations),
    renewals: later
      .slice(-maxRenewals)
      .reverse()
      .map((one) => sequenceOf(one)),
  };
}

/** The session's sign-in, and its user's sign-out before that. */
function signInOf(recordings: readonly Recording[]): readonly Recording[] {
  const signIn = recordings.find(({ kind }) => kind === "sign-in");
  const userId = signIn?.userId ?? recordings[0]?.userId;
  const signOut =
    userId && recordingsOfUser(userId).findLast(({ kind, at }) => kind === "sign-out" && at < (signIn?.at ?? Infinity));
  return [signIn, signOut || undefined].filter((one) => one !== undefined);
}

/** A sign-out is told with what it ended at the vendors. */
function withRevocations(recording: Recording) {
  if (recording.kind !== "sign-out" || !recording.sessionId) return sequenceOf(recording);
  const ended = recordingsOf(recording.sessionId).filter(({ kind, at }) => kind === "revoke" && at >= recording.at);
  return sequenceOf(recording, ended);
}
