/** The trader's API keys: in the keychain and nowhere else, and only those that their venue has vouched for. */
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import type { AccountCheck, Credential, CredentialSchema } from '../venues/venue-account.ts';
import { DEFAULT_VENUE } from '../venues/registry.ts';
import { invocation } from '../lib/invocation.ts';

/**
 * Name of the entry in the keychain. Local exchanges have entries of their own: their keys are worth nothing elsewhere.
 * @param adapter whose protocol the key is for.
 */
export function keyEntry(adapter: VenueName, isLocal: boolean): string {
  if (!isLocal) return `${adapter}-api-key`;
  // Keys that were stored when there was one protocol.
  return adapter === DEFAULT_VENUE.id ? 'local-exchange-api-key' : `local-exchange-${adapter}-api-key`;
}

/** The stored key, or undefined. @throws UserError when the keychain cannot be used, or what it holds is not a key. */
export async function loadKey(store: SecretStore, entry: string): Promise<Credential | undefined> {
  const text = await store.get(entry);
  if (text === undefined) return undefined;
  const [key, secret, passphrase, ...more] = text.split('\n');
  if (key !== undefined && secret !== undefined && more.length === 0)
    return passphrase === undefined ? { key, secret } : { key, secret, passphrase };
  throw new UserError({
    code: 'bad-keychain-entry',
    field: `keychain entry ${entry}`,
    message: 'is not what Parallax stored',
    remedy: `Delete it with: ${invocation()} key --delete, and set the key again.`,
  });
}

/**
 * Stores a key after its check, so that none that may withdraw, or cannot be asked about, is ever kept.
 * @param check asks the venue about the key. @throws whatever it throws: nothing is stored then.
 */
export async function saveKey(
  store: SecretStore,
  entry: string,
  key: Credential,
  check: (key: Credential) => Promise<AccountCheck>,
): Promise<AccountCheck> {
  const found = await check(key);
  await store.set(
    entry,
    [key.key, key.secret, ...(key.passphrase === undefined ? [] : [key.passphrase])].join('\n'),
  );
  return found;
}

/** A key in the text form of PEM has lines of its own: they are one value, which is kept on one line. */
const PEM = /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g;

/** The parts of a key: two lines, three where the venue asks for a passphrase, or the venue's own file. @throws UserError, without repeating them. */
export function parseKey(
  text: string,
  { titles, ofFile }: Pick<CredentialSchema, 'titles' | 'ofFile'>,
): Credential {
  const given = ofFile?.(text);
  if (given !== undefined) return given;
  const lines = text
    .replace(PEM, (pem) => pem.replace(/\r?\n/g, ''))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [key, secret, passphrase] = lines;
  const count = titles.passphrase === undefined ? 2 : 3;
  if (key !== undefined && secret !== undefined && lines.length === count)
    return passphrase === undefined ? { key, secret } : { key, secret, passphrase };
  const parts = `the ${titles.key} on the first line and the ${titles.secret} on the next`;
  const isThree = titles.passphrase !== undefined;
  const found = lines.length === 1 ? '1 line' : `${lines.length} lines`;
  throw new UserError({
    code: 'bad-key-input',
    field: 'input',
    message: isThree
      ? `has ${found}, not the three of an ${titles.key}, its ${titles.secret} and its ${titles.passphrase}`
      : `has ${found}, not the two of an ${titles.key} and its ${titles.secret}`,
    remedy: isThree ? `Give ${parts}, and the ${titles.passphrase} on the third.` : `Give ${parts}.`,
  });
}
