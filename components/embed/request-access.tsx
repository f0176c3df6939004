"use client";
import { Check, KeyRound } from "lucide-react";
import { useState } from "react";
import { askPortal } from "@/lib/grants/ask-portal";
import { problemText } from "@/lib/problem/codes";

/** Asks for an item that is not shared with the user. The answer is the same whether there is such an item or not. */
export function RequestAccess({ page, className }: { page: string; className: string }) {
  const [state, setState] = useState<"idle" | "busy" | "sent">("idle");
  const [trouble, setTrouble] = useState("");
  const request = async () => {
    setState("busy");
    setTrouble("");
    const answer = await askPortal("/api/account/request-access", { page });
    setState(answer.ok ? "sent" : "idle");
    if (!answer.ok) setTrouble(answer.problem.detail ?? problemText(answer.problem.code).detail);
  };
  return (
    <>
      <button type="button" onClick={request} disabled={state !== "idle"} className={className}>
        {state === "sent" ? (
          <Check aria-hidden="true" className="size-4" />
        ) : (
          <KeyRound aria-hidden="true" className="size-4" />
        )}
        {state === "sent" ? "Requested" : "Request access"}
      </button>
      <span role="status" className="mt-2 block text-sm text-ink-2 empty:hidden">
        {state === "sent"
          ? "An administrator sees your request. You are told in the inbox when it is granted."
          : trouble}
      </span>
    </>
  );
}
