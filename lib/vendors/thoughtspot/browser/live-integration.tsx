"use client";
import { useEffect } from "react";
import { joinLive } from "@/lib/live/live";
import { leaveThoughtSpot } from "./thoughtspot-session";

/** ThoughtSpot has nothing to tell the shell, but a session in this browser to end at sign-out. Draws nothing. */
export function ThoughtSpotLive(): null {
  useEffect(() => joinLive("thoughtspot", { onSignOut: leaveThoughtSpot }), []);
  return null;
}
