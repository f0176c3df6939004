"use client";
/** Opens the drawer: beside an item's name, on an error card, and in an audit event. */
import { Route } from "lucide-react";
import { useSidePanel } from "@/components/shell/side-panel";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { inspect, inspectorPanel } from "./target";

interface InspectButtonProps {
  /** The request to look at; without one the page's item. */
  readonly request?: string;
  readonly className?: string;
}

export function InspectButton({ request, className = buttonClass({ look: "ghost" }) }: InspectButtonProps) {
  const { show } = useSidePanel();
  return (
    <button
      type="button"
      className={className}
      onClick={() => {
        inspect(request ?? null);
        show(inspectorPanel);
      }}
    >
      <Route aria-hidden="true" className="size-4" />
      How this opened
    </button>
  );
}

/** The icon beside an item's actions. */
export function InspectToggle({ className }: { className: string }) {
  const { open, toggle } = useSidePanel();
  const shown = open === inspectorPanel;
  return (
    <button
      type="button"
      aria-label="How this opened"
      aria-expanded={shown}
      data-tip="How this opened"
      className={cn(className, "-ml-2 max-md:ml-0 max-sm:size-11", shown && "bg-accent-soft! text-accent!")}
      onClick={() => {
        inspect(null);
        toggle(inspectorPanel);
      }}
    >
      <Route aria-hidden="true" className="size-4" />
    </button>
  );
}
