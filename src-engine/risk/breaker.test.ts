import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { US_PER_SECOND } from '../domain/time.ts';
import { Breaker, FAULT_WINDOW_US } from './breaker.ts';

const REST = 30 * US_PER_SECOND;

const make = (closesWhenQuiet: boolean, faults = 3): Breaker =>
  new Breaker({ faults: () => faults, rest: () => REST, closesWhenQuiet });

/** A breaker that three faults opened at 1,000 s. */
function opened(closesWhenQuiet: boolean): Breaker {
  const breaker = make(closesWhenQuiet);
  for (let i = 0; i < 3; i++) breaker.fault('rejected', 1_000 * US_PER_SECOND);
  return breaker;
}

const at = (seconds: number): number => seconds * US_PER_SECOND;

describe('a breaker of a venue', () => {
  it('opens at the last fault that fits into a minute, and says so once', () => {
    const breaker = make(false);
    expect(breaker.fault('a', 0)).toBe(false);
    expect(breaker.fault('b', FAULT_WINDOW_US)).toBe(false);
    expect(breaker.fault('c', FAULT_WINDOW_US + 1)).toBe(false);
    expect(breaker.state).toBe('closed');
    expect(breaker.fault('d', FAULT_WINDOW_US + 2)).toBe(true);
    expect([breaker.state, breaker.reason]).toEqual(['open', '3 faults in a minute, last: d']);
    expect(breaker.fault('e', FAULT_WINDOW_US + 3)).toBe(false);
    expect(breaker.allows('x1')).toBe(false);
  });

  it('counts faults of a minute, at whatever time of day', () => {
    const breaker = make(false);
    expect(breaker.fault('a', at(1_000))).toBe(false);
    expect(breaker.fault('b', at(1_030))).toBe(false);
    expect(breaker.fault('c', at(1_060) + 1)).toBe(false);
    expect(breaker.fault('d', at(1_090))).toBe(true);
  });

  it('counts a fault that is a minute old to the microsecond', () => {
    const breaker = make(false);
    breaker.fault('a', 0);
    breaker.fault('b', FAULT_WINDOW_US);
    expect(breaker.fault('c', FAULT_WINDOW_US)).toBe(true);
  });

  it('rests, then lets one execution at a time try, and closes when two of its orders went well', () => {
    const breaker = opened(false);
    expect(breaker.tick(at(1_029))).toBe(false);
    expect(breaker.tick(at(1_030))).toBe(true);
    expect(breaker.state).toBe('half-open');
    expect(breaker.allows('x1')).toBe(true);
    breaker.begin('x1');
    expect([breaker.allows('x1'), breaker.allows('x2')]).toEqual([true, false]);
    expect(breaker.pass(at(1_031))).toBe(false);
    breaker.end('x1');
    expect(breaker.allows('x2')).toBe(true);
    expect(breaker.pass(at(1_032))).toBe(true);
    expect(breaker.state).toBe('closed');
  });

  it('opens again at the first fault of a trial, and rests twice as long', () => {
    const breaker = opened(false);
    breaker.tick(at(1_030));
    expect(breaker.fault('unknown', at(1_031))).toBe(true);
    expect(breaker.state).toBe('open');
    expect(breaker.tick(at(1_090))).toBe(false);
    expect(breaker.tick(at(1_091))).toBe(true);
    breaker.pass(at(1_092));
    breaker.pass(at(1_093));
    expect(breaker.state).toBe('closed');
    for (let i = 0; i < 3; i++) breaker.fault('rejected', at(2_000));
    expect(breaker.tick(at(2_030))).toBe(true);
  });

  it('of data closes when the trial stayed quiet, whatever orders do', () => {
    const breaker = opened(true);
    breaker.tick(at(1_030));
    expect(breaker.pass(at(1_031))).toBe(false);
    expect(breaker.tick(at(1_059))).toBe(false);
    expect(breaker.tick(at(1_060))).toBe(true);
    expect(breaker.state).toBe('closed');
  });

  it('of orders does not close because nothing happened, and no breaker closes while it rests', () => {
    const orders = opened(false);
    orders.tick(at(1_030));
    expect([orders.tick(at(9_000)), orders.state]).toEqual([false, 'half-open']);

    const data = opened(true);
    data.tick(at(1_030));
    data.fault('checksum', at(1_031));
    // It rests for twice as long the second time.
    expect([data.tick(at(1_090)), data.state]).toEqual([false, 'open']);
    expect([data.tick(at(1_091)), data.state]).toEqual([true, 'half-open']);

    const closed = make(true);
    expect([closed.tick(at(9_000)), closed.state]).toEqual([false, 'closed']);
  });

  it('is closed by an operator from any state', () => {
    const breaker = opened(false);
    expect(breaker.reset(at(1_001))).toBe(true);
    expect(breaker.allows('x9')).toBe(true);
    expect(breaker.reset(at(1_002))).toBe(false);
  });

  it('of orders does not count what goes well while it is closed or resting', () => {
    const closed = make(false);
    for (let i = 0; i < 3; i++) expect(closed.pass(at(1_000))).toBe(false);
    const resting = opened(false);
    for (let i = 0; i < 3; i++) expect(resting.pass(at(1_001))).toBe(false);
    expect(resting.state).toBe('open');
    resting.tick(at(1_030));
    expect(resting.pass(at(1_031))).toBe(false);
  });

  it('opens at the next fault where the limit was lowered, and counts no more faults than the limit', () => {
    let most = 6;
    const breaker = new Breaker({ faults: () => most, rest: () => REST, closesWhenQuiet: false });
    for (let i = 0; i < 5; i++) breaker.fault('a', at(1_000));
    expect(breaker.state).toBe('closed');
    most = 3;
    expect(breaker.fault('b', at(1_001))).toBe(true);
    expect(breaker.reason).toBe('3 faults in a minute, last: b');
  });

  it('never lets two executions try at once, and never one while open', () => {
    const step = fc.record({
      what: fc.constantFrom('fault', 'pass', 'tick', 'try', 'end'),
      id: fc.constantFrom('x1', 'x2', 'x3'),
      gap: fc.integer({ min: 0, max: at(40) }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.boolean(), (steps, quiet) => {
        const breaker = make(quiet, 2);
        let nowUs = 0;
        let trying: string | undefined;
        for (const { what, id, gap } of steps) {
          nowUs += gap;
          if (what === 'fault') breaker.fault('f', nowUs);
          if (what === 'pass') breaker.pass(nowUs);
          if (what === 'tick') breaker.tick(nowUs);
          if (what === 'end') {
            breaker.end(id);
            if (trying === id) trying = undefined;
          }
          if (breaker.state !== 'half-open') trying = undefined;
          if (what !== 'try') continue;
          const isAllowed = breaker.allows(id);
          if (breaker.state === 'open') expect(isAllowed).toBe(false);
          if (breaker.state === 'closed') expect(isAllowed).toBe(true);
          if (breaker.state === 'half-open') expect(isAllowed).toBe(trying === undefined || trying === id);
          if (!isAllowed) continue;
          breaker.begin(id);
          if (breaker.state === 'half-open') trying = id;
        }
      }),
    );
  });
});
