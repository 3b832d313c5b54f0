import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { krakenSession } from '../../testing/kraken-session.ts';
import { BookLane } from './book-lane.ts';
import { KrakenParser } from './parse.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';

const RECEIVED = 1_785_641_750_000_000;

function instrument(symbol: string, id: number, priceDecimals: number, qtyDecimals: number): Instrument {
  const [base = '', quote = ''] = symbol.split('/');
  const grid = { tickSize: '1', lotSize: '1', minQty: '0', minNotional: '0' };
  return createInstrument({ symbol, base, quote, ...grid, priceDecimals, qtyDecimals }, id, 'kraken');
}

const symbols = new SymbolIndex([
  instrument('BTC/USD', 0, 1, 8),
  instrument('XRP/USD', 1, 5, 8),
  instrument('BONK/USD', 2, 9, 5),
]);

/** What a reader made of a frame, for comparison. */
function seen(update: BookUpdate): unknown {
  const { instrumentId, isSnapshot, checksum, seq, prevSeq, venueUs, receivedUs, bidCount, askCount } =
    update;
  const sides = [
    update.bidPrices.slice(0, bidCount),
    update.bidQtys.slice(0, bidCount),
    update.askPrices.slice(0, askCount),
    update.askQtys.slice(0, askCount),
  ];
  return { instrumentId, isSnapshot, checksum, seq, prevSeq, venueUs, receivedUs, sides };
}

/** The general scanner alone. */
function generally(text: string): { readonly kind: string; readonly update: BookUpdate } {
  const parser = new KrakenParser(symbols);
  const { kind } = parser.parseText(text, RECEIVED);
  return { kind, update: parser.update };
}

const lane = new BookLane(symbols);
const laneUpdate = new BookUpdate();

function readPlain(text: string): boolean {
  const bytes = Buffer.from(text);
  return lane.read(bytes, 0, bytes.length, RECEIVED, laneUpdate);
}

/** Reads `text` both ways and answers whether the lane took it. Both must agree where it did. */
function readBothWays(text: string): boolean {
  const bytes = Buffer.from(`..${text}..`);
  const taken = lane.read(bytes, 2, bytes.length - 2, RECEIVED, laneUpdate);
  const escaped = Buffer.from(JSON.stringify(text));
  const asRead = taken ? seen(laneUpdate) : undefined;
  const takenEscaped = lane.readEscaped(escaped, 1, escaped.length - 1, RECEIVED, laneUpdate);
  expect(takenEscaped, text).toBe(taken);
  if (!taken) return false;
  expect(seen(laneUpdate), text).toEqual(asRead);
  const general = generally(text);
  expect(general.kind, text).toBe('book');
  expect(seen(laneUpdate), text).toEqual(seen(general.update));
  return true;
}

const DIGIT = fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
const digits = (most: number): fc.Arbitrary<string> =>
  fc.string({ unit: DIGIT, minLength: 1, maxLength: most });
/** Numbers as Kraken writes them, with so many places; and, one in twenty, others that JSON allows or does not. */
const number = (places: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 60, arbitrary: fc.tuple(digits(7), digits(places)).map(([whole, part]) => `${whole}.${part}`) },
    digits(20),
    fc.tuple(digits(12), digits(12)).map(([whole, part]) => `${whole}.${part}`),
    fc.constantFrom('1e-7', '1E3', '-1', '"1.5"', '1.', '.5', '0', '0.00000000', ' 1', 'null'),
  );
const levels = fc
  .array(fc.tuple(number(1), number(5)), { maxLength: 4 })
  .map((entries) => entries.map(([price, qty]) => `{"price":${price},"qty":${qty}}`).join(','));
const frame = fc
  .record({
    type: fc.constantFrom('update', 'snapshot'),
    symbol: fc.constantFrom('BTC/USD', 'XRP/USD', 'BONK/USD', 'FOO/BAR'),
    bids: levels,
    asks: levels,
    checksum: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 0xffff_ffff }).map(String) }, digits(17)),
    second: fc.date({ min: new Date(0), max: new Date(8e12), noInvalidDate: true }),
    micros: fc.oneof(
      { weight: 9, arbitrary: fc.nat(999_999).map((n) => String(n).padStart(6, '0')) },
      digits(7),
    ),
  })
  .map(
    ({ type, symbol, bids, asks, checksum, second, micros }) =>
      `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${bids}],"asks":[${asks}],` +
      `"checksum":${checksum},"timestamp":"${second.toISOString().slice(0, 19)}.${micros}Z"}]}`,
  );

const PLAIN =
  '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":63388.7,"qty":0.25761908}],' +
  '"asks":[{"price":63389.0,"qty":0.00000000},{"price":63390.1,"qty":12.00000001}],' +
  '"checksum":4294967295,"timestamp":"2026-08-02T03:35:51.660084Z"}]}';

describe('BookLane', () => {
  it('takes an update as Kraken writes it', () => {
    expect(readBothWays(PLAIN)).toBe(true);
    expect(laneUpdate.venueUs).toBe(Date.UTC(2026, 7, 2, 3, 35, 51, 660) * 1_000 + 84);
    expect([laneUpdate.checksum, laneUpdate.askQtys[1]]).toEqual([4_294_967_295, 1_200_000_001]);
    expect(readBothWays(PLAIN.replace('03:35', '03:36'))).toBe(true);
    expect([readBothWays(PLAIN.replace('update', 'snapshot')), laneUpdate.isSnapshot]).toEqual([true, true]);
  });

  it('takes every book of the local exchange: the demo goes the way of a live market', () => {
    const frames = krakenSession(['BTC/USD', 'XRP/USD'], 5);
    const books = frames.filter(({ raw }) => raw.startsWith('{"channel":"book"'));
    expect(books.length).toBeGreaterThan(100);
    expect(books.filter(({ raw }) => !readPlain(raw))).toEqual([]);
  });

  it('reads what it takes as the general scanner does', () => {
    let taken = 0;
    fc.assert(
      fc.property(frame, (text) => {
        if (readBothWays(text)) taken++;
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(300);
  });

  it('agrees on a frame with any characters changed, cut out or put in', () => {
    const change = fc.tuple(fc.nat(PLAIN.length), fc.nat(2), fc.string({ maxLength: 2, unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let text = PLAIN;
        for (const [at, cut, by] of changes) text = text.slice(0, at) + by + text.slice(at + cut);
        readBothWays(text);
      }),
      { numRuns: 5_000 },
    );
  });

  it('leaves to the general scanner what is laid out in another way', () => {
    for (const text of [
      PLAIN.replaceAll(',', ', '),
      PLAIN.replace('"price":63388.7,"qty":0.25761908', '"qty":0.25761908,"price":63388.7'),
      PLAIN.replace('0.25761908', '1e-7'),
      PLAIN.replace('.660084Z', 'Z'),
      PLAIN.replace(',"checksum":4294967295', ''),
    ]) {
      expect(readPlain(text)).toBe(false);
      expect(generally(text).kind).toBe('book');
    }
  });

  it('never completes a frame that was cut off with what is left of the one before', () => {
    for (let length = 0; length < PLAIN.length; length++) {
      expect(readPlain(PLAIN)).toBe(true);
      expect(readPlain(PLAIN.slice(0, length))).toBe(false);
    }
    expect(readPlain(`${PLAIN} `)).toBe(false);
  });

  it('does not take a wide character for the digit that its low byte is', () => {
    const text = PLAIN.replace('63388', '6\u0133388');
    expect(readPlain(text)).toBe(false);
    expect(generally(text).kind).toBe('error');
  });
});
