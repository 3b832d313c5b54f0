import { expect, test } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { createInstrument } from '../domain/instrument.ts';
import { NakedQuotes } from './naked-quotes.ts';

const S = 1_000_000;
const MARKET = {
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minQty: '0.01',
  minNotional: '5',
  takerFee: '0.001',
  status: 'online',
} as const;
const INSTRUMENTS = [
  createInstrument({ ...MARKET, symbol: 'BTC/USDT' }, 0, 'a'),
  createInstrument({ ...MARKET, symbol: 'BTC-USDT' }, 1, 'b'),
];

type Fill = readonly [second: number, venue: 'a' | 'b', side: 'buy' | 'sell', qty: string];

/** Fills of one execution of quotes at `a` that are hedged at `b` with a deadline of 3 s, looked at each quarter of a second. */
function watched(
  fills: readonly Fill[],
  { untilS = 20, isCalm = true, others = [] as readonly (readonly [second: number, event: object])[] } = {},
) {
  const breaches: string[] = [];
  let nowUs = 0;
  const naked = new NakedQuotes(
    {
      markets: [{ symbol: 'BTC/USDT', quotedAt: 'a', hedgedAt: 'b' }],
      nowUs: () => nowUs,
      instruments: () => INSTRUMENTS,
      deadlineMs: () => 3_000,
      isCalm: () => isCalm,
    },
    (what) => void breaches.push(what),
  );
  const events = [
    ...others,
    ...fills.map(([second, venue, side, qty]) => {
      const symbol = venue === 'a' ? 'BTC/USDT' : 'BTC-USDT';
      const fill = { executionId: 'x', venue, symbol, side, qty, price: '50000', fee: '0', feeAsset: 'USDT' };
      const order = { timeInForce: venue === 'a' ? 'gtc' : 'ioc' };
      return [second, { type: 'orderFilled', atUs: second * S, fill, order }] as const;
    }),
  ].toSorted(([one], [other]) => one - other);
  for (; nowUs <= untilS * S; nowUs += S / 4) {
    for (const [second, event] of events) if (second * S === nowUs) naked.onEvent(event as EngineEvent);
    naked.look();
  }
  return { breaches, longestMs: naked.longestMs };
}

const halt = {
  type: 'tradingHalted',
  code: 'stranded',
  venue: 'b',
  reason: '1 of BTC/USDT filled at a and not hedged at b for 6000 ms',
};

test('a fill that is hedged in time breaches nothing, nor one below the least order of its hedge', () => {
  const hedged: Fill[] = [
    [1, 'a', 'buy', '1'],
    [4, 'b', 'sell', '1'],
  ];
  expect(watched(hedged)).toEqual({ breaches: [], longestMs: { calm: 3_000, any: 3_000 } });
  expect(watched([[1, 'a', 'sell', '0.009']])).toEqual({ breaches: [], longestMs: { calm: 0, any: 0 } });
});

test('one that nothing kept from being hedged is a breach after the deadline, by its amount and once', () => {
  expect(
    watched([
      [1, 'a', 'sell', '1'],
      [2, 'b', 'buy', '0.4'],
    ]).breaches,
  ).toEqual([
    '-0.6 of BTC/USDT filled at a were not hedged at b for 5250 ms, the deadline is 3000 ms, and nothing kept it from being hedged',
  ]);
});

test('fills below the least order add up to what must be hedged', () => {
  const small: Fill[] = [
    [1, 'a', 'buy', '0.006'],
    [2, 'a', 'buy', '0.006'],
  ];
  expect(watched(small).breaches).toHaveLength(1);
});

test('under a fault one is a breach only where trading was not halted for it', () => {
  const fill: Fill[] = [[1, 'a', 'buy', '1']];
  expect(watched(fill, { isCalm: false }).breaches).toEqual([
    expect.stringMatching(/^1 of BTC\/USDT .* for 8250 ms.*trading was not halted for it$/),
  ]);
  expect(watched(fill, { isCalm: false, others: [[7, halt]] }).breaches).toEqual([]);
  // Of another venue, of another market, and of one before.
  const reason = halt.reason.replace('BTC/USDT', 'ETH/USDT');
  const early = [0.5, halt] as const;
  for (const other of [[7, { ...halt, venue: 'c' }] as const, [7, { ...halt, reason }] as const, early])
    expect(watched(fill, { isCalm: false, others: [other] }).breaches).toHaveLength(1);
});

test('a kill keeps hedges back, and a restart leaves them to the sweep', () => {
  for (const type of ['killed', 'runStarted'])
    expect(watched([[1, 'a', 'buy', '1']], { others: [[2, { type }]] }).breaches).toEqual([]);
});
