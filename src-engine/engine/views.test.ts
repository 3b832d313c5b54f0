import { expect, test } from 'vitest';
import { RouteRun } from '../testing/route-run.ts';
import { quotesView } from './views.ts';

const PAIR = {
  symbol: 'BTC/USD',
  base: 'BTC',
  quote: 'USD',
  tickSize: '0.1',
  lotSize: '0.0001',
  minQty: '0.0001',
  minNotional: '5',
} as const;

test('a quote says whether the run may trade it now: closed, stopped or without a fee it may not, however live its book', () => {
  const run = new RouteRun({
    specs: { east: [{ ...PAIR, takerFee: '0.001' }], west: [PAIR] },
    capital: { 'USD@east': '1000' },
  });
  const atUs = run.clock.nowUs();
  const tradable = () => quotesView(run.kernel, atUs).quotes.map(({ isTradable }) => isTradable);
  expect(tradable()).toEqual([true, false]);
  run.runner.submit({ kind: 'instrument-status', instrumentId: 0, status: 'cancel_only', atUs });
  expect(tradable()).toEqual([false, false]);
  run.runner.submit({ kind: 'instrument-status', instrumentId: 0, status: 'online', atUs });
  expect(tradable()).toEqual([true, false]);
  run.runner.submit({ kind: 'instrument-stopped', instrumentId: 0, reason: 'its rules are not read', atUs });
  expect(tradable()).toEqual([false, false]);
});
