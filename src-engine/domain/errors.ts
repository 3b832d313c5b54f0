/** What is wrong with a call, a setting or an input, and how to correct it. */
export type Problem = {
  /** Stable, machine-readable, kebab-case: `port-in-use`. */
  readonly code: string;
  /** One line for a person: what is wrong. */
  readonly message: string;
  /** The field, option or file at fault, as the user wrote it. */
  readonly field?: string | undefined;
  /** The offending value as text. Never a secret. */
  readonly value?: string | undefined;
  /** What to do about it. */
  readonly remedy?: string | undefined;
  /** Of what was refused for being too much at once: milliseconds after which it may be asked again. */
  readonly retryMs?: number | undefined;
};

/** An error whose cause lies outside the program: bad input, a busy port, a broken file. Exit code 2. */
export class UserError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(describeProblem(problem));
    this.name = 'UserError';
    this.problem = problem;
  }
}

/** `port: "80x" is not a port number. Use a whole number from 0 to 65535.` */
export function describeProblem(problem: Problem): string {
  const field = problem.field === undefined ? '' : `${problem.field}: `;
  const value = problem.value === undefined ? '' : `"${problem.value}" `;
  const remedy = problem.remedy === undefined ? '' : ` ${problem.remedy}`;
  return `${field}${value}${problem.message}.${remedy}`.replaceAll(/\s*\n\s*/g, ' ');
}

/** Raised where only a mistake of ours can lead: states that cannot be. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
