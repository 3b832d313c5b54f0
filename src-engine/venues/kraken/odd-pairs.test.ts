/** A list of pairs as Kraken answers since September 2026, and what may be wrong with one pair of it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { instrumentsFromAssetPairs, instrumentsFromSnapshot, type LeftOutPair } from './instruments.ts';

type Row = Record<string, unknown>;
const FIXTURE = new URL('fixtures/asset-pairs-without-fees.json', import.meta.url);
const listed = (JSON.parse(readFileSync(FIXTURE, 'utf8')) as { result: Record<string, Row> }).result;
const snapshot = Object.values(listed).map((row): Row => {
  const [base, quote] = String(row['wsname']).split('/');
  return {
    symbol: row['wsname'],
    base,
    quote,
    status: 'online',
    price_precision: row['pair_decimals'],
    price_increment: row['tick_size'],
    qty_precision: row['lot_decimals'],
    qty_increment: 10 ** -Number(row['lot_decimals']),
    qty_min: Number(row['ordermin']),
    cost_min: row['costmin'],
  };
});

function read(pairs: unknown) {
  const leftOut: LeftOutPair[] = [];
  return { specs: instrumentsFromAssetPairs(pairs, 'LIST', (pair) => leftOut.push(pair)), leftOut };
}

function readSnapshot(pairs: unknown) {
  const leftOut: LeftOutPair[] = [];
  return { specs: instrumentsFromSnapshot({ pairs }, 'LIST', (pair) => leftOut.push(pair)), leftOut };
}

it('a list without fees is read, with the fee of every pair absent and none of them zero', () => {
  const { specs, leftOut } = read(listed);
  expect(leftOut).toEqual([]);
  expect(specs).toHaveLength(10);
  for (const spec of specs) expect(createInstrument(spec, 0, 'kraken').takerFee).toBeUndefined();
});

it.each([
  ['absent', undefined],
  ['null', null],
  ['empty', []],
  ['a tier without a fee', [[0]]],
  ['a fee that is null', [[0, null]]],
  ['a fee below zero', [[0, -0.02]]],
  ['a fee of all that is traded', [[0, 100]]],
  ['an empty text', [[0, '']]],
])('fees that are %s are absent, and the pair is read', (_what, fees) => {
  const { specs, leftOut } = read({ ...listed, XXBTZUSD: { ...listed['XXBTZUSD'], fees } });
  expect(leftOut).toEqual([]);
  expect(specs[0]).toMatchObject({ symbol: 'BTC/USD', takerFee: undefined });
});

it('a listed fee of zero is one', () => {
  const { specs } = read({ ...listed, XXBTZUSD: { ...listed['XXBTZUSD'], fees: [[0, 0]] } });
  expect(specs[0]).toMatchObject({ takerFee: '0', feeBasis: 'listed by the venue' });
});

it.each([
  ['no wsname', { wsname: undefined }, 'XBTUSD', /wsname is not text/],
  ['a tick of zero', { tick_size: '0' }, 'BTC/USD', /tickSize 0 is not a decimal above zero/],
  ['no pair_decimals', { pair_decimals: undefined }, 'BTC/USD', /pair_decimals/],
  ['one asset on both sides', { wsname: 'XBT/XBT' }, 'BTC/BTC', /two different assets/],
  ['13 decimals', { pair_decimals: 13, tick_size: undefined }, 'BTC/USD', /priceDecimals 13/],
  ['the name of another', { wsname: 'ETH/USD' }, 'ETH/USD', /second time/],
])('a pair with %s is left out by name, and the rest is read', (_what, change, name, reason) => {
  const { specs, leftOut } = read({ ...listed, ZZ: { ...listed['XXBTZUSD'], ...change } });
  expect(specs).toHaveLength(10);
  expect(leftOut).toEqual([{ name, reason: expect.stringMatching(reason) }]);
});

it('a tick written 1e-05 is the number that it is', () => {
  const { specs } = read({ ...listed, XETHXXBT: { ...listed['XETHXXBT'], tick_size: '1e-05' } });
  expect(specs.find(({ symbol }) => symbol === 'ETH/BTC')?.tickSize).toBe('0.00001');
});

const VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  0.5,
  13,
  1e-5,
  1e300,
  '',
  '0',
  '-1',
  '1e-05',
  '1e999',
  'NaN',
  'x'.repeat(500),
  '/',
  'A/B/C',
  [],
  [null],
  [[null, null]],
  {},
];

it('whatever one field of one pair holds, in either list, the other pairs are read', () => {
  for (const value of VALUES) {
    for (const field of [...Object.keys(listed['XXBTZUSD'] ?? {}), 'unknown_field']) {
      const { specs, leftOut } = read({ ...listed, XXBTZUSD: { ...listed['XXBTZUSD'], [field]: value } });
      expect(specs.length + leftOut.length, `${field}: ${JSON.stringify(value)}`).toBe(10);
      expect(specs.length).toBeGreaterThanOrEqual(9);
      for (const spec of specs) createInstrument(spec, 0, 'kraken');
    }
    for (const field of Object.keys(snapshot[0] ?? {})) {
      const { specs, leftOut } = readSnapshot([{ ...snapshot[0], [field]: value }, ...snapshot.slice(1)]);
      expect(specs.length + leftOut.length, `${field}: ${JSON.stringify(value)}`).toBe(10);
      expect(specs.length).toBeGreaterThanOrEqual(9);
    }
    const { specs } = read({ ...listed, ODD: value });
    expect(specs).toHaveLength(10);
    expect(readSnapshot([...snapshot, value]).specs).toHaveLength(10);
  }
});

it('a list of which no pair can be read is refused with the first fault', () => {
  expect(() => read({ XXBTZUSD: { ...listed['XXBTZUSD'], pair_decimals: '1' } })).toThrow(
    /LIST\.XXBTZUSD\.pair_decimals/,
  );
  expect(() => read({})).toThrow(/does not hold between 1 and/);
});
