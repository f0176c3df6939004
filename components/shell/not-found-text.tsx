import { buttonClass } from "@/components/ui/button";
import { problemText } from "@/lib/problem/codes";

/**
 * The text of a not-found page, inside the shell and outside. Part of every page, so it needs no scripts: its link is a
 * plain one.
 */
export function NotFoundText() {
  const { title, detail } = problemText("not_found");
  return (
    <>
      <h1 className="text-xl tracking-tighter">{title}</h1>
      <p className="mt-2 text-base text-ink-2">{detail}</p>
      <p className="mt-5">
        <a href="/" className={buttonClass({ look: "solid" })}>
          Back to Home
        </a>
      </p>
    </>
  );
}
