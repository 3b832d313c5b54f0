/** The steps of one or two markets at the times that all of them have. */
import { UserError } from '../../domain/errors.ts';
import { type DurationUs, formatTimeUs } from '../../domain/time.ts';
import type { MarketStep, StepColumns } from '../../features/market-step.ts';

export type PairedSteps = {
  readonly count: number;
  /** Most common time between two steps. */
  readonly stepUs: DurationUs;
  /** Steps that one market alone has, within the time that all cover. */
  readonly unpaired: number;
  /** Times between two steps that are longer than the most common. */
  readonly gaps: number;
  /** Into `steps`, one a market. */
  readonly read: (index: number, steps: readonly MarketStep[]) => void;
};

/** @throws UserError when there are fewer than two common steps. */
export function pairSteps(markets: readonly StepColumns[]): PairedSteps {
  const places = markets.map(() => [] as number[]);
  const at = markets.map(() => 0);
  let unpaired = 0;
  while (markets.every(({ length }, market) => (at[market] as number) < length)) {
    const ends = markets.map((steps, market) => steps.endUs(at[market] as number));
    const latest = Math.max(...ends);
    if (ends.every((endUs) => endUs === latest)) {
      for (let market = 0; market < markets.length; market++) {
        (places[market] as number[]).push(at[market] as number);
        at[market] = (at[market] as number) + 1;
      }
      continue;
    }
    if ((places[0] as number[]).length > 0) unpaired++;
    for (let market = 0; market < markets.length; market++) {
      if ((ends[market] as number) < latest) at[market] = (at[market] as number) + 1;
    }
  }
  const count = (places[0] as number[]).length;
  if (count < 2) {
    const found = markets.map((steps) =>
      steps.length === 0
        ? 'none'
        : `${steps.length} from ${formatTimeUs(steps.endUs(0)).slice(0, 19)} to ${formatTimeUs(steps.endUs(steps.length - 1)).slice(0, 19)}`,
    );
    throw new UserError({
      code: 'too-few-bars',
      field: '--file',
      message: `${markets.length === 1 ? 'has' : 'have'} ${count} closed bars${markets.length === 1 ? '' : ' at the same times'} (${found.join('; ')})`,
      remedy: 'Give a longer file, or shorter bars with --bar.',
    });
  }
  const first = markets[0] as StepColumns;
  const ends = (places[0] as number[]).map((place) => first.endUs(place));
  const counts = new Map<number, number>();
  for (let step = 1; step < count; step++) {
    const length = (ends[step] as number) - (ends[step - 1] as number);
    counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  const [[stepUs] = [1]] = [...counts].sort((x, y) => y[1] - x[1] || x[0] - y[0]);
  const gaps = [...counts].reduce((sum, [length, times]) => sum + (length > stepUs ? times : 0), 0);
  return {
    count,
    stepUs,
    unpaired,
    gaps,
    read(index, steps) {
      for (let market = 0; market < markets.length; market++) {
        (markets[market] as StepColumns).read(
          (places[market] as number[])[index] as number,
          steps[market] as MarketStep,
        );
      }
    },
  };
}
