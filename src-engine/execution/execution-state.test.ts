import { expect, test } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { Order } from '../domain/order.ts';
import { newExecution } from './execution.ts';
import { judgeVenue } from './execution-state.ts';
import { backHome, type Holding } from './holding.ts';

const OPENING = { attempts: 0 };
const WAY_HOME = { attempts: 1 };

/** Orders of a route that end one after the other: the venues that fail it then. */
function failing(
  ends: readonly (readonly [
    holding: { attempts: number },
    state: Order['state'],
    filledQty: string,
    seconds?: number,
  ])[],
  isOverVenues = true,
): string[] {
  const what = { executionId: 'x', venue: 'a+b', cycle: undefined, path: [], startAsset: 'USD@a' };
  const execution = { ...newExecution({ ...what, startedUs: 0 }), isOverVenues };
  for (const [holding, state, filledQty, seconds = 0] of ends) {
    const order = { venue: 'b', state, qty: decimal('1'), filledQty: decimal(filledQty), createdUs: 0 };
    judgeVenue(execution, order as Order, holding, 5_000, seconds * 1e6);
  }
  return [...execution.failing];
}

test('a venue fails a route that rejects an order of it, or does not report its end in time', () => {
  expect(failing([[OPENING, 'rejected', '0']])).toEqual(['b']);
  expect(failing([[OPENING, 'canceled', '0', 5.1]])).toEqual(['b']);
  expect(failing([[OPENING, 'filled', '1', 5.1]])).toEqual(['b']);
  expect(failing([[OPENING, 'filled', '1', 5]])).toEqual([]);
});

test('a leg that missed its price is no failure, and an order home of which little was filled is one', () => {
  expect(failing([[OPENING, 'canceled', '0']])).toEqual([]);
  expect(failing([[WAY_HOME, 'canceled', '0.49']])).toEqual(['b']);
  expect(failing([[WAY_HOME, 'canceled', '0.5']])).toEqual([]);
});

test('an order that the engine withdrew is no failure of its venue, and ends none', () => {
  expect(failing([[WAY_HOME, 'denied', '0']])).toEqual([]);
  expect(failing([[OPENING, 'denied', '0', 5.1]])).toEqual([]);
  expect(
    failing([
      [OPENING, 'rejected', '0'],
      [WAY_HOME, 'denied', '0'],
    ]),
  ).toEqual(['b']);
});

test('an order that is filled there ends that, and a leg that misses its price does not', () => {
  const rejected = [OPENING, 'rejected', '0'] as const;
  expect(failing([rejected, [OPENING, 'canceled', '0.9']])).toEqual(['b']);
  expect(failing([rejected, [OPENING, 'filled', '1']])).toEqual([]);
  expect(failing([rejected, [WAY_HOME, 'filled', '1']])).toEqual([]);
});

test('a cycle has one venue: nothing is judged', () => {
  expect(failing([[OPENING, 'rejected', '0']], false)).toEqual([]);
});

test('what pays for a missing coin goes home as far as it is over: its headroom was the account’s before', () => {
  const offer = { asset: 'BTC@b', amount: decimal('1.02'), want: decimal('50000') } as Holding;
  const home = (flows: Readonly<Record<string, string>>, isOverVenues = true, change = {}): string => {
    const moved = new Map(Object.entries(flows).map(([asset, flow]) => [asset, decimal(flow)]));
    const balance = { flows: moved, startAsset: 'USD@a', isOverVenues };
    return backHome({ ...offer, ...change }, balance).amount.toString();
  };
  // Bought at one venue, and sold at the other but for a part.
  expect(home({ 'BTC@b': '1', 'BTC@a': '-0.9' })).toBe('0.1');
  expect(home({ 'BTC@b': '1', 'BTC@a': '-1' })).toBe('0');
  expect(home({ 'BTC@b': '1', 'BTC@a': '-1.2' })).toBe('0');
  expect(home({ 'BTC@b': '3' })).toBe('1.02');
  // A cycle offers no more than what came, and what is on its way home is all of it.
  expect(home({}, false)).toBe('1.02');
  expect(home({}, true, { want: undefined })).toBe('1.02');
  expect(home({}, true, { asset: 'USD@b' })).toBe('1.02');
});
