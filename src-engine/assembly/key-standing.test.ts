import { expect, it } from 'vitest';
import { keyStanding } from '../contract/key-operations.ts';
import { UserError } from '../domain/errors.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import { FACES } from '../venues/local-exchange/face-names.ts';
import { ADAPTERS } from '../venues/registry.ts';
import { keyStandings } from './key-standing.ts';

const storeOf = (get: SecretStore['get']): SecretStore => ({
  get,
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
});
const CANARY = 'CANARY+key/of+a+trader\nQ0FOQVJZOiBwcml2YXRl';

it('a key is reported as stored, without any part of it', async () => {
  const listed = await keyStandings(
    storeOf((name) => Promise.resolve(name === 'kraken-api-key' ? CANARY : undefined)),
  );
  for (const each of listed) expect(keyStanding.safeParse(each).error).toBeUndefined();
  const [first, ...others] = listed;
  expect([first?.entry, first?.state, first?.setWith.split('--set')[1]]).toEqual([
    'kraken-api-key',
    'present',
    '',
  ]);
  expect(new Set(others.map(({ state }) => state))).toEqual(new Set(['absent']));
  const local = ' --exchange http://127.0.0.1:PORT';
  expect(others.slice(0, 3).map(({ entry, setWith }) => [entry, setWith.split('--set')[1]])).toEqual([
    ['local-exchange-api-key', local],
    ['binance-api-key', ' --venue binance'],
    ['local-exchange-binance-api-key', ` --venue binance${local}`],
  ]);
  // Every venue that is traded has a key of its own, and one of a local exchange where that speaks its protocols.
  const traded = ADAPTERS.filter(({ account }) => account !== undefined);
  const ids = (all: readonly { readonly id: string }[]): readonly string[] => all.map(({ id }) => id);
  // Pools have wallets of the local chain alone.
  expect(listed.filter(({ isLocal }) => !isLocal).map(({ venue }) => venue)).toEqual(
    ids(traded.filter(({ localChain }) => localChain === undefined)),
  );
  expect(listed.filter(({ isLocal }) => isLocal).map(({ venue }) => venue)).toEqual(
    ids(traded.filter(({ id, localChain }) => localChain !== undefined || FACES.some((face) => face === id))),
  );
  expect(JSON.stringify(listed)).not.toMatch(/CANARY|Q0FO/);
});

it('a keychain that cannot be asked, or holds something else, says so with a remedy and without what it holds', async () => {
  const refuse = () =>
    Promise.reject(
      new UserError({ code: 'no-keychain', field: 'keychain', message: 'is locked', remedy: 'Unlock it.' }),
    );
  const [locked] = await keyStandings(storeOf(refuse));
  expect(locked).toMatchObject({ state: 'unreadable', problem: 'keychain: is locked. Unlock it.' });
  const [odd] = await keyStandings(storeOf(() => Promise.resolve('CANARY on one line')));
  expect(odd).toMatchObject({
    state: 'unreadable',
    problem: expect.stringContaining('not what Parallax stored'),
  });
  const [broken] = await keyStandings(storeOf(() => Promise.reject(new Error('CANARY in a library'))));
  expect(JSON.stringify([locked, odd, broken])).not.toContain('CANARY');
});
