/** Codes of the engine as a person reads them: why risk denied an order. */
import { shownSentence } from './decimal-text.ts';

/** By `DenialCode` of src-engine/risk/check.ts; a test holds the two together. */
const DENIALS: Readonly<Record<string, string>> = {
  killed: 'Kill switch',
  'not-armed': 'Not armed',
  'canary-size': 'Canary size',
  'not-reconciled': 'Not reconciled',
  'instrument-closed': 'Instrument closed',
  'off-grid': 'Off tick or lot',
  'below-minimum': 'Below minimum',
  'book-not-live': 'Book not live',
  'book-stale': 'Max. book age',
  'price-collar': 'Price collar',
  'reference-price': 'Reference collar',
  'order-notional': 'Max. order value',
  'order-qty': 'Max. order quantity',
  'open-notional': 'Max. exposure in flight',
  'insufficient-balance': 'Insufficient balance',
  throttled: 'Max. messages per second',
  'duplicate-intent': 'Duplicate order',
  'equity-unknown': 'Equity not known',
  'loss-level': 'Loss level',
  'breaker-open': 'Breaker open',
  'strategy-stopped': 'Cycle disabled',
  'trades-per-day': 'Max. cycles a day',
  volatility: 'Volatility limit',
  'position-limit': 'Max. position',
  'gross-exposure': 'Max. gross exposure',
  'related-executions': 'Max. related cycles at once',
  'kelly-cap': 'Kelly fraction',
  'own-quote': 'Own resting order',
  'not-durable': 'Not stored in time',
  'no-lease': 'No lease on the database',
  canceled: 'Canceled before it was sent',
  'no-venue': 'No connection to the venue',
};

export function denialLabel(code: string): string {
  return Object.hasOwn(DENIALS, code) ? (DENIALS[code] as string) : code;
}

/** A reason with the words of the code that it begins with: `price-collar: 12 bps` → `Price collar: 12 bps`. */
export function reasonText(reason: string): string {
  const [, code = '', rest = ''] = /^([a-z]+(?:-[a-z]+)*)(:.*)?$/s.exec(reason) ?? [];
  return Object.hasOwn(DENIALS, code) ? `${denialLabel(code)}${rest}` : reason;
}

/** The same as a person reads it, with figures as the window writes them. */
export const shownReason = (reason: string): string => shownSentence(reasonText(reason));
