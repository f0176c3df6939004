import "server-only";
/**
 * Sealing: what the store keeps of credentials and vendor sessions is encrypted and bound to its context, so that a row
 * copied to another user or vendor cannot be unsealed there.
 */
import { createHash } from "node:crypto";
import { CompactEncrypt, compactDecrypt } from "jose";
import { hasBrand } from "@/lib/brand";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Names a key in the header without telling anything of it. */
const keyId = (key: Uint8Array) => createHash("sha256").update("portico-key-id").update(key).digest("hex").slice(0, 16);

const unsealErrorBrand = Symbol.for("portico.UnsealError");

/** Thrown when a sealed value was made with an unknown key, for another context, or was altered. */
export class UnsealError extends Error {
  readonly [unsealErrorBrand] = true;
  constructor() {
    super("The sealed value cannot be unsealed: unknown key, other context, or altered");
    this.name = "UnsealError";
  }
}

export const isUnsealError = (value: unknown): value is UnsealError => hasBrand(value, unsealErrorBrand);

const headerWith = (kid: string) =>
  Buffer.from(JSON.stringify({ alg: "dir", enc: "A256GCM", kid })).toString("base64url");

/** The length of what every sealed value begins with, which is the same for all values of one key. */
export const sealedHeaderLength = headerWith("0".repeat(16)).length;

/** The id of the key that a value was sealed with, as its header names it; null when the header is none of ours. */
export function sealedWith(sealed: string): string | null {
  try {
    const { kid } = JSON.parse(Buffer.from(sealed.slice(0, sealedHeaderLength), "base64url").toString()) as {
      kid?: unknown;
    };
    return typeof kid === "string" && headerWith(kid) === sealed.slice(0, sealedHeaderLength) ? kid : null;
  } catch {
    return null;
  }
}

/** Seals and unseals JSON values with a list of 32-byte keys: the first seals, all unseal. */
export class Sealer {
  /** The first one seals. */
  readonly #byId: ReadonlyMap<string, Uint8Array>;
  #sealing: Promise<CryptoKey> | undefined;

  constructor(keys: readonly Uint8Array[]) {
    this.#byId = new Map(keys.map((key) => [keyId(key), key]));
  }

  /** The ids of the keys, in their order. An id tells nothing of its key. */
  get keyIds(): readonly string[] {
    return [...this.#byId.keys()];
  }

  /** Whether a value was sealed with the first key. */
  isCurrent(sealed: string): boolean {
    return sealedWith(sealed) === this.keyIds[0];
  }

  /** What every value begins with that was sealed with a key. */
  headerOf(keyId: string): string {
    return headerWith(keyId);
  }

  /**
   * @param context what the value belongs to, e.g. `credential:<user>:<vendor>`; needed again to unseal it
   * @returns a compact JWE (`dir`, A256GCM) with the key's id in its header
   */
  async seal(context: string, value: unknown): Promise<string> {
    const [first] = this.#byId;
    if (!first) throw new Error("There is no sealing key");
    const [kid, key] = first;
    this.#sealing ??= crypto.subtle.importKey("raw", Uint8Array.from(key), "AES-GCM", false, ["encrypt"]);
    return new CompactEncrypt(encoder.encode(JSON.stringify({ place: context, value })))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
      .encrypt(await this.#sealing);
  }

  /** @throws UnsealError */
  async unseal(context: string, sealed: string): Promise<unknown> {
    // The format of stored values calls the context `place`.
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
    if (content.place !== context) throw new UnsealError();
    return content.value;
  }
}
