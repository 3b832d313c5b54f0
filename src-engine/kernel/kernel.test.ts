import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';

describe('a cycle that pays', () => {
  it('is traded over all three legs, sized by the thinnest level, and its profit is booked', () => {
    const run = new KernelHarness();
    run.fairBooks();
    expect(run.of('opportunityOpened')).toEqual([]);
    run.openEdge('0.5');
    run.pass(1_000);
    const [opened] = run.of('opportunityOpened');
    expect(opened?.opportunity).toMatchObject({ path: ['USD', 'BTC', 'ETH'], decision: 'taken' });
    const { waterfall } = opened?.opportunity ?? {};
    const sum = ['grossBps', 'feesBps', 'depthBps', 'roundingBps', 'slippageBps'] as const;
    expect(sum.reduce((total, key) => total + (waterfall?.[key] ?? 0), 0)).toBeCloseTo(
      waterfall?.netBps ?? 0,
      9,
    );

    const [execution] = run.of('executionFinished').map((event) => event.execution);
    expect(execution).toMatchObject({ outcome: 'completed', path: ['USD', 'BTC', 'ETH'] });
    expect(run.of('orderFilled').map(({ order }) => `${order.side} ${order.symbol}`)).toEqual([
      'buy BTC/USD',
      'buy ETH/BTC',
      'sell ETH/USD',
    ]);
    const sold = Number(run.of('orderFilled').at(-1)?.fill.qty);
    expect(sold).toBeGreaterThan(0.49);
    expect(sold).toBeLessThanOrEqual(0.5);
    expect(run.total('USD')).toBe(new Decimal(10_000).plus(execution?.profit ?? 0).toString());
    expect(Number(execution?.profit)).toBeGreaterThan(0);
    expect(Number(run.total('ETH'))).toBeLessThan(0.001);
  });

  it('is a life: opened once, closed once, with its peak', () => {
    const run = new KernelHarness({ detection: { minNetBps: 900 } });
    run.fairBooks();
    run.openEdge();
    run.change(
      'ETH/USD',
      [['2520', '1']],
      [
        ['2519', '0'],
        ['2521', '5'],
      ],
    );
    run.pass(500);
    run.fairBooks();
    expect(run.of('opportunityOpened')).toHaveLength(1);
    const [closed] = run.of('opportunityClosed').map((event) => event.opportunity);
    expect(closed).toMatchObject({ decision: 'edge-below-threshold' });
    expect(closed?.peakNetBps).toBeGreaterThan(
      run.of('opportunityOpened')[0]?.opportunity.waterfall.netBps ?? 0,
    );
    expect(closed?.closedUs).toBeGreaterThan(closed?.openedUs ?? 0);
    expect(run.placed).toEqual([]);
  });

  it('is left alone when its size is below a minimum, with the numbers', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge('0.0005');
    const [opened] = run.of('opportunityOpened').map((event) => event.opportunity);
    expect(opened?.decision).toMatch(/^below-min/);
    expect(opened?.decisionDetail).toMatch(/is below the minimum of 0\.001 ETH|below the minimum/);
    expect(run.placed).toEqual([]);
  });

  it('is not started without its start asset', () => {
    const run = new KernelHarness({ capital: { USD: '0' } });
    run.fairBooks();
    run.openEdge();
    expect(run.of('opportunityOpened')[0]?.opportunity.decision).toBe('no-balance');
    expect(run.placed).toEqual([]);
  });

  it('is not taken twice at once, and rests after a try that found nothing', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    run.openEdge('0.4');
    expect(run.placed).toHaveLength(1);
    // The first leg's level is gone before the order arrives.
    run.book('BTC/USD', [['50900', '2']], [['51000', '2']]);
    run.pass(200);
    expect(run.of('executionFinished')[0]?.execution.outcome).toBe('missed');
    expect(run.total('USD')).toBe('10000');
  });
});

describe('a leg that fails', () => {
  it('sends what is held home, and says so', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    // ETH/BTC moves away while the first leg is under way: BTC is held and must go home.
    run.book('ETH/BTC', [['0.0519', '50']], [['0.0520', '50']]);
    run.pass(3_000);
    const [execution] = run.of('executionFinished').map((event) => event.execution);
    expect(execution?.outcome).toBe('unwound');
    expect(Number(run.total('BTC'))).toBeLessThan(0.0001);
    expect(Number(execution?.profit)).toBeLessThan(0);
    expect(Number(execution?.profit)).toBeGreaterThan(-10);
  });

  it('halts trading when no way leads home in time, and goes on when an operator resumes', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    run.clock.advanceTo(run.clock.nowUs() + 12_000);
    run.book('ETH/BTC', [], []);
    run.book('BTC/USD', [], [['50005', '2']]);
    run.pass(12_000);
    const [execution] = run.of('executionFinished').map((event) => event.execution);
    if (execution?.outcome === 'missed') throw new Error('the first leg was meant to fill');
    expect(execution?.outcome).toBe('stranded');
    expect(run.of('tradingHalted')[0]).toMatchObject({ code: 'stranded' });
    run.fairBooks();
    run.openEdge();
    expect(run.of('opportunityOpened').at(-1)?.opportunity.decision).toBe('trading-paused');
    const placed = run.placed.length;
    // A tick: the books have both sides again, and a reference price with them.
    run.pass(100);
    run.command({ type: 'resume' });
    run.fairBooks();
    expect(run.placed.length).toBe(placed + 1);
  });
});

describe('books that must not be traded on', () => {
  it.each([
    ['crossed', [['2520', '5']], [['2518', '5']]],
    ['without asks', [['2518', '5']], []],
    ['without bids', [], [['2519', '5']]],
    ['empty', [], []],
  ] as const)('%s', (_name, bids, asks) => {
    const run = new KernelHarness();
    run.fairBooks();
    run.book('ETH/USD', bids, asks);
    run.pass(500);
    expect(run.placed).toEqual([]);
    expect(run.of('opportunityOpened')).toEqual([]);
  });

  it('silent for longer than the limit: stale, reported, and its opportunities closed', () => {
    const run = new KernelHarness({ limits: { maxBookAgeMs: 3_000 }, detection: { minNetBps: 900 } });
    run.fairBooks();
    run.openEdge();
    run.pass(2_900, { silent: true });
    expect(run.of('bookStateChanged').filter(({ state }) => state === 'stale')).toEqual([]);
    run.pass(300, { silent: true });
    expect(run.of('bookStateChanged').filter(({ state }) => state === 'stale')).toHaveLength(3);
    expect(run.of('opportunityClosed')).toHaveLength(1);
    run.pass(100);
    expect(run.of('bookStateChanged').filter(({ state }) => state === 'live')).toHaveLength(6);
  });

  it('with a wrong checksum: only that one is asked for again', () => {
    const run = new KernelHarness({ detection: { minNetBps: 900 } });
    run.fairBooks();
    run.openEdge();
    run.change('ETH/USD', [['2517', '1']], [], 1234);
    const { id } = run.instrument('ETH/USD');
    expect(run.resubscribed).toEqual([id]);
    expect(run.of('bookStateChanged').at(-1)).toMatchObject({ symbol: 'ETH/USD', state: 'syncing' });
    expect(run.of('opportunityClosed')).toHaveLength(1);
    expect(run.kernel.store.sync(run.instrument('BTC/USD').id).state).toBe('live');
  });

  it('of an instrument that is closed for trading', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const instrumentId = run.instrument('ETH/BTC').id;
    const nowUs = run.clock.nowUs();
    run.runner.submit({ kind: 'instrument-status', instrumentId, status: 'cancel_only', atUs: nowUs });
    run.openEdge();
    expect(run.placed).toEqual([]);
    run.runner.submit({ kind: 'instrument-status', instrumentId, status: 'online', atUs: nowUs });
    expect(run.placed).toHaveLength(1);
  });

  it('after the feed closed: all wait for a snapshot', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const atUs = run.clock.nowUs();
    run.runner.submit({ kind: 'feed', venue: 'test', state: 'closed', venueStatus: '', reason: 'cut', atUs });
    run.change('ETH/USD', [['2518', '1']], []);
    expect(run.of('bookStateChanged').filter(({ state }) => state === 'syncing')).toHaveLength(3);
    expect(run.placed).toEqual([]);
  });
});

describe('kill switch', () => {
  it('sends no order after it, cancels, is verified by the venue, and is released only by re-arming', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    expect(run.placed).toHaveLength(1);
    run.command({ type: 'kill', reason: 'drill' });
    expect(run.of('killed')[0]).toMatchObject({ cancelsSent: 1 });
    run.pass(3_000);
    expect(run.of('killVerified').at(-1)).toMatchObject({ openOrders: 0 });
    // What was sent before it trades; verified is said only after that is known.
    const types = run.events.map(({ type }) => type);
    expect(types.indexOf('killVerified')).toBeGreaterThan(types.lastIndexOf('orderFilled'));
    expect(run.kernel.orders.openCount).toBe(0);
    run.fairBooks();
    run.openEdge();
    run.command({ type: 'resume' });
    run.fairBooks();
    run.openEdge('0.6');
    run.pass(1_000);
    expect(run.placed).toHaveLength(1);
    expect(run.of('opportunityOpened').at(-1)?.opportunity.decision).toBe('killed');
    run.command({ type: 'rearm' });
    run.fairBooks();
    run.openEdge();
    expect(run.placed).toHaveLength(2);
  });

  it('in the middle of a cycle: the next leg is not sent, and what is held is reported', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    for (let ms = 0; ms < 200 && run.of('orderFilled').length === 0; ms++) {
      run.clock.advanceTo(run.clock.nowUs() + 1_000);
    }
    const placed = run.placed.length;
    run.command({ type: 'kill', reason: 'drill' });
    run.pass(3_000);
    expect(run.placed).toHaveLength(placed);
    const [execution] = run.of('executionFinished').map((event) => event.execution);
    expect(execution).toMatchObject({ outcome: 'stranded' });
    expect(execution?.detail).toMatch(/ETH could not be unwound \(killed\)/);
  });

  it('is still on when the last run left it on', () => {
    const run = new KernelHarness({ killed: true });
    run.fairBooks();
    run.openEdge();
    run.pass(1_500);
    expect(run.placed).toEqual([]);
    expect(run.of('killVerified').at(-1)).toMatchObject({ openOrders: 0 });
  });
});

describe('operator', () => {
  it('pauses and resumes', () => {
    const run = new KernelHarness();
    run.command({ type: 'pause' });
    run.fairBooks();
    run.openEdge();
    expect(run.of('opportunityOpened')[0]?.opportunity.decision).toBe('trading-paused');
    expect(run.placed).toEqual([]);
  });

  it('changes limits that count from the next order on', () => {
    const run = new KernelHarness();
    run.command({ type: 'setLimits', limits: { maxOrderNotional: '100' } });
    run.fairBooks();
    run.openEdge();
    const [opened] = run.of('opportunityOpened').map((event) => event.opportunity);
    expect(opened).toMatchObject({ decision: 'risk-denied' });
    expect(opened?.decisionDetail).toMatch(/order-notional: order value 12\d\d\.\d+ USD, allowed 100 USD/);
    expect(run.of('limitsChanged')).toMatchObject([
      { version: 1, scope: 'limits', changes: [{ field: 'maxOrderNotional', to: '"100"' }] },
    ]);
  });
});

describe('determinism and the ledger', () => {
  const step = fc.record({
    symbol: fc.constantFrom(...TRIANGLE.map(({ symbol }) => symbol)),
    shift: fc.integer({ min: -60, max: 60 }),
    qty: fc.integer({ min: 1, max: 400 }),
    ms: fc.integer({ min: 0, max: 400 }),
    action: fc.constantFrom('book', 'book', 'book', 'book', 'kill', 'rearm', 'resume'),
  });
  const mids: Readonly<Record<string, number>> = { 'BTC/USD': 50_000, 'ETH/BTC': 0.05, 'ETH/USD': 2_500 };

  function replay(
    steps: readonly { symbol: string; shift: number; qty: number; ms: number; action: string }[],
  ) {
    const run = new KernelHarness();
    run.fairBooks();
    for (const { symbol, shift, qty, ms, action } of steps) {
      if (action === 'kill') run.command({ type: 'kill', reason: 'random' });
      else if (action === 'rearm' || action === 'resume') run.command({ type: action });
      else {
        const { tickSize } = run.instrument(symbol);
        const mid = new Decimal(mids[symbol] ?? 0).times(10_000 + shift).div(10_000);
        const bid = mid.times('0.9998').div(tickSize).floor().times(tickSize).toString();
        const ask = mid.times('1.0002').div(tickSize).ceil().times(tickSize).toString();
        const size = new Decimal(qty).div(symbol === 'BTC/USD' ? 200 : 10).toString();
        run.book(symbol, [[bid, size]], [[ask, size]]);
      }
      run.pass(ms);
    }
    run.pass(15_000);
    return run;
  }

  it('gives the same events for the same inputs, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        expect(JSON.stringify(replay(steps).events)).toBe(JSON.stringify(replay(steps).events));
      }),
      { numRuns: 15 },
    );
  });

  it('books exactly what the fills say, keeps nothing reserved, and never goes below zero', () => {
    let fills = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const run = replay(steps);
        const ledger = new Map([['USD', new Decimal(10_000)]]);
        const add = (asset: string, amount: Decimal) =>
          ledger.set(asset, (ledger.get(asset) ?? new Decimal(0)).plus(amount));
        for (const { fill } of run.of('orderFilled')) {
          const { base, quote } = run.instrument(fill.symbol);
          const qty = new Decimal(fill.qty);
          const notional = qty.times(fill.price);
          add(base, fill.side === 'buy' ? qty : qty.neg());
          add(quote, (fill.side === 'buy' ? notional.neg() : notional).minus(fill.fee));
          fills++;
        }
        for (const [asset, amount] of ledger) {
          expect(run.total(asset)).toBe(amount.toString());
          expect(amount.isNegative()).toBe(false);
          expect(run.kernel.portfolio.balances.reserved(asset).toString()).toBe('0');
        }
        expect(run.kernel.orders.openCount).toBe(0);
        expect(run.kernel.desk.sequencer.activeCount).toBe(0);
        const ids = run.of('orderCreated').map(({ order }) => order.orderId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 60 },
    );
    expect(fills).toBeGreaterThan(50);
  });
});
