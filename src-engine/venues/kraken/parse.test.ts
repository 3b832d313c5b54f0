import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, toUnits } from '../../domain/decimal.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { NONE } from '../../domain/market-data.ts';
import type { Frame } from './frame.ts';
import { KrakenParser } from './parse.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';

const RECEIVED = 1_785_641_750_000_000;

function instrument(symbol: string, id: number, priceDecimals: number, qtyDecimals: number): Instrument {
  const [base = '', quote = ''] = symbol.split('/');
  const grid = { tickSize: '1', lotSize: '1', minQty: '0', minNotional: '0' };
  return createInstrument({ symbol, base, quote, ...grid, priceDecimals, qtyDecimals }, id, 'kraken');
}

const BTC = instrument('BTC/USD', 0, 1, 8);
const XRP = instrument('XRP/USD', 1, 5, 8);
const BONK = instrument('BONK/USD', 2, 9, 5);

function parserOf(): KrakenParser {
  return new KrakenParser(new SymbolIndex([BTC, XRP, BONK]));
}

function read(parser: KrakenParser, text: string, receivedUs: number): Frame {
  return parser.parse(Buffer.from(text), receivedUs);
}

type Levels = readonly (readonly [string, string])[];
function bookFrame(symbol: string, bids: Levels, asks: Levels, type = 'update'): string {
  const side = (levels: Levels): string =>
    levels.map(([price, qty]) => `{"price":${price},"qty":${qty}}`).join(',');
  return (
    `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${side(bids)}],` +
    `"asks":[${side(asks)}],"checksum":4294967295,"timestamp":"2026-08-02T03:35:51.660084Z"}]}`
  );
}

function errorOf(frame: Frame): { code: string; instrumentId: number | undefined; detail: string } {
  if (frame.kind !== 'error') throw new Error(`expected an error, got ${frame.kind}`);
  return frame;
}

describe('book frames', () => {
  it('reads levels as integers by their digits, with checksum and both times', () => {
    const parser = parserOf();
    const frame = read(
      parser,
      bookFrame('BTC/USD', [['63388.7', '0.25761908']], [['63389.0', '0.00000000']], 'snapshot'),
      RECEIVED,
    );
    expect(frame.kind).toBe('book');
    const { update } = parser;
    expect([update.instrumentId, update.isSnapshot, update.checksum]).toEqual([0, true, 4_294_967_295]);
    expect([update.bidCount, update.bidPrices[0], update.bidQtys[0]]).toEqual([1, 633_887, 25_761_908]);
    expect([update.askCount, update.askPrices[0], update.askQtys[0]]).toEqual([1, 633_890, 0]);
    expect(update.venueUs).toBe(Date.UTC(2026, 7, 2, 3, 35, 51, 660) * 1_000 + 84);
    expect(update.receivedUs).toBe(RECEIVED);
  });

  it('reads the fixture: what it leaves of one frame never shows in the next', () => {
    const parser = parserOf();
    const lines = readFileSync(new URL('fixtures/xrpusd-book25-head.jsonl', import.meta.url), 'utf8');
    const frames = lines.trim().split('\n');
    expect(frames.map((text) => read(parser, text, RECEIVED).kind)).toEqual([
      'status',
      'ack',
      'heartbeat',
      ...Array.from({ length: 9 }, () => 'book'),
    ]);
    read(parser, bookFrame('BTC/USD', [], []), RECEIVED);
    const { update } = parser;
    expect([update.bidCount, update.askCount, update.isSnapshot]).toEqual([0, 0, false]);
  });

  it('equals exact decimals on any number that JSON allows for it', () => {
    const digits = fc.integer({ min: 1, max: 15 }).chain((n) => fc.bigInt(1n, 10n ** BigInt(n)));
    const parser = parserOf();
    fc.assert(
      fc.property(
        digits,
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 0, max: 4 }),
        (value, places, zeros) => {
          const padded = value.toString().padStart(places + 1, '0');
          const whole = padded.slice(0, padded.length - places);
          const plain = places === 0 ? whole : `${whole}.${padded.slice(-places)}`;
          const expected = decimal(plain).times(1e8);
          if (expected.gt(Number.MAX_SAFE_INTEGER)) return;
          const written = places === 0 ? plain : plain + '0'.repeat(zeros);
          for (const text of [written, `"${written}"`, `${value}e-${places}`, `${value}E-0${places}`]) {
            expect(read(parser, bookFrame('BTC/USD', [['1.0', text]], []), RECEIVED)).toEqual({
              kind: 'book',
            });
            expect(parser.update.bidQtys[0]).toBe(toUnits(decimal(plain), 8));
          }
        },
      ),
    );
  });

  it.each([
    ['1e-7', 10],
    ['1E-8', 1],
    ['0.00000001', 1],
    ['1.5e+2', 15_000_000_000],
    ['90071992.54740991', Number.MAX_SAFE_INTEGER],
    ['0e-30', 0],
    // More than a double counts: cut, so that the book never shows more than there is.
    ['90071992.54740992', Number.MAX_SAFE_INTEGER],
    ['90071992547.40992000', Number.MAX_SAFE_INTEGER],
    ['1e15', Number.MAX_SAFE_INTEGER],
    ['"123456789012345678901"', Number.MAX_SAFE_INTEGER],
  ])('reads the quantity %s as %d units', (text, units) => {
    const parser = parserOf();
    expect(read(parser, bookFrame('BTC/USD', [['1', text]], []), RECEIVED).kind).toBe('book');
    expect(parser.update.bidQtys[0]).toBe(units);
  });

  it('reads a quantity with more digits than a double where its decimals allow', () => {
    const parser = parserOf();
    const frame = bookFrame('BONK/USD', [['0.000011530', '90000000000.00000000']], []);
    expect(read(parser, frame, RECEIVED).kind).toBe('book');
    expect([parser.update.bidPrices[0], parser.update.bidQtys[0]]).toEqual([11_530, 9_000_000_000_000_000]);
  });

  it.each([
    ['63388.75', '1', 'too-many-decimals'],
    ['1', '0.000000001', 'too-many-decimals'],
    ['1', '1e-9', 'too-many-decimals'],
    ['9007199254740.992', '1', 'too-many-decimals'],
    ['900719925474099.2', '1', 'too-large'],
    ['1e15', '1', 'too-large'],
    ['1', '1e9999', 'too-large'],
    ['-1', '1', 'bad-number'],
    ['1', '-0.5', 'bad-number'],
    ['1', 'null', 'bad-number'],
    ['1', '1.', 'bad-number'],
    ['1', '.5', 'bad-number'],
    ['1', '1e', 'bad-number'],
    ['1', '""', 'bad-number'],
    ['1', `1${'0'.repeat(100)}`, 'bad-number'],
    ['0.0', '1', 'bad-layout'],
  ])('refuses a level of %s × %s as %s, naming the book that it costs', (price, qty, code) => {
    const frame = read(parserOf(), bookFrame('BTC/USD', [[price, qty]], []), RECEIVED);
    expect(errorOf(frame)).toMatchObject({ code, instrumentId: 0 });
    expect(errorOf(frame).detail).toContain('BTC/USD');
  });

  it('names an unknown symbol, and lays it on no book', () => {
    const error = errorOf(read(parserOf(), bookFrame('FOO/BAR', [], []), RECEIVED));
    expect(error).toMatchObject({ code: 'unknown-symbol', instrumentId: undefined });
    expect(error.detail).toContain('FOO/BAR');
  });

  it('reads keys in any order, with white space, and skips keys that it does not know', () => {
    const parser = parserOf();
    const text = ` { "data" : [ { "asks" : [ { "qty" : 2.5, "extra":[1,{"a":"}"}], "price" : 1.08100 } ],
      "note": "x\\"]", "symbol" : "XRP/USD" } ], "type" : "snapshot", "channel" : "book" } `;
    expect(read(parser, text, RECEIVED).kind).toBe('book');
    const { update } = parser;
    expect([update.instrumentId, update.isSnapshot, update.checksum]).toEqual([1, true, NONE]);
    expect([update.askPrices[0], update.askQtys[0], update.venueUs]).toEqual([108_100, 250_000_000, 0]);
  });

  it('never throws and never accepts a book frame that was cut off', () => {
    const whole = bookFrame('BTC/USD', [['63388.7', '0.25761908']], [['63389.0', '1']]);
    const parser = parserOf();
    for (let length = 0; length < whole.length; length++) {
      expect(read(parser, whole.slice(0, length), RECEIVED).kind).toBe('error');
    }
    expect(read(parser, `${whole}}`, RECEIVED).kind).toBe('error');
  });

  it('never throws on a frame with any characters changed', () => {
    const whole = bookFrame('BTC/USD', [['63388.7', '0.25761908']], [['63389.0', '1']]);
    const parser = parserOf();
    const change = fc.tuple(fc.nat(whole.length - 1), fc.string({ maxLength: 3, unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        let text = whole;
        for (const [at, by] of changes) text = text.slice(0, at) + by + text.slice(at + 1);
        expect(read(parser, text, RECEIVED)).toHaveProperty('kind');
      }),
      { numRuns: 2_000 },
    );
  });

  it('bounds the levels of one message', () => {
    const levels = Array.from({ length: 20_000 }, (_, i): [string, string] => [String(i + 1), '1']);
    const error = errorOf(read(parserOf(), bookFrame('BTC/USD', levels, []), RECEIVED));
    expect(error).toMatchObject({ code: 'too-many-levels', instrumentId: 0 });
  });
});

describe('other frames', () => {
  it('reads trades', () => {
    const trade = (extra: string): string =>
      `{"symbol":"XRP/USD",${extra}"qty":40.0,"price":0.5117,"ord_type":"market","trade_id":4665906,` +
      '"timestamp":"2023-09-25T07:49:37.708706Z"}';
    const text = `{"channel":"trade","type":"update","data":[${trade('"side":"sell",')},${trade('"side":"buy",')}]}`;
    const frame = read(parserOf(), text, RECEIVED);
    expect(frame).toMatchObject({
      kind: 'trades',
      isSnapshot: false,
      trades: [
        { instrumentId: 1, price: 51_170, qty: 4_000_000_000, side: 'sell', receivedUs: RECEIVED },
        { side: 'buy', venueUs: Date.UTC(2023, 8, 25, 7, 49, 37, 708) * 1_000 + 706 },
      ],
    });
    const broken = text.replace('"side":"buy",', '');
    expect(errorOf(read(parserOf(), broken, RECEIVED)).instrumentId).toBeUndefined();
  });

  it('reads acknowledgements and refusals', () => {
    const parser = parserOf();
    expect(
      read(
        parser,
        '{"method":"subscribe","req_id":7,"result":{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"},"success":true}',
        RECEIVED,
      ),
    ).toEqual({
      kind: 'ack',
      method: 'subscribe',
      isSuccess: true,
      requestId: 7,
      channel: 'book',
      symbol: 'BTC/USD',
      depth: 25,
      error: '',
    });
    expect(
      read(
        parser,
        '{"error":"Currency pair not supported FOO/BAR","method":"subscribe","success":false,"symbol":"FOO/BAR"}',
        RECEIVED,
      ),
    ).toMatchObject({ kind: 'ack', isSuccess: false, symbol: 'FOO/BAR', requestId: 0 });
    expect(read(parser, '{"error":"Exceeded msg rate"}', RECEIVED)).toMatchObject({
      kind: 'ack',
      isSuccess: false,
      symbol: '',
    });
    expect(read(parser, '{"method":"pong","req_id":1}', RECEIVED)).toEqual({ kind: 'pong' });
  });

  it('reads the status of venue and pairs, an unknown word as not tradable', () => {
    const parser = parserOf();
    expect(
      read(parser, '{"channel":"status","type":"update","data":[{"system":"cancel_only"}]}', RECEIVED),
    ).toEqual({ kind: 'status', system: 'cancel_only' });
    const pair = (symbol: string, status: string): string =>
      `{"symbol":"${symbol}","status":"${status}","price_precision":1,"qty_precision":8}`;
    expect(
      read(
        parser,
        `{"channel":"instrument","type":"update","data":{"assets":[],"pairs":[${pair('A/B', 'reduce_only')},${pair('C/D', 'work_in_progress')}]}}`,
        RECEIVED,
      ),
    ).toMatchObject({ kind: 'instruments', pairs: [{ status: 'reduce_only' }, { status: 'maintenance' }] });
  });

  it('lets channels pass that it does not know, and reports what is not JSON', () => {
    expect(read(parserOf(), '{"channel":"ticker","data":[]}', RECEIVED).kind).toBe('other');
    for (const text of ['', '[]', 'null', '{', 'Bad Gateway']) {
      expect(errorOf(read(parserOf(), text, RECEIVED)).code).toBe('bad-layout');
    }
  });
});
