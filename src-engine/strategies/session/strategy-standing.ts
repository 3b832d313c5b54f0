/** What a restart needs of a strategy, as it is recorded. */
import type { StrategyHolding, StrategyStanding } from '../../domain/strategy-schemas.ts';
import type { AccountStop } from './account-stop.ts';
import type { StrategyFigures } from './strategy-figures.ts';

type Running = Pick<StrategyStanding, 'setup' | 'way' | 'sinceUs' | 'stopped' | 'steps' | 'decisions'> & {
  readonly figures: StrategyFigures;
  readonly markets: readonly { save(): StrategyHolding }[];
  readonly stop: AccountStop;
  readonly isAtAccount: boolean;
};

/** @param state of its own, as its host saves it. */
export function standingOf(running: Running, state: string | null): StrategyStanding {
  const { setup, way, sinceUs, stopped, figures, markets, steps, decisions, stop, isAtAccount } = running;
  return {
    setup,
    way,
    sinceUs,
    stopped,
    state,
    holdings: markets.map((market) => market.save()),
    realized: figures.realized.toFixed(),
    fees: figures.fees.toFixed(),
    steps,
    decisions,
    fills: figures.fills,
    wins: figures.wins,
    losses: figures.losses,
    missed: Object.fromEntries(figures.missed),
    ...(isAtAccount ? { won: figures.won.toFixed(), lost: figures.lost.toFixed() } : {}),
    ...stop.save(way),
  };
}
