/** Pages inside the shell that say why there is nothing to see. */
import { headers } from "next/headers";
import { CardLayout, ErrorHelp, ErrorText } from "@/components/embed/error-card";
import { requestIdOf } from "@/lib/http/request-id";
import type { EmbedProblem } from "@/lib/vendors/embed-host";

interface ProblemNoticeProps {
  readonly problem: EmbedProblem;
  readonly vendorName?: string;
  /** The page's path. */
  readonly here: string;
}

/** A refusal shown instead of a page, with remedies. */
export function ProblemNotice({ problem, vendorName = "The product", here }: ProblemNoticeProps) {
  return (
    <div className="flex h-full overflow-y-auto" data-code={problem.code}>
      <CardLayout>
        <ErrorText problem={problem} vendorName={vendorName} Heading="h1" />
        <ErrorHelp problem={problem} vendorName={vendorName} here={here} />
      </CardLayout>
    </div>
  );
}

/** Shown to a user that portal.config.ts lists as disabled. */
export async function DisabledNotice() {
  const requestId = requestIdOf(await headers());
  return <ProblemNotice problem={{ code: "user_disabled", requestId }} here="/" />;
}
