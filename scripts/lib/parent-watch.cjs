/**
 * Preloaded into every child of the scripts: ends the child, and all it started, when the script that holds the other
 * end of the pipe dies, even by SIGKILL.
 */
const { Socket } = require("node:net");

const fd = Number(process.env.PORTICO_PARENT_PIPE);
// Only for the child itself, not for what it starts in turn.
delete process.env.PORTICO_PARENT_PIPE;

if (fd > 2) {
  const pipe = new Socket({ fd, readable: true, writable: false });
  const signalAll = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      process.kill(-process.pid, signal);
    } catch {
      process.exit(1);
    }
  };
  const end = () => {
    signalAll("SIGTERM");
    setTimeout(signalAll, 2_000, "SIGKILL").unref();
  };
  pipe.once("end", end).once("error", end);
  pipe.resume();
  pipe.unref();
}
