/**
 * `npm run bench`: what the broker costs, from one run against the sandbox with a fixed 20 ms vendor delay. Ratios and
 * differences within the run count; absolute numbers depend on the machine.
 *
 * @typedef {object} Subjects what scripts/bench/subjects.ts prints
 * @property {[string, ...string[]]} cookies one session cookie per concurrent caller
 * @property {string} item
 * @property {{ url: string, body: object }} direct the vendor call that a grant is compared with
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { buildMissing } from "./lib/build.mjs";
import { run, say } from "./lib/cli.mjs";
import { demoEnvironment, portalOrigin, portsNeeded, sandboxEnvironment } from "./lib/environment.mjs";
import { inside } from "./lib/paths.mjs";
import { requireFreePorts } from "./lib/ports.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { ProcessGroup } from "./lib/processes.mjs";
import { startPortal, startSandbox } from "./lib/services.mjs";

const where = { portal: 3200, sandbox: 4200 };
const vendorDelayMs = 20;
const base = `http://127.0.0.1:${where.portal}`;
const vendor = (/** @type {number} */ offset, /** @type {string} */ path) =>
  `http://127.0.0.1:${where.sandbox + offset}${path}`;
const offsets = { microstrategy: 1, rocketchat: 2, thoughtspot: 3 };

const portalHeaders = (/** @type {string | undefined} */ cookie) => ({
  cookie: cookie ?? "",
  origin: portalOrigin(where.portal),
  "content-type": "application/json",
  "x-portal-request": "1",
});

/** @param {string} url @param {Record<string, string>} headers @param {object} body */
const post = (url, headers, body) => fetch(url, { method: "POST", headers, body: JSON.stringify(body) });

/** @param {Promise<Response>} promise @param {number} status @param {string} what */
async function expectStatus(promise, status, what) {
  const response = await promise;
  const text = await response.text();
  if (response.status !== status) throw new Error(`${what} answered ${response.status}, not ${status}`);
  return text;
}

/**
 * @param {number} count
 * @param {number} concurrency
 * @param {(caller: number) => Promise<unknown>} call receives the index of the concurrent caller
 * @returns {Promise<number[]>} milliseconds of each of `count` calls, `concurrency` at a time, sorted
 */
async function latencies(count, concurrency, call) {
  /** @type {number[]} */
  const times = [];
  let left = count;
  await Promise.all(
    Array.from({ length: concurrency }, async (_, caller) => {
      while (left-- > 0) {
        const started = performance.now();
        await call(caller);
        times.push(performance.now() - started);
      }
    }),
  );
  return times.sort((a, b) => a - b);
}

/** @param {number[]} sorted @param {number} p between 0 and 1 */
const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0;

/** @param {number} count @param {number} concurrency @param {() => Promise<unknown>} call @returns calls per second */
async function throughput(count, concurrency, call) {
  const started = performance.now();
  await latencies(count, concurrency, call);
  return count / ((performance.now() - started) / 1000);
}

/** @type {{ what: string, value: string, budget: string, ok: boolean }[]} */
const rows = [];
/** @param {string} what @param {string} value */
const row = (what, value, budget = "", ok = true) => rows.push({ what, value, budget, ok });
const ms = (/** @type {number} */ value) => `${value.toFixed(1)} ms`;

/** @param {Subjects} subjects */
async function measureOverhead({ cookies, item, direct }) {
  const directCall = () =>
    expectStatus(post(direct.url, { "content-type": "application/json" }, direct.body), 200, "The vendor");
  // At the pace of the others, which wait for the vendor: a process that has just slept answers later.
  const emptyCall = async () => {
    await pause(vendorDelayMs);
    await expectStatus(fetch(`${base}/api/health`), 200, "The empty handler");
  };
  const brokered = (/** @type {number} */ caller) =>
    expectStatus(
      post(`${base}/api/thoughtspot/token`, portalHeaders(cookies[caller]), { item, renew: true }),
      200,
      "The portal",
    );
  for (const concurrency of [1, 32]) {
    const count = concurrency === 1 ? 200 : 1600;
    await latencies(concurrency * 10, concurrency, brokered);
    await latencies(concurrency * 10, concurrency, directCall);
    // In alternating rounds, so that whatever else the machine does falls on both.
    const times = {
      direct: /** @type {number[]} */ ([]),
      empty: /** @type {number[]} */ ([]),
      brokered: /** @type {number[]} */ ([]),
    };
    for (let round = 0; round < 4; round++) {
      times.direct.push(...(await latencies(count / 4, concurrency, directCall)));
      times.empty.push(...(await latencies(count / 4, concurrency, emptyCall)));
      times.brokered.push(...(await latencies(count / 4, concurrency, brokered)));
    }
    const at = (/** @type {keyof typeof times} */ what, /** @type {number} */ p) =>
      percentile(
        times[what].sort((a, b) => a - b),
        p,
      );
    for (const p of [0.5, 0.99]) {
      const difference = at("brokered", p) - at("direct", p);
      const budgeted = concurrency === 1 && p === 0.5;
      row(
        `broker overhead, p${p * 100}, concurrency ${concurrency}`,
        `${ms(difference)} (direct ${ms(at("direct", p))}; an empty route handler at the same pace ${ms(at("empty", p) - vendorDelayMs)})`,
        budgeted ? "≤ 2.5 ms" : "",
        !budgeted || difference <= 2.5,
      );
    }
  }
}

/** @param {Subjects} subjects */
async function measureThroughput({ cookies, item }) {
  const empty = () => expectStatus(fetch(`${base}/api/health`), 200, "The empty handler");
  const reused = () =>
    expectStatus(post(`${base}/api/thoughtspot/token`, portalHeaders(cookies[0]), { item }), 200, "The portal");
  await throughput(500, 16, empty);
  await throughput(500, 16, reused);
  const rates = { empty: /** @type {number[]} */ ([]), reused: /** @type {number[]} */ ([]) };
  for (let round = 0; round < 5; round++) {
    rates.empty.push(await throughput(1000, 16, empty));
    rates.reused.push(await throughput(1000, 16, reused));
  }
  const median = (/** @type {number[]} */ list) =>
    percentile(
      list.sort((a, b) => a - b),
      0.5,
    );
  const ratio = median(rates.reused) / median(rates.empty);
  row(
    "throughput with a reusable token, as a ratio to an empty handler",
    `${ratio.toFixed(2)} (${Math.round(median(rates.reused))} of ${Math.round(median(rates.empty))} requests/s)`,
    "≥ 0.6",
    ratio >= 0.6,
  );
}

/**
 * What 50 concurrent requests of one user cost each vendor, from the vendor's own count of calls.
 *
 * @param {Subjects} subjects
 */
async function measureEconomy({ cookies }) {
  /** @type {[keyof typeof offsets, string, object, RegExp, RegExp | null][]} */
  const routes = [
    [
      "microstrategy",
      "/api/microstrategy/identity-token",
      { item: "sales-performance" },
      /^POST .*\/api\/auth\/login$/,
      /^POST .*\/api\/auth\/identityToken$/,
    ],
    ["rocketchat", "/api/rocketchat/token", {}, /^POST .*\/users\.createToken$/, null],
    ["thoughtspot", "/api/thoughtspot/token", { item: "sales-pipeline" }, /^POST .*\/auth\/token\/\w+$/, null],
  ];
  for (const [id, path, body, login, mint] of routes) {
    const counts = async () => (await (await fetch(vendor(offsets[id], "/sandbox/state"))).json()).counts;
    const sum = (/** @type {Record<string, number>} */ all, /** @type {RegExp} */ pattern) =>
      Object.entries(all).reduce((total, [call, count]) => total + (pattern.test(call) ? count : 0), 0);
    const before = await counts();
    await Promise.all(
      Array.from({ length: 50 }, () => expectStatus(post(base + path, portalHeaders(cookies.at(-1)), body), 200, path)),
    );
    const after = await counts();
    const logins = sum(after, login) - sum(before, login);
    const minted = mint ? `, ${sum(after, mint) - sum(before, mint)} mints` : "";
    row(`${id}: for 50 concurrent requests of one user`, `${logins} login${minted}`, "1 login", logins === 1);
  }
}

/**
 * The scripts of a page's first load, gzipped. Vendor SDKs load later, on demand.
 *
 * @param {Subjects} subjects
 */
async function measurePages({ cookies }) {
  const paths = [
    "/signin",
    "/",
    "/dashboards",
    "/dashboards/sales-performance",
    "/chat",
    "/insights",
    "/insights/customer-health",
    "/account/connections",
    "/signed-out",
  ];
  for (const path of paths) {
    /** @type {Record<string, string>} */
    const headers = path === "/signin" || path === "/signed-out" ? {} : { cookie: cookies[0] };
    const response = await fetch(base + path, { headers, redirect: "follow" });
    const html = await response.text();
    const scripts = new Set(
      [...html.matchAll(/<script\b[^>]*\bsrc="(\/_next\/[^"]+)"[^>]*>/g)]
        .filter(([tag]) => !/\bnoModule\b/i.test(tag))
        .map(([, src]) => src),
    );
    let bytes = 0;
    for (const src of scripts) bytes += gzipSync(await (await fetch(base + src)).text()).byteLength;
    const kilobytes = bytes / 1000;
    row(
      `first-load JS of ${path}`,
      `${kilobytes.toFixed(1)} kB gzip`,
      "≤ 130 kB",
      kilobytes <= 130 && scripts.size > 0,
    );
  }
}

const residentMegabytes = (/** @type {number | undefined} */ pid) =>
  execFileSync("ps", ["-o", "rss=", "-g", String(pid)], { encoding: "utf8" })
    .split("\n")
    .reduce((total, line) => total + Number(line || 0) / 1024, 0);

/**
 * How long the process is held while an audit of a million events is searched in vain, and while old ones are removed.
 *
 * @param {import("./lib/processes.mjs").Environment} env
 */
function measureAudit(env) {
  const args = ["--import", "tsx", "--conditions=react-server", inside("scripts/bench/audit-search.ts")];
  const options = { cwd: inside(), encoding: /** @type {const} */ ("utf8") };
  const { search, cleanUp } = JSON.parse(
    execFileSync(process.execPath, args, { ...options, env: /** @type {any} */ (env) }),
  );
  rowOfDelay("searching a million audit events in vain", search);
  rowOfDelay("removing old ones of a million audit events", cleanUp);
}

/** @param {string} what @param {{ p99Ms: number, maxMs: number, totalMs: number, idleP99Ms: number }} held */
function rowOfDelay(what, { p99Ms, maxMs, totalMs, idleP99Ms }) {
  row(
    `event-loop delay while ${what}, p99`,
    `${ms(p99Ms)} (at most ${ms(maxMs)}, ${(totalMs / 1000).toFixed(1)} s in all; an idle process ${ms(idleP99Ms)})`,
    "≤ 50 ms",
    p99Ms <= 50,
  );
}

/** @param {import("./lib/processes.mjs").Environment} env @returns {Subjects} */
function subjects(env) {
  const args = ["--import", "tsx", "--conditions=react-server", inside("scripts/bench/subjects.ts"), "33"];
  const options = { cwd: inside(), encoding: /** @type {const} */ ("utf8"), maxBuffer: 1 << 24 };
  return JSON.parse(execFileSync(process.execPath, args, { ...options, env: /** @type {any} */ (env) }));
}

/** @param {string} script of scripts/bench @param {import("./lib/processes.mjs").Environment} env @returns what it measured */
function measuredBy(script, env) {
  const args = ["--import", "tsx", "--conditions=react-server", inside(`scripts/bench/${script}`)];
  const options = { cwd: inside(), encoding: /** @type {const} */ ("utf8") };
  return JSON.parse(execFileSync(process.execPath, args, { ...options, env: /** @type {any} */ (env) }));
}

/** In a process of its own, with a database of its own: what else it may do meanwhile is what is measured. @param {import("./lib/processes.mjs").Environment} env */
function measureExpiry(env) {
  const folder = mkdtempSync(join(tmpdir(), "portico-bench-"));
  try {
    rowOfDelay(
      "10,000 connections expire",
      measuredBy("expiry.ts", { ...env, DATABASE_URL: join(folder, "expiry.db") }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await run(async () => {
  requireNode();
  await installMissing();
  await requireFreePorts(portsNeeded(where));
  await buildMissing();

  const env = {
    ...demoEnvironment(where),
    AUTH_SECRET: randomBytes(48).toString("base64url"),
    DATABASE_URL: inside(".data/bench.db"),
    PORTAL_GRANTS_PER_MINUTE: "1000000",
    LOG_LEVEL: "warn",
  };
  const group = new ProcessGroup();
  group.stopOnSignals();
  try {
    let started = performance.now();
    await startSandbox(group, sandboxEnvironment(where));
    const sandboxMs = performance.now() - started;
    row("sandboxes ready", ms(sandboxMs), "≤ 1500 ms", sandboxMs <= 1500);
    started = performance.now();
    await startPortal(group, where, env);
    const portalMs = performance.now() - started;
    row("next start to first answer", ms(portalMs), "≤ 1000 ms", portalMs <= 1000);

    say(`Measuring against the sandbox with a vendor delay of ${vendorDelayMs} ms.`);
    for (const offset of Object.values(offsets))
      await expectStatus(
        post(
          vendor(offset, "/sandbox/faults"),
          { "content-type": "application/json" },
          { rules: [{ match: "*", delayMs: vendorDelayMs }] },
        ),
        200,
        "The sandbox",
      );
    const given = subjects(env);
    await measureEconomy(given);
    await measureThroughput(given);
    await measureOverhead(given);
    await measurePages(given);
    measureAudit({ ...env, NODE_ENV: "production" });
    row("memory of the portal", `${residentMegabytes(group.pids.portal).toFixed(0)} MB`);
    row("memory of the sandbox", `${residentMegabytes(group.pids.sandbox).toFixed(0)} MB`);
  } finally {
    await group.stop();
  }
  measureExpiry(env);

  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, value, budget, ok } of rows)
    say(`${what.padEnd(width)}  ${value}${budget ? `  [budget ${budget}: ${ok ? "kept" : "MISSED"}]` : ""}`);
  return rows.every(({ ok }) => ok) ? 0 : 1;
});
