/** What holds for a strategy that trades an account, and for no other. Pure. */
import { hash } from 'node:crypto';
import { CANARY_SHARE } from '../../domain/arming.ts';
import { Decimal, decimal, roundToStep, ZERO } from '../../domain/decimal.ts';
import { type ExecutionId, STRATEGY_MARK } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { StrategyMode, StrategySetup } from '../../domain/strategy-schemas.ts';
import type { Holding } from './holding.ts';

/** Part of its stake that a strategy at an account may lose before it is taken back, where nothing else was said. */
const USUAL_BUDGET_SHARE = 0.1;
/** Largest position at an account, in stakes: what a strategy wants beyond is not bought. */
export const MOST_STAKES = 1;
const TAG_DIGITS = 12;
const ROOM_PLACES = 18;

export const isAtAccount = (mode: StrategyMode): boolean => mode === 'canary' || mode === 'full';

/** What a position of 1 is worth, in quote: of a canary a hundredth. */
export function stakeOf({ stake }: Pick<StrategySetup, 'stake'>, mode: StrategyMode): Decimal {
  const all = decimal(stake);
  return mode === 'canary' ? all.times(CANARY_SHARE) : all;
}

/** So much of what is wanted that a purchase at this price and what is held already cost one stake at most, before slippage and the fee of that purchase. */
export function withinStake(
  wanted: Decimal,
  stake: Decimal,
  { qty, cost }: Pick<Holding, 'qty' | 'cost'>,
  price: number,
  { lotSize }: Pick<Instrument, 'lotSize'>,
): Decimal {
  if (!wanted.gt(qty)) return wanted;
  const left = Decimal.max(ZERO, stake.minus(cost));
  const room = left.div(price).toDecimalPlaces(ROOM_PLACES, Decimal.ROUND_DOWN);
  return Decimal.min(wanted, qty.plus(roundToStep(room, lotSize, 'down')));
}

/** A budget that this mode may not have is none: the usual one of that mode counts then. */
export function loweredTo(setup: StrategySetup, mode: StrategyMode): StrategySetup {
  const { lossBudget, ...rest } = setup;
  const isBeyond = lossBudget !== undefined && decimal(lossBudget).gt(stakeOf(setup, mode));
  return isBeyond ? { ...rest, mode } : { ...setup, mode };
}

/** Loss in quote at which it is taken back. */
export function lossBudgetOf(
  setup: Pick<StrategySetup, 'stake' | 'lossBudget'>,
  mode: StrategyMode,
): Decimal {
  return setup.lossBudget === undefined
    ? stakeOf(setup, mode).times(USUAL_BUDGET_SHARE)
    : decimal(setup.lossBudget);
}

/**
 * The end of an execution id of a strategy at an account. The intent of an order is on the disk before the order leaves, and before any other
 * fact of its strategy: so a restart finds whose an order is by the order alone.
 */
export const accountTag = (strategy: string): string =>
  `-${hash('sha256', strategy, 'hex').slice(0, TAG_DIGITS)}`;

/** An order of a strategy at an account, whichever. */
export function isOfAccountStrategy(executionId: ExecutionId): boolean {
  const at = executionId.indexOf(STRATEGY_MARK);
  return at >= 0 && executionId.slice(at + STRATEGY_MARK.length).includes('-');
}

export const isOrderOf = (strategy: string, executionId: ExecutionId): boolean =>
  isOfAccountStrategy(executionId) && executionId.endsWith(accountTag(strategy));
