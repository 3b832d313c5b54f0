/** What keys may do, and what the engine does in its own name because of them. */
import { describe, expect, it } from 'vitest';
import type { OperationName } from './operations.ts';
import { scopeOf, SCOPES, type Scope } from './scopes.ts';

/** Operations after which the engine calls others itself, now or later: a key that may call the first makes it call the rest. */
const LEADS_TO: Partial<Record<OperationName, readonly OperationName[]>> = {
  saveRetraining: ['startTraining', 'setStrategy', 'setStrategyMode', 'removeStrategy'],
  retrainNow: ['startTraining', 'setStrategy', 'setStrategyMode', 'removeStrategy'],
};

const rank = (name: OperationName): number => SCOPES.indexOf(scopeOf(name) as Scope);

describe('a key', () => {
  it.each(Object.entries(LEADS_TO))('that may call %s may call all that follows from it', (name, others) => {
    for (const other of others)
      expect([other, rank(other) <= rank(name as OperationName)]).toEqual([other, true]);
  });

  it('of the scope trade trains a model once, and sets no schedule that sets strategies', () => {
    expect(scopeOf('startTraining')).toBe('trade');
    expect(
      ['saveRetraining', 'removeRetraining', 'retrainNow'].map((name) => scopeOf(name as OperationName)),
    ).toEqual(['admin', 'admin', 'admin']);
  });
});
