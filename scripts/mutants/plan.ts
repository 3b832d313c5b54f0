/** What one process of a run is asked to do, and what it says of each mutant. Both are files: a process may be ended. */

export type Plan = {
  /** Folder of the tests and sources. */
  readonly root: string;
  /** Test files, relative to it, in the order in which they run. */
  readonly tests: readonly string[];
  /** What a source file is replaced with while it runs, by its path relative to the folder. */
  readonly code: Readonly<Record<string, string>>;
  /** Ids of the mutants to try. Empty: only find out what the tests reach. */
  readonly ids: readonly number[];
  /** Where the lines of the outcome go: one JSON object a line, see `Line`. */
  readonly out: string;
  /** A mutant that is in force from the first import on, for what is computed once. */
  readonly from: number | undefined;
};

/** The name of the variable that holds the path of the plan. */
export const PLAN_VARIABLE = 'PARALLAX_MUTANTS_PLAN';

/** Examples of a property test for one mutant. */
export const MOST_EXAMPLES = 25;

export type Line =
  /** The tests passed twice without any mutant, but for those named. */
  | { readonly what: 'ready'; readonly tests: number; readonly unsteady: readonly string[] }
  /** A test passed, with or without a mutant: a sign of life. */
  | { readonly what: 'passed' }
  /** `once`: it runs at an import and in no test, so that it must be in force from there on. */
  | { readonly what: 'once' | 'unreached'; readonly id: number }
  | { readonly what: 'begun'; readonly id: number }
  | { readonly what: 'noticed'; readonly id: number; readonly by: string }
  | { readonly what: 'survived'; readonly id: number };
