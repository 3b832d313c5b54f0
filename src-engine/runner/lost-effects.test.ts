/** What the kernel decided and no adapter carries out: it is reported, and never dropped. */
import { describe, expect, it } from 'vitest';
import { KernelHarness } from '../testing/kernel-harness.ts';

function opened(options: ConstructorParameters<typeof KernelHarness>[0]): KernelHarness {
  const run = new KernelHarness(options);
  run.fairBooks();
  run.openEdge();
  return run;
}

describe('a run that is not connected to its venue', () => {
  it('ends an approved order as denied, since it never left, and halts', () => {
    const run = opened({ isUnconnected: true });
    expect(run.of('orderCreated')).toHaveLength(1);
    expect(run.of('orderDenied')).toMatchObject([
      { code: 'no-venue', detail: 'this run is not connected to it', order: { state: 'denied' } },
    ]);
    expect(run.kernel.orders.openCount).toBe(0);
    expect(run.kernel.portfolio.balances.reserved('USD').toString()).toBe('0');
    expect(run.of('tradingHalted')).toMatchObject([
      { code: 'effect-failed', reason: 'place was not carried out: test: this run is not connected to it' },
    ]);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'denied' } }]);
  });

  it('says of a kill that nothing was canceled, and goes on trying', () => {
    const run = new KernelHarness({ isUnconnected: true });
    run.command({ type: 'kill', reason: 'drill' });
    expect(run.kernel.haltReason).toMatch(/cancelAll was not carried out: test: this run is not connected/);
    expect(run.of('killVerified')).toEqual([]);
    run.command({ type: 'resume' });
    run.pass(1_100);
    expect(run.kernel.haltReason).toMatch(/cancelAll was not carried out/);
  });

  it('says that a book cannot be asked for again, and that an account cannot be compared', () => {
    const run = new KernelHarness({ isUnconnected: true, kernel: { mustReconcile: true } });
    expect(run.of('reconcileFailed')).toHaveLength(1);
    expect(run.kernel.orderEvents.reconciler.refusal('test')).toMatch(
      /comparing failed 1 times: .*not connected/,
    );
    run.fairBooks();
    run.change('ETH/BTC', [['0.04999', '1']], [], 1234);
    expect(run.kernel.haltReason).toMatch(/resubscribe was not carried out/);
  });
});

describe('an adapter that fails', () => {
  const failing = (method: string): ConstructorParameters<typeof KernelHarness>[0] => ({
    venueOf: () =>
      new Proxy(
        {},
        {
          get: (_target, name) => () => {
            if (name === method) throw new Error('a fault of the adapter');
          },
        },
      ) as never,
  });

  it('leaves the order that it was given unknown: it may have left', () => {
    const run = opened(failing('place'));
    expect(run.of('orderUnknown')).toMatchObject([
      { order: { state: 'unknown', reason: 'its adapter failed (a fault of the adapter)' } },
    ]);
    expect(run.of('tradingHalted')[0]).toMatchObject({ code: 'effect-failed' });
    expect(run.kernel.orders.openCount).toBe(1);
  });

  it('ends no kill silently', () => {
    const run = new KernelHarness(failing('cancelAll'));
    run.command({ type: 'kill', reason: 'drill' });
    expect(run.kernel.killSwitch.isOn).toBe(true);
    expect(run.kernel.haltReason).toMatch(/cancelAll was not carried out: test: its adapter failed/);
  });
});
