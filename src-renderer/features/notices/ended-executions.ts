import { signOf } from '../../lib/decimal-text.ts';

type Ended = { readonly finishedUs: number; readonly profitHome: string };
export type Result = 'profit' | 'loss';

/**
 * What ended after a moment, whatever the order of the list: a list that was read anew is in another one, and that of
 * another profile holds what ended long ago.
 * @returns the worst of the results, undefined where none has one, and the moment to go on from.
 */
export function endedSince(
  executions: readonly Ended[],
  sinceUs: number,
): { readonly result: Result | undefined; readonly untilUs: number } {
  const ended = executions.filter(({ finishedUs }) => finishedUs > sinceUs);
  const signs = new Set(ended.map(({ profitHome }) => signOf(profitHome)));
  return {
    result: signs.has(-1) ? 'loss' : signs.has(1) ? 'profit' : undefined,
    untilUs: ended.reduce((last, { finishedUs }) => Math.max(last, finishedUs), sinceUs),
  };
}
