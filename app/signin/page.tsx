import { ChevronRight, KeyRound } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PlainPage } from "@/components/signin/plain-page";
import { Portico } from "@/components/signin/portico";
import { Avatar } from "@/components/ui/avatar";
import { buttonClass } from "@/components/ui/button";
import { Tag } from "@/components/ui/tag";
import { getSession } from "@/lib/auth/session";
import { signInErrorHint, signInErrorSentence } from "@/lib/auth/sign-in-errors";
import { getConfig } from "@/lib/config/config";
import { type Persona, personas } from "@/lib/config/sandbox";
import { safeReturnTo } from "@/lib/security/redirect";
import { configuredVendors } from "@/lib/vendors/configured";
import { signInAsPersonaAction, signInWithOidcAction } from "./actions";

export const metadata: Metadata = { title: "Sign in" };

/** `from`: the page to return to; `error`: why the last attempt failed; `again`: sign in again even with a session. */
export default async function SignInPage({ searchParams }: PageProps<"/signin">) {
  const { from, error, again } = await searchParams;
  const returnTo = safeReturnTo(from);
  if (!error && !again && (await getSession())) redirect(returnTo);
  const sentence = signInErrorSentence(error);
  const hint = signInErrorHint(error);
  const { oidc, personas: personasAllowed } = getConfig();
  const columns = configuredVendors().map(({ vendor }) => ({ vendor: vendor.id, kind: vendor.kinds[0] ?? "" }));
  return (
    <PlainPage
      beside={
        <>
          <Portico columns={columns} />
          <p className="text-base text-ink-2">Everything your organization shares with you, in one place.</p>
        </>
      }
    >
      <h1 className="text-xl tracking-tighter">Sign in</h1>
      <p className="mt-1 text-base text-ink-2">One sign-in for dashboards, chat and insights.</p>
      {sentence && (
        <p role="alert" className="mt-4 rounded-sm border border-bad-line bg-bad-soft px-3 py-2 text-sm text-bad">
          {sentence}
          {hint && <span className="mt-1 block text-xs text-ink-2">{hint}</span>}
        </p>
      )}
      {oidc && (
        <form action={signInWithOidcAction} className="mt-6">
          <input type="hidden" name="from" value={returnTo} />
          <button type="submit" className={buttonClass({ look: "solid" }, "h-10 w-full text-base")}>
            <KeyRound aria-hidden="true" className="size-4" />
            Continue with your organization
          </button>
        </form>
      )}
      {personasAllowed && <Personas returnTo={returnTo} alone={!oidc} />}
    </PlainPage>
  );
}

function Personas({ returnTo, alone }: { returnTo: string; alone: boolean }) {
  return (
    <form action={signInAsPersonaAction} className="mt-5">
      <input type="hidden" name="from" value={returnTo} />
      {!alone && (
        <p className="mb-3 flex items-center gap-3 text-xs text-ink-3 before:grow before:border-t before:border-line after:grow after:border-t after:border-line">
          or as a sandbox persona
        </p>
      )}
      <ul className="rounded-lg border border-line py-1">
        {personas.map((persona) => (
          <li key={persona.persona}>
            <PersonaButton persona={persona} />
          </li>
        ))}
      </ul>
      <p className="mt-3 flex items-start gap-2.5 text-xs text-ink-3">
        <Tag tone="line">Sandbox</Tag>
        <span>Personas need no password and never reach a real vendor.</span>
      </p>
    </form>
  );
}

/** The button's name starts with the persona, e.g. "Admin". */
function PersonaButton({ persona: { persona, blurb, name } }: { persona: Persona }) {
  const word = persona.charAt(0).toUpperCase() + persona.slice(1);
  return (
    <button
      type="submit"
      name="persona"
      value={persona}
      className="flex w-full items-center gap-3 px-3 py-1.5 text-left hover:bg-hover focus-visible:-outline-offset-2"
    >
      <Avatar name={word} tone="quiet" className="size-8" />
      <span className="min-w-0 grow">
        <span className="block text-base font-medium">
          {word} <span className="text-sm font-normal text-ink-3">{name}</span>
        </span>
        <span className="block text-xs text-ink-3">{blurb}</span>
      </span>
      <ChevronRight aria-hidden="true" className="size-4 text-ink-3" />
    </button>
  );
}
