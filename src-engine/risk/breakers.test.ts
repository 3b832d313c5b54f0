/** Breakers of two venues and of the account: none of them speaks for another. */
import { describe, expect, it } from 'vitest';
import { breakerLabel } from '../domain/halt-texts.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import type { TrippedBreaker } from '../domain/risk.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { Breaker } from './breaker.ts';
import { type BreakerChange, Breakers } from './breakers.ts';

const OPERATOR = { kind: 'operator', via: 'test' } as const;
const at = (seconds: number): number => seconds * US_PER_SECOND;

function rig(latched: readonly TrippedBreaker[] = []) {
  const limits = {
    ...DEFAULT_LIMITS,
    maxBookFaultsPerMinute: 2,
    maxOrderFaultsPerMinute: 2,
    breakerRestS: 30,
  };
  const changes: BreakerChange[] = [];
  const breakers = new Breakers(
    ['east', 'west'],
    latched,
    () => limits,
    (change) => changes.push(change),
  );
  const trip = (breaker: 'data-quality' | 'api-reliability', venue: string): void => {
    for (let n = 0; n < 2; n++) breakers.fault(breaker, venue, 'bad', at(100));
  };
  return { breakers, changes, trip };
}

describe('a breaker of a venue', () => {
  it.each(['data-quality', 'api-reliability'] as const)(
    '%s: is about that venue and that breaker alone',
    (name) => {
      const { breakers, changes, trip } = rig();
      breakers.fault(name, 'east', 'bad', at(100));
      expect([changes, breakers.tripped, breakers.refusal('east', 'x')]).toEqual([[], [], undefined]);
      breakers.fault(name, 'east', 'worse', at(101));
      expect(changes).toEqual([{ breaker: name, venue: 'east', nowUs: at(101) }]);
      const reason = '2 faults in a minute, last: worse';
      expect(breakers.tripped).toEqual([
        { breaker: name, venue: 'east', state: 'open', reason, sinceUs: at(101) },
      ]);
      expect(breakers.refusal('east', 'x')).toBe(`${breakerLabel(name)} at east is open: ${reason}`);
      expect(breakers.refusal('west', 'x')).toBeUndefined();
      expect(breakers.refusal('nowhere', 'x')).toBeUndefined();
      expect(breakers.stateOf(name, 'east')).toEqual({ state: 'open', reason });
      expect(breakers.stateOf(name, 'west')).toEqual({ state: 'closed', reason: '' });
      expect(breakers.latched).toEqual([]);
      // A fault while it is open is not new.
      breakers.fault(name, 'east', 'again', at(102));
      breakers.fault(name, 'nowhere', 'again', at(102));
      expect(changes).toHaveLength(1);
      trip(name, 'west');
      expect(changes.at(-1)).toMatchObject({ venue: 'west' });
    },
  );

  it('of orders tries one execution after its rest, and closes after two of its orders', () => {
    const { breakers, changes, trip } = rig();
    trip('api-reliability', 'east');
    breakers.onTick(at(129));
    expect(breakers.stateOf('api-reliability', 'east').state).toBe('open');
    breakers.onTick(at(130));
    expect(breakers.stateOf('api-reliability', 'east').state).toBe('half-open');
    breakers.begin('east', 'x1');
    expect(breakers.refusal('east', 'x1')).toBeUndefined();
    expect(breakers.refusal('east', 'x2')).toMatch(/^API reliability at east is half-open: /);
    breakers.end('west', 'x1');
    expect(breakers.refusal('east', 'x2')).toBeDefined();
    breakers.end('east', 'x1');
    expect(breakers.refusal('east', 'x2')).toBeUndefined();
    breakers.orderPassed('west', at(131));
    breakers.orderPassed('east', at(131));
    expect(changes).toHaveLength(2);
    breakers.orderPassed('east', at(132));
    expect(changes.at(-1)).toEqual({ breaker: 'api-reliability', venue: 'east', nowUs: at(132) });
    expect(breakers.tripped).toEqual([]);
  });

  it('of data tries one execution too, and closes when it stays quiet', () => {
    const { breakers, changes, trip } = rig();
    trip('data-quality', 'west');
    breakers.onTick(at(130));
    breakers.begin('west', 'x1');
    expect(breakers.refusal('west', 'x2')).toMatch(/^Data quality at west is half-open: /);
    breakers.end('west', 'x1');
    expect(breakers.refusal('west', 'x2')).toBeUndefined();
    breakers.onTick(at(159));
    expect(changes).toHaveLength(2);
    breakers.onTick(at(160));
    expect(changes.at(-1)).toEqual({ breaker: 'data-quality', venue: 'west', nowUs: at(160) });
    expect(breakers.tripped).toEqual([]);
  });

  it('is closed by an operator, who is named; one that is closed is not', () => {
    const { breakers, changes, trip } = rig();
    trip('data-quality', 'east');
    expect(breakers.reset('data-quality', 'west', OPERATOR, at(101))).toBe(false);
    expect(breakers.reset('api-reliability', 'east', OPERATOR, at(101))).toBe(false);
    expect(breakers.reset('data-quality', 'east', OPERATOR, at(101))).toBe(true);
    expect(changes.slice(1)).toEqual([
      { breaker: 'data-quality', venue: 'east', nowUs: at(101), actor: OPERATOR },
    ]);
    expect(breakers.reset('data-quality', 'east', OPERATOR, at(102))).toBe(false);
    // What opened it does not count again.
    breakers.fault('data-quality', 'east', 'bad', at(103));
    expect(breakers.tripped).toEqual([]);
  });

  it('rests twice as long after each fault of a trial, and sixteen times as long at most', () => {
    const breaker = new Breaker({ faults: () => 1, rest: () => at(10), closesWhenQuiet: false });
    let nowS = 100;
    breaker.fault('first', at(nowS));
    for (const factor of [1, 2, 4, 8, 16, 16, 16]) {
      expect(breaker.tick(at(nowS + 10 * factor) - 1)).toBe(false);
      nowS += 10 * factor;
      expect(breaker.tick(at(nowS))).toBe(true);
      breaker.fault('again', at(nowS));
      expect(breaker.reason).toBe('again, while half-open');
    }
  });
});

describe('a breaker of the account', () => {
  it('latches once, stops every venue, and goes when an operator resets it', () => {
    const { breakers, changes } = rig();
    expect(breakers.latch('drawdown', 'deep', at(5))).toBe(true);
    expect(breakers.latch('drawdown', 'deeper', at(6))).toBe(false);
    expect(changes).toEqual([{ breaker: 'drawdown', venue: '', nowUs: at(5) }]);
    const one = { breaker: 'drawdown', venue: '', state: 'latched', reason: 'deep', sinceUs: at(5) };
    expect([breakers.latched, breakers.tripped]).toEqual([[one], [one]]);
    expect(breakers.stateOf('drawdown', '')).toMatchObject({ state: 'latched', reason: 'deep' });
    for (const venue of ['east', 'west', 'nowhere'])
      expect(breakers.refusal(venue, 'x')).toBe('Max. drawdown is latched: deep; reset it to trade again');
    expect(breakers.reset('drawdown', 'east', OPERATOR, at(7))).toBe(true);
    expect(changes.at(-1)).toEqual({ breaker: 'drawdown', venue: '', nowUs: at(7), actor: OPERATOR });
    expect([breakers.latched, breakers.refusal('east', 'x')]).toEqual([[], undefined]);
  });

  it('is found latched by the next run', () => {
    const left = { breaker: 'exposure', venue: '', state: 'latched', reason: 'much', sinceUs: 1 } as const;
    const { breakers, changes } = rig([left]);
    expect(breakers.latched).toEqual([left]);
    expect(breakers.latch('exposure', 'more', at(9))).toBe(false);
    expect(changes).toEqual([]);
  });
});
