"use client";
import { Copy } from "lucide-react";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";

/** Copies the findings as text, e.g. for a ticket. */
export function CopyReport({ text }: { text: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      await toast("Report copied");
    } catch {
      await toast("The browser blocked copying");
    }
  };
  return (
    <Button onClick={copy}>
      <Copy aria-hidden="true" className="size-4" />
      Copy report
    </Button>
  );
}
