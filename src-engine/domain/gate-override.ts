/** Gates to be passed before something runs on, and the word by which a person passes over them: of models and of strategies. */
import { UserError } from './errors.ts';

/** What is typed to promote what does not pass. */
export const OVERRIDE_WORD = 'OVERRIDE';

type Gate = {
  readonly gate: string;
  readonly passes: boolean;
  readonly value: string;
  readonly bound: string;
};

/** `fills: 12 (at least 50); …` of those that do not pass. */
export function failedWords(gates: readonly Gate[]): string {
  return gates
    .filter(({ passes }) => !passes)
    .map(({ gate, value, bound }) => `${gate}: ${value} (${bound})`)
    .join('; ');
}

export type GateOverride = {
  /** What is promoted, as an error names it. */
  readonly field: string;
  readonly value: string;
  readonly what: string;
  /** What else to do than to pass over them, as a sentence. */
  readonly instead: string;
  /** Behind the number of gates: what they lead to. */
  readonly to?: string;
  readonly override: string;
  readonly why: string;
};

/**
 * @returns whether gates that do not pass are passed over.
 * @throws UserError that names each of them with its value and bound, or what lacks to pass over them.
 */
export function isOverridden(
  gates: readonly Gate[],
  { field, value, what, instead, to, override, why }: GateOverride,
): boolean {
  const failed = gates.filter(({ passes }) => !passes);
  if (failed.length === 0) return false;
  if (override === '')
    throw new UserError({
      code: 'gates-not-passed',
      field,
      value,
      message: `does not pass ${failed.length} of ${gates.length} gates${to === undefined ? '' : ` to ${to}`}: ${failedWords(gates)}`,
      remedy: `${instead} Whoever promotes it all the same types ${OVERRIDE_WORD} as override and gives a reason; both are kept.`,
    });
  if (override !== OVERRIDE_WORD)
    throw new UserError({
      code: 'bad-override',
      field: 'override',
      value: override,
      message: `is not the word ${OVERRIDE_WORD}`,
      remedy: `Type ${OVERRIDE_WORD}, or leave it out.`,
    });
  if (why.trim() === '')
    throw new UserError({
      code: 'reason-missing',
      field: 'why',
      message: `is missing: a ${what} that does not pass is promoted for a reason alone`,
      remedy: 'Give the reason.',
    });
  return true;
}
