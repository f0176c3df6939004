/**
 * Keeps one PostgreSQL server for a run of Jest. It starts the server when the first test asks, gives each asker a
 * database of its own for as long as the asker stays connected, and ends when Jest does, even by SIGKILL: its standard
 * input closes then.
 */
const { createServer } = require("node:net");
const { Client } = require("pg");
const { Cluster } = require("./cluster.cjs");

/** @type {Promise<InstanceType<typeof Cluster>> | undefined} */
let starting;
let databases = 0;

async function start() {
  const cluster = await Cluster.create();
  await cluster.start();
  return cluster;
}

/** @param {InstanceType<typeof Cluster>} cluster @param {string} sql */
async function run(cluster, sql) {
  const client = new Client(cluster.url());
  // The server may stop meanwhile, with the run; an error event without a listener would end this process before that.
  client.on("error", () => {});
  await client.connect();
  await client.query(sql);
  await client.end();
}

const server = createServer(async (asker) => {
  const name = `test_${++databases}`;
  const gone = new Promise((resolve) => asker.once("close", resolve));
  asker.on("error", () => {});
  try {
    starting ??= start();
    const cluster = await starting;
    await run(cluster, `create database ${name}`);
    asker.write(`${JSON.stringify({ url: cluster.url(name) })}\n`);
    await gone;
    await run(cluster, `drop database ${name} with (force)`);
  } catch (error) {
    if (!asker.destroyed) asker.end(`${JSON.stringify({ error: String(error) })}\n`);
  }
});

server.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.stdout.write(`${port}\n`);
});

async function end() {
  server.close();
  const cluster = await starting?.catch(() => undefined);
  await cluster?.remove();
  process.exit(0);
}

process.stdin.on("end", end).on("error", end).resume();
// Whatever goes wrong here: no server and no folder outlives this process.
process.on("uncaughtException", end);
// Ctrl-C reaches the whole process group; Jest's own end follows and closes the input.
process.on("SIGINT", () => {});
