import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { SystemClock } from '../lib/system-clock.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import { openDatabase } from '../storage/database.ts';
import { startLocalExchange } from '../venues/local-exchange/local-exchange.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { openKrakenAccount } from '../venues/kraken/adapter.ts';
import { databaseNonces } from './key-nonces.ts';
import type { Credential } from '../venues/venue-account.ts';
import { cliEntry } from '../testing/cli-entry.ts';
import { loadKey, parseKey, saveKey } from './stored-key.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const KEY: Credential = {
  key: 'CANARY-key-of-a-trader',
  secret: Buffer.from('CANARY secret of a trader').toString('base64'),
};
const ENTRY = 'kraken-api-key';
const FORM = { titles: { key: 'API key', secret: 'private key' } };

/** A keychain in memory. */
function memoryStore(): SecretStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name) => kept.get(name),
    set: async (name, secret) => void kept.set(name, secret),
    delete: async (name) => kept.delete(name),
  };
}

/** Asks a local exchange that gives this key these permissions. */
async function checker(permissions?: readonly string[]) {
  const account = { name: 'trader', ...KEY, balances: { USD: '1' }, ...(permissions && { permissions }) };
  const exchange = await startLocalExchange({ accounts: [account], updatesPerSecond: 0 });
  cleanups.push(() => exchange.stop());
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-key-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const database = await openDatabase({ dataDir });
  cleanups.push(() => database.close());
  return (candidate: Credential) =>
    openKrakenAccount({
      venue: 'kraken',
      nonces: databaseNonces(database, 'kraken', candidate.key),
      clock: new SystemClock(),
      network: new SystemNetwork(),
      random: () => 0.5,
      credential: candidate,
      urls: { rest: exchange.url, account: `${exchange.wsUrl}/v2/auth` },
    }).checkAccount(['BTC/USD']);
}

it('keeps a key that may trade, and gives it back', async () => {
  const store = memoryStore();
  expect(await loadKey(store, ENTRY)).toBeUndefined();
  const check = await saveKey(store, ENTRY, KEY, await checker());
  expect(check.permissions).toContain('modify-trades');
  expect(await loadKey(store, ENTRY)).toEqual(KEY);
  expect(await loadKey(store, 'local-exchange-api-key')).toBeUndefined();
});

it('keeps none that may withdraw, that is wrong, or that could not be asked about', async () => {
  const store = memoryStore();
  const greedy = await checker(['query-funds', 'modify-trades', 'withdraw-funds']);
  await expect(saveKey(store, ENTRY, KEY, greedy)).rejects.toMatchObject({
    problem: { code: 'key-can-withdraw' },
  });
  const fitting = await checker();
  const wrong = { ...KEY, secret: Buffer.from('another CANARY secret').toString('base64') };
  await expect(saveKey(store, ENTRY, wrong, fitting)).rejects.toThrow('EAPI:Invalid signature');
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  const error: unknown = await saveKey(store, ENTRY, KEY, fitting).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error)).not.toMatch(/CANARY|Q0FOQVJZ/);
  expect(store.kept.size).toBe(0);
});

it('reads two lines and repeats none of them in a complaint', () => {
  expect(parseKey(` ${KEY.key}\r\n\n${KEY.secret}\n`, FORM)).toEqual(KEY);
  for (const text of ['', KEY.key, `${KEY.key}\n${KEY.secret}\nCANARY`]) {
    expect(() => parseKey(text, FORM)).toThrow(/^(?!.*CANARY).*has (?:0 lines|1 line|3 lines), not the two/s);
  }
});

it('takes a private key in the lines of PEM for one value, and keeps it on one line', async () => {
  const pem =
    '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1h\nsZ3v/VpguoRK\n-----END PRIVATE KEY-----';
  const key = parseKey(`${KEY.key}\r\n${pem.replaceAll('\n', '\r\n')}\r\n`, FORM);
  expect(key).toEqual({ key: KEY.key, secret: pem.replaceAll('\n', '') });
  const store = memoryStore();
  const fees = { takers: new Map(), makers: new Map() };
  const check = { permissions: [], fees, skewUs: 0, notes: [] };
  await saveKey(store, 'binance-api-key', key, () => Promise.resolve(check));
  expect(await loadKey(store, 'binance-api-key')).toEqual(key);
});

it('takes nothing for a key that another program stored', async () => {
  const store = memoryStore();
  await store.set(ENTRY, 'one line');
  await expect(loadKey(store, ENTRY)).rejects.toMatchObject({
    problem: { code: 'bad-keychain-entry' },
  });
});

it('is refused on the command line where there is no keychain, and is written nowhere', () => {
  const home = mkdtempSync(join(tmpdir(), 'parallax-home-'));
  cleanups.push(() => rmSync(home, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'], HOME: home, XDG_DATA_HOME: home, XDG_RUNTIME_DIR: home };
  const args = [cliEntry(), 'key', '--data-dir', join(home, 'data'), '--json'];
  const run = spawnSync(process.execPath, args, {
    env,
    encoding: 'utf8',
    input: `${KEY.key}\n${KEY.secret}\n`,
  });
  expect(run.status).toBe(2);
  expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'no-keychain' } });
  for (const file of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (file.isFile())
      expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toContain('CANARY');
  }
});
