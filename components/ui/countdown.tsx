"use client";
/** The time that is left until a moment: `18 s`, `1:42`. */
import { useEffect, useState } from "react";

const secondMs = 1_000;

const secondsTo = (to: number) => Math.max(0, Math.ceil((to - Date.now()) / secondMs));

const short = (seconds: number) =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const long = (seconds: number) => (seconds === 1 ? "1 second" : `${seconds} seconds`);

/**
 * Counts down each second. Assistive technology hears the time that was left at first: a live region around it must not
 * speak every second.
 *
 * @param to milliseconds since 1970
 */
export function Countdown({ to }: { to: number }) {
  const [seconds, setSeconds] = useState(() => secondsTo(to));
  const [first, setFirst] = useState({ to, seconds });
  if (first.to !== to) {
    setFirst({ to, seconds: secondsTo(to) });
    setSeconds(secondsTo(to));
  }
  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsTo(to)), secondMs);
    return () => clearInterval(timer);
  }, [to]);
  return (
    <>
      <span className="sr-only">{long(first.seconds)}</span>
      <span aria-hidden="true" data-countdown className="tabular-nums">
        {short(seconds)}
      </span>
    </>
  );
}
