import { expect, test } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { NakedChecks } from './naked-checks.ts';

/** Events of one route that buys at the first venue and sells at the second, by seconds. */
function watched(
  fills: readonly (readonly [second: number, side: 'buy' | 'sell', qty: string])[],
  end: Partial<Record<string, unknown>> = {},
) {
  const breaches: string[] = [];
  const checks = new NakedChecks(
    () => 5_000,
    (what) => breaches.push(what),
  );
  const take = (event: object): void => checks.onEvent(event as EngineEvent);
  take({ type: 'executionStarted', executionId: 'x', opportunity: { venue: 'a+b', path: ['USDT@a'] } });
  let last = 0;
  for (const [second, side, qty] of fills) {
    last = second;
    const fill = { executionId: 'x', symbol: 'BTC/USDT', side, qty, price: '50000' };
    take({ type: 'orderFilled', atUs: second * 1e6, fill });
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
