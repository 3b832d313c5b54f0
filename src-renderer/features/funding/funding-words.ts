/** Figures of funding as text. */
import type { CarryStanding, FundingVenue } from '../../../src-engine/contract/funding-records.ts';
import { ABSENT, signOf, withPoint } from '../../lib/decimal-text.ts';
import { formatAge } from '../../lib/time-text.ts';
import type { Tone } from '../../lib/words.ts';

const HOUR_US = 3_600_000_000;
const MINUTE_US = 60_000_000;
/** Of a rate in percent: 0.0001 is 0.0100 %. */
const PERCENT_PLACES = 4;

export const STATE_WORDS: Readonly<
  Record<FundingVenue['state'], { readonly label: string; readonly tone: Tone; readonly explain: string }>
> = {
  starting: { label: 'Starting', tone: 'quiet', explain: 'Its contracts are being listed' },
  reading: { label: 'Reading', tone: 'good', explain: 'A reading comes every ten seconds' },
  failing: { label: 'Failing', tone: 'warn', explain: 'The last request was not answered' },
  silent: { label: 'Silent', tone: 'bad', explain: 'Nothing new has come for too long' },
};

/** A fraction as percent with its sign, moved digit by digit: "0.0001" is "+0.0100 %". */
export function ratePercent(rate: string): string {
  const isBelow = rate.startsWith('-');
  const [whole = '0', part = ''] = rate.replace('-', '').split('.');
  const digits = part.padEnd(2 + PERCENT_PLACES, '0');
  const moved = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const rest = digits.slice(2);
  const body = rest === '' ? moved : `${moved}.${rest}`;
  const sign = signOf(body) === 0 ? '' : isBelow ? '-' : '+';
  return `${sign}${withPoint(body)} %`;
}

/** "8 h", "30 min"; ABSENT where it is not known. */
export function intervalWords(everyUs: number | null): string {
  if (everyUs === null) return ABSENT;
  const hours = everyUs / HOUR_US;
  return Number.isInteger(hours) ? `${hours} h` : `${Math.round(everyUs / MINUTE_US)} min`;
}

/** How long until then; "due" once it has passed. */
export function untilWords(nextUs: number | null, nowUs: number): string {
  if (nextUs === null) return ABSENT;
  return nextUs <= nowUs ? 'due' : formatAge(nextUs - nowUs);
}

/** Why a carry stands as it does. */
const REASONS: Readonly<Record<CarryStanding['reason'], string>> = {
  waiting: 'waits for the end of a minute',
  'funding-pays': 'funding pays more than four fills cost',
  'costs-more': 'four fills cost more than the announced funding brings',
  'rate-too-low': 'the next payment is too low',
  'next-payment-unknown': 'the venue does not announce when it pays next',
  'no-reading': 'the venue of the perpetual is not heard: nothing is decided',
  'book-not-live': 'the spot book is not live: nothing is decided',
  'no-depth': 'the spot book shows less than the stake',
  'below-minimum': 'the stake is below the smallest order',
  'not-tradable': 'the spot market is closed',
  'no-spot-market': 'the session has no spot market of this pair',
  'fee-unknown': 'the fee of the spot market is not known',
  'damaged-state': 'its stored state cannot be read',
};

export const reasonWords = (reason: CarryStanding['reason']): string => REASONS[reason];
