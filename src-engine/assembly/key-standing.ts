/** Which keys the keychain holds, told without a part of any. */
import type { KeyStanding } from '../contract/key-operations.ts';
import { describeProblem, UserError } from '../domain/errors.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import { type KeyEntry, loadKrakenKey } from './kraken-key.ts';

const COMMAND = 'npm run -s parallax -- key';

/** By entry: what it is for, and what its commands need. */
const ENTRIES: readonly { readonly entry: KeyEntry; readonly title: string; readonly options: string }[] = [
  { entry: 'kraken-api-key', title: 'Kraken: the live profile', options: '' },
  {
    entry: 'local-exchange-api-key',
    title: 'A local exchange of your own: the rehearsal',
    options: ' --exchange http://127.0.0.1:PORT',
  },
];

/** A keychain that cannot be asked is told as such. Never throws. */
export function keyStandings(secrets: SecretStore): Promise<KeyStanding[]> {
  return Promise.all(
    ENTRIES.map(async ({ entry, title, options }) => ({
      entry,
      title,
      ...(await stateOf(secrets, entry)),
      permissions: null,
      setWith: `${COMMAND} --set${options}`,
      checkWith: `${COMMAND}${options}`,
      deleteWith: `${COMMAND} --delete${options}`,
    })),
  );
}

async function stateOf(
  secrets: SecretStore,
  entry: KeyEntry,
): Promise<Pick<KeyStanding, 'state' | 'problem'>> {
  try {
    const key = await loadKrakenKey(secrets, entry);
    return { state: key === undefined ? 'absent' : 'present', problem: '' };
  } catch (error) {
    const problem =
      error instanceof UserError ? describeProblem(error.problem) : 'the keychain did not answer';
    return { state: 'unreadable', problem };
  }
}
