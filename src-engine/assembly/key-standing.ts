/** Which keys the keychain holds, without any part of a key. */
import type { KeyStanding } from '../contract/key-operations.ts';
import { describeProblem, UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import { FACES } from '../venues/local-exchange/face-names.ts';
import { ADAPTERS, DEFAULT_VENUE } from '../venues/registry.ts';
import { keyEntry, loadKey } from './stored-key.ts';
import { invocation } from '../lib/invocation.ts';

const COMMAND = `${invocation()} key`;

type Entry = {
  readonly entry: string;
  readonly venue: VenueName;
  readonly isLocal: boolean;
  readonly title: string;
  readonly options: string;
};

/** What each entry is for, and what its commands need. */
const ENTRIES: readonly Entry[] = ADAPTERS.filter(({ account }) => account !== undefined).flatMap(
  ({ id, title, localChain }) => {
    const venue = id === DEFAULT_VENUE.id ? '' : ` --venue ${id}`;
    const of = { live: `${title}: the live profile`, local: 'A local exchange of your own: the rehearsal' };
    const own = { entry: keyEntry(id, false), venue: id, isLocal: false, title: of.live, options: venue };
    if (localChain !== undefined) {
      const onChain = { entry: keyEntry(id, true), venue: id, isLocal: true, options: venue };
      return [{ ...onChain, title: `${title}: a wallet of the local chain` }];
    }
    // A local exchange speaks the protocols of a few venues: a key to one that does not exist has no use.
    if (!FACES.some((face) => face === id)) return [own];
    return [
      own,
      {
        entry: keyEntry(id, true),
        venue: id,
        isLocal: true,
        title: venue === '' ? of.local : `A local exchange in place of ${title}`,
        options: `${venue} --exchange http://127.0.0.1:PORT`,
      },
    ];
  },
);

/** A keychain that cannot be asked is said to be unreadable. Never throws. */
export function keyStandings(secrets: SecretStore): Promise<KeyStanding[]> {
  return Promise.all(
    ENTRIES.map(async ({ entry, venue, isLocal, title, options }) => ({
      entry,
      venue,
      isLocal,
      title,
      ...(await stateOf(secrets, entry)),
      permissions: null,
      setWith: `${COMMAND} --set${options}`,
      checkWith: `${COMMAND}${options}`,
      deleteWith: `${COMMAND} --delete${options}`,
    })),
  );
}

async function stateOf(secrets: SecretStore, entry: string): Promise<Pick<KeyStanding, 'state' | 'problem'>> {
  try {
    const key = await loadKey(secrets, entry);
    return { state: key === undefined ? 'absent' : 'present', problem: '' };
  } catch (error) {
    const problem =
      error instanceof UserError ? describeProblem(error.problem) : 'the keychain did not answer';
    return { state: 'unreadable', problem };
  }
}
