import "server-only";
/**
 * Sealing: what the store keeps of credentials and vendor sessions is encrypted and bound to its place, so that a row
 * copied to another user or vendor does not open there.
 */
import { createHash } from "node:crypto";
import { CompactEncrypt, compactDecrypt } from "jose";
import { hasBrand } from "@/lib/brand";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Names a key in the header without telling anything of it. */
const keyId = (key: Uint8Array) => createHash("sha256").update("portico-key-id").update(key).digest("hex").slice(0, 16);

const unsealErrorBrand = Symbol.for("portico.UnsealError");

/** Thrown when a sealed value was made with an unknown key, for another place, or was altered. */
export class UnsealError extends Error {
  readonly [unsealErrorBrand] = true;
  constructor() {
    super("The sealed value does not open: unknown key, other place, or altered");
    this.name = "UnsealError";
  }
}

export const isUnsealError = (value: unknown): value is UnsealError => hasBrand(value, unsealErrorBrand);

/** Seals and opens JSON values with a list of 32-byte keys: the first seals, all open. */
export class Sealer {
  /** The first one seals. */
  readonly #byId: ReadonlyMap<string, Uint8Array>;
  #sealing: Promise<CryptoKey> | undefined;

  constructor(keys: readonly Uint8Array[]) {
    this.#byId = new Map(keys.map((key) => [keyId(key), key]));
  }

  /**
   * @param place what the value belongs to, e.g. `credential:<user>:<vendor>`; needed again to open it
   * @returns a compact JWE (`dir`, A256GCM) with the key's id in its header
   */
  async seal(place: string, value: unknown): Promise<string> {
    const [first] = this.#byId;
    if (!first) throw new Error("There is no sealing key");
    const [kid, key] = first;
    this.#sealing ??= crypto.subtle.importKey("raw", Uint8Array.from(key), "AES-GCM", false, ["encrypt"]);
    return new CompactEncrypt(encoder.encode(JSON.stringify({ place, value })))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
      .encrypt(await this.#sealing);
  }

  /** @throws UnsealError */
  async open(place: string, sealed: string): Promise<unknown> {
    let content: { place?: unknown; value?: unknown };
    try {
      const { plaintext } = await compactDecrypt(
        sealed,
        (header) => {
          const key = this.#byId.get(header.kid ?? "");
          if (!key) throw new UnsealError();
          return key;
        },
        { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
      );
      content = JSON.parse(decoder.decode(plaintext)) as typeof content;
    } catch {
      throw new UnsealError();
    }
    if (content.place !== place) throw new UnsealError();
    return content.value;
  }
}
