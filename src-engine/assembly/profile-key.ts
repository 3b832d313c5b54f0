/** The API key of a profile that trades an account: the trader's own, or one of a local exchange. */
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import { FACE_ACCOUNTS, FACES } from '../venues/local-exchange/face-names.ts';
import { DEFAULT_VENUE, faceOf, venueAdapter } from '../venues/registry.ts';
import type { Credential } from '../venues/venue-account.ts';
import { keyEntry, loadKey } from './stored-key.ts';
import { invocation } from '../lib/invocation.ts';

type KeyOptions = {
  readonly secrets: SecretStore;
  /** Of local exchanges that run already. */
  readonly exchangeUrl?: string | undefined;
};

/** The key of a profile that trades an account. @throws UserError when there is none, or the keychain cannot be asked. */
export function profileKey(
  mode: 'live' | 'rehearsal',
  venue: VenueName,
  options: KeyOptions,
): Promise<Credential> {
  // No local chain has an account whose key is known beforehand.
  const isOnChain = venueAdapter(venue, 'venue').localChain !== undefined;
  if (mode === 'live' || isOnChain) return requiredKey(options.secrets, venue, isOnChain);
  return rehearsalKey(venue, options);
}

async function requiredKey(secrets: SecretStore, venue: VenueName, isLocal: boolean): Promise<Credential> {
  const key = await loadKey(secrets, keyEntry(venue, isLocal));
  if (key !== undefined) return key;
  throw new UserError({
    code: 'no-key',
    field: 'API key',
    message: 'is not in the keychain',
    remedy: `Set it with: ${invocation()} key --set${venue === DEFAULT_VENUE.id ? '' : ` --venue ${venue}`}`,
  });
}

/** The key that was stored for a local exchange; without one its demo account, whose key is public. */
async function rehearsalKey(venue: VenueName, { secrets, exchangeUrl }: KeyOptions): Promise<Credential> {
  const { key, secret, passphrase } = FACE_ACCOUNTS[faceOf(venueAdapter(venue, 'venue')) ?? FACES[0]];
  const demo = { key, secret, ...(passphrase === undefined ? {} : { passphrase }) };
  if (exchangeUrl === undefined) return demo;
  try {
    return (await loadKey(secrets, keyEntry(venue, true))) ?? demo;
  } catch (error) {
    // A machine without a keychain can still rehearse.
    if (error instanceof UserError) return demo;
    throw error;
  }
}
