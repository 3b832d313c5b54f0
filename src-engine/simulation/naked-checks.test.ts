import { expect, test } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { NakedChecks, type Strictness } from './naked-checks.ts';

/** Its symbol has no coins in it, as at some venues. */
const INSTRUMENTS = [{ venue: 'a', symbol: 'XBTUSDT', base: 'BTC@a', quote: 'USDT@a' }];

/** Events of one route that buys at the first venue and sells at the second, by seconds. @param strictness seconds at which it is held up. */
function watched(
  fills: readonly (readonly [second: number, side: 'buy' | 'sell', qty: string])[],
  end: Partial<Record<string, unknown>> = {},
  strictness?: Strictness,
) {
  const breaches: string[] = [];
  const checks = new NakedChecks(
    { deadlineMs: () => 5_000, instruments: () => INSTRUMENTS, strictness },
    (what) => breaches.push(what),
  );
  const take = (event: object): void => checks.onEvent(event as EngineEvent);
  take({
    type: 'executionStarted',
    executionId: 'x',
    opportunity: { venue: 'a+b', path: ['USDT@a'], startAmount: '50000' },
  });
  let last = 0;
  for (const [second, side, qty] of fills) {
    last = second;
    const fill = { executionId: 'x', venue: 'a', symbol: 'XBTUSDT', side, qty, price: '50000' };
    take({ type: 'orderFilled', atUs: second * 1e6, order: { state: 'accepted' }, fill });
  }
  const { doubtedAt, lasts = 0, outcome = 'unwound' } = end;
  if (doubtedAt !== undefined) take({ type: 'orderUnknown', order: { executionId: 'x' } });
  take({
    type: 'executionFinished',
    atUs: (last + Number(lasts)) * 1e6,
    execution: { executionId: 'x', outcome },
  });
  return { breaches, longestMs: checks.longestMs };
}

test('a route whose legs are even in time breaches nothing, and one that stays open does, by its name', () => {
  expect(
    watched([
      [0, 'buy', '1'],
      [4, 'sell', '0.99'],
    ]),
  ).toEqual({ breaches: [], longestMs: 4_000 });
  expect(
    watched([
      [0, 'buy', '1'],
      [71, 'sell', '1'],
    ]).breaches,
  ).toEqual(['x was open for 71000 ms; at most 70000 ms are allowed']);
  // Sold short of what was bought, and closed so.
  expect(
    watched(
      [
        [0, 'buy', '1'],
        [1, 'sell', '0.5'],
      ],
      { lasts: 80 },
    ).breaches,
  ).toHaveLength(1);
});

test('what is reported as stranded, or waits for the word of a venue, is none', () => {
  expect(watched([[0, 'buy', '1']], { lasts: 80, outcome: 'stranded' }).breaches).toEqual([]);
  expect(watched([[0, 'buy', '1']], { lasts: 80, doubtedAt: 1 }).breaches).toEqual([]);
});

test('by the strict check a delay from outside does not count, and a route that is given up with legs uneven by value is a breach', () => {
  const strict = (steps: readonly (readonly [second: number, what: object | 'held up' | 'free'])[]) => {
    const breaches: string[] = [];
    let isHeldUp = false;
    const strictness: Strictness = {
      isHeldUp: () => isHeldUp,
      valueOf: (coin, amount) => (coin === 'BTC' ? amount.times(50_000) : amount),
    };
    const parts = { deadlineMs: () => 5_000, instruments: () => INSTRUMENTS, strictness };
    const checks = new NakedChecks(parts, (what) => breaches.push(what));
    const opportunity = { venue: 'a+b', path: ['USDT@a'], startAmount: '50000' };
    checks.onEvent({ type: 'executionStarted', executionId: 'x', opportunity } as never);
    let nowUs = 0;
    for (const [second, what] of steps) {
      for (; nowUs < second * 1e6; nowUs += 100_000) checks.look(nowUs);
      if (typeof what === 'string') isHeldUp = what === 'held up';
      else checks.onEvent({ atUs: nowUs, ...what } as never);
    }
    return { breaches, uneven: checks.uneven };
  };
  const fill = (side: 'buy' | 'sell', qty: string): object => ({
    type: 'orderFilled',
    order: { state: 'filled', orderId: `${side} ${qty}`, executionId: 'x' },
    fill: { executionId: 'x', venue: 'a', symbol: 'XBTUSDT', side, qty, price: '50000' },
  });
  const order = { executionId: 'x', orderId: 'o' };
  const ended = (outcome: string): object => ({
    type: 'executionFinished',
    execution: { executionId: 'x', outcome, detail: 'why' },
  });
  const late = ['x was open for 5300 ms; at most 5250 ms are allowed'];
  expect(
    strict([
      [1, fill('buy', '1')],
      [6, fill('sell', '1')],
    ]).breaches,
  ).toEqual([]);
  expect(
    strict([
      [1, fill('buy', '1')],
      [7, fill('sell', '1')],
    ]).breaches,
  ).toEqual(late);
  expect(
    strict([
      [1, fill('buy', '1')],
      [2, 'held up'],
      [60, 'free'],
      [63, fill('sell', '1')],
    ]).breaches,
  ).toEqual([]);
  expect(
    strict([
      [1, fill('buy', '1')],
      [2, 'held up'],
      [60, 'free'],
      [66, ended('unwound')],
    ]).breaches,
  ).toEqual(late);
  // An order's end may be as late as the deadline itself, and while it is not known nothing can be done.
  const doubted = [
    [1, fill('buy', '1')],
    [6, { type: 'orderUnknown', order }],
    [60, { type: 'orderSettled', order }],
  ] as const;
  expect(strict([...doubted, [64, fill('sell', '1')]]).breaches).toEqual([]);
  expect(strict([...doubted, [66, fill('sell', '1')]]).breaches).toHaveLength(1);
  // A thirtieth of the start is what headroom leaves; more that is given up is a breach.
  expect(
    strict([
      [1, fill('buy', '0.02')],
      [2, ended('stranded')],
    ]),
  ).toEqual({ breaches: [], uneven: 0 });
  expect(
    strict([
      [1, fill('buy', '0.04')],
      [2, ended('stranded')],
    ]),
  ).toEqual({
    breaches: ['x was left uneven: why'],
    uneven: 1,
  });
});
