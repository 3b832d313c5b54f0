/** Why an opportunity was not taken, and how an execution ended, in words that people read: in the window, in reports, on the command line. */
import type { ExecutionOutcome, RunMode } from './event.ts';
import type { DecisionCode } from './opportunity.ts';
import { formatTimeUs } from './time.ts';

export type CodeWord = { readonly label: string; readonly explain: string };

export const DECISION_TEXTS: Readonly<Record<DecisionCode, CodeWord>> = {
  taken: { label: 'Taken', explain: 'Orders were sent for it.' },
  'edge-below-threshold': {
    label: 'Edge too small',
    explain: 'The net edge after all costs is below the minimum.',
  },
  'edge-gone-after-depth': {
    label: 'Lost to depth',
    explain: 'The best prices show an edge; the quantity behind them does not.',
  },
  'below-min-qty': {
    label: 'Below minimum size',
    explain: 'A leg would be below the venue’s minimum order size.',
  },
  'below-min-notional': {
    label: 'Below minimum value',
    explain: 'A leg would be below the venue’s minimum order value.',
  },
  'book-stale': {
    label: 'Book too old',
    explain: 'A book of the cycle is not live or is older than the limit.',
  },
  'no-balance': { label: 'No balance', explain: 'Not enough of the start asset is free.' },
  'in-flight': { label: 'Already in flight', explain: 'The same cycle is being traded.' },
  'cooling-down': {
    label: 'Cooling down',
    explain: 'The same cycle was tried within its cooldown.',
  },
  'trading-paused': { label: 'Trading paused', explain: 'Trading is paused or halted.' },
  killed: { label: 'Killed', explain: 'The kill switch is latched.' },
  'not-armed': { label: 'Not armed', explain: 'Live trading is disarmed: no order is sent.' },
  'not-reconciled': {
    label: 'Not reconciled',
    explain: 'The account has not been compared with the venue since the last event that requires it.',
  },
  'unwind-too-costly': {
    label: 'Unwind too costly',
    explain: 'If a leg failed, the unwind would cost more than the limit allows.',
  },
  'exposure-cap': {
    label: 'Too much in flight',
    explain: 'Open cycles together would be worth more than the limit allows.',
  },
  'risk-denied': { label: 'Denied by risk', explain: 'A risk limit denied it.' },
  'coin-depegged': {
    label: 'Stablecoin off its peg',
    explain: 'It goes through a stablecoin whose price has left its band.',
  },
  'cross-venue-not-traded': {
    label: 'Watched only',
    explain: 'Routes over several venues are watched. The setting “Trade cross-venue routes” trades them.',
  },
};

export const OUTCOME_TEXTS: Readonly<Record<ExecutionOutcome, CodeWord>> = {
  completed: { label: 'Completed', explain: 'Every leg filled.' },
  missed: { label: 'Missed', explain: 'The first leg was not filled; nothing is held.' },
  unwound: { label: 'Unwound', explain: 'A leg failed; its position was unwound.' },
  stranded: {
    label: 'Stranded',
    explain: 'The position could not be unwound. Trading is halted until you resume.',
  },
  denied: { label: 'Denied', explain: 'Risk denied it before the first order was sent.' },
  late: {
    label: 'Late fill',
    explain: 'The venue filled an order after its cycle had ended; the amount is kept for a sweep.',
  },
  quoted: {
    label: 'Quoted',
    explain: 'A resting quote was filled, and hedged at another venue.',
  },
  swept: {
    label: 'Swept',
    explain:
      'Residuals of earlier cycles, or a coin by hand, were sold; or a coin that executions had sold was bought back.',
  },
};

/** What an edge was lost to, a decision or the outcome of an execution, by its label. */
export function reasonLabel(reason: string): string {
  const texts: Readonly<Record<string, CodeWord>> = { ...DECISION_TEXTS, ...OUTCOME_TEXTS };
  return Object.hasOwn(texts, reason) ? (texts[reason]?.label ?? reason) : reason;
}

const MODE_TEXTS: Readonly<Record<RunMode, string>> = {
  backtest: 'backtest',
  paper: 'paper trading, simulated fills',
  ghost: 'account disarmed, simulated fills beside it',
  // A live run begins disarmed, and is armed and disarmed as it goes on.
  live: 'live: orders to the account while it is armed, none while it is disarmed',
};

/** What kind of money and prices a run had: `simulated market, paper trading, simulated fills`. */
export function modeText(mode: RunMode, simulatedMarket: boolean): string {
  return `${simulatedMarket ? 'simulated market, ' : ''}${MODE_TEXTS[mode]}`;
}

type Mode = { readonly mode: RunMode; readonly simulatedMarket: boolean };

type RunsOfDay = {
  readonly modes: readonly Mode[];
  readonly found: number;
  readonly executions: number;
  readonly equity: object | null;
};

/** What kind of money the runs of a day had: a simulated day is not to be taken for a real one. */
export function modesText({ modes, found, executions, equity }: RunsOfDay): string {
  const ran = found > 0 || executions > 0 || equity !== null;
  if (modes.length === 0) return ran ? 'The mode is not known.' : 'Nothing ran on this day.';
  return `Mode: ${modes.map((one) => modeText(one.mode, one.simulatedMarket)).join('; then ')}.`;
}

type DayUntil = { readonly fromUs: number; readonly untilUs: number; readonly toUs: number };

/** ` until 14:05` (UTC) while a day is not over, else nothing. */
export function untilText({ fromUs, untilUs, toUs }: DayUntil): string {
  if (untilUs <= fromUs) return ', which has not begun';
  return untilUs < toUs ? ` until ${formatTimeUs(untilUs).slice(11, 16)}` : '';
}
