/** What a place of secrets answers that others fill. */
import { UserError } from '../domain/errors.ts';
import { READ_ONLY } from '../domain/remove-secret.ts';

/** @throws UserError always. @param remedy how it is changed there. */
export function readOnly(place: string, remedy: string): { set(): Promise<never>; delete(): Promise<never> } {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new UserError({
        code: READ_ONLY,
        field: 'secrets',
        value: place,
        message: 'cannot be written by Parallax',
        remedy,
      }),
    );
  return { set: refuse, delete: refuse };
}

/** `notify-desk` and the like: what a file or a path may be made of. Others (a database's user and server) are turned into it. */
export function fileNameOf(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 128);
}

/** The line end that editors and echo add is none of a secret. */
export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
