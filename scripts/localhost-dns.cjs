/**
 * Preloaded by the end-to-end tests only: Node 20 does not resolve `*.localhost`, which browsers do (RFC 6761).
 */
const dns = require("node:dns");

// Each function has several overloads; the replacements below pass all arguments on as they come.
const dnsLookup = /** @type {Function} */ (dns.lookup);
const dnsLookupPromise = /** @type {Function} */ (dns.promises.lookup);

const isLocal = (/** @type {unknown} */ host) => typeof host === "string" && /(^|\.)localhost\.?$/i.test(host);
const loopback = { address: "127.0.0.1", family: 4 };

/** @param {string} host @param {any} options @param {any} [callback] */
function lookupLocalhost(host, options, callback) {
  const done = typeof options === "function" ? options : callback;
  if (!isLocal(host)) return dnsLookup.call(dns, host, options, callback);
  const all = typeof options === "object" && options?.all;
  process.nextTick(() => (all ? done(null, [loopback]) : done(null, loopback.address, loopback.family)));
}

/** @param {string} host @param {any} options */
async function lookupLocalhostPromise(host, options) {
  if (!isLocal(host)) return dnsLookupPromise.call(dns.promises, host, options);
  return typeof options === "object" && options?.all ? [loopback] : loopback;
}

Object.assign(dns, { lookup: lookupLocalhost });
Object.assign(dns.promises, { lookup: lookupLocalhostPromise });
