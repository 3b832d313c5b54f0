/**
 * What a market log says of perpetuals: `{"t":…,"i":"BTC/USDT","k":"perpetual","version":1,"v":…,"mark":"…","index":"…","rate":"…","everyUs":…,"nextUs":…,
 * "oi":"…","bid":"…","bidQty":"…","ask":"…","askQty":"…"}` for a reading, `{"t":…,"i":"BTC/USDT","k":"funding","version":1,"paidUs":…,"rate":"…","mark":"…"}` for a payment. A log of perpetuals
 * names them in its header, and has no instruments: nothing there has a book. What the venue did not say is left out of a line.
 */
import { isRecordedTime } from '../domain/epoch-unit.ts';
import type { UserError } from '../domain/errors.ts';
import {
  type FundingPayment,
  isFundingInterval,
  type PerpetualContract,
  type PerpetualReading,
  type PerpetualTop,
} from '../domain/perpetual.ts';
import { decimal, isDecimalText } from '../domain/decimal.ts';
import { logError } from './market-log-lines.ts';
import type { FieldFault } from './market-log-rules.ts';
import { isObject, isPrice, isQuantity, type Json, shown } from './market-log-values.ts';

/** Of both kinds of lines. A newer one is refused: it may mean something else. */
export const PERPETUAL_LINE_VERSION = 1;

/** Most perpetuals of one log. */
const MAX_PERPETUALS = 1_000;
const NAME = /^[^\s/]{1,40}$/;

/** @throws UserError when it is not a list of 1 to 1,000 perpetuals with names of their own. */
export function parsePerpetuals(file: string, list: unknown): readonly PerpetualContract[] {
  const bad = (field: string, value: unknown, message: string): UserError =>
    logError(file, 1, {
      code: 'bad-header',
      field,
      value: shown(value),
      message,
      remedy: 'Write symbol, contract, base and quote of each perpetual once.',
    });
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_PERPETUALS)
    throw bad('perpetuals', list, `is not a list of 1 to ${MAX_PERPETUALS} perpetuals`);
  const seen = new Set<string>();
  return list.map((raw: unknown, index): PerpetualContract => {
    const at = `perpetuals[${index}]`;
    const { symbol, contract, base, quote }: Json = isObject(raw) ? raw : {};
    for (const [field, value] of Object.entries({ contract, base, quote }))
      if (typeof value !== 'string' || !NAME.test(value)) throw bad(`${at}.${field}`, value, 'is not a name');
    if (symbol !== `${String(base)}/${String(quote)}`)
      throw bad(`${at}.symbol`, symbol, 'is not its base and quote');
    if (seen.has(symbol)) throw bad(`${at}.symbol`, symbol, 'is listed twice');
    seen.add(symbol);
    return { symbol, contract: contract as string, base: base as string, quote: quote as string };
  });
}

/** @throws UserError */
export function parsePerpetualLine(
  kind: 'perpetual' | 'funding',
  raw: Json,
  perpetuals: ReadonlySet<string>,
  bad: FieldFault,
):
  | { readonly kind: 'perpetual'; readonly reading: PerpetualReading }
  | { readonly kind: 'funding'; readonly payment: FundingPayment } {
  const { version, i: symbol } = raw;
  if (version !== PERPETUAL_LINE_VERSION) {
    const isNewer = typeof version === 'number' && version > PERPETUAL_LINE_VERSION;
    throw bad(
      'version',
      version,
      `is ${isNewer ? 'newer' : 'no version'}: this Parallax reads lines "${kind}" of version ${PERPETUAL_LINE_VERSION}`,
      isNewer ? 'Update Parallax.' : 'Record the log again.',
    );
  }
  if (typeof symbol !== 'string' || !perpetuals.has(symbol))
    throw bad(
      'i',
      symbol,
      'is not a perpetual of this log',
      'Add it to the perpetuals of the header, or remove the line.',
    );
  const read = fieldsOf(bad);
  if (kind === 'funding') {
    const { paidUs, rate, mark } = raw;
    return {
      kind,
      payment: {
        symbol,
        paidUs: read.time('paidUs', paidUs),
        rate: read.rate(rate),
        mark: read.price('mark', mark),
      },
    };
  }
  const { v, mark, index, rate, everyUs, nextUs, oi } = raw;
  const markPrice = read.price('mark', mark);
  if (markPrice === undefined) throw bad('mark', mark, 'is missing', 'Write the mark price.');
  return {
    kind,
    reading: {
      symbol,
      venueUs: v === undefined ? undefined : read.time('v', v),
      mark: markPrice,
      index: read.price('index', index),
      rate: read.rate(rate),
      everyUs: everyUs === undefined ? undefined : read.interval(everyUs),
      nextUs: nextUs === undefined ? undefined : read.time('nextUs', nextUs),
      openInterest: read.quantity('oi', oi),
      top: topOf(raw, read, bad),
    },
  };
}

/** Best prices: both, the bid below the ask, or none. Logs of earlier versions have none. */
function topOf(
  { bid, ask, bidQty, askQty }: Json,
  read: ReturnType<typeof fieldsOf>,
  bad: FieldFault,
): PerpetualTop | undefined {
  const [below, above] = [read.price('bid', bid), read.price('ask', ask)];
  const [belowQty = '0', aboveQty = '0'] = [read.quantity('bidQty', bidQty), read.quantity('askQty', askQty)];
  if (below === undefined && above === undefined) return undefined;
  if (below === undefined || above === undefined || !decimal(below).lt(above))
    throw bad(
      'bid',
      bid,
      'is not a price below the ask',
      'Write both, the bid below the ask, or leave both out.',
    );
  return { bid: below, ask: above, bidQty: belowQty, askQty: aboveQty };
}

function fieldsOf(bad: FieldFault) {
  const plain = 'Write plain digits as text, such as "0.25".';
  return {
    time(field: string, value: unknown): number {
      if (isRecordedTime(value)) return value;
      throw bad(
        field,
        value,
        'is outside the years 1971 to 2099 as microseconds',
        'Write whole microseconds since 1970.',
      );
    },
    price(field: string, value: unknown): string | undefined {
      if (value === undefined || isPrice(value)) return value;
      throw bad(field, value, 'is not a decimal above zero', plain);
    },
    quantity(field: string, value: unknown): string | undefined {
      if (value === undefined || isQuantity(value)) return value;
      throw bad(field, value, 'is not a decimal of zero or more', plain);
    },
    rate(value: unknown): string {
      if (typeof value === 'string' && isDecimalText(value) && Math.abs(Number(value)) <= 1) return value;
      throw bad(
        'rate',
        value,
        'is not a decimal from -1 to 1',
        'Write a fraction as text, such as "-0.0001".',
      );
    },
    interval(value: unknown): number {
      if (isFundingInterval(value)) return value;
      throw bad('everyUs', value, 'is not a minute to a week', 'Write whole microseconds.');
    },
  };
}

/** A reading's line, without its end. */
export function readingLine(t: number, reading: PerpetualReading): string {
  const { symbol, venueUs, mark, index, rate, everyUs, nextUs, openInterest, top } = reading;
  return JSON.stringify({
    t,
    i: symbol,
    k: 'perpetual',
    version: PERPETUAL_LINE_VERSION,
    v: venueUs,
    mark,
    index,
    rate,
    everyUs,
    nextUs,
    oi: openInterest,
    bid: top?.bid,
    bidQty: top?.bidQty,
    ask: top?.ask,
    askQty: top?.askQty,
  });
}

/** A payment's line, without its end. */
export function paymentLine(t: number, { symbol, paidUs, rate, mark }: FundingPayment): string {
  return JSON.stringify({ t, i: symbol, k: 'funding', version: PERPETUAL_LINE_VERSION, paidUs, rate, mark });
}
