"use client";
/** Buttons that call an admin route and then refresh the page. */
import { RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { failureText } from "@/components/embed/embed-state";
import { announce } from "@/components/ui/announcer";
import { Button, type ButtonStyle } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { toast } from "@/components/ui/toast";
import { askPortal } from "@/lib/grants/ask-portal";

interface AdminActionProps extends ButtonStyle {
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
  readonly label: string;
  readonly busyLabel: string;
}

/** A button whose result is announced by a toast. */
function useAction(path: string, body: Readonly<Record<string, string>>) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [drawing, startDrawing] = useTransition();
  const run = async (words: (answer: Readonly<Record<string, unknown>>) => string) => {
    setAsking(true);
    const answer = await askPortal(path, body);
    setAsking(false);
    if (!answer.ok) {
      const { title, detail } = failureText(answer.problem, "The portal");
      announce(`${title}. ${detail}`, "assertive");
      await toast(title);
      return;
    }
    startDrawing(() => router.refresh());
    await toast(words(answer.body));
  };
  return { run, busy: asking || drawing };
}

function ActionButton({
  busy,
  label,
  busyLabel,
  onClick,
  ...style
}: Pick<AdminActionProps, "label" | "busyLabel"> & ButtonStyle & { busy: boolean; onClick: () => void }) {
  return (
    // Not disabled while busy: that would move the focus away.
    <Button {...style} aria-disabled={busy || undefined} onClick={() => !busy && onClick()}>
      <RotateCw aria-hidden="true" className={cn("size-4", busy && "animate-turn")} />
      {busy ? busyLabel : label}
    </Button>
  );
}

/** Runs every check. */
export function CheckNow() {
  const { run, busy } = useAction("/api/admin/checks", {});
  return (
    <ActionButton
      look="solid"
      label="Check now"
      busyLabel="Checking"
      busy={busy}
      onClick={() => run(() => "All checks have run")}
    />
  );
}

/** How often an open page repeats the checks. */
const repeatMs = 60_000;

/**
 * Keeps the report young: runs the checks when the page opens and every minute while it is in front, so that no old
 * report stands beside a newer state.
 */
export function KeepChecking() {
  const router = useRouter();
  useEffect(() => {
    let gone = false;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const answer = await askPortal("/api/admin/checks", { automatic: true });
      if (answer.ok && !gone) router.refresh();
    };
    void look();
    const timer = setInterval(look, repeatMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      gone = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [router]);
  return null;
}

/** Retries a vendor's pending revocations. */
export function TryNow({ vendor, name }: { vendor: string; name: string }) {
  const { run, busy } = useAction("/api/admin/revocations", { vendor });
  return (
    <ActionButton
      size="small"
      label="Try now"
      busyLabel="Trying"
      busy={busy}
      onClick={() =>
        run(({ waiting }) =>
          waiting === 0 ? `${name} has ended every session` : `${name} has not confirmed ${String(waiting)} of them`,
        )
      }
    />
  );
}
