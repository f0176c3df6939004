/** Header of the admin pages: title, description, actions and tabs. */
import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

const pages = [
  { href: "/admin/health", title: "Health" },
  { href: "/admin/audit", title: "Audit" },
] as const;

interface AdminHeadProps {
  readonly title: (typeof pages)[number]["title"];
  readonly intro: ReactNode;
  readonly actions?: ReactNode;
  /** How many things on the health page need attention. */
  readonly troubles: number;
}

export function AdminHead({ title, intro, actions, troubles }: AdminHeadProps) {
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 max-w-160 flex-1 basis-64">
          <h1 className="text-lg">{title}</h1>
          <p className="mt-1 text-base text-ink-2">{intro}</p>
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      <nav aria-label="Admin" className="mt-3 flex gap-5 border-b border-line">
        {pages.map((page) => {
          const here = page.title === title;
          return (
            <Link
              key={page.href}
              href={page.href}
              prefetch={false}
              aria-current={here ? "page" : undefined}
              className={cn(
                "-mb-px inline-flex h-9 items-center gap-2 border-b-2 text-sm font-medium no-underline max-sm:h-11",
                here ? "border-accent text-ink" : "border-transparent text-ink-2 hover:text-ink",
              )}
            >
              {page.title}
              {page.title === "Health" && troubles > 0 && (
                <span className="inline-flex h-4 min-w-4 items-center justify-center rounded-full bg-active px-1 text-3xs font-semibold text-ink-2 tabular-nums">
                  {troubles}
                  <span className="sr-only"> to look at</span>
                </span>
              )}
            </Link>
          );
        })}
      </nav>
    </>
  );
}
