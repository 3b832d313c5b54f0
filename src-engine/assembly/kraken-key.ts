/** The trader's API key at Kraken: in the keychain and nowhere else, and only one that the venue has vouched for. */
import { UserError } from '../domain/errors.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import type { AccountCheck } from '../venues/kraken/private/account.ts';

/** Both halves as Kraken shows them. */
export type KrakenKey = { readonly key: string; readonly secret: string };

/** Name of the entry in the keychain. A local exchange has one of its own: its key is worth nothing elsewhere. */
export type KeyEntry = 'kraken-api-key' | 'local-exchange-api-key';

/** The stored key, or undefined. @throws UserError when the keychain cannot be used, or what it holds is no key. */
export async function loadKrakenKey(store: SecretStore, entry: KeyEntry): Promise<KrakenKey | undefined> {
  const text = await store.get(entry);
  if (text === undefined) return undefined;
  const [key, secret, ...more] = text.split('\n');
  if (key !== undefined && secret !== undefined && more.length === 0) return { key, secret };
  throw new UserError({
    code: 'bad-keychain-entry',
    field: `keychain entry ${entry}`,
    message: 'is not what Parallax stored',
    remedy: 'Delete it with: npm run -s parallax -- key --delete, and set the key again.',
  });
}

/**
 * Stores a key after its check, so that none that may withdraw, or cannot be asked about, is ever kept.
 * @param check asks the venue about the key. @throws whatever it throws: nothing is stored then.
 */
export async function saveKrakenKey(
  store: SecretStore,
  entry: KeyEntry,
  key: KrakenKey,
  check: (key: KrakenKey) => Promise<AccountCheck>,
): Promise<AccountCheck> {
  const found = await check(key);
  await store.set(entry, `${key.key}\n${key.secret}`);
  return found;
}

/** Key and private key from two lines. @throws UserError, without repeating them. */
export function parseKrakenKey(text: string): KrakenKey {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [key, secret] = lines;
  if (key !== undefined && secret !== undefined && lines.length === 2) return { key, secret };
  throw new UserError({
    code: 'bad-key-input',
    field: 'input',
    message: `has ${lines.length} lines, not the two of an API key and its private key`,
    remedy: 'Give the API key on the first line and the private key on the second.',
  });
}
