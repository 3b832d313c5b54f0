/** What must stop or survive trading although no operator said so. */
import { describe, expect, it } from 'vitest';
import type { Fill } from '../domain/order.ts';
import { KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';

describe('the venue’s own state', () => {
  it('stops new cycles while the venue says it is in maintenance', () => {
    const run = new KernelHarness();
    const says = (venueStatus: string): void =>
      run.runner.submit({
        kind: 'feed',
        venue: 'test',
        state: 'open',
        venueStatus,
        reason: '',
        atUs: run.clock.nowUs(),
      });
    says('maintenance');
    run.fairBooks();
    run.openEdge();
    expect(run.of('opportunityOpened')[0]?.opportunity).toMatchObject({
      decision: 'trading-paused',
      decisionDetail: 'test reports its status as maintenance',
    });
    expect(run.placed).toEqual([]);
    says('online');
    run.openEdge();
    expect(run.placed).toHaveLength(1);
  });

  it('does not bring a book back that is not live when its instrument opens', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const instrumentId = run.instrument('ETH/BTC').id;
    const atUs = run.clock.nowUs();
    run.runner.submit({ kind: 'instrument-status', instrumentId, status: 'cancel_only', atUs });
    run.openEdge();
    run.runner.submit({ kind: 'book-lost', instrumentId, reason: 'unreadable', atUs });
    run.runner.submit({ kind: 'instrument-status', instrumentId, status: 'online', atUs });
    expect(run.of('opportunityOpened')).toEqual([]);
    expect(run.placed).toEqual([]);
    run.book('ETH/BTC', [['0.04998', '50']], [['0.05002', '50']]);
    expect(run.placed).toHaveLength(1);
  });
});

it('a pair that is delisted and listed again in one run is traded again', () => {
  const run = new KernelHarness();
  const list = (status: 'delisted' | 'online'): void => {
    const { id: instrumentId } = run.instrument('ETH/BTC');
    run.runner.submit({ kind: 'instrument-status', instrumentId, status, atUs: run.clock.nowUs() });
  };
  run.fairBooks();
  list('delisted');
  run.openEdge();
  run.pass(1_000);
  expect(run.of('orderCreated')).toEqual([]);
  run.fairBooks();
  list('online');
  run.openEdge();
  run.pass(1_000);
  expect(run.of('orderCreated').map(({ order }) => order.symbol)).toContain('ETH/BTC');
});

describe('money that moves outside the plan', () => {
  it('books a fill reported after its order was over, and halts', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    const [order] = run.of('orderCreated').map((event) => event.order);
    if (order === undefined) throw new Error('an order was placed');
    const atUs = run.clock.nowUs();
    const { orderId } = order;
    run.runner.submit({ kind: 'order', event: { kind: 'canceled', orderId, reason: 'ioc', atUs } });
    expect(run.of('executionFinished')[0]?.execution.outcome).toBe('missed');
    const price = order.price;
    const fill: Fill = { fillId: 'late', orderId, price, qty: '0.001', fee: '0.1', feeAsset: 'USD', atUs };
    run.runner.submit({ kind: 'order', event: { kind: 'fill', orderId, fill, atUs } });
    expect(run.total('BTC')).toBe('0.001');
    expect(run.of('tradingHalted')).toMatchObject([{ code: 'late-fill' }]);
    expect(
      run
        .of('balancesChanged')
        .at(-1)
        ?.balances.map(({ asset }) => asset),
    ).toEqual(['USD', 'BTC']);
    run.runner.submit({ kind: 'order', event: { kind: 'fill', orderId, fill, atUs } });
    expect(run.total('BTC')).toBe('0.001');
  });

  it('reports at once what an order reserves when a sign of life made it possible', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.pass(3_200, { silent: true });
    run.openEdge();
    expect(run.placed).toEqual([]);
    run.runner.submit({ kind: 'alive', venue: 'test', receivedUs: run.clock.nowUs() });
    expect(run.placed).toHaveLength(1);
    const reserved = run
      .of('balancesChanged')
      .at(-1)
      ?.balances.find(({ asset }) => asset === 'USD')?.reserved;
    expect(Number(reserved)).toBeGreaterThan(0);
  });
});

describe('an account that is the limit', () => {
  it('is spent no further than a coarse tick lets the limit price go', () => {
    // The limit of the first leg is 50,050 where the ladder says 50,005: 9 bps more than the slippage buffer knows.
    const specs = TRIANGLE.map((spec) => (spec.symbol === 'BTC/USD' ? { ...spec, tickSize: '50' } : spec));
    const run = new KernelHarness({ specs, capital: { USD: '500' } });
    run.fairBooks();
    run.openEdge();
    const [opened] = run.of('opportunityOpened').map((event) => event.opportunity);
    expect(opened).toMatchObject({ decision: 'taken', decisionDetail: '' });
    const reserved = Number(run.kernel.portfolio.balances.reserved('USD'));
    expect(reserved).toBeLessThanOrEqual(500);
    expect(reserved).toBeGreaterThan(499.9);
    run.pass(1_000);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed' } }]);
  });
});

describe('the end of a run', () => {
  it('closes every opportunity that is still open, once, and reports the last equity', () => {
    const run = new KernelHarness({ detection: { minNetBps: 900 } });
    run.fairBooks();
    run.openEdge();
    const samples = run.of('equitySampled').length;
    run.runner.end();
    const [opened] = run.of('opportunityOpened');
    expect(run.of('opportunityClosed')).toMatchObject([
      { opportunity: { opportunityId: opened?.opportunity.opportunityId, closedUs: run.clock.nowUs() } },
    ]);
    expect(run.of('equitySampled')).toHaveLength(samples + 1);
    run.runner.end();
    expect(run.of('opportunityClosed')).toHaveLength(1);
  });
});
