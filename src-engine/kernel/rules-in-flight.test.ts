/** The venue changes an instrument's rules while a cycle is under way: what is sent from then on goes by the new ones. */
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import type { InstrumentChange } from '../domain/instrument.ts';
import { type HarnessOptions, KernelHarness } from '../testing/kernel-harness.ts';

/** Books that pay for USD → BTC → ETH → USD, with a second level behind the first. */
function begin(options: HarnessOptions = {}): KernelHarness {
  const run = new KernelHarness(options);
  run.fairBooks();
  run.book(
    'BTC/USD',
    [['49995', '2']],
    [
      ['50005', '0.01'],
      ['50005.1', '2'],
    ],
  );
  run.openEdge();
  return run;
}

/** The venue has other rules from here on: the simulated one goes by them at once, the kernel as its feed reports them. */
function change(run: KernelHarness, symbol: string, rules: InstrumentChange): void {
  const { id } = run.instrument(symbol);
  const atUs = run.clock.nowUs();
  run.runner.submit({ kind: 'instrument-change', instrumentId: id, change: rules, cause: 'venue', atUs });
}

/** What the feed reports when a pair's decimals are others: its book cannot be counted in this run. */
function changeDecimals(run: KernelHarness, symbol: string): void {
  const { id } = run.instrument(symbol);
  const atUs = run.clock.nowUs();
  run.runner.submit({ kind: 'book-lost', instrumentId: id, reason: 'has other decimals', atUs });
  run.runner.submit({ kind: 'instrument-stopped', instrumentId: id, reason: 'has other decimals', atUs });
}

const CHANGES: readonly (readonly [what: string, apply: (run: KernelHarness, symbol: string) => void])[] = [
  [
    'a coarser tick',
    (run, symbol) => change(run, symbol, { tickSize: symbol === 'ETH/BTC' ? '0.0005' : '1' }),
  ],
  [
    'a finer tick',
    (run, symbol) => change(run, symbol, { tickSize: symbol === 'ETH/BTC' ? '0.00001' : '0.1' }),
  ],
  ['a coarser lot', (run, symbol) => change(run, symbol, { lotSize: '0.005' })],
  ['a higher minimum quantity', (run, symbol) => change(run, symbol, { minQty: '400' })],
  ['a higher minimum value', (run, symbol) => change(run, symbol, { minNotional: '900000' })],
  ['a higher fee', (run, symbol) => change(run, symbol, { takerFee: '0.01' })],
  ['other decimals', changeDecimals],
];

const ends = (run: KernelHarness) => run.of('executionFinished').map(({ execution }) => execution);

/** Lets the cycle come to its end, and looks at what became of it. */
function settle(run: KernelHarness, changedUs: number): void {
  run.pass(4_000);
  // What had left before the venue changed may be rejected. Nothing that was sent after it.
  for (const { order } of run.of('orderRejected')) {
    expect(order.createdUs, `${order.symbol} ${order.reason ?? ''}`).toBeLessThanOrEqual(changedUs);
  }
  expect(run.kernel.desk.sequencer.activeCount).toBe(0);
  expect(run.kernel.orders.openCount).toBe(0);
  for (const { outcome } of ends(run)) expect(['completed', 'unwound', 'missed', 'swept']).toContain(outcome);
  expect(run.of('tradingHalted')).toEqual([]);
  // All is brought home but for what no order could be made of.
  for (const { reserved } of run.kernel.portfolio.snapshot()) expect(reserved).toBe('0');
  const { equity } = run.kernel.portfolio.sample(run.clock.nowUs());
  expect(Number(run.total('USD'))).toBeGreaterThan(Number(equity) - 50);
}

describe.each(CHANGES)('%s', (_what, apply) => {
  it.each(['BTC/USD', 'ETH/BTC', 'ETH/USD'])(
    'of %s at any moment of a cycle: no order under the old rules is sent after it, and nothing is stranded',
    (symbol) => {
      for (let ms = 0; ms <= 90; ms += 3) {
        const run = begin();
        run.clock.advanceTo(run.clock.nowUs() + ms * 1_000);
        const changedUs = run.clock.nowUs();
        apply(run, symbol);
        settle(run, changedUs);
      }
    },
  );
});

/** Until so many orders have left, or so many fills are known. */
function until(run: KernelHarness, isDone: () => boolean): void {
  for (let ms = 0; ms < 2_000 && !isDone(); ms++) run.clock.advanceTo(run.clock.nowUs() + 1_000);
  if (!isDone()) throw new Error('it did not happen within two seconds');
}

const orders = (run: KernelHarness) =>
  run.of('orderCreated').map(({ order: { side, symbol, price, qty } }) => ({ side, symbol, price, qty }));

describe('the second leg', () => {
  it('goes out on the tick that its pair has now, never beyond the price that was planned', () => {
    const run = begin();
    const planned = '0.05004';
    change(run, 'ETH/BTC', { tickSize: '0.00005' });
    until(run, () => orders(run).length === 2);
    const second = orders(run)[1];
    expect(second).toMatchObject({ side: 'buy', symbol: 'ETH/BTC' });
    const price = new Decimal(second?.price ?? 0);
    expect(price.mod('0.00005').isZero()).toBe(true);
    expect(price.lte(planned)).toBe(true);
    run.book('ETH/BTC', [['0.04995', '50']], [['0.05', '50']]);
    run.pass(1_000);
    expect(ends(run)).toMatchObject([{ outcome: 'completed' }]);
    expect(run.of('orderRejected')).toEqual([]);
  });

  it('is sized under a fee that rose between the fills of the first', () => {
    const run = begin({ seed: 8 });
    until(run, () => run.of('orderFilled').length === 1);
    change(run, 'ETH/BTC', { takerFee: '0.01' });
    until(run, () => orders(run).length === 2);
    const [first, second] = orders(run);
    const cost = new Decimal(second?.qty ?? 0).times(second?.price ?? 0).times('1.01');
    expect(cost.lte(first?.qty ?? 0)).toBe(true);
  });

  it('that the venue rejects, as its rules changed on the way, leaves nothing behind: the way home is used', () => {
    const run = begin();
    until(run, () => run.placed.length === 2);
    change(run, 'ETH/BTC', { minNotional: '900' });
    run.pass(2_000);
    const rejected = run.of('orderRejected').map(({ order }) => [order.symbol, order.reason]);
    expect(rejected).toEqual([['ETH/BTC', expect.stringMatching(/below the minimum/)]]);
    expect(orders(run).at(-1)).toMatchObject({ side: 'sell', symbol: 'BTC/USD' });
    expect(ends(run)).toMatchObject([{ outcome: 'unwound' }]);
    expect(run.total('BTC')).toBe('0');
  });
});

describe('an order whose intent waits for the journal while the rules change', () => {
  /** A gate that holds intents back while `isSlow` is set. */
  function slowGate() {
    const waiting: (() => void)[] = [];
    const state = { isSlow: false };
    return {
      state,
      intents: {
        keep: (): Promise<void> | undefined =>
          state.isSlow ? new Promise((resolve) => waiting.push(resolve)) : undefined,
        confirm: () => undefined,
      },
      async release(): Promise<void> {
        state.isSlow = false;
        while (waiting.length > 0) {
          for (const resolve of waiting.splice(0)) resolve();
          await Promise.resolve();
          await new Promise(setImmediate);
        }
      },
    };
  }

  it.each(CHANGES.filter(([what]) => !['a finer tick', 'a higher fee'].includes(what)))(
    'is not sent under the old ones: %s',
    async (_what, apply) => {
      const slow = slowGate();
      const run = begin({ intents: slow.intents });
      slow.state.isSlow = true;
      // The order of the second leg is decided, and not durable yet.
      until(run, () => run.kernel.orders.orderCount === 2);
      apply(run, 'ETH/BTC');
      await slow.release();
      expect(orders(run).slice(0, 2)).toMatchObject([{ symbol: 'BTC/USD' }, { symbol: 'ETH/BTC' }]);
      expect(run.of('orderDenied')).toMatchObject([{ order: { symbol: 'ETH/BTC' } }]);
      for (let k = 0; k < 40; k++) {
        run.pass(100);
        await new Promise(setImmediate);
      }
      expect(run.of('orderRejected')).toEqual([]);
      expect(run.of('orderDenied').map(({ code }) => code)).toContainEqual(
        expect.stringMatching(/^(off-grid|below-minimum|instrument-closed)$/),
      );
      expect(ends(run)).toMatchObject([{ outcome: 'unwound' }]);
      expect(Number(run.total('BTC'))).toBeLessThan(0.00001);
    },
  );
});
