/**
 * Where oidc-provider keeps its sessions, codes and tokens: memory, so that a reset forgets everything at once.
 */

interface Entry {
  readonly payload: Payload;
  readonly expiresAt: number;
}

interface Payload {
  consumed?: number;
  readonly grantId?: string;
  readonly uid?: string;
  readonly userCode?: string;
  readonly accountId?: string;
}

/** What a grant gives out, and its revocation takes back. An interaction names its grant too, but outlives it. */
const grantable = new Set(["AccessToken", "AuthorizationCode", "RefreshToken"]);

const nowInSeconds = () => Math.floor(Date.now() / 1000);

/** All models of one identity provider. */
export class IdpStore {
  readonly #models = new Map<string, Map<string, Entry>>();
  /** How many of each model were ever stored since the last reset. */
  readonly #made = new Map<string, number>();

  reset(): void {
    this.#models.clear();
    this.#made.clear();
  }

  made(model: string): number {
    return this.#made.get(model) ?? 0;
  }

  /** The live entries of a model. */
  all(model: string): Payload[] {
    const entries = this.#models.get(model) ?? new Map<string, Entry>();
    return [...entries.values()].filter((entry) => entry.expiresAt > Date.now()).map((entry) => entry.payload);
  }

  /** The adapter that oidc-provider asks for, one per model. */
  adapter(model: string): IdpAdapter {
    return {
      upsert: async (id, payload, expiresIn) => {
        const entries = this.#entries(model);
        if (!entries.has(id)) this.#made.set(model, this.made(model) + 1);
        const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
        entries.set(id, { payload, expiresAt });
      },
      find: async (id) => this.#find(model, id),
      findByUid: async (uid) => this.all(model).find((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => this.all(model).find((payload) => payload.userCode === userCode),
      destroy: async (id) => {
        this.#entries(model).delete(id);
      },
      revokeByGrantId: async (grantId) => {
        for (const [kind, entries] of this.#models) {
          if (!grantable.has(kind)) continue;
          for (const [id, { payload }] of entries) if (payload.grantId === grantId) entries.delete(id);
        }
      },
      consume: async (id) => {
        const payload = this.#find(model, id);
        if (payload) payload.consumed = nowInSeconds();
      },
    };
  }

  #entries(model: string): Map<string, Entry> {
    const entries = this.#models.get(model) ?? new Map<string, Entry>();
    this.#models.set(model, entries);
    return entries;
  }

  #find(model: string, id: string): Payload | undefined {
    const entries = this.#entries(model);
    const entry = entries.get(id);
    if (entry && entry.expiresAt > Date.now()) return entry.payload;
    entries.delete(id);
    return undefined;
  }
}

export interface IdpAdapter {
  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<Payload | undefined>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
  consume(id: string): Promise<void>;
}
