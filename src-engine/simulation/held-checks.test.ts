/** The check of what is held, by the fills and records of a few executions over two venues. */
import { expect, test } from 'vitest';
import { type Decimal, decimal } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import { createInstrument } from '../domain/instrument.ts';
import { checkHeld } from './held-checks.ts';

const RULES = { tickSize: '0.1', lotSize: '0.001', minQty: '0.01', minNotional: '5', takerFee: '0.001' };
const INSTRUMENTS = ['a', 'b'].map((venue, id) =>
  createInstrument(
    { ...RULES, symbol: 'BTC/USDT', base: `BTC@${venue}`, quote: `USDT@${venue}`, status: 'online' },
    id,
    venue,
  ),
);

function fill(executionId: string, venue: string, side: 'buy' | 'sell', qty: string, price: string): object {
  const one = {
    executionId,
    venue,
    symbol: 'BTC/USDT',
    side,
    qty,
    price,
    fee: '0',
    feeAsset: `USDT@${venue}`,
  };
  return { type: 'orderFilled', fill: one };
}

function finished(executionId: string, path: readonly string[], profit: string, more: object = {}): object {
  return {
    type: 'executionFinished',
    execution: { executionId, path, profit, outcome: 'completed', dust: [], detail: '', ...more },
  };
}

/** @param totals by asset, each with what it began with. */
function breaches(
  totals: Readonly<Record<string, readonly [total: string, began: string]>>,
  events: readonly object[],
  owed: readonly { readonly asset: string; readonly amount: Decimal }[] = [],
): string[] {
  const found: string[] = [];
  const parts = {
    events: events as readonly EngineEvent[],
    instruments: INSTRUMENTS,
    assets: Object.keys(totals),
    isCash: () => false,
    total: (asset: string) => decimal(totals[asset]?.[0] ?? '0'),
    began: (asset: string) => decimal(totals[asset]?.[1] ?? '0'),
    residuals: { of: () => decimal('0'), owed: () => owed },
  };
  checkHeld(parts, (what) => void found.push(what));
  return found;
}

test('a route whose only fills lie at the other venue has its loss where it begins', () => {
  const events = [
    fill('x', 'b', 'sell', '1', '100'),
    fill('x', 'b', 'buy', '1', '101'),
    finished('x', ['USDT@a', 'BTC@b'], '-1', { outcome: 'unwound' }),
  ];
  const totals = { 'USDT@a': ['500', '500'], 'USDT@b': ['499', '500'] } as const;
  expect(breaches(totals, events)).toEqual([]);
  expect(breaches({ ...totals, 'USDT@a': ['500.1', '500'] }, events)).toEqual([
    '500.1 USDT@a are held and nothing says why 0.1 of it',
  ]);
});

test('a coin that is missing somewhere adds up as a whole: what was left of it there went to what is missing', () => {
  // The route was cut off by a death: its parts were booked by place, and what it had over was sold.
  const events = [
    finished('d', ['USD@a', 'BTC@a'], '0', { dust: [{ asset: 'BTC@a', amount: '0.01' }] }),
    fill('r', 'a', 'sell', '1', '100'),
    fill('r', 'b', 'buy', '1', '100'),
    fill('s', 'b', 'sell', '1', '100'),
    finished('s', ['USDT@b', 'BTC@b'], '100', { outcome: 'swept', dust: [{ asset: 'BTC@b', amount: '-1' }] }),
  ];
  const totals = { 'BTC@a': ['4.01', '5'], 'BTC@b': ['5', '5'] } as const;
  const owed = [{ asset: 'BTC@a', amount: decimal('0.99') }];
  expect(breaches(totals, events, owed)).toEqual([]);
  // Nothing may be left at one of them.
  const none = { 'BTC@a': ['4.01', '5'], 'BTC@b': ['0', '0'] } as const;
  expect(breaches(none, events, owed)).toEqual(breaches({ 'BTC@a': none['BTC@a'] }, events, owed));
  expect(breaches({ ...totals, 'BTC@b': ['5.002', '5'] }, events, owed)).toEqual([
    '4.01 BTC@a and 5.002 BTC@b are held and nothing says why 0.002 of it',
  ]);
});

test('what was reported as stranded explains what is held; what was offered for a missing coin and not taken explains nothing', () => {
  const stranded = (detail: string) => [
    finished('x', ['USD@a', 'BTC@a'], '0', { outcome: 'stranded', detail }),
  ];
  const totals = { 'BTC@a': ['1.1', '1'] } as const;
  expect(
    breaches(totals, stranded('0.1 BTC at a could not be unwound (no unwind order was filled)')),
  ).toEqual([]);
  const offered = 'missing ETH was not bought back for 0.1 BTC at a (no unwind order was filled)';
  expect(breaches(totals, stranded(offered))).toEqual(['1.1 BTC@a are held and nothing says why 0.1 of it']);
});
