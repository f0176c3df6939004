/**
 * Preloaded by the end-to-end tests only: Node 20 does not resolve `*.localhost`, which browsers do (RFC 6761).
 */
const dns = require("node:dns");

const isLocal = (host) => typeof host === "string" && /(^|\.)localhost\.?$/i.test(host);
const loopback = { address: "127.0.0.1", family: 4 };

const lookup = dns.lookup;
dns.lookup = function lookupLocalhost(host, options, callback) {
  const done = typeof options === "function" ? options : callback;
  if (!isLocal(host)) return lookup.call(dns, host, options, callback);
  const all = typeof options === "object" && options?.all;
  process.nextTick(() => (all ? done(null, [loopback]) : done(null, loopback.address, loopback.family)));
};

const promised = dns.promises.lookup;
dns.promises.lookup = async function lookupLocalhost(host, options) {
  if (!isLocal(host)) return promised.call(dns.promises, host, options);
  return typeof options === "object" && options?.all ? [loopback] : loopback;
};
