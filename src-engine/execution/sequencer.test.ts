/** Cycles that do not go as planned, run through the whole kernel. */
import { describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { AccountRig, fillOf, recovered } from '../testing/account-rig.ts';
import { answered } from '../testing/answered.ts';
import { type HarnessOptions, KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';

/** Lets time pass in small steps until `isDone`, at most two seconds. */
function until(run: KernelHarness, isDone: () => boolean): void {
  for (let ms = 0; ms < 2_000 && !isDone(); ms++) run.clock.advanceTo(run.clock.nowUs() + 1_000);
  if (!isDone()) throw new Error('it did not happen within two seconds');
}

/** A run whose first leg has filled: BTC is held, the order of the second leg is under way. */
function afterFirstLeg(options: HarnessOptions = {}): KernelHarness {
  const run = new KernelHarness(options);
  run.fairBooks();
  run.openEdge();
  until(run, () => run.placed.length === 2);
  return run;
}

/** While the private connection is down, risk denies everything. */
function link(run: KernelHarness, state: 'up' | 'down'): void {
  const atUs = run.clock.nowUs();
  run.runner.submit({ kind: 'order', event: { kind: 'link', venue: 'test', state, reason: 'cut', atUs } });
}

const outcomeOf = (run: KernelHarness) => run.of('executionFinished').map(({ execution }) => execution);
const orders = (run: KernelHarness): string[] =>
  run.of('orderCreated').map(({ order }) => `${order.side} ${order.symbol}`);

describe('a first leg that fills in part', () => {
  it('is followed by legs of that size, and the rest of the start asset stays where it is', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    run.book('BTC/USD', [['49995', '2']], [['50005', '0.01']]);
    run.pass(1_000);
    const [execution] = outcomeOf(run);
    expect(execution).toMatchObject({ outcome: 'completed' });
    expect(Number(execution?.startAmount)).toBeCloseTo(500.05 * 1.0005, 6);
    const [first, second] = run.of('orderFilled').map(({ fill }) => fill);
    expect(first?.qty).toBe('0.01');
    const paid = Number(second?.qty) * Number(second?.price) * 1.0005;
    expect(paid).toBeLessThanOrEqual(0.01);
    expect(paid).toBeGreaterThan(0.0099);
  });
});

describe('a second leg that fills in part', () => {
  it('goes on with what it brought, and sends the rest home', () => {
    const run = afterFirstLeg();
    run.book('ETH/BTC', [['0.04998', '50']], [['0.05002', '0.2']]);
    run.pass(2_000);
    const [execution] = outcomeOf(run);
    expect(execution).toMatchObject({ outcome: 'unwound' });
    // The level that the book still shows would not take the rest of the BTC: it goes the other way.
    expect(orders(run)).toEqual(['buy BTC/USD', 'buy ETH/BTC', 'sell ETH/USD', 'sell BTC/USD']);
    expect(Number(run.total('BTC'))).toBeLessThan(0.0001);
    expect(Number(run.total('ETH'))).toBeLessThan(0.001);
  });

  it('leaves as residual what no order could bring home', () => {
    // So small a rest that BTC/USD (0.0001 BTC) and ETH/BTC (0.001 ETH) refuse it.
    const run = afterFirstLeg();
    const qty = run.of('orderCreated').at(-1)?.order.qty ?? '0';
    const most = (Number(qty) - 0.0009).toFixed(8);
    run.book('ETH/BTC', [['0.04998', '50']], [['0.05002', most]]);
    run.pass(2_000);
    const [execution] = outcomeOf(run);
    expect(execution).toMatchObject({ outcome: 'completed', dust: [{ asset: 'BTC' }] });
    expect(Number(execution?.dust[0]?.amount)).toBeGreaterThan(0.00004);
  });
});

describe('a holding whose books have no prices for a moment', () => {
  it('is not a residual: it waits and goes home when one comes back', () => {
    const run = afterFirstLeg();
    run.book('ETH/BTC', [['0.0519', '50']], [['0.0520', '50']]);
    run.book('BTC/USD', [], []);
    run.book('ETH/BTC', [], []);
    run.pass(1_000);
    expect(outcomeOf(run)).toEqual([]);
    run.book('BTC/USD', [['49990', '2']], [['50010', '2']]);
    run.pass(1_000);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'unwound', dust: [] }]);
    expect(run.total('BTC')).toBe('0');
    expect(run.of('tradingHalted')).toEqual([]);
  });

  it('is reported and halts trading when none comes back in time', () => {
    const run = afterFirstLeg();
    run.book('BTC/USD', [], []);
    run.book('ETH/BTC', [], []);
    run.pass(7_000);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'stranded' }]);
    expect(outcomeOf(run)[0]?.detail).toMatch(/^0\.0\d+ BTC could not be unwound \(/);
    expect(run.of('tradingHalted')).toMatchObject([{ code: 'stranded' }]);
    // What it holds is not lost: its profit is what the account is worth beside what it was worth.
    const { profit = '', profitHome = '', realizedNetBps = NaN, startAmount } = outcomeOf(run)[0] ?? {};
    expect(Number(profit)).toBeLessThan(-0.9 * Number(startAmount));
    const before = Number(run.total('USD')) - Number(profit);
    const { equity } = run.kernel.portfolio.sample(run.clock.nowUs());
    expect(Number(profitHome)).toBeCloseTo(Number(equity) - before, 6);
    expect(Math.abs(realizedNetBps)).toBeLessThan(100);
  });
});

describe('a leg that risk denies in the middle of a cycle', () => {
  it('is left for another way home at once when its book is not live', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    const instrumentId = run.instrument('ETH/BTC').id;
    run.runner.submit({ kind: 'book-lost', instrumentId, reason: 'unreadable', atUs: run.clock.nowUs() });
    until(run, () => run.placed.length === 2);
    expect(run.of('orderDenied')).toMatchObject([{ code: 'book-not-live', order: { symbol: 'ETH/BTC' } }]);
    expect(orders(run)).toEqual(['buy BTC/USD', 'sell BTC/USD']);
    run.pass(1_000);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'unwound' }]);
    expect(run.total('BTC')).toBe('0');
  });

  it('is left for another way home when the venue closed its instrument', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    const instrumentId = run.instrument('ETH/BTC').id;
    const atUs = run.clock.nowUs();
    run.runner.submit({ kind: 'instrument-status', instrumentId, status: 'post_only', atUs });
    run.pass(1_000);
    expect(run.of('orderDenied')).toMatchObject([{ code: 'instrument-closed' }]);
    expect(orders(run)).toEqual(['buy BTC/USD', 'sell BTC/USD']);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'unwound' }]);
  });

  it('is tried again while its time lasts, and each try is reported once', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    link(run, 'down');
    run.pass(2_500);
    expect(outcomeOf(run)).toEqual([]);
    expect(run.of('orderDenied')).toHaveLength(3);
    link(run, 'up');
    run.pass(1_500);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'unwound' }]);
  });

  it('waits for a connection that comes back within a minute, and then has its whole time', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    link(run, 'down');
    run.pass(59_000);
    run.book('ETH/BTC', [], []);
    run.book('BTC/USD', [], []);
    link(run, 'up');
    run.pass(4_000);
    expect(outcomeOf(run)).toEqual([]);
    run.book('BTC/USD', [['49990', '2']], [['50010', '2']]);
    run.pass(1_500);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'unwound' }]);
    expect(run.of('tradingHalted')).toEqual([]);
  });

  const asleep = (run: KernelHarness): void => {
    run.clock.advanceTo(run.clock.nowUs() + 3_600_000_000);
    run.pass(2_500);
    run.fairBooks();
  };
  const withoutBooks = (run: KernelHarness): void => {
    const books = ['BTC/USD', 'ETH/BTC', 'ETH/USD'].map((symbol) => run.instrument(symbol).id);
    const lost = { kind: 'book-lost', reason: 'the connection was lost' } as const;
    for (const instrumentId of books) run.runner.submit({ ...lost, instrumentId, atUs: run.clock.nowUs() });
    run.pass(30_000);
    run.fairBooks();
  };
  it.each([
    ['the machine sleeps meanwhile', {}, asleep],
    ['its limit is no longer than a rest', { unwindDeadlineMs: 1_000 }, (run) => run.pass(5_000)],
    ['no book of the venue is live meanwhile', {}, withoutBooks],
  ] satisfies [string, object, (run: KernelHarness) => void][])(
    'goes home where %s',
    (_case, execution, wait) => {
      const run = new KernelHarness({ execution });
      run.fairBooks();
      run.openEdge();
      link(run, 'down');
      run.pass(500);
      wait(run);
      link(run, 'up');
      run.pass(2_500);
      expect(outcomeOf(run)).toMatchObject([{ outcome: 'unwound' }]);
      expect(run.of('tradingHalted')).toEqual([]);
    },
  );

  it('is stranded, reported with the reason, and halts when it stays denied', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    link(run, 'down');
    run.pass(59_000);
    expect(outcomeOf(run)).toEqual([]);
    run.pass(9_000);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'stranded' }]);
    expect(outcomeOf(run)[0]?.detail).toMatch(/not-reconciled: test: the private connection is down \(cut\)/);
    expect(run.of('tradingHalted')).toHaveLength(1);
    expect(run.kernel.desk.sequencer.activeCount).toBe(0);
  });
});

describe('a holding that rests between two tries', () => {
  it('is reported as stranded with the kill itself, and nothing is sent for it', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    link(run, 'down');
    run.pass(1_500);
    expect(outcomeOf(run)).toEqual([]);
    const created = run.of('orderCreated').length;
    run.command({ type: 'kill', reason: 'drill' });
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'stranded' }]);
    expect(outcomeOf(run)[0]?.detail).toMatch(/^0\.0\d+ BTC could not be unwound \(killed\)$/);
    run.pass(3_000);
    expect(run.of('orderCreated')).toHaveLength(created);
  });
});

describe('what a cycle holds between two legs', () => {
  it('is reserved: no other cycle can begin with it', () => {
    const run = afterFirstLeg();
    const { balances } = run.kernel.portfolio;
    expect(balances.total('BTC').gt(0.02)).toBe(true);
    expect(balances.free('BTC').toString()).toBe('0');
    link(run, 'down');
    run.book('ETH/BTC', [], []);
    run.pass(1_500);
    expect(outcomeOf(run)).toEqual([]);
    expect(run.kernel.orders.openCount).toBe(0);
    expect(balances.free('BTC').toString()).toBe('0');
    run.pass(68_000);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'stranded' }]);
    expect(balances.reserved('BTC').toString()).toBe('0');
  });
});

describe('a cycle that would be hard to get out of', () => {
  it('is not begun, with the numbers, and is once its way out is bearable', () => {
    const run = new KernelHarness();
    run.fairBooks();
    // Almost no bid for BTC is left.
    run.book('BTC/USD', [['49995', '0.001']], [['50005', '2']]);
    run.openEdge();
    const [opened] = run.of('opportunityOpened').map(({ opportunity }) => opportunity);
    expect(opened).toMatchObject({ decision: 'unwind-too-costly' });
    expect(opened?.decisionDetail).toMatch(
      /^if ETH\/BTC fails, unwinding 0\.0250\d+ BTC returns 49\.97\d* of 1251\.\d+ USD: cost 9600\.\d bps, allowed 300 bps$/,
    );
    expect(run.placed).toEqual([]);
    run.book('BTC/USD', [['49500', '2']], [['50005', '2']]);
    expect(run.placed).toHaveLength(1);
  });

  it('is begun where the operator bears the cost', () => {
    const run = new KernelHarness({ execution: { maxUnwindBps: 9_900 } });
    run.fairBooks();
    run.book('BTC/USD', [['49995', '0.001']], [['50005', '2']]);
    run.openEdge();
    expect(run.placed).toHaveLength(1);
    expect(run.kernel.execution.unwindDeadlineMs).toBe(5_000);
  });
});

describe('a residual of little value', () => {
  /** The second leg leaves some BTC, and for a while no bid takes it. */
  function withResidual(): KernelHarness {
    const run = afterFirstLeg({ execution: { residualBps: 1_000 } });
    run.book('ETH/BTC', [['0.04998', '50']], [['0.05002', '0.45']]);
    until(run, () => run.of('orderFilled').some(({ fill }) => fill.symbol === 'ETH/BTC'));
    run.book('BTC/USD', [], []);
    run.book('ETH/BTC', [], []);
    run.pass(8_000);
    return run;
  }

  it('halts nothing: it is recorded as residual and kept', () => {
    const run = withResidual();
    const [execution] = outcomeOf(run);
    expect(execution).toMatchObject({ outcome: 'unwound', dust: [{ asset: 'BTC' }] });
    expect(Number(execution?.dust[0]?.amount)).toBeCloseTo(0.05 * 0.05, 3);
    expect(run.of('tradingHalted')).toEqual([]);
    expect(run.kernel.portfolio.balances.reserved('BTC').toString()).toBe('0');
  });

  it('is swept home once a bid takes it, and no more than cycles left', () => {
    const run = withResidual();
    const left = run.total('BTC');
    run.kernel.portfolio.adopt('BTC', run.kernel.portfolio.balances.total('BTC').plus(1));
    run.book('ETH/USD', [['2499', '50']], [['2501', '50']]);
    run.book('ETH/BTC', [['0.04998', '50']], [['0.05002', '50']]);
    run.book('BTC/USD', [['49995', '2']], [['50005', '2']]);
    run.pass(11_000);
    expect(run.of('sweepStarted')).toMatchObject([{ asset: 'BTC', amount: left }]);
    const swept = outcomeOf(run).at(-1);
    expect(swept).toMatchObject({
      outcome: 'swept',
      opportunityId: '',
      path: ['USD', 'BTC'],
      startAmount: '0',
      expectedNetBps: 0,
    });
    expect(Number(swept?.profit)).toBeCloseTo(Number(left) * 49_970, 0);
    expect(Number(run.total('BTC'))).toBeCloseTo(1, 7);
    run.pass(61_000);
    expect(run.of('sweepStarted')).toHaveLength(1);
  });

  it.each([{ type: 'pause' }, { type: 'kill', reason: 'drill' }] as const)(
    'stays where it is after a $type',
    (command) => {
      const run = withResidual();
      run.command(command);
      run.book('BTC/USD', [['49995', '2']], [['50005', '2']]);
      run.pass(21_000);
      expect(run.of('sweepStarted')).toEqual([]);
    },
  );
});

describe('two holdings of one cycle', () => {
  it('do not wait for each other: one without a way home does not delay the other', () => {
    // A second way for BTC home, through EUR.
    const spec = (symbol: string, base: string, quote: string): InstrumentSpec => ({
      symbol,
      base,
      quote,
      tickSize: '0.01',
      lotSize: '0.00000001',
      minQty: '0.0001',
      minNotional: '0.5',
      takerFee: '0.0005',
    });
    const run = afterFirstLeg({ specs: [...TRIANGLE, spec('BTC/EUR', 'BTC', 'EUR')] });
    // Part of the second leg fills; then its ETH has nowhere to go, and the rest of the BTC only later.
    run.book('ETH/BTC', [['0.04998', '50']], [['0.05002', '0.2']]);
    until(run, () => run.of('orderFilled').some(({ fill }) => fill.symbol === 'ETH/BTC'));
    run.book('ETH/USD', [], []);
    run.book('ETH/BTC', [], []);
    run.pass(2_000);
    // BTC is home although ETH still waits.
    expect(Number(run.total('BTC'))).toBeLessThan(0.00001);
    expect(outcomeOf(run)).toEqual([]);
    run.pass(6_000);
    expect(outcomeOf(run)).toMatchObject([{ outcome: 'stranded' }]);
    expect(outcomeOf(run)[0]?.detail).toMatch(/^0\.2 ETH could not be unwound/);
  });

  it('go home in the order in which they were left, and one whose order found nothing after the other', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.openEdge();
    const last = () => {
      const order = rig.placed.at(-1);
      if (order === undefined) throw new Error('an order was placed');
      return order;
    };
    /** Fills the last order by this part of it; the rest finds nothing. */
    const end = (part: string): void => {
      const { orderId, price, qty } = last();
      const filled = qty.times(part).toDecimalPlaces(8, 1);
      const fill = fillOf({
        fillId: orderId,
        orderId,
        price: price.toString(),
        qty: filled.toString(),
        fee: '0',
      });
      if (filled.gt(0)) rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
      if (filled.lt(qty)) rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    };
    const spent = (): string => {
      const { symbol, side } = last();
      const [base = '', quote = ''] = symbol.split('/');
      return side === 'sell' ? base : quote;
    };
    end('1');
    expect(spent()).toBe('BTC');
    end('0.5');
    // What came goes on before what was left.
    expect(spent()).toBe('ETH');
    end('0.5');
    expect([spent(), last().purpose]).toEqual(['BTC', 'unwind']);
    end('0');
    expect(spent()).toBe('ETH');
    end('1');
    rig.pass(1);
    expect(spent()).toBe('BTC');
    expect(rig.of('tradingHalted')).toEqual([]);
  });
});

describe('a cycle, leg by leg', () => {
  it('sends orders that never rest, counts those ahead, and keeps its instruments to itself', () => {
    const { rig, at, fill } = answered();
    const { sequencer } = rig.kernel.desk;
    expect(at(0)).toMatchObject({ executionId: 'run-x1', purpose: 'open', timeInForce: 'ioc' });
    const leg = (instrumentId: number) => ({ instrumentId, side: 'buy' }) as const;
    expect([sequencer.isBusy([leg(9), leg(2)]), sequencer.isBusy([leg(9)])]).toEqual([true, false]);
    expect(sequencer.ordersAhead).toBe(2);
    fill(0);
    expect([sequencer.ordersAhead, at(1).purpose, at(1).timeInForce]).toEqual([1, 'continue', 'ioc']);
    fill(1);
    expect(sequencer.ordersAhead).toBe(0);
    // What the last leg brings is free at once.
    fill(2, 'half');
    expect(rig.kernel.portfolio.balances.reserved('USD').toString()).toBe('0');
    fill(2);
    expect(sequencer.isBusy([leg(2)])).toBe(false);
  });

  it('keeps what a leg has brought so far to itself, while its order is still under way', () => {
    const { rig, at, fill } = answered();
    const { balances } = rig.kernel.portfolio;
    fill(0, 'half');
    expect(at(0).received.gt(0)).toBe(true);
    expect([balances.reserved('BTC'), balances.free('BTC')].map(String)).toEqual([
      String(at(0).received),
      '0',
    ]);
  });

  it('leaves what a leg at a better price did not use where it is', () => {
    const { rig, fill, names } = answered();
    fill(0);
    fill(1, 'rest', '0.04');
    fill(2);
    expect(names()).toEqual(['buy BTC/USD', 'buy ETH/BTC', 'sell ETH/USD']);
    expect(rig.of('executionFinished')).toMatchObject([
      { execution: { outcome: 'completed', dust: [{ asset: 'BTC' }] } },
    ]);
  });

  it('counts a holding that waits as one order ahead', () => {
    const { rig, fill } = answered();
    for (const instrumentId of [0, 1, 2])
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    fill(0);
    expect(rig.placed).toHaveLength(1);
    expect(rig.kernel.desk.sequencer.ordersAhead).toBe(1);
  });
});

describe('what is in flight', () => {
  it('is the value of cycles under way and of orders of an earlier run, each once', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    // 0.02 BTC at 50,000.
    expect(rig.kernel.desk.sequencer.inFlightHome().toNumber()).toBeCloseTo(1_000, 6);
    const { rig: own, at } = answered();
    const value = at(0).qty.times(at(0).price).toNumber();
    expect(own.kernel.desk.sequencer.inFlightHome().toNumber()).toBeGreaterThan(0.99 * value);
    expect(own.kernel.desk.sequencer.inFlightHome().toNumber()).toBeLessThan(1.01 * value);
  });
});

describe('legs that were sent at once', () => {
  const balances = [
    { asset: 'USD', total: '10000' },
    { asset: 'BTC', total: '1' },
    { asset: 'ETH', total: '20' },
  ];
  const parallel = () =>
    answered({
      execution: { ...DEFAULT_EXECUTION, parallelLegs: true },
      opening: { balances, realizedPnl: '0', fees: '0' },
      limits: { ...DEFAULT_LIMITS, maxPositionPct: 1_000, maxGrossExposurePct: 1_000 },
    });

  it('are evened out once all of them are over, and not before', () => {
    const { rig, fill, cancel, names } = parallel();
    expect(names()).toEqual(['buy BTC/USD', 'buy ETH/BTC', 'sell ETH/USD']);
    fill(0);
    cancel(1);
    expect(rig.placed).toHaveLength(3);
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    cancel(2);
    // Bitcoin that nothing is missing for goes home.
    expect(names().slice(3)).toEqual(['sell BTC/USD']);
    expect(rig.placed.at(3)?.purpose).toBe('unwind');
    fill(3);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
    expect(rig.placed).toHaveLength(4);
  });

  it('buy back what is missing, no more of it, and send home what that left over', () => {
    const { rig, at, fill, cancel } = parallel();
    fill(0);
    cancel(1);
    fill(2, 'half');
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    cancel(2);
    // Half of the ether is missing; the bitcoin that came is worth twice as much, and more at a better price.
    for (let nth = 3; nth < rig.placed.length && nth < 9; nth++) {
      const isBack = at(nth).symbol === 'ETH/BTC';
      if (isBack) expect([at(nth).side, at(nth).qty.lte(at(2).filledQty)]).toEqual(['buy', true]);
      fill(nth, 'rest', isBack ? '0.04' : at(nth).price.toString());
    }
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
    expect(Number(rig.total('ETH'))).toBeCloseTo(20, 2);
    expect(Number(rig.total('BTC'))).toBeCloseTo(1, 3);
  });
});
