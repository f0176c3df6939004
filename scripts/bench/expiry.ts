/**
 * How long the process keeps everything else waiting while many connections expire together: 10,000 of them, at three
 * vendors that take 20 ms to end one. Writes JSON for the parent process.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { sweep } from "@/lib/broker/end-session";
import type { VendorLookup } from "@/lib/broker/revocations";
import { connectionContext } from "@/lib/store/connections";
import { getStore } from "@/lib/store/database";
import { getSealer } from "@/lib/store/sealing";
import { heldWhile } from "./event-loop";

const count = 10_000;
const vendorMs = 20;
const vendors = ["microstrategy", "rocketchat", "thoughtspot"];

async function connectionsThatExpired(): Promise<void> {
  const db = await getStore();
  for (const table of ["connection", "revocation"] as const) await db.deleteFrom(table).execute();
  const rows = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = { sessionId: randomUUID(), vendor: vendors[index % vendors.length] ?? "", scope: "" };
      return {
        session_id: id.sessionId,
        vendor: id.vendor,
        scope: id.scope,
        user_id: `user-${index}`,
        account: `account-${index}`,
        sealed: await getSealer().seal(connectionContext(id), { token: randomUUID() }),
        connected_at: 1,
        expires_at: null,
        session_expires_at: Date.now(),
        lease_owner: null,
        lease_until: 0,
      };
    }),
  );
  for (let start = 0; start < count; start += 80)
    await db
      .insertInto("connection")
      .values(rows.slice(start, start + 80))
      .execute();
}

async function expiry() {
  await connectionsThatExpired();
  await pause(50);
  let ended = 0;
  const find: VendorLookup = (id) => ({
    config: null,
    vendor: {
      id,
      name: id,
      renewal: "connection",
      maxLifetimeMs: 3600_000,
      scope: () => "",
      connect: async () => ({ state: {} }),
      mint: async () => ({ grant: {} }),
      revoke: async () => {
        await pause(vendorMs);
        ended += 1;
      },
    },
  });
  const held = await heldWhile(() => sweep(find));
  if (ended !== count) throw new Error(`${ended} of ${count} connections were ended`);
  return held;
}

// The store keeps the process alive no longer than this.
void expiry().then((result) => process.stdout.write(JSON.stringify(result), () => process.exit()));
