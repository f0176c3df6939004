/** One embed from start to end, with an SDK as unhelpful as the vendor's: it never times out and tells little. */
import { act } from "react";
import { type EmbedReport, GrantRefused } from "@/lib/vendors/embed-host";
import type { CommonProps, Dossier, DossierProps, EmbeddingSdk, Grant, SdkError } from "../protocol";
import { limitAfter, MicroStrategyDriver, type Order } from "./driver";
import { shieldSdk } from "./messages";
import { probeMs } from "./probes";
import type { SessionVerdict } from "./state";

const endForeignLibrarySession = jest.fn(async () => undefined);
jest.mock("./user-switch", () => ({ endForeignLibrarySession: () => endForeignLibrarySession() }));

const probeSession = jest.fn(async () => "unknown" as SessionVerdict);
const diagnoseSilence = jest.fn(async () => ({ code: "vendor_failed" }) as const);
jest.mock("./probes", () => ({
  ...jest.requireActual("./probes"),
  probeSession: () => probeSession(),
  diagnoseSilence: () => diagnoseSilence(),
}));

let sdk: FakeSdk;
const loadSdk = jest.fn(async () => sdk as EmbeddingSdk);
jest.mock("./sdk", () => ({ ...jest.requireActual("./sdk"), loadSdk: () => loadSdk() }));

/** Records what was created and lets a test play the Library's pages. */
class FakeSdk implements EmbeddingSdk {
  readonly created: Created[] = [];
  readonly destroyed: HTMLElement[] = [];
  readonly dossier = {
    create: (props: DossierProps) =>
      new Promise<Dossier | undefined>((resolve, reject) => this.#make(props, resolve, reject)),
    destroy: ({ placeholder }: { placeholder: HTMLElement }) => void this.destroyed.push(placeholder),
    CustomAuthenticationType: { IDENTITY_TOKEN: "loginWithIdentityToken" },
  };
  #make(props: CommonProps, resolve: (value: Dossier | undefined) => void, reject: (error: Error) => void) {
    props.placeholder.append(document.createElement("iframe"));
    this.created.push(new Created(props, resolve, reject));
  }
  get last(): Created {
    const last = this.created.at(-1);
    if (!last) throw new Error("Nothing was created");
    return last;
  }
}

class Created {
  readonly handlers: [name: string, handler: (value: unknown) => void][] = [];
  /** What the frame answers when it is asked to go elsewhere; absent in builds that cannot. */
  goToPage?: jest.Mock;
  /** What the SDK lists as chapters. */
  chapters: unknown;
  constructor(
    readonly props: CommonProps,
    readonly settle: (value: Dossier | undefined) => void,
    readonly reject: (error: Error) => void,
  ) {}
  /** The page's handshake. */
  ready() {
    this.props.onMsgRouterReadyHandler?.({
      MsgRouter: { registerEventHandler: (...one) => void this.handlers.push(one) },
    });
  }
  raise(name: string, value?: unknown) {
    for (const [known, handler] of this.handlers) if (known === name) handler(value);
  }
  resolve() {
    const { goToPage, chapters } = this;
    const list = { getChapterList: () => chapters };
    this.settle(goToPage ? { ...list, getEmbeddingContext: () => ({ goToPage }) } : list);
  }
  async open() {
    await this.props.getLoginToken();
    this.ready();
    this.raise("onPageLoaded");
    this.resolve();
    await settle();
  }
}

/** What the frame posts to the page. */
const say = (frame: HTMLIFrameElement, data: object) => {
  frame.setAttribute("MSTR-Embed-IFrame", "true");
  const origin = "https://bi.example.com";
  window.dispatchEvent(new MessageEvent("message", { data, origin, source: frame.contentWindow }));
};

/** Lets every promise that can settle do so. */
const settle = () => act(async () => jest.advanceTimersByTimeAsync(0));
const wait = (ms: number) => act(async () => jest.advanceTimersByTimeAsync(ms));

const words = (report: EmbedReport) => (report.state === "failed" ? `failed ${report.problem.code}` : report.state);

let minted: number;
let said: string[];
const drivers: MicroStrategyDriver[] = [];

function start(more: Partial<Order> = {}): { said: string[]; container: HTMLElement; driver: MicroStrategyDriver } {
  const heard: string[] = [];
  const container = document.createElement("div");
  document.body.append(container);
  const mint = async (): Promise<Grant> => {
    minted += 1;
    return { identityToken: `token-${minted}`, userId: "U" };
  };
  const driver = new MicroStrategyDriver({
    libraryUrl: "https://bi.example.com/MicroStrategyLibrary",
    view: { asked: () => ({ filters: [] }), shown() {}, lost() {} },
    mayEvaluate: true,
    kind: "dashboard",
    title: "Sales",
    target: { projectId: "P", objectId: "O" },
    container,
    take: mint,
    renew: mint,
    report: (report) => void heard.push(words(report)),
    ...more,
  });
  drivers.push(driver);
  driver.start();
  return { said: heard, container, driver };
}

beforeAll(() => shieldSdk("https://bi.example.com"));
beforeEach(() => {
  jest.useFakeTimers();
  sdk = new FakeSdk();
  minted = 0;
  said = [];
  loadSdk.mockClear();
  endForeignLibrarySession.mockReset();
});
afterEach(async () => {
  for (const driver of drivers.splice(0)) driver.stop();
  // What is destroyed a moment later belongs to this test.
  await wait(1);
  jest.useRealTimers();
});

describe("a failure has its name", () => {
  test("an SDK that never answers", async () => {
    ({ said } = start());
    await wait(7_900);
    expect(said).toEqual(["loading"]);
    await wait(1_100);
    expect(said.at(-1)).toBe("failed embed_timeout");
    expect(sdk.destroyed).toHaveLength(1);
  });

  test("a grant that the portal refuses", async () => {
    ({ said } = start({ take: () => Promise.reject(new GrantRefused({ code: "credential_missing" })) }));
    await settle();
    expect(said).toEqual(["failed credential_missing"]);
    expect(sdk.created).toEqual([]);
  });

  test("an SDK that does not load", async () => {
    const { EmbedFailure } = jest.requireActual<typeof import("./problems")>("./problems");
    loadSdk.mockRejectedValueOnce(new EmbedFailure("sdk_unavailable"));
    ({ said } = start());
    await settle();
    expect(said).toEqual(["failed sdk_unavailable"]);
  });

  test("someone else's session that cannot be ended: nothing is embedded", async () => {
    const { EmbedFailure } = jest.requireActual<typeof import("./problems")>("./problems");
    endForeignLibrarySession.mockRejectedValueOnce(new EmbedFailure("embed_refused"));
    ({ said } = start());
    await settle();
    expect(said).toEqual(["failed embed_refused"]);
    expect(sdk.created).toEqual([]);
  });

  const refuse = async (message: string) => {
    await sdk.last.props.getLoginToken();
    sdk.last.reject(new Error(message));
    await settle();
  };

  test.each(["Error: Error: Login failed: the identity token was not accepted", "Error: something else"])(
    "a login that rejects with %j, also with a new token",
    async (message) => {
      ({ said } = start());
      await settle();
      await refuse(message);
      expect(said).not.toContain("failed embed_refused");
      await refuse(message);
      expect(said.at(-1)).toBe("failed embed_refused");
      expect(minted).toBe(2);
    },
  );

  test("a login that rejects because of cookies: another token would not help", async () => {
    ({ said } = start());
    await settle();
    await refuse("Error: the browser did not keep the session cookie");
    expect(said.at(-1)).toBe("failed cookies_blocked");
    expect(minted).toBe(1);
  });

  test("a login page that never answers, when the Library knows of no session", async () => {
    probeSession.mockResolvedValueOnce("none");
    ({ said } = start());
    await settle();
    await sdk.last.props.getLoginToken();
    await wait(8_000);
    expect(said.at(-1)).toBe("failed embed_refused");
  });

  test.each([
    [{ statusCode: 404, errorCode: "ERR004" }, "item_missing"],
    [{ statusCode: 403, errorCode: "ERR017" }, "account_forbidden"],
    [{ statusCode: 500, errorCode: "ERR001", iServerErrorCode: -2147072486 }, "session_cap"],
    [{ statusCode: 500, errorCode: "ERR002", ticketId: "0".repeat(32) }, "embed_failed"],
  ] satisfies [SdkError, string][])("a page that reports %j while it loads", async (error, code) => {
    ({ said } = start());
    await settle();
    sdk.last.ready();
    sdk.last.props.errorHandler?.(error);
    await settle();
    expect(said.at(-1)).toBe(`failed ${code}`);
  });

  test("a page that reports an error while it loads, through an API that takes no handlers as properties", async () => {
    ({ said } = start());
    await settle();
    sdk.last.ready();
    sdk.last.raise("onError", { statusCode: 404, errorCode: "ERR004" });
    await settle();
    expect(said.at(-1)).toBe("failed item_missing");
  });

  test("a frame that loads and says nothing is looked into", async () => {
    const { said: heard, container } = start();
    await settle();
    const frame = container.querySelector("iframe");
    Object.defineProperty(frame, "contentWindow", {
      get: () => {
        throw new Error("a page of another origin");
      },
    });
    frame?.dispatchEvent(new Event("load"));
    await wait(3_000);
    expect(heard.at(-1)).toBe("failed vendor_failed");
  });

  test("a kind of item that the SDK's build does not know", async () => {
    ({ said } = start({ kind: "bot" }));
    await settle();
    expect(said.at(-1)).toBe("failed kind_unsupported");
    expect(sdk.created).toEqual([]);
  });

  test("a build of 2022 or earlier where the page forbids compiling: it would show a dialog of its own", async () => {
    ({ said } = start({ mayEvaluate: false }));
    await settle();
    expect(said.at(-1)).toBe("failed sdk_unavailable");
    expect(sdk.created).toEqual([]);
  });

  test("a build of 2020 that fails and resolves with nothing", async () => {
    ({ said } = start());
    await settle();
    sdk.last.settle(undefined);
    await settle();
    expect(said.at(-1)).toBe("failed embed_failed");
  });

  test("no alert is asked for, whatever happens", async () => {
    start();
    await settle();
    expect(sdk.last.props.disableErrorPopupWindow).toBe(true);
  });
});

test("interactive needs the page's own event, not only the SDK's promise", async () => {
  ({ said } = start());
  await settle();
  sdk.last.ready();
  sdk.last.resolve();
  await settle();
  expect(said).not.toContain("interactive");
  sdk.last.raise("onPageLoaded");
  await settle();
  expect(said.at(-1)).toBe("interactive");
});

test("the frame has a title", async () => {
  const { container } = start();
  await settle();
  await sdk.last.open();
  expect(container.querySelector("iframe")?.title).toBe("Sales");
});

test("a session error rebuilds behind the old frame, with a new token, page and filters", async () => {
  const { said: heard, container } = start();
  await settle();
  await sdk.last.open();
  const first = sdk.last;
  const pages = [{ key: "K54" }, { key: "K55" }];
  first.raise("onDossierConsumptionPageLoaded", { toc: [{ key: "K36", pages }, null] });
  first.raise("onPageSwitched", { key: "K55" });
  const items = [
    { name: "2024", value: "h2;A", selected: true },
    { name: "2025", value: "h3;A", selected: false },
  ];
  first.raise("onFilterUpdated", { filterInfo: [{ filterKey: "W1", filterDetail: { items } }] });
  first.props.sessionErrorHandler?.({});
  await settle();
  expect(heard.at(-1)).toBe("renewing");
  expect(sdk.created).toHaveLength(2);
  expect(sdk.destroyed).toEqual([]);
  expect(sdk.last.props.pageKey).toBe("K36--K55");
  expect(sdk.last.props.filters).toEqual([{ key: "W1", selections: [{ id: "h2;A", name: "2024" }] }]);
  expect(await sdk.last.props.getLoginToken()).toBe("token-2");
  await sdk.last.open();
  expect(heard.slice(-2)).toEqual(["renewing", "interactive"]);
  expect(sdk.destroyed).toEqual([first.props.placeholder]);
  expect(container.querySelectorAll("iframe")).toHaveLength(1);
});

test("a session error that is heard twice, from the SDK and from the page, is one rebuild", async () => {
  ({ said } = start());
  await settle();
  await sdk.last.open();
  const first = sdk.last;
  first.raise("onSessionError", {});
  first.props.sessionErrorHandler?.({});
  await settle();
  await sdk.last.open();
  expect(sdk.created).toHaveLength(2);
  expect(said.filter((one) => one === "renewing")).toHaveLength(1);
  expect(said.at(-1)).toBe("interactive");
});

test.each([
  ["the SDK's list knows", [{ nodeKey: "K36", children: [{ nodeKey: "K54" }] }], "K36--K54"],
  ["no one lists", undefined, "K54"],
])("a page whose chapter %s is asked for in the rebuilt frame", async (_name, listed, expected) => {
  start();
  await settle();
  sdk.last.chapters = listed;
  await sdk.last.open();
  sdk.last.raise("onPageSwitched", { key: "K54" });
  sdk.last.props.sessionErrorHandler?.({});
  await settle();
  expect(sdk.created).toHaveLength(2);
  expect(sdk.last.props.pageKey).toBe(expected);
});

test("rebuilding stops after three times in five minutes", async () => {
  ({ said } = start());
  for (let i = 0; i < 4; i += 1) {
    await settle();
    await sdk.last.open();
    sdk.last.props.sessionErrorHandler?.({});
  }
  await settle();
  expect(said.at(-1)).toBe("failed embed_session_lost");
  expect(sdk.created).toHaveLength(4);
});

test("a dashboard that asks for a second token has lost its object, so it is rebuilt", async () => {
  ({ said } = start());
  await settle();
  await sdk.last.open();
  const token = jest.fn();
  void sdk.last.props.getLoginToken().then(token, token);
  await settle();
  expect(said.at(-1)).toBe("renewing");
  expect(sdk.created).toHaveLength(2);
  // A rejection would be an error of the page: the build leaves it unhandled.
  expect(token).not.toHaveBeenCalled();
});

test("a login long after the page was opened with a session that was there gets no token of that time", async () => {
  const { said: heard } = start();
  await settle();
  sdk.last.ready();
  sdk.last.raise("onPageLoaded");
  sdk.last.resolve();
  await settle();
  expect(heard.at(-1)).toBe("interactive");
  const token = jest.fn();
  void sdk.last.props.getLoginToken().then(token, token);
  await settle();
  expect(token).not.toHaveBeenCalled();
  expect(heard.at(-1)).toBe("renewing");
  expect(await sdk.last.props.getLoginToken()).toBe("token-2");
});

test("a burst of token requests gets as many tokens", async () => {
  start();
  await settle();
  const { getLoginToken } = sdk.last.props;
  const tokens = await Promise.all([getLoginToken(), getLoginToken(), getLoginToken()]);
  expect(tokens).toEqual(["token-1", "token-2", "token-3"]);
});

test("an open item keeps the broker's session alive, one that still loads does not, and a failure is no news", async () => {
  let fail = false;
  const renew = jest.fn(async () => {
    if (fail) throw new Error("no answer");
    return { identityToken: "unused", userId: "U" };
  });
  const { driver, said: heard } = start({ renew });
  await settle();
  driver.keepAlive();
  expect(renew).not.toHaveBeenCalled();
  await sdk.last.open();
  driver.keepAlive();
  fail = true;
  driver.keepAlive();
  await settle();
  expect(renew).toHaveBeenCalledTimes(2);
  expect(heard.at(-1)).toBe("interactive");
});

test("a token that has waited too long for its turn is replaced before it is used", async () => {
  start();
  await settle();
  jest.setSystemTime(Date.now() + 11_000);
  expect(await sdk.last.props.getLoginToken()).toBe("token-2");
});

test("an embed is destroyed only after the SDK has left the call that it is in", async () => {
  const { driver, container } = start();
  await settle();
  await sdk.last.open();
  driver.stop();
  expect(container.querySelector("iframe")).toBeNull();
  expect(sdk.destroyed).toEqual([]);
  await settle();
  expect(sdk.destroyed).toHaveLength(1);
});

test("a session error right after a login that worked means that its cookie was not kept", async () => {
  ({ said } = start());
  await settle();
  await sdk.last.props.getLoginToken();
  const frame = sdk.last.props.placeholder.querySelector("iframe") as HTMLIFrameElement;
  say(frame, { mt: "funccall", mid: "msg3", did: "dossierInstance1", value: { valid: true } });
  sdk.last.ready();
  sdk.last.raise("onSessionError", {});
  await settle();
  expect(said.at(-1)).toBe("failed cookies_blocked");
});

test("on this machine a lost cookie has a way out that is named", async () => {
  const problems: (string | undefined)[] = [];
  const report = (one: EmbedReport) => void problems.push(one.state === "failed" ? one.problem.detail : undefined);
  for (const libraryUrl of ["http://mstr.localhost:4001/MicroStrategyLibrary", "https://bi.example.com/Library"]) {
    start({ libraryUrl, report });
    await settle();
    await sdk.last.props.getLoginToken();
    sdk.last.reject(new Error("the browser kept no cookie"));
    await settle();
  }
  expect(problems.filter(Boolean)).toEqual([expect.stringContaining("npm run demo -- --same-site")]);
});

describe("a refused login has its name without waiting for anything, whichever signal the build gives alone", () => {
  const scriptAddress = "https://bi.example.com/MicroStrategyLibrary/javascript/embeddinglib.js";
  const frameOf = ({ props }: Created) => props.placeholder.querySelector("iframe") as HTMLIFrameElement;
  const answer = { mt: "funccall", mid: "msg3", did: "dossierInstance1" };

  test.each<[signal: string, give: (created: Created) => void]>([
    [
      "the login frame's answer: all builds, with and without cross-origin headers on the script",
      (created) => say(frameOf(created), { ...answer, value: { valid: false, error: { errMsg: "no" } } }),
    ],
    ["the SDK's promise: the current build", (created) => created.reject(new Error("Error: no"))],
    [
      "a rejection that the script lost: 2022 and 2024 with cross-origin headers",
      () => {
        const reason = Object.assign(new Error("no"), { stack: `Error: no\n    at login (${scriptAddress}:1:1)` });
        window.dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason }));
      },
    ],
  ])("%s", async (_signal, give) => {
    const startedAt = Date.now();
    ({ said } = start());
    // The token that came with the page, and the new one that follows it once.
    for (const token of ["token-1", "token-2"]) {
      await settle();
      expect(await sdk.last.props.getLoginToken()).toBe(token);
      give(sdk.last);
    }
    await settle();
    expect([said.at(-1), Date.now() - startedAt]).toEqual(["failed embed_refused", 0]);
  });

  test("a rejection of another script is none of the SDK's", async () => {
    ({ said } = start());
    await settle();
    await sdk.last.props.getLoginToken();
    for (const reason of [
      new Error("somebody else's"),
      "no error",
      Object.assign(new Error("x"), { stack: undefined }),
    ])
      window.dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason }));
    await settle();
    expect([said.at(-1), minted]).toEqual(["loading", 1]);
  });

  test("a cookie that is not kept, with a page that says nothing after the login, has its name within four seconds", async () => {
    probeSession.mockResolvedValueOnce("none");
    const startedAt = Date.now();
    ({ said } = start());
    await settle();
    await sdk.last.props.getLoginToken();
    say(frameOf(sdk.last), { ...answer, value: { valid: true } });
    while (said.at(-1) === "loading" && Date.now() - startedAt < 10_000) await wait(100);
    // The probe itself takes 0.8 seconds at most.
    expect(said.at(-1)).toBe("failed cookies_blocked");
    expect(Date.now() - startedAt + probeMs).toBeLessThan(4_000);
  });
});

test("the time counts from the page's navigation, and ends before ten seconds with what it takes to name a cause", () => {
  expect([0, 400, 2_000, 4_400, 9_000].map(limitAfter)).toEqual([8_000, 8_000, 6_400, 4_000, 4_000]);
  const naming = 900;
  for (const at of [0, 400, 2_000, 4_400]) expect(at + limitAfter(at) + naming).toBeLessThan(10_000);
});

test("embeds of one Library are created one after the other", async () => {
  start();
  start();
  await settle();
  expect(sdk.created).toHaveLength(1);
  await sdk.last.open();
  await settle();
  expect(sdk.created).toHaveLength(2);
});

test("a fifth embed of one Library is refused with the reason, and may come when another one is gone", async () => {
  const four = Array.from({ length: 4 }, () => start());
  expect(start().said).toEqual(["failed embed_failed"]);
  four[0]?.driver.stop();
  const fifth = start();
  await settle();
  expect(fifth.said).not.toContain("failed embed_failed");
});

test("a failed login takes every embed of that Library down, and the others come back", async () => {
  const healthy = start();
  await settle();
  await sdk.last.open();
  const failing = start();
  await settle();
  await sdk.last.props.getLoginToken();
  sdk.last.reject(new Error("the browser kept no cookie"));
  await settle();
  expect(failing.said.at(-1)).toBe("failed cookies_blocked");
  expect(sdk.destroyed).toHaveLength(2);
  expect(healthy.said.at(-1)).not.toBe("interactive");
  await sdk.last.open();
  expect(healthy.said.at(-1)).toBe("interactive");
});

test("an embed that is left while it loads says nothing more and lets the next one start", async () => {
  const left = start();
  await settle();
  left.driver.stop();
  const next = start();
  await settle();
  expect(left.said).toEqual(["loading"]);
  expect(sdk.created).toHaveLength(2);
  await sdk.last.open();
  expect(next.said.at(-1)).toBe("interactive");
});

describe("another item in the same frame", () => {
  const pageLoaded = (pageType = "dossierConsumptionPage") => sdk.last.raise("onEmbedPageLoaded", { pageType });

  /** An open dashboard whose SDK can go to another one, unless `goToPage` is null. */
  async function openFirst(goToPage: jest.Mock | null = jest.fn(async () => ({ valid: true })), kind = "dashboard") {
    const first = start({ kind });
    await settle();
    if (goToPage) sdk.last.goToPage = goToPage;
    await sdk.last.open();
    const next: string[] = [];
    const order = (more: Partial<Order> = {}): Order => ({
      libraryUrl: "https://bi.example.com/MicroStrategyLibrary",
      mayEvaluate: true,
      kind: "dashboard",
      title: "Stores",
      target: { projectId: "P", objectId: "O2" },
      container: first.container,
      take: async () => ({ identityToken: "for-stores", userId: "U" }),
      renew: async () => ({ identityToken: "renewed", userId: "U" }),
      report: (report) => void next.push(words(report)),
      view: { asked: () => ({ filters: [] }), shown() {}, lost() {} },
      ...more,
    });
    return { ...first, next, order, frame: () => first.container.querySelector("iframe") };
  }

  test.each([
    ["an SDK that cannot", null, {}],
    ["an item of another kind", undefined, { kind: "report" }],
    ["an item with filters of its own", undefined, { target: { projectId: "P", objectId: "O2", filters: "[]" } }],
    ["another Library", undefined, { libraryUrl: "https://other.example.com/MicroStrategyLibrary" }],
  ])("%s is not tried", async (_name, goToPage, more) => {
    const { driver, order, next } = await openFirst(goToPage);
    expect(driver.moveTo(order(more))).toBe(false);
    expect(next).toEqual([]);
  });

  test("an item that is still loading takes no other one in", async () => {
    const { order } = await openFirst();
    const { driver, container } = start();
    await settle();
    expect(driver.moveTo(order({ container }))).toBe(false);
  });

  test("is proved by its own page, keeps the frame, asks for no second login, and gets its title", async () => {
    const goToPage = jest.fn(async () => ({ valid: true }));
    const { driver, order, next, frame } = await openFirst(goToPage);
    const before = frame();
    expect(driver.moveTo(order())).toBe(true);
    await settle();
    expect(goToPage).toHaveBeenCalledWith({ projectId: "P", objectId: "O2" });
    sdk.last.raise("onPageLoaded");
    await settle();
    expect(next).toEqual(["loading"]);
    pageLoaded();
    await settle();
    expect(next).toEqual(["loading", "interactive"]);
    expect(frame()).toBe(before);
    expect(before?.title).toBe("Stores");
    expect([sdk.created.length, sdk.destroyed.length]).toEqual([1, 0]);
  });

  test("is refused by the portal before the frame is asked", async () => {
    const goToPage = jest.fn();
    const { driver, order, next } = await openFirst(goToPage);
    driver.moveTo(order({ take: () => Promise.reject(new GrantRefused({ code: "item_forbidden" })) }));
    await settle();
    expect(next).toEqual(["failed item_forbidden"]);
    expect(goToPage).not.toHaveBeenCalled();
    expect(sdk.destroyed).toHaveLength(1);
  });

  test("never comes into another user's frame: a new one is made", async () => {
    const goToPage = jest.fn();
    const { driver, order, next, frame } = await openFirst(goToPage);
    const before = frame();
    driver.moveTo(order({ take: async () => ({ identityToken: "of-bert", userId: "BERT" }) }));
    await settle();
    expect(goToPage).not.toHaveBeenCalled();
    expect(await sdk.last.props.getLoginToken()).toBe("of-bert");
    await sdk.last.open();
    expect(next.at(-1)).toBe("interactive");
    expect(frame()).not.toBe(before);
  });

  test.each([
    ["refuses", jest.fn(() => Promise.reject(new Error("no such call")))],
    [
      "throws",
      jest.fn(() => {
        throw new TypeError("dead");
      }),
    ],
    ["does not answer", jest.fn(() => new Promise(() => undefined))],
  ])("gets a new frame when the old one %s, with the grant that was for it", async (_name, goToPage) => {
    const { driver, order, next } = await openFirst(goToPage);
    driver.moveTo(order());
    await wait(2_001);
    expect([sdk.created.length, sdk.destroyed.length]).toEqual([2, 1]);
    expect(await sdk.last.props.getLoginToken()).toBe("for-stores");
    await sdk.last.open();
    expect(next.at(-1)).toBe("interactive");
  });

  test("gets a new frame when the old one shows something else", async () => {
    const { driver, order } = await openFirst();
    driver.moveTo(order());
    await settle();
    pageLoaded("documentPage");
    await settle();
    expect(sdk.created).toHaveLength(2);
  });

  test("that the Library refuses is told by its name", async () => {
    const { driver, order, next } = await openFirst();
    driver.moveTo(order());
    await settle();
    sdk.last.raise("onError", { statusCode: 404, errorCode: "ERR004" });
    await settle();
    expect(next.at(-1)).toBe("failed item_missing");
  });

  test("that never loads is given up in time", async () => {
    const { driver, order, next } = await openFirst();
    driver.moveTo(order());
    await wait(8_900);
    expect(next.at(-1)).toBe("failed embed_timeout");
  });

  test("is what a rebuilt frame shows, without the page and filters of the one before", async () => {
    const { driver, order, next } = await openFirst();
    sdk.last.raise("onPageSwitched", { key: "K55" });
    driver.moveTo(order());
    await settle();
    sdk.last.raise("onPageSwitched", { key: "K56" });
    sdk.last.props.sessionErrorHandler?.({});
    await settle();
    expect(sdk.created).toHaveLength(2);
    expect(sdk.last.props).toMatchObject({ objectID: "O2" });
    expect(sdk.last.props.pageKey).toBeUndefined();
    await sdk.last.open();
    expect(next.at(-1)).toBe("interactive");
    expect(next).not.toContain("failed");
  });
});
