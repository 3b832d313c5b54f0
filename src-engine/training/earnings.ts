/**
 * What forecasts would have earned: one position at a time, held over the label, where the expected gain pays both fills. Beside the result stand
 * the same trades at higher costs and one bar later, and the returns by which their Sharpe ratio is judged.
 */
import { momentsOf, periodSharpe } from '../backtest/metrics/moments.ts';
import { type Dataset, moveBps } from './dataset.ts';

/** One judged row. @param edge mean move of the fitted rows, either way, in bps. */
export type Forecast = { readonly row: number; readonly p: number; readonly edge: number };

export type Earned = {
  readonly trades: number;
  readonly grossBps: number;
  readonly netBps: number;
  /** What of the net short positions earned. */
  readonly shortNetBps: number;
  /** Of the judged rows, bought once and sold once. */
  readonly buyAndHoldBps: number;
  /** The same trades at costs half as high again. */
  readonly higherCostsNetBps: number;
  /** The same trades, each one bar later. */
  readonly lateNetBps: number;
};

/** Costs of the harder trial, as a multiple. */
export const HIGHER_COSTS = 1.5;

/** @param costBps of one fill. */
export function earnings(
  judged: readonly Forecast[],
  data: Dataset,
  costBps: number,
): { readonly earned: Earned; readonly returns: Float64Array } {
  let [trades, gross, late, free, short, hold, holdFree] = [0, 0, 0, 0, 0, 0, 0];
  const slot = Math.max(1, lengthOf(data, judged[0]?.row ?? 0));
  // In stretches as long as a label, so that returns hardly overlap; without a trade a stretch returns 0.
  const returns = new Float64Array(Math.ceil(judged.length / slot));
  judged.forEach(({ row, p, edge }, at) => {
    const move = moveBps(data, row);
    if (row >= holdFree) {
      // The next one is filled where the label of this one ends: no bar is left out.
      holdFree = Math.max(row + 1, (data.labelEnds[row] as number) - 1);
      hold += move;
    }
    if (row < free || Math.abs(2 * p - 1) * edge <= 2 * costBps) return;
    free = Math.max(row + 1, data.labelEnds[row] as number);
    trades++;
    const side = Math.sign(p - 0.5);
    gross += side * move;
    late += side * nextMove(data, row);
    if (p < 0.5) short -= move + 2 * costBps;
    const place = Math.floor(at / slot);
    returns[place] = (returns[place] as number) + side * move - 2 * costBps;
  });
  const costs = trades * 2 * costBps;
  return {
    earned: {
      trades,
      grossBps: gross,
      netBps: gross - costs,
      shortNetBps: short,
      buyAndHoldBps: hold - 2 * costBps,
      higherCostsNetBps: gross - HIGHER_COSTS * costs,
      lateNetBps: late - costs,
    },
    returns,
  };
}

/** Of one return, not annualised; null without a spread. */
export function sharpeOf(returns: Float64Array): number | null {
  return periodSharpe(momentsOf(returns));
}

/** Move over the label that begins one bar later; 0 where the next bar is not there. */
export function nextMove(data: Dataset, row: number): number {
  const follows = row + 1 < data.rows && (data.bars[row + 1] as number) === (data.bars[row] as number) + 1;
  return follows ? moveBps(data, row + 1) : 0;
}

function lengthOf(data: Dataset, row: number): number {
  return (data.labelEnds[row] ?? row + 1) - row;
}
