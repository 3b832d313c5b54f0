/** How strategies of a session are put into words. Pure. */
import { ANSWER_FAULTS } from '../../../src-engine/domain/prediction.ts';
import { shownValue, withPoint } from '../../lib/decimal-text.ts';
import type { StrategyRow } from '../../../src-engine/contract/strategy-records.ts';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import { denialLabel } from '../../lib/code-words.ts';
import type { Word } from '../../lib/words.ts';
import { shortVenueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { fixedText } from '../../lib/figures.ts';

export type StrategyEvent = OperationOutput<'listStrategyEvents'>['events'][number];

export const STATE_WORDS: Readonly<Record<StrategyRow['state'], Word>> = {
  off: { label: 'Off', explain: 'It is not called.', tone: 'quiet' },
  waiting: {
    label: 'No bar yet',
    explain: 'No bar of its markets has closed since it was set.',
    tone: 'info',
  },
  'warming-up': { label: 'Warming up', explain: 'Its features need more bars.', tone: 'info' },
  running: { label: 'Running', explain: 'It is called after each closed bar.', tone: 'good' },
  closing: { label: 'Closing', explain: 'It is off, and what it holds is being sold.', tone: 'warn' },
  failed: {
    label: 'Failed',
    explain: 'It was stopped, and does nothing until it is set again.',
    tone: 'bad',
  },
};

export const MODE_HELP: Readonly<Record<'shadow' | 'paper', string>> = {
  shadow: 'No order: what it decides is booked as the books would have filled it, with the taker fee.',
  paper: 'Simulated orders through risk, with the balances of this plan.',
};

/** Why a decision was not carried out. */
const MISSES: Readonly<Record<string, string>> = {
  'no-book': 'The book was not live',
  'no-depth': 'Too little was offered within the slippage',
  'cannot-short': 'Nothing is sold that is not held',
  'below-minimum': 'Below the smallest order of the venue',
  'fee-unknown': 'The fee of the market is not known',
  'not-filled': 'The book moved before the order came',
  'trading-blocked': 'Trading was blocked',
  'not-on-paper': 'This session trades an account',
  'not-at-an-account': 'This session trades no account',
  'no-strategies-at-accounts': 'Real accounts are not open to strategies yet',
  'order-costs-gas': 'Each order at this venue costs gas',
  'above-stake': 'More than its stake is not held at an account',
  'coin-doubted': 'A coin of it is in quarantine',
  'coin-depegged': 'A coin of it is off its peg',
  'left-behind': 'The rest could not be sold and was given up',
  rejected: 'Rejected by the venue',
  denied: 'Refused by risk as it was sent',
  ...ANSWER_FAULTS,
};

export const missWords = (code: string): string => MISSES[code] ?? `Refused by risk: ${denialLabel(code)}`;

export function marketsText({ markets }: Pick<StrategyRow, 'markets'>): string {
  return markets.map(({ symbol, venue }) => `${symbol} at ${shortVenueTitle(venue)}`).join(' · ');
}

export function parametersText({ parameters }: Pick<StrategyRow, 'parameters'>): string {
  const rows = Object.entries(parameters).map(([name, value]) => `${name} ${shownValue(String(value))}`);
  return rows.length === 0 ? 'none' : rows.join(', ');
}

/** To three digits, in stakes; with a point wherever the window is, for files and the clipboard. */
export const plainPositions = (positions: readonly number[]): string =>
  positions.map((position) => Number(position.toPrecision(3)).toString()).join(' / ');

/** The same as it is painted. */
export const positionText = (positions: readonly number[]): string =>
  positions.map((position) => withPoint(plainPositions([position]))).join(' / ');

/** One line of what it did. */
export function eventWords({ event }: StrategyEvent): { readonly title: string; readonly detail: string } {
  switch (event.type) {
    case 'strategyDecided': {
      const to = event.from.every((each, at) => each === event.wanted[at])
        ? 'Forecast'
        : `Position ${positionText(event.from)} → ${positionText(event.wanted)}`;
      const forecasts = event.forecasts.map(
        ({ side, probability, edgeBps }) =>
          `${side} with ${(probability * 100).toFixed(0)} %, edge ${fixedText(edgeBps, 1)} bps`,
      );
      return { title: to, detail: [event.reason, ...forecasts].filter((text) => text !== '').join(' · ') };
    }
    case 'strategyFilled': {
      const { side, qty, symbol, notional, fee, gain, orderId } = event;
      const parts = [`for ${notional}`, `fee ${fee}`, ...(side === 'sell' ? [`gain ${gain}`] : [])];
      return {
        title: `${side === 'buy' ? 'Bought' : 'Sold'} ${qty} ${symbol}`,
        detail: [...parts, orderId === undefined ? 'shadow' : `order ${orderId}`].join(' · '),
      };
    }
    case 'strategyMissed':
      return { title: missWords(event.code), detail: event.detail };
  }
}
