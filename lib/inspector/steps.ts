import "server-only";
/** The browser's half: what the embeds' drivers measured, checked and added to the trace that it belongs to. */
import { z } from "zod";
import { itemFor } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { isProblemCode } from "@/lib/problem/codes";
import { recordingById } from "@/lib/trace/buffer";
import { addSteps, type MeasuredStep } from "@/lib/trace/trace";
import { configuredVendor } from "@/lib/vendors/configured";
import { mayInspect } from "./access";

/** `sdk-loaded 120 38`: how long ago it began and how long it took, milliseconds, then the code of a failure. */
const stepPattern = /^([a-z0-9-]{1,40}) (\d{1,6}) (\d{1,6})(?: ([a-z_]{1,40}))?$/;

export const stepsBody = z.strictObject({
  opening: z.uuid(),
  item: z.string().max(100).optional(),
  steps: z.array(z.string().regex(stepPattern)).min(1).max(20),
});

/**
 * Adds steps to a recording of this very session. Steps that the vendor does not name are dropped, and of a failure only a
 * code of the closed list is kept: nothing that the page writes freely reaches a trace.
 */
export function keepSteps(session: PortalSession, body: z.infer<typeof stepsBody>, now = Date.now()): void {
  const recording = recordingById(body.opening);
  if (!recording || recording.sessionId !== session.id || !recording.vendor || !mayInspect(session.user)) return;
  const { vendor } = recording;
  const known = new Set(configuredVendor(vendor)?.vendor.hops?.steps.map(({ id }) => id));
  const steps = body.steps.flatMap((text): MeasuredStep[] => {
    const [, term = "", ago, took, code] = stepPattern.exec(text) ?? [];
    if (!known.has(term)) return [];
    const start = now - Number(ago);
    return [{ term, vendor, start, end: start + Number(took), code: isProblemCode(code) ? code : undefined }];
  });
  // Whoever reports steps has opened the item, also where the grant was asked for none.
  if (recording.kind === "call") recording.kind = "open";
  if (body.item && itemFor(session.user, vendor, body.item)) recording.item ??= body.item;
  addSteps(recording, steps);
}
