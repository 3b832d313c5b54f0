/** The contract's codes in plain words. Total over the closed sets: a missing word does not compile. */
import { type CodeWord, DECISION_TEXTS, OUTCOME_TEXTS } from '../../src-engine/domain/code-texts.ts';
import { assetName } from '../../src-engine/domain/venue-asset.ts';
import type { BookState, ExecutionOutcome } from '../../src-engine/domain/event.ts';
import type { DecisionCode, Waterfall } from '../../src-engine/domain/opportunity.ts';
import type { OrderState } from '../../src-engine/domain/order.ts';
import { shortVenueTitle, venueTitle } from '../../src-engine/domain/venue-titles.ts';
import { placeText } from './venue-asset-text.ts';

/** How a word is coloured; the icon and the word say the same. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet';
export type Word = { readonly label: string; readonly explain: string; readonly tone: Tone };

function toned<Code extends string>(
  texts: Readonly<Record<Code, CodeWord>>,
  tones: Readonly<Record<Code, Tone>>,
): Readonly<Record<Code, Word>> {
  const codes = Object.keys(texts) as Code[];
  return Object.fromEntries(codes.map((code) => [code, { ...texts[code], tone: tones[code] }])) as Record<
    Code,
    Word
  >;
}

const DECISION_TONES: Readonly<Record<DecisionCode, Tone>> = {
  taken: 'good',
  'edge-below-threshold': 'quiet',
  'edge-gone-after-depth': 'quiet',
  'below-min-qty': 'quiet',
  'below-min-notional': 'quiet',
  'book-stale': 'warn',
  'no-balance': 'warn',
  'in-flight': 'info',
  'cooling-down': 'info',
  'trading-paused': 'warn',
  killed: 'bad',
  'not-armed': 'warn',
  'not-reconciled': 'warn',
  'unwind-too-costly': 'quiet',
  'exposure-cap': 'warn',
  'risk-denied': 'bad',
  'coin-depegged': 'warn',
  'cross-venue-not-traded': 'info',
  'capture-unlikely': 'info',
};
export const DECISION_WORDS: Readonly<Record<DecisionCode, Word>> = toned(DECISION_TEXTS, DECISION_TONES);

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

const OUTCOME_TONES: Readonly<Record<ExecutionOutcome, Tone>> = {
  completed: 'good',
  missed: 'quiet',
  unwound: 'warn',
  stranded: 'bad',
  denied: 'bad',
  late: 'warn',
  quoted: 'good',
  swept: 'info',
};
export const OUTCOME_WORDS: Readonly<Record<ExecutionOutcome, Word>> = toned(OUTCOME_TEXTS, OUTCOME_TONES);

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
  return `${walk.map(assetName).join(arrow)} at ${shortVenueTitle(where.slice(1))}`;
}

/** The same by the codes alone: for rows that name their venue beside it. */
export function codesText(path: readonly string[], arrow = '→'): string {
  return cycleText(path.map(assetName), arrow);
}

/** A cycle or route by the name under which it is disabled: `USD→BTC→EUR at Kraken`. */
export function strategyText(strategy: string): string {
  const [venue = '', way, ...rest] = strategy.split(' ');
  if (way === undefined) return strategy;
  return [way.replaceAll('>', '→'), ...rest, 'at', venueTitle(venue)].join(' ');
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
