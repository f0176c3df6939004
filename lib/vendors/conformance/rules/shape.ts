/** What can be said of a vendor before anything is called: its names, its variables, what it declares. */
import { ConfigError } from "@/lib/config/config";
import { mountedServices } from "@/lib/config/sandbox";
import { contentSecurityPolicy, isCspOrigin } from "@/lib/security/csp";
import { type Bench, isSecretName, variablesOf } from "../bench";
import { hold, type Rule } from "../rule";

/** First parts of addresses that are the portal's own. */
const portalRoutes = ["account", "admin", "api", "open", "problems", "sandbox", "signed-out", "signin"];

const minute = 60_000;
const day = 24 * 3600_000;

/** What the vendor's schema says of these variables: its sentences, or none when it accepts them. */
function sentencesOf({ subject }: Bench, variables: Readonly<Record<string, string>>): readonly string[] {
  const parsed = subject.vendor.environment.schema.safeParse(variables);
  return parsed.success ? [] : new ConfigError(parsed.error.issues.map(({ message }) => message)).sentences;
}

const isAddress = (value: string) => /^https?:\/\//.test(value);
const addressesOf = (bench: Bench) => Object.entries(bench.variables).filter(([, value]) => isAddress(value));
const secretsOf = (bench: Bench) => Object.entries(bench.variables).filter(([name]) => isSecretName(name));

export const shapeRules: readonly Rule[] = [
  {
    id: "names.id",
    sentence: "The id is lower-case letters and digits, because folders, addresses and variables are named after it.",
    run: ({ subject: { vendor } }) => hold(/^[a-z][a-z0-9]*$/.test(vendor.id), `The id is "${vendor.id}"`),
  },
  {
    id: "names.product",
    sentence: "The vendor has the product's name for sentences, and a name for its section in the navigation.",
    run: ({ subject: { vendor } }) =>
      hold(vendor.name.trim() && vendor.section.trim() && !/[<>{}]/.test(vendor.name), `It is "${vendor.name}"`),
  },
  {
    id: "names.route",
    sentence: "The route is one segment that is not the portal's own.",
    run: ({ subject: { vendor } }) => {
      const [, segment = ""] = /^\/([a-z][a-z0-9-]*)$/.exec(vendor.route) ?? [];
      hold(segment && !portalRoutes.includes(segment), `The route is "${vendor.route}"`);
    },
  },
  {
    id: "names.endpoint",
    sentence: "Grants are renewed at an address below /api/<id>/.",
    run: ({ subject: { vendor } }) =>
      hold(new RegExp(`^/api/${vendor.id}/[a-z0-9/-]+$`).test(vendor.endpoint), `It is "${vendor.endpoint}"`),
  },
  {
    id: "names.kinds",
    sentence: "The vendor names each kind of item that it can embed once, and the tried item is of such a kind.",
    run: ({ subject: { vendor, item } }) =>
      hold(
        new Set(vendor.kinds).size === vendor.kinds.length && vendor.kinds.includes(item.kind),
        `The kinds are ${vendor.kinds.join(", ")}`,
      ),
  },
  {
    id: "lifetime.bounded",
    sentence: "The longest lifetime is a number of milliseconds between a minute and 400 days.",
    run: ({ subject: { vendor } }) =>
      hold(
        vendor.maxLifetimeMs >= minute && vendor.maxLifetimeMs <= 400 * day,
        `It is ${vendor.maxLifetimeMs} milliseconds`,
      ),
  },
  {
    id: "capabilities.linking",
    sentence: "A vendor that needs a user's own login can verify it before it is stored.",
    run: ({ config, subject: { vendor } }) =>
      hold(!vendor.credentialNeeded?.(config) || vendor.verifyCredential, "There is no verifyCredential"),
  },
  {
    id: "capabilities.frame",
    sentence:
      "A frame that stays while the user moves through the portal is one frame for every item, and so one scope.",
    run: ({ subject: { vendor, item } }) =>
      hold(
        !vendor.keepAlive || vendor.scope(item) === vendor.scope({ ...item, slug: "another", target: {} }),
        "It is kept alive, and its scopes differ by item",
      ),
  },
  {
    id: "variables.named",
    sentence: "Every variable starts with the vendor's id in capitals.",
    run: ({ subject: { vendor } }) => {
      const pattern = new RegExp(`^${vendor.id.toUpperCase()}_[A-Z0-9_]+$`);
      const strangers = vendor.environment.variables.filter((name) => !pattern.test(name));
      hold(vendor.environment.variables.length > 0 && strangers.length === 0, `Not so: ${strangers.join(", ")}`);
    },
  },
  {
    id: "variables.declared",
    sentence: "The sandbox's values are for declared variables only.",
    run: ({ variables, subject: { vendor } }) => {
      const strangers = Object.keys(variables).filter((name) => !vendor.environment.variables.includes(name));
      hold(strangers.length === 0, `Undeclared: ${strangers.join(", ")}`);
    },
  },
  {
    id: "variables.half",
    sentence: "Half a configuration is refused with sentences that each begin with a variable and end like a sentence.",
    applies: (subject) => Object.keys(variablesOf(subject)).length > 1,
    run: (bench) => {
      const { subject, variables } = bench;
      const pattern = new RegExp(`^${subject.vendor.id.toUpperCase()}_[A-Z0-9_]+ .*[.\`]$`);
      let refused = 0;
      for (const [name, value] of Object.entries(variables)) {
        const sentences = sentencesOf(bench, { [name]: value });
        if (sentences.length > 0) refused += 1;
        for (const sentence of sentences) hold(pattern.test(sentence), `"${sentence}"`);
      }
      // One address may be a whole configuration; everything beside it is not.
      hold(refused >= Object.keys(variables).length - 1, "It was accepted");
    },
  },
  {
    id: "variables.addresses",
    sentence: "A variable that holds an address refuses what is none, by its name.",
    run: (bench) => {
      for (const [name] of addressesOf(bench))
        for (const wrong of ["nowhere", "javascript:alert(1)", "https://user:word@vendor.example"])
          hold(
            sentencesOf(bench, { ...bench.variables, [name]: wrong }).some((sentence) => sentence.startsWith(name)),
            `${name}=${wrong.replace(/:.*/, ":…")} was accepted`,
          );
    },
  },
  {
    id: "variables.quiet",
    sentence: "What is wrong with a secret is said without repeating its value.",
    applies: (subject) => Object.keys(variablesOf(subject)).some((name) => isSecretName(name)),
    run: (bench) => {
      const marker = "a b\u0000<conformance>";
      for (const [name] of secretsOf(bench))
        hold(
          !sentencesOf(bench, { ...bench.variables, [name]: marker }).some((sentence) => sentence.includes(marker)),
          `The sentence about ${name} has its value in it`,
        );
    },
  },
  {
    id: "sandbox.mounted",
    sentence: "In a preview every address of the sandbox is below the portal's own.",
    applies: ({ vendor }) => vendor.id in mountedServices("https://preview.example"),
    run: ({ subject: { vendor } }) => {
      const values = Object.values(vendor.environment.sandbox(mountedServices("https://preview.example")));
      for (const value of values.filter(isAddress))
        hold(`${value}/`.startsWith(`https://preview.example/sandbox/${vendor.id}/`), value);
    },
  },
  {
    id: "csp.frame",
    sentence: "What the portal's pages must allow names at least one origin that may be framed.",
    run: ({ config, subject: { vendor } }) =>
      hold((vendor.csp(config).frame ?? []).length > 0, "No origin may be framed"),
  },
  {
    id: "csp.origins",
    sentence: "The portal's pages allow whole origins only: no wildcard, no scheme, no path, no keyword.",
    run: ({ config, subject: { vendor } }) => {
      const { frame = [], script = [], connect = [], image = [], framedPages = [] } = vendor.csp(config);
      const all = [...frame, ...script, ...connect, ...image, ...framedPages.flatMap(({ by }) => by)];
      for (const origin of all) hold(isCspOrigin(origin), `"${origin}"`);
    },
  },
  {
    id: "csp.public",
    sentence: "The origins that pages allow are the browser's, never the address of server-to-server calls.",
    run: ({ config, address, subject: { vendor } }) =>
      hold(!JSON.stringify(vendor.csp(config)).includes(address), "The internal address is among them"),
  },
  {
    id: "csp.fits",
    sentence: "What a vendor declares fits a Content-Security-Policy together with the portal's own sources.",
    run: ({ config, subject: { vendor } }) => {
      const csp = vendor.csp(config);
      const options = { nonce: "n", path: "/", vendors: [csp], formTargets: [], development: false };
      hold(contentSecurityPolicy(options).includes(`frame-src ${csp.frame?.[0]}`), "frame-src is another");
    },
  },
  {
    id: "browser.public",
    sentence: "What the page gets beside the grant holds no secret and no address of server-to-server calls.",
    run: (bench) => {
      const text = JSON.stringify(bench.subject.vendor.browser(bench.config));
      hold(!bench.secretIn(text), "A secret variable's value is in it");
      hold(!text.includes(bench.address), "The internal address is in it");
    },
  },
  {
    id: "browser.plain",
    sentence: "What the page gets beside the grant is plain JSON.",
    run: ({ config, subject: { vendor } }) => {
      const browser = vendor.browser(config);
      hold(isPlain(browser), "It does not survive JSON");
    },
  },
  {
    id: "browser.tab",
    sentence:
      "The address for a tab of its own is a page of the portal or an http address, and opens nothing by itself.",
    run: (bench) => {
      const { vendor, item } = bench.subject;
      const address = vendor.openAddress?.(item, bench.config);
      if (address === undefined) return;
      hold(/^(\/(?![/\\])|https?:\/\/)/.test(address), "It is neither");
      hold(!bench.secretIn(address), "A secret is in it");
    },
  },
  {
    id: "scope.stable",
    sentence: "The scope of an item is the same whenever it is asked for.",
    run: ({ subject: { vendor, item } }) =>
      hold(vendor.scope(item) === vendor.scope(structuredClone(item)), "It differs from call to call"),
  },
  {
    id: "audit.requested",
    sentence: "What a grant asks for is told to the audit in short strings without a secret.",
    run: (bench) => {
      const { vendor, item } = bench.subject;
      const asked = vendor.requestedAccess?.(item, bench.config) ?? {};
      for (const [name, value] of Object.entries(asked))
        hold(typeof value === "string" && value.length <= 300, `${name} is no short string`);
      hold(!bench.secretIn(JSON.stringify(asked)), "A secret is in it");
    },
  },
  {
    id: "admin.words",
    sentence: "How users are signed in is said to administrators in words, without a secret or an address.",
    run: (bench) => {
      const said = bench.subject.vendor.loginDescription(bench.config);
      hold(/^[A-Z].{10,}/.test(said) && !said.includes("://"), `It says "${said}"`);
      hold(!bench.secretIn(said), "A secret is in it");
    },
  },
];

/** Whether a value comes out of JSON as it went in. */
export function isPlain(value: unknown): boolean {
  const sorted = (one: unknown): unknown =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(
          Object.entries(one)
            .filter(([, field]) => field !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, field]) => [key, sorted(field)]),
        )
      : one;
  const isData = (one: unknown): boolean =>
    one === null ||
    one === undefined ||
    ["string", "number", "boolean"].includes(typeof one) ||
    (Array.isArray(one) && one.every(isData)) ||
    (typeof one === "object" && Object.getPrototypeOf(one) === Object.prototype && Object.values(one).every(isData));
  return isData(value) && JSON.stringify(sorted(value)) === JSON.stringify(sorted(JSON.parse(JSON.stringify(value))));
}
