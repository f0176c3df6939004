import type { Metadata } from "next";
import { NoShell } from "@/components/shell/no-shell";
import { NotFoundText } from "@/components/shell/not-found-text";

export const metadata: Metadata = { title: "Page not found" };

/** A missing page outside the shell. */
export default function NotFound() {
  return (
    <NoShell>
      <div className="flex h-full overflow-y-auto">
        <div className="m-auto w-full max-w-104 p-6">
          <NotFoundText />
        </div>
      </div>
    </NoShell>
  );
}
