/** The password of a PostgreSQL server from the keychain: one entry for each user and server, as no argument may hold it. */
import { UserError } from '../domain/errors.ts';
import { serverUrl } from '../lib/server-address.ts';
import type { SecretStore } from './keychain.ts';
import { invocation } from '../lib/invocation.ts';

const MAX_PASSWORD = 1_024;

/** Under which name the keychain files it: `database ann@db.example:5432`. @throws UserError for an address without a user. */
export function databaseEntry(url: string): string {
  const parsed = serverUrl(url, ['postgres:', 'postgresql:']);
  if (parsed === undefined || parsed.username === '') {
    throw new UserError({
      code: 'bad-database-url',
      field: '--database',
      value: url.replace(/:\/\/.*/, '://...'),
      message: 'names no user and server, under which the keychain stores the password',
      remedy: 'Write postgres://user@host:5432/name.',
    });
  }
  const { username, hostname, port } = parsed;
  return `database ${decodeURIComponent(username)}@${hostname}:${port === '' ? '5432' : port}`;
}

/** The address with the password that the keychain has for its user and server. @throws UserError when there is none. */
export async function withKeychainPassword(url: string, store: SecretStore): Promise<string> {
  const entry = databaseEntry(url);
  const password = await store.get(entry);
  if (password === undefined) {
    throw new UserError({
      code: 'no-database-password',
      field: '--database-keychain',
      message: `is asked for, and the keychain has no entry "${entry}"`,
      remedy: `Set it with: ${invocation()} database-password --set --database URL`,
    });
  }
  const parsed = new URL(url);
  parsed.password = encodeURIComponent(password);
  return parsed.toString();
}

/** One line, as it was typed or piped. @throws UserError for an empty one, or more than one. */
export async function saveDatabasePassword(url: string, text: string, store: SecretStore): Promise<string> {
  const password = text.replace(/\r?\n$/, '');
  if (password === '' || password.length > MAX_PASSWORD || /[\r\n\0]/.test(password)) {
    throw new UserError({
      code: 'bad-password',
      field: 'standard input',
      message: `does not hold a password: one line of 1 to ${MAX_PASSWORD} characters`,
      remedy: 'Type it when you are asked, or pipe it in.',
    });
  }
  const entry = databaseEntry(url);
  await store.set(entry, password);
  return entry;
}
