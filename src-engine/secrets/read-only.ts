/** What a place of secrets answers that others fill. */
import { UserError } from '../domain/errors.ts';

const READ_ONLY = 'secrets-read-only';

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

/**
 * Removes a secret whose owner goes. Where Parallax cannot write it stays, and keeps nobody from being removed.
 * @returns whether it stays. @throws whatever else the place of secrets says.
 */
export async function removeUnlessReadOnly(
  secrets: { delete(name: string): Promise<boolean> },
  name: string,
): Promise<boolean> {
  try {
    await secrets.delete(name);
    return false;
  } catch (error) {
    if (error instanceof UserError && error.problem.code === READ_ONLY) return true;
    throw error;
  }
}

/** `notify-desk` and the like: what a file or a path may be made of. Others (a database's user and server) are turned into it. */
export function fileNameOf(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 128);
}
