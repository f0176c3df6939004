"use client";
/** When the frame tries again by itself. */
import { useState } from "react";
import { Countdown } from "@/components/ui/countdown";

export function RetryNotice({ seconds }: { seconds: number }) {
  const [to] = useState(() => Date.now() + seconds * 1_000);
  return (
    <>
      {" "}
      The portal tries again in <Countdown to={to} />.
    </>
  );
}
