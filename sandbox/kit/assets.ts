/**
 * The built browser code and styles of the services (`build.mjs` makes them from `sandbox/<service>/browser/`).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const contentTypes = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" } as const;

/** A built file: `<name>.js` from `<name>.ts` or `.tsx`, `<name>.css` from `<name>.css`. */
export type AssetName = `${string}.${keyof typeof contentTypes}`;

const read = new Map<string, string>();

/**
 * The text of a built file. Read once per process, from the checkout: the demo, the tests, `next start` and a preview's
 * function (next.config.js, `outputFileTracingIncludes`) all run in its root.
 *
 * @param service the service's folder, e.g. `thoughtspot`
 * @throws Error that names the command to run when the file is not built
 */
export function asset(service: string, name: AssetName): string {
  const key = `${service}/${name}`;
  let text = read.get(key);
  if (text === undefined) {
    try {
      text = readFileSync(join(process.cwd(), "sandbox", ".built", service, name), "utf8");
    } catch (cause) {
      const source = `sandbox/${service}/browser/${name.replace(/\.js$/, ".ts(x)")}`;
      throw new Error(`${key} is not built. Run \`node sandbox/kit/build.mjs\`; its source is ${source}.`, { cause });
    }
    read.set(key, text);
  }
  return text;
}

/** A built file as an HTTP answer, to be revalidated at each use. @throws Error as {@link asset} does */
export function assetResponse(service: string, name: AssetName): Response {
  const extension = name.slice(name.lastIndexOf(".") + 1) as keyof typeof contentTypes;
  return new Response(asset(service, name), {
    headers: { "content-type": contentTypes[extension], "cache-control": "no-cache" },
  });
}
