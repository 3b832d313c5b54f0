/** Removing the secret of a channel or bus that is removed. */
import { UserError } from './errors.ts';

/** Code of the error of a place of secrets that others fill. */
export const READ_ONLY = 'secrets-read-only';

/**
 * Removes the secret of something that is removed. Where Parallax cannot write, the secret stays, and the removal goes on.
 * @returns whether it stays. @throws whatever else the place of secrets says.
 */
export function removeUnlessReadOnly(
  secrets: { delete(name: string): Promise<boolean> },
  name: string,
): Promise<boolean> {
  return secrets.delete(name).then(
    () => false,
    (error: unknown) => {
      if (error instanceof UserError && error.problem.code === READ_ONLY) return true;
      throw error;
    },
  );
}
