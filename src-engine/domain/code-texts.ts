/** Why an opportunity was not taken, and how an execution ended, in words that people read: in the window, in reports, on the command line. */
import type { ExecutionOutcome } from './event.ts';
import type { DecisionCode } from './opportunity.ts';

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
    label: 'Below min. size',
    explain: 'A leg would be below the venue’s minimum order size.',
  },
  'below-min-notional': {
    label: 'Below min. value',
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
  'capture-unlikely': {
    label: 'Unlikely to be captured',
    explain:
      'The scorer’s gate: a profit is less likely than its threshold. One in five of them is taken as a control.',
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
