import type { Metadata } from "next";
import { PlainPage } from "@/components/signin/plain-page";
import { type ProblemCode, problems, problemText } from "@/lib/problem/codes";
import type { Remedy } from "@/lib/problem/text";

export const metadata: Metadata = { title: "What error codes mean" };

const remedyText: Record<Remedy, string> = {
  retry: "Try again.",
  "sign-in": "Sign in again.",
  connect: "Link your account on the Connections page.",
  "open-tab": "Open the product in a new tab.",
  "request-access": "Request access; an administrator finds the request in the audit.",
  home: "Go back to Home.",
  "tell-admin": "Give your administrator the code and the number next to it.",
};

const codes = Object.keys(problems) as ProblemCode[];

/** The page that the `type` of every problem+json answer points to: one heading for each code. */
export default function ProblemsPage() {
  return (
    <PlainPage>
      <h1 className="text-xl tracking-tighter">What error codes mean</h1>
      <p className="mt-2 text-base text-ink-2">
        Every failure in the portal has one of these codes, and a number under which it is recorded.
      </p>
      {codes.map((code) => {
        const { title, detail, remedies, status } = problemText(code);
        return (
          <section key={code} className="mt-6 border-t border-line pt-4">
            <h2 id={code.replaceAll("_", "-")} className="scroll-mt-4 text-base target:text-accent">
              {title}
            </h2>
            <p className="mt-0.5 font-mono text-2xs text-ink-3">
              {code} · HTTP {status}
            </p>
            <p className="mt-2 text-base text-ink-2">{detail}</p>
            <p className="mt-1 text-sm text-ink-3">{remedies.map((remedy) => remedyText[remedy]).join(" ")}</p>
          </section>
        );
      })}
    </PlainPage>
  );
}
