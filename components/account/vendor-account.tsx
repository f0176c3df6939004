"use client";
/** The user's account at one vendor, with its actions: link, test, replace, remove, disconnect. */
import { useRouter } from "next/navigation";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { failureText } from "@/components/embed/embed-state";
import type { SectionView } from "@/components/shell/portal-view";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Field } from "@/components/ui/field";
import { LocalTime } from "@/components/ui/local-time";
import { Tag } from "@/components/ui/tag";
import { toast } from "@/components/ui/toast";
import { type AccountAction, act } from "./action";

interface VendorAccountProps {
  readonly section: SectionView;
  /** The page to return to after linking. */
  readonly returnTo: string | null;
}

export function VendorAccount({ section, returnTo }: VendorAccountProps) {
  const { account, name, linkable, linked, openedAt } = section;
  const [replacing, setReplacing] = useState(false);
  const { run, busy, error } = useAction(section);
  const asksForLogin = linkable && (!linked || replacing);
  if (!account)
    return (
      <p className="self-start rounded-lg border border-line bg-sunken p-4 text-base text-ink-2">
        No {name} account is mapped to you. Ask your administrator to add one.
      </p>
    );
  return (
    <div className="self-start overflow-hidden rounded-lg border border-line">
      <div className="flex items-center gap-3 p-4">
        <Avatar name={account} tone="quiet" className="size-8" />
        <div className="min-w-0 grow">
          <p className="truncate text-sm font-medium">{account}</p>
          <p className="text-xs text-ink-3">Mapped by your organization. Your administrator can change it.</p>
        </div>
        {/* Whether it is the sandbox's, the one control in the top bar says. */}
        {!section.sandboxed && <Tag>Managed</Tag>}
      </div>
      {asksForLogin && (
        <LinkForm
          section={section}
          account={account}
          returnTo={returnTo}
          onDone={() => setReplacing(false)}
          onCancel={linked ? () => setReplacing(false) : undefined}
        />
      )}
      {linkable && !asksForLogin && (
        <AccountRow title="Your login" words="Linked. Stored encrypted on the portal's server.">
          <Button size="small" disabled={busy} onClick={() => run("test", `${name} accepts the login`)}>
            Test
          </Button>
          <Button size="small" disabled={busy} onClick={() => setReplacing(true)}>
            Replace
          </Button>
          <Button size="small" look="danger" disabled={busy} onClick={() => run("unlink", `${name} login removed`)}>
            Remove
          </Button>
        </AccountRow>
      )}
      {openedAt && !asksForLogin && (
        <AccountRow title="Open session" words={<LocalTime iso={openedAt} prefix="In this browser since " />}>
          <Button size="small" look="danger" disabled={busy} onClick={() => run("disconnect", `${name} session ended`)}>
            End session
          </Button>
        </AccountRow>
      )}
      {/* The form shows its own errors. */}
      {!asksForLogin && (
        <p role="alert" className={cn("text-xs text-bad", error && "border-t border-line px-4 py-2")}>
          {error}
        </p>
      )}
    </div>
  );
}

interface AccountRowProps {
  readonly title: string;
  readonly words: ReactNode;
  readonly children: ReactNode;
}

/** One thing that exists at the vendor, with its actions. */
function AccountRow({ title, words, children }: AccountRowProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line bg-sunken px-4 py-3">
      <div className="min-w-40 grow">
        <p className="text-sm font-medium">{title}</p>
        <p className="min-h-4 text-xs text-ink-3">{words}</p>
      </div>
      <div className="flex flex-wrap gap-2">{children}</div>
    </div>
  );
}

/** Runs an account action; refreshes the page on success and keeps the problem otherwise. */
function useAction({ id, name }: SectionView) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async (action: AccountAction, done: string, more: Record<string, string> = {}): Promise<boolean> => {
    setBusy(true);
    setError(null);
    const problem = await act(action, { vendor: id, ...more });
    setBusy(false);
    if (problem) {
      const { title, detail } = failureText(problem, name);
      setError(`${title}. ${detail}`);
      return false;
    }
    router.refresh();
    await toast(done);
    return true;
  };
  return { run, busy, error };
}

interface LinkFormProps extends VendorAccountProps {
  readonly account: string;
  readonly onDone: () => void;
  /** Absent when there is no page to return to. */
  readonly onCancel?: () => void;
}

function LinkForm({ section, account, returnTo, onDone, onCancel }: LinkFormProps) {
  const router = useRouter();
  const { run, busy, error } = useAction(section);
  const { name } = section;
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const password = String(new FormData(form).get("password"));
    if (!(await run("link", `${name} account linked`, { password }))) return;
    form.reset();
    onDone();
    if (returnTo) router.push(returnTo);
  };
  return (
    <form onSubmit={submit} className="border-t border-line">
      <div className="grid gap-4 p-4 sm:grid-cols-2">
        <Field
          label={`${name} user name`}
          value={account}
          readOnly
          autoComplete="username"
          hint="Set by your organization"
        />
        <Field
          label="Password"
          name="password"
          type="password"
          required
          maxLength={1000}
          autoComplete="current-password"
          placeholder={`Your ${name} password`}
          error={error}
        />
        <p className="text-sm text-ink-2 sm:col-span-2">
          The portal checks it with {name}, keeps it sealed on its server, and uses it only to sign you in. You can
          remove it at any time.
        </p>
      </div>
      <div className="flex gap-2 border-t border-line bg-sunken px-4 py-3">
        <Button type="submit" look="solid" disabled={busy}>
          {busy ? "Connecting" : "Connect"}
        </Button>
        {onCancel && (
          <Button look="ghost" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
}
