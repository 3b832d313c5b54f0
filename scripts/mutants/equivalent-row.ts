/** A mutant that makes no difference to anything the engine does. */
export type Equivalent = {
  readonly file: string;
  readonly code: string;
  /** As a run names them; `all` where no change of the line makes a difference. */
  readonly changes: readonly string[] | 'all';
  readonly reason: string;
};
