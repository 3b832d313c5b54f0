/** Events must carry what the kernel holds: the screen and a restart know nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Balance } from '../domain/event.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

describe('the balances that are reported', () => {
  it('are those of the account after every step, reservations included', () => {
    const step = fc.record({
      edge: fc.integer({ min: 0, max: 9 }),
      ms: fc.integer({ min: 1, max: 80 }),
      isBroken: fc.boolean(),
    });
    let reported = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), (steps) => {
        const run = new KernelHarness({ detection: { cooldownMs: 0 } });
        const known = new Map<string, Balance>();
        let read = 0;
        const matches = () => {
          for (const event of run.events.slice(read)) {
            if (event.type !== 'runStarted' && event.type !== 'balancesChanged') continue;
            for (const balance of event.balances) known.set(balance.asset, balance);
            reported++;
          }
          read = run.events.length;
          expect([...known.values()]).toEqual(run.kernel.portfolio.snapshot());
        };
        for (const { edge, ms, isBroken } of steps) {
          run.fairBooks();
          if (edge > 0) run.openEdge(String(edge / 10));
          matches();
          if (isBroken) run.book('ETH/BTC', [['0.0519', '50']], [['0.0520', '0.1']]);
          for (let part = 0; part < ms; part++) {
            run.clock.advanceTo(run.clock.nowUs() + 1_000);
            matches();
          }
        }
        run.pass(8_000);
        matches();
      }),
      { numRuns: 40 },
    );
    expect(reported).toBeGreaterThan(200);
  });
});

describe('an order whose fate is unknown', () => {
  it('halts trading, stays exposure, and its cycle goes on once the venue has settled it', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    const [order] = run.of('orderCreated').map((event) => event.order);
    if (order === undefined) throw new Error('an order was placed');
    const atUs = run.clock.nowUs();
    const { orderId } = order;
    run.runner.submit({ kind: 'order', event: { kind: 'unknown', orderId, reason: 'timeout', atUs } });
    expect(run.of('tradingHalted')).toMatchObject([{ code: 'order-unknown' }]);
    expect(run.of('orderUnknown')).toHaveLength(1);
    expect(run.kernel.orders.openCount).toBe(1);
    expect(run.kernel.portfolio.balances.reserved('USD').gt(0)).toBe(true);
    run.openEdge('0.7');
    expect(run.placed).toHaveLength(1);
    // The halt stops new cycles; the one under way is still brought home.
    run.pass(1_000);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed' } }]);
    expect(run.kernel.portfolio.balances.reserved('USD').toString()).toBe('0');
    expect(run.kernel.haltReason).toMatch(/timeout/);
  });
});
