/** The contract's codes in plain words. Total over the closed sets: a missing word does not compile. */
import { assetName } from '../../src-engine/domain/venue-asset.ts';
import type { BookState, ExecutionOutcome } from '../../src-engine/domain/event.ts';
import type { DecisionCode, Waterfall } from '../../src-engine/domain/opportunity.ts';
import type { OrderState } from '../../src-engine/domain/order.ts';
import { placeText } from './venue-asset-text.ts';

/** How a word is coloured; the icon and the word say the same. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet';
export type Word = { readonly label: string; readonly explain: string; readonly tone: Tone };

export const DECISION_WORDS: Readonly<Record<DecisionCode, Word>> = {
  taken: { label: 'Taken', explain: 'Orders were sent for it.', tone: 'good' },
  'edge-below-threshold': {
    label: 'Edge too small',
    explain: 'The net edge after all costs is below the minimum.',
    tone: 'quiet',
  },
  'edge-gone-after-depth': {
    label: 'Lost to depth',
    explain: 'The best prices show an edge; the quantity behind them does not.',
    tone: 'quiet',
  },
  'below-min-qty': {
    label: 'Below minimum size',
    explain: 'A leg would be below the venue’s minimum order size.',
    tone: 'quiet',
  },
  'below-min-notional': {
    label: 'Below minimum value',
    explain: 'A leg would be below the venue’s minimum order value.',
    tone: 'quiet',
  },
  'book-stale': {
    label: 'Book too old',
    explain: 'A book of the cycle is not live or is older than the limit.',
    tone: 'warn',
  },
  'no-balance': { label: 'No balance', explain: 'Not enough of the start asset is free.', tone: 'warn' },
  'in-flight': { label: 'Already in flight', explain: 'The same cycle is being traded.', tone: 'info' },
  'cooling-down': {
    label: 'Cooling down',
    explain: 'The same cycle was tried within its cooldown.',
    tone: 'info',
  },
  'trading-paused': { label: 'Trading paused', explain: 'Trading is paused or halted.', tone: 'warn' },
  killed: { label: 'Killed', explain: 'The kill switch is latched.', tone: 'bad' },
  'not-armed': { label: 'Not armed', explain: 'Live trading is disarmed: no order is sent.', tone: 'warn' },
  'not-reconciled': {
    label: 'Not reconciled',
    explain: 'The account has not been compared with the venue since the last event that requires it.',
    tone: 'warn',
  },
  'unwind-too-costly': {
    label: 'Unwind too costly',
    explain: 'If a leg failed, the unwind would cost more than the limit allows.',
    tone: 'quiet',
  },
  'exposure-cap': {
    label: 'Too much in flight',
    explain: 'Open cycles together would be worth more than the limit allows.',
    tone: 'warn',
  },
  'risk-denied': { label: 'Denied by risk', explain: 'A risk limit denied it.', tone: 'bad' },
  'coin-depegged': {
    label: 'Stablecoin off its peg',
    explain: 'It goes through a stablecoin whose price has left its band.',
    tone: 'warn',
  },
  'cross-venue-not-traded': {
    label: 'Watched only',
    explain: 'Routes over several venues are watched. The setting “Trade cross-venue routes” trades them.',
    tone: 'info',
  },
};

export const ORDER_WORDS: Readonly<Record<OrderState, Word>> = {
  created: { label: 'Sent', explain: 'Stored on disk and sent to the venue; no answer yet.', tone: 'info' },
  denied: { label: 'Denied', explain: 'Our own risk check denied it; it was not sent.', tone: 'bad' },
  accepted: { label: 'Open', explain: 'The venue has accepted it.', tone: 'info' },
  filled: { label: 'Filled', explain: 'Filled in full.', tone: 'good' },
  canceled: { label: 'Canceled', explain: 'The unfilled part was canceled.', tone: 'quiet' },
  rejected: { label: 'Rejected', explain: 'The venue rejected it.', tone: 'bad' },
  unknown: {
    label: 'Unknown',
    explain: 'No answer came: it may be open. Counts as exposure until the venue reports its state.',
    tone: 'warn',
  },
};

export const OUTCOME_WORDS: Readonly<Record<ExecutionOutcome, Word>> = {
  completed: { label: 'Completed', explain: 'Every leg filled.', tone: 'good' },
  missed: { label: 'Missed', explain: 'The first leg was not filled; nothing is held.', tone: 'quiet' },
  unwound: { label: 'Unwound', explain: 'A leg failed; its position was unwound.', tone: 'warn' },
  stranded: {
    label: 'Stranded',
    explain: 'The position could not be unwound. Trading is halted until you resume.',
    tone: 'bad',
  },
  denied: { label: 'Denied', explain: 'Risk denied it before the first order was sent.', tone: 'bad' },
  late: {
    label: 'Late fill',
    explain: 'The venue filled an order after its cycle had ended; the amount is kept for a sweep.',
    tone: 'warn',
  },
  quoted: {
    label: 'Quoted',
    explain: 'A resting quote was filled, and hedged at another venue.',
    tone: 'good',
  },
  swept: {
    label: 'Swept',
    explain: 'Residuals of earlier cycles, or a coin by hand, were sold.',
    tone: 'info',
  },
};

export const BOOK_WORDS: Readonly<Record<BookState | 'unknown', Word>> = {
  live: { label: 'Live', explain: 'In sync with the venue; may be traded.', tone: 'good' },
  syncing: { label: 'Syncing', explain: 'Waiting for a fresh snapshot; not traded.', tone: 'info' },
  stale: { label: 'Stale', explain: 'No recent data from the venue; not traded.', tone: 'warn' },
  unknown: {
    label: 'Unknown',
    explain: 'The engine does not answer: this is the last known state.',
    tone: 'bad',
  },
};

/** A cycle as text: its path names each asset once, in the order in which it is spent, and ends where it began. */
export function cycleText(path: readonly string[], arrow = '→'): string {
  const walk = [...path, ...path.slice(0, 1)];
  const [start = ''] = path;
  // In a run of several venues assets are named with theirs: it is written once, or behind each in a route over several.
  const where = start.slice(assetName(start).length);
  if (where === '') return walk.join(arrow);
  if (!path.every((asset) => asset.endsWith(where))) return walk.map(placeText).join(arrow);
  return `${walk.map(assetName).join(arrow)} ${where}`;
}

/** The same by the codes alone: for rows that name their venue beside it. */
export function codesText(path: readonly string[], arrow = '→'): string {
  return cycleText(path.map(assetName), arrow);
}

/** The steps from gross to net in their order, as the chart draws them. */
export const WATERFALL_STEPS: readonly {
  readonly key: Exclude<keyof Waterfall, 'netBps' | 'ageUs' | 'home'>;
  readonly label: string;
  readonly explain: string;
}[] = [
  { key: 'grossBps', label: 'Gross', explain: 'Product of the best prices, before any cost.' },
  { key: 'feesBps', label: 'Fees', explain: 'Taker fees of every leg.' },
  { key: 'depthBps', label: 'Depth', explain: 'Worse prices behind the best ones, at this size.' },
  {
    key: 'roundingBps',
    label: 'Rounding',
    explain: 'Quantities rounded down to lots at each leg, and the residuals.',
  },
  { key: 'slippageBps', label: 'Slippage', explain: 'Reserve for price moves before the orders arrive.' },
  {
    key: 'ageRiskBps',
    label: 'Age risk',
    explain: 'Average cost of a price that moves while a book ages and an order travels.',
  },
  {
    key: 'inventoryBps',
    label: 'Inventory',
    explain: 'Cost of bringing the coins back to where they were spent.',
  },
];
