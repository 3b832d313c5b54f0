import { expect, it } from 'vitest';
import { databaseEntry, saveDatabasePassword, withKeychainPassword } from './database-password.ts';
import type { SecretStore } from './keychain.ts';

function memoryStore() {
  const secrets = new Map<string, string>();
  const store: SecretStore = {
    get: (name) => Promise.resolve(secrets.get(name)),
    set: (name, secret) => Promise.resolve(void secrets.set(name, secret)),
    delete: (name) => Promise.resolve(secrets.delete(name)),
  };
  return { secrets, store };
}

const URL_WITHOUT = 'postgres://ann@db.example/parallax';

it('a password is filed by user and server, and put into the address as it is', async () => {
  const { secrets, store } = memoryStore();
  const password = 'p@ss:w/rd #100% é';
  expect(await saveDatabasePassword(URL_WITHOUT, `${password}\n`, store)).toBe(
    'database ann@db.example:5432',
  );
  expect([...secrets]).toEqual([['database ann@db.example:5432', password]]);
  const url = new URL(await withKeychainPassword(URL_WITHOUT, store));
  expect(decodeURIComponent(url.password)).toBe(password);
  expect([url.username, url.hostname, url.pathname]).toEqual(['ann', 'db.example', '/parallax']);
  expect(databaseEntry('postgres://b%40b@[::1]:5433/x')).toBe('database b@b@[::1]:5433');
});

it('what is missing or no password is refused with what to do, and shows no secret', async () => {
  const { store } = memoryStore();
  await expect(withKeychainPassword(URL_WITHOUT, store)).rejects.toThrow(
    /no entry "database ann@.*database-password --set/,
  );
  for (const text of ['', '\n', 'hunter22\nhunter22', 'hunter22\0', 'x'.repeat(2_000)])
    await expect(saveDatabasePassword(URL_WITHOUT, text, store)).rejects.toThrow(
      /^(?!.*hunter22)standard input/,
    );
  for (const url of [
    '',
    'parallax.db',
    'postgres://db.example/x',
    'postgres://ann@db:0/x',
    'postgres://ann@a..b/x',
  ])
    expect(() => databaseEntry(url)).toThrow(/^--database: .*postgres:\/\/user@host/);
});
