/**
 * `javascript/embeddinglib.js`: our own implementation of the vendor's Embedding SDK, written from its documented API
 * and from the messages it exchanges with the frame. It keeps the traps that a portal must survive: no time-outs
 * anywhere, a login that failed leaves its Library marked "busy", and a dashboard object that is dead after the SDK's
 * own re-login. `sdk/generations.ts` says what each build does differently.
 */
import { wrongInput } from "./sdk/address";
import { callPage, Embed, embeds, follow } from "./sdk/embed";
import { generation, traits } from "./sdk/generations";
import { Context, Dossier } from "./sdk/handles";
import type { Router } from "./sdk/router";
import { customAuthenticationTypes, eventTypes, field, type Kind, kinds, type Props, refusalIn } from "./sdk/types";

/** Settles the creation; a page that says nothing leaves it pending. */
interface Settle {
  readonly done: (object: object) => void;
  readonly fail: (error: unknown) => void;
}

/** Waits for the page's own load event. */
type Flow = (embed: Embed, router: Router, settle: Settle) => void;

/** Builds up to January 2024 compile their input schemas, which a page without 'unsafe-eval' forbids. */
function compileSchemas(): void {
  new Function("return true")();
}

if (traits.compiles === "at load") compileSchemas();

/**
 * A failure goes to the page in the frame where there is one, else to `window.alert`; up to June 2022 also when the
 * portal asked for none.
 */
function showFailure(props: Props | undefined, router: Router | undefined, message: string): void {
  if (router?.isOpen) void router.call("showErrorMsg", { msg: message });
  else if (traits.alwaysAlerts || !props?.disableErrorPopupWindow) window.alert(message);
}

async function begin(name: string, kind: Kind, given: Props | undefined, flow: Flow): Promise<unknown> {
  let embed: Embed | undefined;
  try {
    if (traits.compiles === "at create") compileSchemas();
    if (given === undefined || given === null) throw new TypeError(`Cannot read the properties of ${name}`);
    const wrong = wrongInput(kind, given);
    if (wrong) throw new Error(`${name}: ${wrong}`);
    // The schema of the report page of January 2024 drops what it does not know.
    const drops = generation === "2024" && kind === kinds.embedReportPage;
    embed = new Embed(kind, drops ? { ...given, onMsgRouterReadyHandler: undefined } : given);
    return await open(embed, flow);
  } catch (error) {
    const failure = error instanceof Error && !embed ? error : new Error(String(error));
    showFailure(given, embed?.router, failure.message);
    if (traits.resolvesFailures) return undefined;
    throw failure;
  }
}

async function open(embed: Embed, flow: Flow): Promise<unknown> {
  const { props } = embed;
  const router = await embed.openPage();
  if (traits.sessionErrorHandler && props.sessionErrorHandler) {
    router.registerEventHandler(eventTypes.ON_SESSION_ERROR, props.sessionErrorHandler);
    void router.call("addSessionErrorHandler");
  }
  const errorHandler = props.errorHandler ?? props.customErrorHandler;
  if (errorHandler) router.registerEventHandler(eventTypes.ON_ERROR, errorHandler);
  if (props.enableResponsive) follow(embed, router);
  const opened = await new Promise<object>((done, fail) => flow(embed, router, { done, fail }));
  // From here on only handlers that were added to the object or the router hear of errors.
  if (errorHandler) router.removeEventHandler(eventTypes.ON_ERROR, errorHandler);
  props.onDossierCreated?.(opened);
  embed.opened(router);
  selectLater(embed, router);
  return opened;
}

/** `visualizationSelectedElements` travels by calls, one after the other, once the page is drawn. */
function selectLater(embed: Embed, router: Router): void {
  const wanted = embed.props.visualizationSelectedElements;
  if (!wanted) return;
  const select = async () => {
    await router.once(eventTypes.ON_PAGE_RENDER_FINISHED);
    for (const one of Array.isArray(wanted) ? wanted : [wanted])
      await callPage({ embed, router }, "selectVizElements", one);
  };
  select().catch((error: unknown) => embed.props.errorHandler?.(error));
}

const dossierFlow: Flow = async (embed, router, { done, fail }) => {
  await router.once(eventTypes.ON_PAGE_LOADED);
  const answer = await router.call("getDossierStructure");
  if (field(answer, "valid")) {
    if (field(answer, "pageType") === "documentPage")
      console.warn("This is a document: use embedDocumentConsumptionPage.");
    return done(new Dossier(embed, router, field(answer, "res")));
  }
  if (field(answer, "error")) return fail(new Error(refusalIn(answer)));
  // Nothing usable came back: the page is told, the portal is not.
  void router.call("showErrorMsg", { msg: "The structure cannot be read" });
};

const contextFlow = (name: keyof typeof kinds): Flow => {
  const kind: Kind = kinds[name];
  return (embed, router, { done, fail }) => {
    const context = new Context(embed, router, kind.pageType);
    if (generation === "2024" && kind === kinds.embedLibraryPage) {
      void router.once("onLibraryPageLoaded").then(() => done(context));
      return;
    }
    let settled = false;
    const shows = (isLoading: boolean) => (value: unknown) => {
      if (settled) return;
      settled = true;
      const type = String(field(value, "pageType"));
      if (!kind.pageTypes.includes(type)) {
        embed.destroy();
        // In January 2024 the frame goes, and the promise stays pending.
        if (traits.newContexts) fail(new Error(`${name} cannot show a page of type ${type}`));
        return;
      }
      context.state = type;
      if (isLoading) context.load();
      done(context);
    };
    router.registerEventHandler("onEmbedPageLoaded", shows(false));
    if (traits.newContexts && kind !== kinds.embedBotConsumptionPage)
      router.registerEventHandler("onFetchDocumentStart", shows(true));
  };
};

function destroyIn({ placeholder }: { placeholder?: Element }): void {
  if (!placeholder) {
    console.error("A placeholder is needed to destroy an embed.");
    return;
  }
  for (const embed of [...embeds]) if (embed.props.placeholder === placeholder) embed.destroy();
}

const shared = { EventType: eventTypes, CustomAuthenticationType: customAuthenticationTypes };

const contexts = () => ({
  ...Object.fromEntries(
    traits.contexts.map((name) => [name, (props?: Props) => begin(name, kinds[name], props, contextFlow(name))]),
  ),
  destroyEmbedPage: destroyIn,
  ...(traits.newContexts ? shared : {}),
});

const api = {
  dossier: {
    create: (props?: Props) => begin("dossier.create", kinds.dossier, props, dossierFlow),
    destroy: destroyIn,
    ...shared,
  },
  ...(traits.contexts.length > 0 ? { embeddingContexts: contexts(), embedding: { featureFlags: {} } } : {}),
};

// A second load starts a second, independent instance: older builds replace the first one, newer ones merge.
const page = window as { microstrategy?: object };
page.microstrategy = traits.newContexts ? Object.assign(page.microstrategy ?? {}, api) : api;
