/**
 * `npm run bench`: what the broker costs, from one run against the sandbox with a fixed 20 ms vendor delay. Ratios and
 * differences within the run are what counts; absolute numbers belong to the machine.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
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
const vendor = (offset, path) => `http://127.0.0.1:${where.sandbox + offset}${path}`;
const offsets = { microstrategy: 1, rocketchat: 2, thoughtspot: 3 };

const portalHeaders = (cookie) => ({
  cookie,
  origin: portalOrigin(where.portal),
  "content-type": "application/json",
  "x-portal-request": "1",
});

const post = (url, headers, body) => fetch(url, { method: "POST", headers, body: JSON.stringify(body) });

async function expectStatus(promise, status, what) {
  const response = await promise;
  const text = await response.text();
  if (response.status !== status) throw new Error(`${what} answered ${response.status}, not ${status}`);
  return text;
}

/** @returns milliseconds of each of `count` calls, `concurrency` at a time; `call` is told which of the concurrent callers it is */
async function latencies(count, concurrency, call) {
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

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];

async function throughput(count, concurrency, call) {
  const started = performance.now();
  await latencies(count, concurrency, call);
  return count / ((performance.now() - started) / 1000);
}

const rows = [];
const row = (what, value, budget = "", ok = true) => rows.push({ what, value, budget, ok });
const ms = (value) => `${value.toFixed(1)} ms`;

async function measureOverhead({ cookies, item, direct }) {
  const directCall = () =>
    expectStatus(post(direct.url, { "content-type": "application/json" }, direct.body), 200, "The vendor");
  // At the pace of the others, which wait for the vendor: a process that has just slept answers later.
  const emptyCall = async () => {
    await pause(vendorDelayMs);
    await expectStatus(fetch(`${base}/api/health`), 200, "The empty handler");
  };
  const brokered = (caller) =>
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
    const times = { direct: [], empty: [], brokered: [] };
    for (let round = 0; round < 4; round++) {
      times.direct.push(...(await latencies(count / 4, concurrency, directCall)));
      times.empty.push(...(await latencies(count / 4, concurrency, emptyCall)));
      times.brokered.push(...(await latencies(count / 4, concurrency, brokered)));
    }
    const at = (what, p) =>
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

async function measureThroughput({ cookies, item }) {
  const empty = () => expectStatus(fetch(`${base}/api/health`), 200, "The empty handler");
  const reused = () =>
    expectStatus(post(`${base}/api/thoughtspot/token`, portalHeaders(cookies[0]), { item }), 200, "The portal");
  await throughput(500, 16, empty);
  await throughput(500, 16, reused);
  const rates = { empty: [], reused: [] };
  for (let round = 0; round < 5; round++) {
    rates.empty.push(await throughput(1000, 16, empty));
    rates.reused.push(await throughput(1000, 16, reused));
  }
  const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  const ratio = median(rates.reused) / median(rates.empty);
  row(
    "throughput with a reusable token, as a ratio to an empty handler",
    `${ratio.toFixed(2)} (${Math.round(median(rates.reused))} of ${Math.round(median(rates.empty))} requests/s)`,
    "≥ 0.6",
    ratio >= 0.6,
  );
}

/** What one user's 50 concurrent requests cost each vendor, read from the vendor's own count of calls. */
async function measureEconomy({ cookies }) {
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
    const sum = (all, pattern) =>
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

/** The scripts a page loads at first, gzipped. Vendor SDKs come later, on demand. */
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

const residentMegabytes = (pid) =>
  execFileSync("ps", ["-o", "rss=", "-g", String(pid)], { encoding: "utf8" })
    .split("\n")
    .reduce((total, line) => total + Number(line || 0) / 1024, 0);

function subjects(env) {
  const args = ["--import", "tsx", "--conditions=react-server", inside("scripts/bench/subjects.ts"), "33"];
  return JSON.parse(execFileSync(process.execPath, args, { env, cwd: inside(), encoding: "utf8", maxBuffer: 1 << 24 }));
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
  const children = [];
  const start = group.start.bind(group);
  group.start = (...args) => {
    const child = start(...args);
    children.push(child.pid);
    return child;
  };
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
    row("memory of the portal", `${residentMegabytes(children[1]).toFixed(0)} MB`);
    row("memory of the sandbox", `${residentMegabytes(children[0]).toFixed(0)} MB`);
  } finally {
    await group.stop();
  }

  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, value, budget, ok } of rows)
    say(`${what.padEnd(width)}  ${value}${budget ? `  [budget ${budget}: ${ok ? "kept" : "MISSED"}]` : ""}`);
  return rows.every(({ ok }) => ok) ? 0 : 1;
});
