/** The keys of the API: kept in the database as SHA-256 alone, looked up in memory, revoked at once. */
import { z } from 'zod';
import { type ApiKey, apiKey, type apiKeyOperations, MAX_API_KEYS } from '../contract/api-key-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import type { KeyHolder } from '../gateway/host.ts';
import type { Clock } from '../lib/clock.ts';
import { Serial } from '../lib/serial.ts';
import type { Database } from '../storage/database-types.ts';
import { readSetting, setSetting } from '../storage/settings.ts';

const API_KEYS_SETTING = 'apiKeys';
/** Revoked and expired ones are listed until so many are kept. */
const MAX_KEPT = 200;

const storedKey = apiKey.omit({ lastUsedUs: true }).extend({ digest: z.string().regex(/^[0-9a-f]{64}$/) });
type StoredKey = z.infer<typeof storedKey>;

export class ApiKeys {
  readonly handlers: Pick<OperationHandlers, keyof typeof apiKeyOperations>;
  readonly #database: Database;
  readonly #clock: Clock;
  #keys: readonly StoredKey[];
  readonly #used = new Map<string, number>();
  /** Digests of revoked keys that the database may still hold as valid: their storing failed, or is under way. */
  #unstored: ReadonlySet<string> = new Set();
  /** What is stored comes one after the other: each begins with what is known once the one before has ended. */
  readonly #changes = new Serial();

  readonly #revocationListeners = new Set<() => void>();

  private constructor(database: Database, clock: Clock, keys: readonly StoredKey[]) {
    this.#database = database;
    this.#clock = clock;
    this.#keys = keys;
    this.handlers = {
      listApiKeys: () => ({ keys: this.#list() }),
      addApiKey: (key) => this.#changes.run(() => this.#add(key)),
      revokeApiKey: ({ name }) => this.#revoke(name),
    };
  }

  /** @throws UserError when what is stored is damaged. */
  static async open(database: Database, clock: Clock): Promise<ApiKeys> {
    const keys = await readSetting(database, API_KEYS_SETTING, z.array(storedKey));
    return new ApiKeys(database, clock, keys ?? []);
  }

  /** Who has the key of that SHA-256; undefined: none that is valid now. */
  find(digest: string): KeyHolder | undefined {
    const key = this.#keys.find((one) => one.digest === digest);
    if (key === undefined || !this.#isValid(key)) return undefined;
    this.#used.set(key.digest, this.#clock.nowUs());
    return { name: key.name, scope: key.scope };
  }

  /** Calls back once a key opens nothing any more because it was revoked. The answer ends it. */
  subscribeRevocations(listener: () => void): () => void {
    this.#revocationListeners.add(listener);
    return () => this.#revocationListeners.delete(listener);
  }

  #isValid({ revokedUs, expiresUs }: StoredKey): boolean {
    return revokedUs === null && (expiresUs === null || expiresUs > this.#clock.nowUs());
  }

  #list(): ApiKey[] {
    return this.#keys.map(({ digest, ...key }) => ({ ...key, lastUsedUs: this.#used.get(digest) ?? null }));
  }

  async #add(
    key: Pick<StoredKey, 'name' | 'scope' | 'digest'> & { readonly expiresUs?: number | undefined },
  ) {
    const { name, scope, digest, expiresUs = null } = key;
    const nowUs = this.#clock.nowUs();
    const valid = this.#keys.filter((one) => this.#isValid(one));
    if (valid.some((one) => one.name === name))
      throw refusal('name-in-use', name, 'is a key already', REVOKE);
    if (this.#keys.some((one) => one.digest === digest))
      throw refusal('key-in-use', name, 'has the text of another key', 'Make a new one.');
    if (valid.length >= MAX_API_KEYS)
      throw refusal('too-many-keys', name, `would be one more than ${MAX_API_KEYS} keys`, REVOKE);
    if (expiresUs !== null && expiresUs <= nowUs)
      throw refusal('expired', name, 'expires in the past', 'Choose a later time.');
    const created = { name, scope, digest, createdUs: nowUs, expiresUs, revokedUs: null };
    const old = this.#keys.filter((one) => !this.#isValid(one)).slice(0, MAX_KEPT - valid.length - 1);
    const kept = [...valid, ...old];
    await this.#store([created, ...kept]);
    // As they are now: one of them may have been revoked meanwhile.
    const digests = new Set(kept.map((one) => one.digest));
    this.#keys = [created, ...this.#keys.filter((one) => digests.has(one.digest))];
    return { keys: this.#list() };
  }

  /** The key opens nothing from here on, whatever hangs or fails; called again, it stores again what may not be stored. */
  async #revoke(name: string) {
    const revokedUs = this.#clock.nowUs();
    const found = this.#keys.find((one) => one.name === name && this.#isValid(one));
    if (found !== undefined) {
      this.#keys = this.#keys.map((one) => (one === found ? { ...one, revokedUs } : one));
      this.#unstored = new Set([...this.#unstored, found.digest]);
      for (const listener of this.#revocationListeners) listener();
    } else if (!this.#keys.some((one) => one.name === name && this.#unstored.has(one.digest))) {
      throw refusal('no-such-key', name, 'is no valid key', 'List them with: parallax api-key list.');
    }
    await this.#changes.run(() => this.#store(this.#keys));
    return { keys: this.#list() };
  }

  async #store(keys: readonly StoredKey[]): Promise<void> {
    await setSetting(this.#database, API_KEYS_SETTING, keys);
    const valid = new Set(keys.filter((one) => one.revokedUs === null).map((one) => one.digest));
    this.#unstored = new Set([...this.#unstored].filter((digest) => valid.has(digest)));
  }
}

const REVOKE = 'Revoke one with: parallax api-key revoke NAME.';

function refusal(code: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code, field: 'name', value, message, remedy });
}
