/** A labelled input with an error or a hint below. */
import { CircleX } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn";

type FieldProps = Omit<ComponentProps<"input">, "id"> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
};

export function Field({ label, hint, error, className, ...input }: FieldProps) {
  const id = useId();
  const messageId = `${id}-message`;
  const message = error ?? hint;
  return (
    <div className={cn("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={message ? messageId : undefined}
        className={cn(
          "h-8 rounded-sm border bg-surface px-2.5 text-sm text-ink placeholder:text-ink-3 read-only:bg-sunken read-only:text-ink-2 max-sm:h-11 max-sm:text-md",
          error ? "border-bad" : "border-control",
        )}
      />
      <p id={messageId} role={error ? "alert" : undefined} className={cn("text-xs", error ? "text-bad" : "text-ink-3")}>
        {error && <CircleX aria-hidden="true" className="mr-1.5 mb-0.5 inline size-3.5" />}
        {message}
      </p>
    </div>
  );
}
