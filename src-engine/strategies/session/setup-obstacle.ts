/** Why a setup cannot be taken now, and what to do first. Pure. */
import type { StrategySetup, StrategyStanding } from '../../domain/strategy-schemas.ts';
import type { RunningStrategy } from './running-strategy.ts';

export type SetupObstacle = { readonly message: string; readonly remedy: string };

export const HOLDS: SetupObstacle = {
  message: 'it still holds a position',
  remedy: 'Switch it off, and wait until what it holds is sold.',
};

/** Of one that no running strategy has the name of. @param kept one of that name that waits for its markets. @param count of all of the session. */
export function newcomersObstacle(
  kept: StrategyStanding | undefined,
  count: number,
  most: number,
): SetupObstacle | undefined {
  if (kept !== undefined) {
    // Set beside it, it would be one of two of that name, and the next session could go on with one of them only.
    const markets = kept.setup.markets.map(({ venue, symbol }) => `${symbol}@${venue}`).join(', ');
    return {
      message: `one of that name, with what it holds, is kept for a session that has ${markets}`,
      remedy: 'Start such a session, or remove it.',
    };
  }
  if (count < most) return undefined;
  return { message: `a session has at most ${most} strategies`, remedy: 'Remove another one.' };
}

/** Why a portfolio that holds something cannot take other targets now. */
export function retargetObstacle(before: RunningStrategy, setup: StrategySetup): SetupObstacle | undefined {
  const { markets, way } = before;
  if (setup.mode === 'off') {
    return {
      message: 'it still holds coins, and its targets are others',
      remedy: 'Switch it off by its mode alone.',
    };
  }
  if (setup.mode !== way) {
    return {
      message: `it still holds coins that were bought in mode ${way}`,
      remedy: `Set it in mode ${way}; or switch it off, and wait until what it holds is sold.`,
    };
  }
  if (markets.some(({ orderId }) => orderId !== undefined))
    return { message: 'an order of it is under way', remedy: 'Set it again in some seconds.' };
  const lost = markets.find(
    ({ instrument, isFlat }) =>
      !isFlat &&
      !setup.markets.some(({ venue, symbol }) => venue === instrument.venue && symbol === instrument.symbol),
  );
  if (lost === undefined) return undefined;
  const { symbol } = lost.instrument;
  return {
    message: `it still holds ${symbol}`,
    remedy: `Give ${symbol} a weight of 0 first, and wait until it is sold.`,
  };
}

/** The same, switched off: whatever else is named is not taken then. */
export function isOffOf(before: StrategySetup, setup: StrategySetup): boolean {
  return setup.mode === 'off' && sameText({ ...before, mode: 'off' }, setup);
}

/** What it gained and learnt goes on: it was not stopped, and trades as it did. */
export const isSameRun = ({ stopped, way }: RunningStrategy, setup: StrategySetup): boolean =>
  stopped === null && way === setup.mode;

export const sameText = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
