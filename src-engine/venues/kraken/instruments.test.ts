import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { instrumentListFormat, normalizeSymbol, readInstrumentFile } from './instruments.ts';

function file(name: string): string {
  return readFileSync(new URL(`../../../../shared/data/kraken/${name}`, import.meta.url), 'utf8');
}
const assetPairs = file('AssetPairs-2026-01-12.json');
const snapshot = file('ws-v2-instrument-snapshot-2024-04.json');

describe('AssetPairs', () => {
  const specs = readInstrumentFile(assetPairs, 'FILE');

  it('gives every pair, under the symbols of WebSocket v2, as an instrument', () => {
    expect(specs).toHaveLength(1434);
    expect(new Set(specs.map((spec) => spec.symbol)).size).toBe(1434);
    expect(specs.filter((spec) => spec.status === 'online')).toHaveLength(1365);
    expect(specs.some((spec) => /\b(XBT|XDG)\b/.test(spec.symbol))).toBe(false);
    expect(specs.map((spec, id) => createInstrument(spec, id, 'kraken').symbol)).toHaveLength(1434);
    expect(specs.filter((spec) => spec.takerFee === '0.004')).toHaveLength(1347);
    expect(specs.filter((spec) => spec.takerFee === '0.0001')).toHaveLength(5);
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
    expect(specs.find((spec) => spec.symbol === 'DOGE/BTC')).toMatchObject({ base: 'DOGE', quote: 'BTC' });
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
    const specs = readInstrumentFile(snapshot, 'FILE');
    expect(instrumentListFormat(JSON.parse(snapshot))).toBe('instrument-snapshot');
    expect(specs).toHaveLength(683);
    expect(specs.filter((spec) => spec.status === 'online')).toHaveLength(672);
    expect(specs.map((spec, id) => createInstrument(spec, id, 'kraken').symbol)).toHaveLength(683);
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

describe('a broken list', () => {
  const row = { wsname: 'A/B', pair_decimals: 1, lot_decimals: 8, fees: [[0, 0.4]], status: 'online' };
  it.each([
    ['{"a":', /FILE: is not JSON/],
    ['{"hello":1}', /FILE: is no list of Kraken instruments/],
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
