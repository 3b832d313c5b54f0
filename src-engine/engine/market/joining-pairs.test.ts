import { expect, it } from 'vitest';
import { createInstrument, type Instrument, type InstrumentSpec } from '../../domain/instrument.ts';
import { selectInstruments } from './instrument-selection.ts';
import { joiningPairs } from './joining-pairs.ts';

const pair = (symbol: string, more: Partial<InstrumentSpec> = {}): InstrumentSpec => {
  const [base = '', quote = ''] = symbol.split('/');
  const rules = { tickSize: '0.01', lotSize: '0.001', minQty: '0.001', minNotional: '1', takerFee: '0.001' };
  return { symbol, base, quote, ...rules, status: 'online', ...more };
};

const AT_START = [
  pair('BTC/USD'),
  pair('ETH/USD'),
  pair('ETH/BTC'),
  pair('SOL/USD', { status: 'maintenance' }),
];

function select(
  specs: readonly InstrumentSpec[],
  max = 150,
  activity = new Map<string, number>(),
): Instrument[] {
  return selectInstruments(specs, { venue: 'east', homeAsset: 'USD', maxInstruments: max, activity });
}

function known(specs: readonly InstrumentSpec[], watched: readonly Instrument[] = select(specs)) {
  return {
    online: new Set(specs.filter(({ status }) => status === 'online').map(({ symbol }) => symbol)),
    watched: new Map(watched.map((one) => [one.symbol, one])),
  };
}

const FRESH = { stopped: new Set<string>(), isChoiceOld: false };

it('the same list, or a shorter one, brings nothing', () => {
  expect(joiningPairs(select(AT_START), known(AT_START), FRESH)).toEqual([]);
  expect(joiningPairs(select(AT_START.slice(0, 2)), known(AT_START), FRESH)).toEqual([]);
});

it.each([
  ['is listed', [...AT_START, pair('MOG/USD'), pair('MOG/BTC')], ['MOG/USD', 'MOG/BTC']],
  ['comes online', [...AT_START.slice(0, 3), pair('SOL/USD')], ['SOL/USD']],
  ['has another name', [pair('XBT/USD'), ...AT_START.slice(1)], ['XBT/USD']],
])('a pair that %s joins', (_what, now, joining) => {
  expect(joiningPairs(select(now), known(AT_START), FRESH)).toEqual(joining);
});

it.each([
  ['not online yet', pair('MOG/USD', { status: 'maintenance' })],
  ['for cancels only', pair('MOG/USD', { status: 'cancel_only' })],
])('a new pair that is %s joins later', (_what, added) => {
  expect(joiningPairs(select([...AT_START, added]), known(AT_START), FRESH)).toEqual([]);
});

it('a new pair that the bound of the plan leaves out joins not at all', () => {
  const now = [...AT_START, pair('MOG/USD'), pair('MOG/BTC')];
  const lively = new Map(['BTC/USD', 'ETH/USD', 'ETH/BTC'].map((symbol) => [symbol, 1_000]));
  expect(joiningPairs(select(now, 3, lively), known(AT_START), FRESH)).toEqual([]);
  const livelier = new Map(['BTC/USD', 'MOG/USD', 'MOG/BTC'].map((symbol) => [symbol, 2_000]));
  expect(joiningPairs(select(now, 3, livelier), known(AT_START), FRESH)).toEqual(['MOG/USD', 'MOG/BTC']);
});

it('a pair that was listed at the start and has become livelier joins once the choice is a day old', () => {
  const all = [...AT_START, pair('MOG/USD'), pair('MOG/BTC')];
  const before = select(all, 3, new Map(['BTC/USD', 'ETH/USD', 'ETH/BTC'].map((symbol) => [symbol, 9])));
  const now = select(all, 3, new Map(['BTC/USD', 'MOG/USD', 'MOG/BTC'].map((symbol) => [symbol, 99])));
  expect(joiningPairs(now, known(all, before), FRESH)).toEqual([]);
  expect(joiningPairs(now, known(all, before), { ...FRESH, isChoiceOld: true })).toEqual([
    'MOG/USD',
    'MOG/BTC',
  ]);
});

it('a stopped pair joins again once its decimals have changed; one that goes on is left alone', () => {
  const now = select([pair('BTC/USD', { tickSize: '0.0001' }), ...AT_START.slice(1)]);
  expect(now[0]?.priceDecimals).not.toBe(createInstrument(pair('BTC/USD'), 0, 'east').priceDecimals);
  expect(joiningPairs(now, known(AT_START), FRESH)).toEqual([]);
  const stopped = { ...FRESH, stopped: new Set(['BTC/USD', 'ETH/USD']) };
  expect(joiningPairs(now, known(AT_START), stopped)).toEqual(['BTC/USD']);
});
