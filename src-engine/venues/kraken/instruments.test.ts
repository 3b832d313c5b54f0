import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { assetPairsText, instrumentSnapshotText } from '../../testing/kraken-session.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { PAIRS } from '../local-exchange/protocols/kraken/pairs.ts';
import { instrumentListFormat, normalizeSymbol, readInstrumentFile } from './instruments.ts';

/** Real rows of AssetPairs as it was on 2026-01-12, with what a trader never sees left out. */
const REAL_ROWS = {
  XXBTZUSD: row('XBTUSD', 'XBT/USD', 1, 8, { ordermin: '0.00005', costmin: '0.5', tick_size: '0.1' }),
  MOGUSD: row('MOGUSD', 'MOG/USD', 10, 5, {
    ordermin: '18870000',
    costmin: '0.5',
    tick_size: '0.0000000001',
    long_position_limit: 260_000_000_000,
  }),
  XXDGXXBT: row('XDGXBT', 'XDG/XBT', 9, 8, {
    ordermin: '13',
    costmin: '0.00002',
    tick_size: '0.000000001',
    status: 'cancel_only',
  }),
  USDGUSD: row('USDGUSD', 'USDG/USD', 4, 5, {
    ordermin: '5',
    fees: [
      [0, 0.01],
      [100_000_000, 0.001],
    ],
  }),
};

function row(altname: string, wsname: string, pair: number, lot: number, rest: object): object {
  const numbers = { pair_decimals: pair, lot_decimals: lot };
  return { altname, wsname, ...numbers, fees: [[0, 0.4]], status: 'online', ...rest };
}

describe('AssetPairs', () => {
  const assetPairs = JSON.stringify({ error: [], result: REAL_ROWS });
  const specs = readInstrumentFile(assetPairs, 'FILE');

  it('gives every pair of the local exchange, under the symbols of WebSocket v2', () => {
    const own = readInstrumentFile(assetPairsText(), 'FILE');
    expect(own.map(({ symbol }) => symbol)).toEqual(PAIRS.map(({ symbol }) => symbol));
    expect(own.filter(({ status }) => status === 'online')).toHaveLength(PAIRS.length);
    for (const [index, spec] of own.entries()) {
      const { priceDecimals, tickSize, orderMin } = PAIRS[index] ?? {};
      expect(spec).toMatchObject({ priceDecimals, tickSize, minQty: orderMin });
      expect(createInstrument(spec, index, 'kraken').symbol).toBe(spec.symbol);
    }
  });

  it.runIf(HAS_SHARED_DATA)('gives every pair of the recorded list as an instrument', () => {
    const list = readInstrumentFile(recorded('AssetPairs-2026-01-12.json'), 'FILE');
    expect(list).toHaveLength(1434);
    expect(new Set(list.map((spec) => spec.symbol)).size).toBe(1434);
    expect(list.filter((spec) => spec.status === 'online')).toHaveLength(1365);
    expect(list.some((spec) => /\b(XBT|XDG)\b/.test(spec.symbol))).toBe(false);
    expect(list.map((spec, id) => createInstrument(spec, id, 'kraken').symbol)).toHaveLength(1434);
    expect(list.filter((spec) => spec.takerFee === '0.004')).toHaveLength(1347);
    expect(list.filter((spec) => spec.takerFee === '0.0001')).toHaveLength(5);
    expect(list.find(({ symbol }) => symbol === 'BTC/USD')).toMatchObject({ makerFee: '0.0025' });
    // The rows above have no fee of makers.
    for (const { makerFee: _, ...spec } of specs)
      if (spec.symbol !== 'DOGE/BTC' && spec.symbol !== 'USDG/USD')
        expect(list).toContainEqual(expect.objectContaining(spec));
  });

  it('keeps tick, lot and minimums exact', () => {
    expect(specs.find((spec) => spec.symbol === 'BTC/USD')).toEqual({
      symbol: 'BTC/USD',
      base: 'BTC',
      quote: 'USD',
      tickSize: '0.1',
      lotSize: '0.00000001',
      minQty: '0.00005',
      minNotional: '0.5',
      priceDecimals: 1,
      qtyDecimals: 8,
      takerFee: '0.004',
      feeBasis: 'listed by the venue',
      status: 'online',
    });
    expect(specs.find((spec) => spec.symbol === 'MOG/USD')).toMatchObject({
      tickSize: '0.0000000001',
      lotSize: '0.00001',
      minQty: '18870000',
    });
    expect(specs.find((spec) => spec.symbol === 'DOGE/BTC')).toMatchObject({
      base: 'DOGE',
      quote: 'BTC',
      status: 'cancel_only',
    });
    expect(specs.find((spec) => spec.symbol === 'USDG/USD')).toMatchObject({ takerFee: '0.0001' });
  });

  it('reads the result alone as well', () => {
    const whole = JSON.parse(assetPairs) as { result: unknown };
    expect(instrumentListFormat(whole.result)).toBe('asset-pairs');
    expect(readInstrumentFile(JSON.stringify(whole.result), 'FILE')).toEqual(specs);
  });

  it('renames only whole assets', () => {
    expect(normalizeSymbol('XBT/XDG')).toBe('BTC/DOGE');
    expect(normalizeSymbol('AIXBT/USD')).toBe('AIXBT/USD');
  });
});

describe('the instrument snapshot', () => {
  it('gives every pair, with its 1e-08 as plain digits', () => {
    // A real row of 2024-04: numbers, with exponents.
    const row = `{"symbol":"EUR/USD","base":"EUR","quote":"USD","status":"online","qty_precision":8,"qty_increment":1e-08,
      "price_precision":5,"cost_precision":5,"marginable":false,"has_index":true,"cost_min":0.5,"tick_size":1e-05,
      "price_increment":1e-05,"qty_min":0.5}`;
    const snapshot = `{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[${row}]}}`;
    const specs = readInstrumentFile(snapshot, 'FILE');
    expect(instrumentListFormat(JSON.parse(snapshot))).toBe('instrument-snapshot');
    expect(specs.find((spec) => spec.symbol === 'EUR/USD')).toEqual({
      symbol: 'EUR/USD',
      base: 'EUR',
      quote: 'USD',
      tickSize: '0.00001',
      lotSize: '0.00000001',
      minQty: '0.5',
      minNotional: '0.5',
      priceDecimals: 5,
      qtyDecimals: 8,
      status: 'online',
    });
  });
});

describe('the instrument snapshot of the local exchange', () => {
  it('lists what its AssetPairs lists, without the fees', () => {
    const [listed, snapshot] = [assetPairsText(), instrumentSnapshotText()].map((text) =>
      readInstrumentFile(text, 'FILE'),
    );
    const none = { takerFee: undefined, makerFee: undefined, feeBasis: undefined };
    expect(snapshot).toEqual(listed?.map((spec) => ({ ...spec, ...none })));
  });
});

describe.runIf(HAS_SHARED_DATA)('the recorded instrument snapshot', () => {
  it('gives every pair', () => {
    const specs = readInstrumentFile(recorded('ws-v2-instrument-snapshot-2024-04.json'), 'FILE');
    expect(specs).toHaveLength(683);
    expect(specs.filter((spec) => spec.status === 'online')).toHaveLength(672);
    expect(specs.map((spec, id) => createInstrument(spec, id, 'kraken').symbol)).toHaveLength(683);
  });
});

function recorded(name: string): string {
  return readFileSync(sharedFile(`kraken/${name}`), 'utf8');
}

describe('a broken list', () => {
  const row = { wsname: 'A/B', pair_decimals: 1, lot_decimals: 8, fees: [[0, 0.4]], status: 'online' };
  it.each([
    ['{"a":', /FILE: is not JSON/],
    ['{"hello":1}', /FILE: is not a list of Kraken instruments/],
    [JSON.stringify({ AB: { ...row, pair_decimals: '1' } }), /FILE\.AB\.pair_decimals/],
    [JSON.stringify({ AB: { ...row, wsname: 'AB' } }), /FILE\.AB\.wsname/],
    [JSON.stringify({ AB: { ...row, ordermin: '-1' } }), /FILE\.AB\.ordermin/],
    [JSON.stringify({ AB: { ...row, tick_size: '0x10' } }), /FILE\.AB\.tick_size/],
    ['{"channel":"instrument","data":{"pairs":[]}}', /FILE\.pairs/],
    ['{"channel":"instrument","data":{"pairs":[{"symbol":"A/B"}]}}', /FILE\.pairs\[0\]\./],
  ])('is refused with the field at fault: %s', (text, message) => {
    expect(() => readInstrumentFile(text, 'FILE')).toThrow(message);
  });
});
