"use client";
/** Has the server try a vendor right now, and tells what came of it. */
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { toast } from "@/components/ui/toast";
import { problemText } from "@/lib/problem/codes";
import { tryVendor } from "./live-status";

export function TryNow({ vendorId, name }: { vendorId: string; name: string }) {
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    const found = await tryVendor(vendorId);
    setBusy(false);
    await toast(found.code ? problemText(found.code, name).title : `${name} works`);
  };
  return (
    // Not disabled while busy: that would move the focus away.
    <Button
      size="small"
      aria-label={busy ? undefined : `Try ${name} now`}
      aria-disabled={busy || undefined}
      onClick={() => !busy && run()}
    >
      <RotateCw aria-hidden="true" className={cn("size-3.5", busy && "animate-turn")} />
      {busy ? "Trying" : "Try now"}
    </Button>
  );
}
