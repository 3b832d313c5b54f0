/** A secret goes with whom it was for, where Parallax may remove it. */
import { UserError } from './errors.ts';

/** Code of the error of a place of secrets that others fill. */
export const READ_ONLY = 'secrets-read-only';

/**
 * Removes a secret whose owner goes. Where Parallax cannot write it stays, and keeps nobody from being removed.
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
