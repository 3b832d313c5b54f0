import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { RISK_LEVELS, type RiskSnapshot } from '../domain/risk.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import {
  cycleOf as cycle,
  instrumentOf as instrument,
  MONITOR_START as START,
  MonitorRig as Rig,
  OPERATOR,
} from '../testing/monitor-rig.ts';
import { sampleFill, sampleOrder } from '../testing/sample-events.ts';
import { MonitorContext } from './monitor-context.ts';

describe('the breaker of a venue’s orders', () => {
  it('opens on rejections and unknowns, tries one cycle at a time, and closes when orders are answered', () => {
    const rig = new Rig({ maxOrderFaultsPerMinute: 3, breakerRestS: 30 });
    rig.order('orderRejected');
    rig.order('orderUnknown');
    expect(rig.refused()).toBeUndefined();
    rig.order('orderRejected');
    expect(rig.recent('breakerChanged')).toMatchObject([
      { breaker: 'api-reliability', venue: 'test', state: 'open', reason: expect.stringMatching(/3 faults/) },
    ]);
    expect(rig.refused()).toMatch(/API reliability at test is open/);
    rig.pass(31);
    expect(rig.refused('x1')).toBeUndefined();
    rig.monitor.begin('x1', cycle(0, 'USD', 'BTC', 'ETH'));
    expect(rig.refused('x2')).toMatch(/half-open/);
    expect(rig.refused('x1')).toBeUndefined();
    rig.order('orderAccepted');
    rig.order('orderAccepted');
    expect(rig.recent('breakerChanged')).toMatchObject([{ state: 'closed' }]);
    expect(rig.refused('x2')).toBeUndefined();
  });

  it('lets the next cycle try when the one that tried is over', () => {
    const rig = new Rig({ maxOrderFaultsPerMinute: 1, breakerRestS: 30 });
    rig.order('orderRejected');
    rig.pass(31);
    rig.monitor.begin('x1', cycle(0, 'USD', 'BTC', 'ETH'));
    expect(rig.refused('x2')).toMatch(/half-open/);
    rig.finish('x1', ['USD', 'BTC', 'ETH'], '0', '0', 'missed');
    expect(rig.refused('x2')).toBeUndefined();
  });

  it('closes when orders of the trial fill or are canceled on request', () => {
    const rig = new Rig({ maxOrderFaultsPerMinute: 1, breakerRestS: 30 });
    rig.order('orderRejected');
    rig.pass(31);
    rig.order('orderCanceled');
    expect(rig.refused('x1')).toBeUndefined();
    expect(rig.recent('breakerChanged')).toEqual([]);
    const fill = sampleFill({ venue: 'test' });
    rig.step({
      type: 'orderFilled',
      atUs: rig.nowUs,
      order: sampleOrder({ venue: 'test' }),
      fill,
    });
    expect(rig.recent('breakerChanged')).toMatchObject([{ state: 'closed' }]);
  });

  it('does not affect another venue, and an operator may close it', () => {
    const rig = new Rig({ maxOrderFaultsPerMinute: 1 });
    rig.order('orderRejected');
    expect(rig.monitor.breakers.refusal('other', 'x1')).toBeUndefined();
    expect(rig.monitor.reset('api-reliability', 'other', OPERATOR, rig.nowUs)).toBe(false);
    expect(rig.monitor.reset('api-reliability', 'test', OPERATOR, rig.nowUs)).toBe(true);
    expect(rig.refused()).toBeUndefined();
  });
});

describe('positions', () => {
  it('become what the account was opened with by a reset of a tripped exposure breaker alone', () => {
    const left = { ...new Rig().monitor.snapshot(), opened: { USD: '10000', BTC: '0.2' } };
    const rig = new Rig({ maxOrderFaultsPerMinute: 1 }, left, '0.5');
    const opened = () => rig.monitor.snapshot().opened['BTC'];
    rig.order('orderRejected');
    expect(rig.monitor.reset('api-reliability', 'test', OPERATOR, rig.nowUs)).toBe(true);
    expect(opened()).toBe('0.2');
    expect(rig.monitor.reset('exposure', 'test', OPERATOR, rig.nowUs)).toBe(false);
    expect(opened()).toBe('0.2');
  });
});

describe('the record of trades', () => {
  it('stays where another breaker than that of its edge is reset', () => {
    const rig = new Rig({ maxOrderFaultsPerMinute: 1 });
    rig.finish('x1', ['USD', 'BTC', 'ETH'], '-1');
    rig.order('orderRejected');
    expect(rig.monitor.reset('api-reliability', 'test', OPERATOR, rig.nowUs)).toBe(true);
    expect(rig.monitor.record).toMatchObject({ losses: 1, lost: '1' });
    expect(rig.monitor.reset('no-edge', 'test', OPERATOR, rig.nowUs)).toBe(false);
    expect(rig.monitor.record).toMatchObject({ losses: 1, lost: '1' });
  });
});

describe('what is recorded', () => {
  it('is recorded with the step that changed it, and a peak once a minute', () => {
    const rig = new Rig();
    rig.equity('10001');
    expect(rig.recent('riskRecorded')).toEqual([]);
    rig.pass(61);
    rig.equity('10002');
    expect(rig.recent('riskRecorded')[0]?.risk.peakEquity).toBe('10002');
    rig.equity('9600');
    expect(rig.recent('riskLevelChanged')).toHaveLength(1);
    expect(rig.recent('riskRecorded')[0]?.risk.level).toBe('caution');
  });

  it('is the new day at its first tick: no cycle of it, a level that ended, and its first equity', () => {
    const rig = new Rig();
    rig.monitor.begin('x1', cycle(0, 'USD', 'BTC', 'ETH'));
    rig.equity('9600');
    expect(rig.monitor.snapshot()).toMatchObject({
      level: 'caution',
      tradesToday: 1,
      dayOpenEquity: '10000',
    });
    rig.step();
    rig.nowUs = START + 86_400 * US_PER_SECOND;
    rig.monitor.onTick(rig.nowUs);
    expect(rig.recent('riskLevelChanged')).toMatchObject([{ from: 'caution', to: 'normal', lossPct: '0' }]);
    rig.monitor.watch(rig.outbox.events, rig.nowUs);
    expect(rig.recent('riskRecorded')).toMatchObject([
      { risk: { level: 'normal', tradesToday: 0, dayOpenEquity: '9600' } },
    ]);
    // A second tick of the same day begins none.
    rig.monitor.begin('x2', cycle(0, 'USD', 'BTC', 'ETH'));
    rig.pass(1);
    expect(rig.monitor.tradesToday).toBe(1);
  });

  it('waits for a first equity: a day that begins before it is not lost', () => {
    const left = { ...new Rig().monitor.snapshot(), tradesToday: 3 };
    // What is held has no price: no equity is known.
    const rig = new Rig({}, left, '0.2');
    rig.nowUs = START + 86_400 * US_PER_SECOND;
    rig.monitor.onTick(rig.nowUs);
    expect(rig.monitor.snapshot()).toMatchObject({ tradesToday: 3, dayOpenEquity: '10000' });
  });

  it('counts the cycles of a new day from nothing where its first fact is an equity', () => {
    const rig = new Rig();
    rig.monitor.begin('x1', cycle(0, 'USD', 'BTC', 'ETH'));
    rig.equity('10000');
    expect(rig.monitor.tradesToday).toBe(1);
    rig.nowUs = START + 86_400 * US_PER_SECOND;
    rig.equity('10000');
    expect(rig.monitor.tradesToday).toBe(0);
  });

  it('makes the same monitor again', () => {
    const rig = new Rig({ maxRepeats: 2 });
    rig.monitor.begin('x1', cycle(0, 'USD', 'BTC', 'ETH'));
    rig.finish('x1', ['USD', 'BTC', 'ETH'], '-1.5');
    rig.finish('x2', ['USD', 'BTC', 'ETH'], '-0.5');
    rig.equity('9100');
    const left = rig.monitor.snapshot();
    expect(left).toMatchObject({
      level: 'halted',
      tradesToday: 1,
      latched: [{ breaker: 'daily-loss' }],
      stops: [{ strategy: 'test USD>BTC>ETH' }],
      record: { losses: 2, lost: '2' },
    });
    expect(new Rig({}, left).monitor.snapshot()).toEqual(left);
    const text = JSON.parse(JSON.stringify(left)) as RiskSnapshot;
    expect(new Rig({}, text).monitor.snapshot()).toEqual(left);
  });

  it('counts no denied cycle, sweep or late fill for a strategy or the record of trades, and a missed cycle for both', () => {
    const rig = new Rig({ maxRepeats: 1 });
    for (const outcome of ['denied', 'swept', 'late'] as const) {
      rig.monitor.begin('x1', cycle(0, 'USD', 'BTC', 'ETH'));
      rig.finish('x1', ['USD', 'BTC', 'ETH'], '-1', '100', outcome);
      expect([outcome, rig.monitor.isUnderWay('x1')]).toEqual([outcome, false]);
      expect(rig.monitor.snapshot()).toMatchObject({ stops: [], record: { losses: 0, lost: '0' } });
    }
    rig.finish('x2', ['USD', 'BTC', 'ETH'], '-1', '100', 'missed');
    expect(rig.monitor.snapshot()).toMatchObject({
      stops: [{ strategy: 'test USD>BTC>ETH' }],
      record: { losses: 1, lost: '1' },
    });
  });

  it('does not take a deposit for a gain, nor a withdrawal for a loss', () => {
    const rig = new Rig();
    const differences = [{ asset: 'USD', ledger: '10000', venue: '8000' }];
    rig.step({
      type: 'balancesAdopted',
      atUs: rig.nowUs,
      venue: 'test',
      actor: OPERATOR,
      differences,
    });
    rig.equity('8000');
    expect(rig.monitor.escalation.level).toBe('normal');
    expect(rig.monitor.escalation.drawdownPct.toString()).toBe('0');
  });

  it('counts the loss of the day from before a restart', () => {
    const left = { ...new Rig().monitor.snapshot(), dayOpenEquity: '20000', peakEquity: '20000' };
    const rig = new Rig({}, left);
    expect(rig.kills).toEqual(['daily loss of 50 %']);
    expect(rig.halts).toEqual(['daily-loss', 'drawdown']);
  });

  it('takes an account of which a part has no price yet for neither poor nor lost', () => {
    const left = { ...new Rig().monitor.snapshot(), dayOpenEquity: '20000', peakEquity: '20000' };
    const rig = new Rig({}, left, '0.2');
    rig.equity('10000');
    expect(rig.kills).toEqual([]);
    expect(rig.monitor.escalation.equity).toBeUndefined();
  });
});

describe('related cycles', () => {
  const related = (rig: Rig, ...path: string[]): number =>
    new MonitorContext(rig.monitor, instrument('ETH/USD'), 'new', cycle(9, ...path), rig.nowUs).related;

  it('share an asset other than the home currency', () => {
    const rig = new Rig();
    rig.monitor.begin('x1', cycle(0, 'USD', 'BTC', 'ETH'));
    rig.monitor.begin('x2', cycle(1, 'USD', 'SOL', 'EUR'));
    expect(related(rig, 'USD', 'ETH', 'EUR')).toBe(2);
    expect(related(rig, 'USD', 'XRP', 'GBP')).toBe(0);
    rig.finish('x2', ['USD', 'SOL', 'EUR'], '1');
    expect(related(rig, 'USD', 'ETH', 'EUR')).toBe(1);
    rig.finish('x1', ['USD', 'BTC', 'ETH'], '1');
    expect(related(rig, 'USD', 'ETH', 'EUR')).toBe(0);
  });

  it('or hold assets whose prices move together', () => {
    const rig = new Rig();
    rig.monitor.begin('x1', cycle(0, 'USD', 'BTC'));
    for (let k = 0; k < 40; k++) {
      rig.quote(0, 500_000 + 500 * (k % 7));
      rig.quote(2, 250_000 + 250 * (k % 7));
      rig.pass(1);
    }
    expect(related(rig, 'USD', 'ETH')).toBe(1);
    for (let k = 0; k < 120; k++) {
      rig.quote(0, 500_000 + 500 * (k % 7));
      rig.quote(2, 250_000 + 250 * ((k * 3) % 5));
      rig.pass(1);
    }
    expect(related(rig, 'USD', 'ETH')).toBe(0);
  });
});

describe('the context of an order', () => {
  it('names the stop of its own cycle, and none where another one is stopped', () => {
    const rig = new Rig({ maxRepeats: 1 });
    const stopped = (...path: string[]): string | undefined =>
      new MonitorContext(rig.monitor, instrument('ETH/USD'), 'new', cycle(9, ...path), rig.nowUs).stopped;
    rig.finish('x1', ['USD', 'BTC', 'ETH'], '-1');
    expect(stopped('USD', 'BTC', 'ETH')).toBe(
      `test USD>BTC>ETH: 1 tries in ${DEFAULT_LIMITS.repeatWindowS} s without a profit; enable it to trade it again`,
    );
    expect(stopped('USD', 'ETH', 'BTC')).toBeUndefined();
  });

  it('has the level that the day’s loss led to, and that loss', () => {
    const rig = new Rig();
    rig.equity('9600');
    const context = new MonitorContext(rig.monitor, instrument('ETH/USD'), 'new', undefined, rig.nowUs);
    expect([context.level, context.lossPct.toString()]).toEqual(['caution', '4']);
  });
});

describe('whatever happens', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('equity' as const), equity: fc.integer({ min: 7_000, max: 11_000 }) }),
    fc.record({
      what: fc.constantFrom('orderRejected' as const, 'orderUnknown' as const, 'orderAccepted' as const),
    }),
    fc.record({ what: fc.constant('finish' as const), profit: fc.integer({ min: -5, max: 5 }) }),
    fc.record({ what: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ what: fc.constant('book' as const) }),
  );

  it('what is latched stays, levels rise, each trip is reported once, and a restart finds the same', () => {
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const limits = {
        maxRepeats: 2,
        maxOrderFaultsPerMinute: 2,
        maxBookFaultsPerMinute: 2,
        breakerRestS: 5,
      };
      const rig = new Rig(limits);
      const tripped = new Map<string, number>();
      let latched = 0;
      let level = 0;
      for (const [index, one] of steps.entries()) {
        rig.outbox.events = [];
        if (one.what === 'equity') rig.equity(String(one.equity));
        else if (one.what === 'finish') rig.finish(`x${index}`, ['USD', 'BTC', 'ETH'], String(one.profit));
        else if (one.what === 'pass') rig.pass(one.seconds);
        else if (one.what === 'book') rig.monitor.onBookFault('test', 'gap', rig.nowUs);
        else rig.order(one.what);
        for (const { breaker, state } of rig.recent('breakerChanged')) {
          if (state === 'latched') tripped.set(breaker, (tripped.get(breaker) ?? 0) + 1);
        }
        const { breakers, escalation } = rig.monitor;
        expect(breakers.latched.length).toBeGreaterThanOrEqual(latched);
        latched = breakers.latched.length;
        expect(RISK_LEVELS.indexOf(escalation.level)).toBeGreaterThanOrEqual(level);
        level = RISK_LEVELS.indexOf(escalation.level);
        if (latched > 0) expect(rig.refused('x')).toMatch(/is latched/);
        const left = rig.monitor.snapshot();
        const restarted = new Rig(limits, JSON.parse(JSON.stringify(left)) as RiskSnapshot, '1');
        expect(restarted.monitor.snapshot()).toEqual(left);
      }
      for (const count of tripped.values()) expect(count).toBe(1);
      expect(rig.kills.length).toBeLessThanOrEqual(1);
    });
    fc.assert(property, { numRuns: 60 });
  });
});
