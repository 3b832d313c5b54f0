/**
 * Mutants that make no difference to anything the engine does, each with the reason. They are named by file, code and
 * change, so that they are found when lines move; a row that fits nothing any more fails a test.
 */
import type { Mutant } from './mutate.ts';

type Equivalent = {
  readonly file: string;
  readonly code: string;
  readonly change: string;
  readonly reason: string;
};

export const EQUIVALENT: readonly Equivalent[] = [];

export function isEquivalent({ file, code, change }: Mutant): boolean {
  return EQUIVALENT.some((row) => row.file === file && row.code === code && row.change === change);
}
