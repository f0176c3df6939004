import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { findBinaries } from "./cluster.cjs";

(findBinaries() ? test : test.skip)(
  "the tests' PostgreSQL ends with the run that started it, and leaves nothing behind",
  async () => {
    // A run that is killed closes this pipe and says nothing more.
    const keeper = spawn(process.execPath, [join(__dirname, "keeper.cjs")], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = once(keeper, "exit");
    try {
      const [port] = (await once(keeper.stdout, "data")) as [Buffer];
      const asker = connect(Number(port.toString()), "127.0.0.1");
      asker.on("error", () => {});
      const [line] = (await once(createInterface({ input: asker }), "line")) as [string];
      const { url } = JSON.parse(line) as { url: string };
      const client = new Client(url);
      const lost = once(client, "error");
      await client.connect();
      const show = async (name: string) => {
        const { rows } = await client.query<Record<string, string>>(`show ${name}`);
        return rows[0]?.[name] ?? "";
      };
      expect(await show("listen_addresses")).toBe("127.0.0.1");
      const folder = dirname(await show("data_directory"));
      expect(existsSync(folder)).toBe(true);
      keeper.stdin.end();
      await Promise.all([lost, ended]);
      await expect(new Client(url).connect()).rejects.toThrow("ECONNREFUSED");
      expect(existsSync(folder)).toBe(false);
      asker.destroy();
    } finally {
      keeper.kill("SIGKILL");
    }
  },
  30_000,
);
