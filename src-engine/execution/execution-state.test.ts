import { expect, test } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { Order } from '../domain/order.ts';
import { newExecution } from './execution.ts';
import { judgeVenue } from './execution-state.ts';

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

test('an order that is filled there ends that, and a leg that misses its price does not', () => {
  const rejected = [OPENING, 'rejected', '0'] as const;
  expect(failing([rejected, [OPENING, 'canceled', '0.9']])).toEqual(['b']);
  expect(failing([rejected, [OPENING, 'filled', '1']])).toEqual([]);
  expect(failing([rejected, [WAY_HOME, 'filled', '1']])).toEqual([]);
});

test('a cycle has one venue: nothing is judged', () => {
  expect(failing([[OPENING, 'rejected', '0']], false)).toEqual([]);
});
