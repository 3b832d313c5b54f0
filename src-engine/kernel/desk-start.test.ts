/** How much a cycle starts with where it does not start in the home currency. */
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { DEFAULT_DETECTION } from '../domain/limits.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { type HarnessOptions, KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';

const pair = (symbol: string, tickSize: string) => {
  const [base = '', quote = ''] = symbol.split('/');
  const [like] = TRIANGLE;
  if (like === undefined) throw new Error('the triangle has pairs');
  return { ...like, symbol, base, quote, tickSize, minQty: '0.001', minNotional: '0.00002' };
};
/** BTC, ETH and SOL among each other; only BTC has dollars. Every cycle starts in BTC, which is held. */
const SPECS = [...TRIANGLE.slice(0, 2), pair('SOL/ETH', '0.00001'), pair('SOL/BTC', '0.0000001')];

/** BTC at 50,000; ETH at 0.05 BTC, SOL at 0.06 ETH, and SOL pays 1 % more in BTC than that. */
function run(options: HarnessOptions = {}): KernelHarness {
  const one = new KernelHarness({ specs: SPECS, capital: { USD: '10000', BTC: '3' }, ...options });
  one.book('BTC/USD', [['49995', '20']], [['50005', '20']]);
  one.book('ETH/BTC', [['0.04999', '5000']], [['0.05001', '5000']]);
  one.book('SOL/ETH', [['0.05999', '90000']], [['0.06001', '90000']]);
  one.book('SOL/BTC', [['0.00299', '90000']], [['0.003', '90000']]);
  one.pass(200);
  one.book('SOL/BTC', [['0.00303', '90000']], [['0.00304', '90000']]);
  return one;
}

/** Bitcoin that the first leg spends. */
function spent(one: KernelHarness): number {
  const [order] = one.of('orderCreated').map((event) => event.order);
  expect(order).toMatchObject({ symbol: 'ETH/BTC', side: 'buy' });
  return new Decimal(order?.price ?? 0).times(order?.qty ?? 0).toNumber();
}

describe('a cycle that starts in bitcoin', () => {
  it('starts with what the limit in dollars is worth in bitcoin', () => {
    const amount = spent(run({ detection: { maxStartNotional: '1000' } }));
    expect(amount).toBeGreaterThan(0.0195);
    expect(amount).toBeLessThanOrEqual(0.02);
  });

  it('starts with no more than is free of it', () => {
    const capital = { USD: '10000', BTC: '0.01' };
    const amount = spent(run({ capital, detection: { maxStartNotional: '1000' } }));
    expect(amount).toBeGreaterThan(0.0095);
    expect(amount).toBeLessThanOrEqual(0.01);
  });

  it('is begun with a hundredth of that by a canary', () => {
    const one = run({ detection: { maxStartNotional: '4500' }, kernel: { mustArm: true } });
    expect(one.placed).toEqual([]);
    one.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    one.book('SOL/BTC', [['0.00303', '90001']], [['0.00304', '90000']]);
    one.book('ETH/BTC', [['0.04999', '5001']], [['0.05001', '5000']]);
    const amount = spent(one);
    expect(amount).toBeGreaterThan(0.0008);
    expect(amount).toBeLessThanOrEqual(0.0009);
  });

  it('is begun with nothing while bitcoin has no price, and that is the reason', () => {
    const one = new KernelHarness({ specs: SPECS, capital: { USD: '10000', BTC: '3' } });
    one.book('ETH/BTC', [['0.04999', '5000']], [['0.05001', '5000']]);
    one.book('SOL/ETH', [['0.05999', '90000']], [['0.06001', '90000']]);
    one.book('SOL/BTC', [['0.00303', '90000']], [['0.00304', '90000']]);
    expect(one.of('opportunityOpened').map(({ opportunity }) => opportunity)).toMatchObject([
      {
        startAmount: '0',
        decision: 'risk-denied',
        decisionDetail: 'equity-unknown: BTC has no price in USD yet',
      },
    ]);
    expect(one.placed).toEqual([]);
  });
});

describe('a cycle of whose start asset nothing was ever held', () => {
  it('is not begun, and that is the reason', () => {
    const one = run({ capital: { USD: '10000' } });
    expect(one.of('opportunityOpened').map(({ opportunity }) => opportunity)).toMatchObject([
      { decision: 'no-balance', decisionDetail: 'no free BTC to start with' },
    ]);
    expect(one.placed).toEqual([]);
  });
});

describe('a book with one side', () => {
  it('makes no opportunity, however good that side is', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.book('BTC/USD', [], [['100', '5']]);
    run.book('BTC/USD', [['900000', '5']], []);
    expect(run.of('opportunityOpened')).toEqual([]);
    run.book('BTC/USD', [['99', '5']], [['100', '5']]);
    expect(run.of('opportunityOpened')).not.toEqual([]);
  });
});

describe('a cycle that pays exactly what it costs', () => {
  it('is no opportunity: one that was open ends there', () => {
    // Powers of two: the product of the three rates is exactly one.
    const specs = TRIANGLE.map((one) => ({ ...one, takerFee: '0' }));
    const run = new KernelHarness({ specs, detection: { minNetBps: 1_000 } });
    run.book('BTC/USD', [['65535', '2']], [['65536', '2']]);
    run.book('ETH/BTC', [['0.03124', '50']], [['0.03125', '50']]);
    run.book('ETH/USD', [['2050', '50']], [['2060', '50']]);
    expect(run.of('opportunityOpened')).toHaveLength(1);
    expect(run.of('opportunityClosed')).toEqual([]);
    run.book('ETH/USD', [['2048', '50']], [['2060', '50']]);
    expect(run.of('opportunityClosed')).toHaveLength(1);
  });
});

describe('a cycle at the threshold', () => {
  const opened = (minNetBps: number) => {
    const run = new KernelHarness({ detection: { minNetBps } });
    run.fairBooks();
    run.openEdge();
    const [{ opportunity } = { opportunity: undefined }] = run.of('opportunityOpened');
    return { run, opportunity };
  };

  it('that yields exactly the minimum is taken, and one that yields less is not', () => {
    const { run, opportunity } = opened(1_000);
    expect(opportunity?.decision).toBe('edge-below-threshold');
    const { netBps = 0 } = opportunity?.waterfall ?? {};
    expect([opened(netBps).opportunity?.decision, run.placed]).toEqual(['taken', []]);
  });
});

describe('a cycle that just began', () => {
  const last = (run: KernelHarness): string | undefined => {
    const opened = run.of('opportunityOpened').at(-1)?.opportunity;
    return opened && `${opened.decision}: ${opened.decisionDetail}`;
  };

  it('keeps its instruments from others while it is under way, and rests in the moment after it', () => {
    const run = new KernelHarness({ detection: { cooldownMs: 60_000 } });
    run.fairBooks();
    run.openEdge();
    // The other way round pays now.
    run.book('ETH/USD', [['2450', '50']], [['2455', '50']]);
    expect(last(run)).toBe('in-flight: another execution uses one of its instruments');
    run.fairBooks();
    run.pass(2_000);
    expect(run.of('executionFinished')).toHaveLength(1);
    run.openEdge();
    expect(last(run)).toBe('cooling-down: attempted a moment ago');
    expect(run.of('executionStarted')).toHaveLength(1);
  });

  it('is not begun again in the same life after an attempt that found nothing, but in the next', () => {
    const rig = new AccountRig({ detection: { ...DEFAULT_DETECTION, cooldownMs: 0 } });
    rig.agree();
    rig.openEdge();
    const { orderId = '' } = rig.placed[0] ?? {};
    rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    rig.pass(10);
    rig.quote(2, 251_700, 251_900, 5_000_000_000);
    expect(rig.placed).toHaveLength(1);
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    rig.quote(2, 251_800, 251_900, 5_000_000_000);
    expect(rig.placed).toHaveLength(2);
  });

  it.each([
    ['before the next one opens', 'between'],
    ['while the next one is open', 'open'],
  ])('is begun in the next life though the attempt of the last one found nothing %s', (_when, ends) => {
    const rig = new AccountRig({ detection: { ...DEFAULT_DETECTION, cooldownMs: 0 } });
    rig.agree();
    rig.openEdge();
    const { orderId = '' } = rig.placed[0] ?? {};
    const cancel = () => rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    if (ends === 'between') cancel();
    rig.quote(2, 251_800, 251_900, 5_000_000_000);
    if (ends === 'open') cancel();
    rig.quote(2, 251_800, 251_910, 5_000_000_000);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
    expect(rig.placed).toHaveLength(2);
  });
});
