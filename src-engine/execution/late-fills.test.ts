/** Which finished cycles are remembered, so that a fill that comes late gets a record of its own. */
import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../domain/decimal.ts';
import { Balances } from '../portfolio/balances.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { type Holding, homeward } from './holding.ts';
import { spendLate } from './late-fills.ts';

/** So many cycles are remembered as over. */
const REMEMBERED = 5_000;

/** A run whose first cycle is over, and after it as many others as are given. */
function after(cycles: number) {
  const run = new KernelHarness();
  run.fairBooks();
  run.openEdge();
  run.pass(1_000);
  const { lateFills } = run.kernel.desk.sequencer;
  const { executionId } = run.of('executionFinished')[0]?.execution ?? { executionId: '' };
  for (let k = 1; k <= cycles; k++) lateFills.onCycleOver(`other-${k}`);
  const order = [...run.of('orderCreated')].map(({ order: { orderId } }) =>
    run.kernel.orders.get(orderId),
  )[0];
  if (order === undefined) throw new Error('the cycle sent no order');
  const ids: string[] = [];
  const nextId = (): string => {
    ids.push('late');
    return 'late';
  };
  const before = { spent: ZERO, received: ZERO, asideFees: 0 };
  lateFills.take({ ...order, executionId }, before, nextId, run.clock.nowUs());
  return ids;
}

it('the last five thousand are, the oldest of one more is not', () => {
  expect(after(0)).toEqual(['late']);
  expect(after(REMEMBERED - 1)).toEqual(['late']);
  expect(after(REMEMBERED)).toEqual([]);
});

describe('a fill that comes after the record of its cycle', () => {
  /** The nth order of a cycle that is over, of which a tenth is reported late. */
  function late(nth: number, isRecorded: boolean) {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    run.pass(1_000);
    const { lateFills, sweeper } = run.kernel.desk.sequencer;
    const { orderId = '' } = run.of('orderCreated')[nth]?.order ?? {};
    const order = run.kernel.orders.get(orderId);
    if (order === undefined) throw new Error('it was placed');
    sweeper.residuals.add('ETH', decimal('1'));
    const [had, records] = [sweeper.residuals.of('ETH'), run.of('executionFinished').length];
    const [spent, received] = [order.spent.times('0.1'), order.received.times('0.1')];
    const before = {
      spent: order.spent.minus(spent),
      received: order.received.minus(received),
      asideFees: 0,
    };
    const executionId = isRecorded ? order.executionId : 'of a run before';
    lateFills.take({ ...order, executionId }, before, () => 'run-x9', run.clock.nowUs());
    run.pass(100);
    const written = run.of('executionFinished').slice(records);
    const left = (asset: string) => sweeper.residuals.of(asset);
    return { order, spent, received, written, left, had };
  }

  it('of a purchase leaves what it brought for a sweep, and has a record of its own', () => {
    const { order, spent, received, written, left } = late(0, true);
    expect(left('BTC').minus(received).toNumber()).toBeCloseTo(0, 5);
    expect(left('BTC').gte(received)).toBe(true);
    expect(written).toMatchObject([
      {
        execution: {
          executionId: 'run-x9',
          outcome: 'late',
          path: ['USD', 'BTC'],
          profit: spent.negated().toString(),
          dust: [{ asset: 'BTC', amount: received.toString() }],
          detail: `order ${order.orderId} of ${order.executionId} was filled after it was filled`,
        },
      },
    ]);
  });

  it('of a sale takes what it sold off what was left before', () => {
    const { spent, received, written, left, had } = late(2, true);
    expect(left('ETH').toString()).toBe(had.minus(spent).toString());
    expect(written[0]?.execution.profit).toBe(received.toString());
  });

  it('needs none where the cycle has no record: a restart finds its fills as such', () => {
    const { received, written, left } = late(0, false);
    expect(written).toEqual([]);
    expect(left('BTC').gte(received)).toBe(true);
  });
});

describe('what a late fill spent', () => {
  it('comes out of what waits of that asset, newest first, and never out of more', () => {
    const balances = new Balances([
      ['BTC', decimal('10')],
      ['ETH', decimal('10')],
    ]);
    const waiting = (key: string, asset: string, amount: string): Holding => {
      balances.reserve(key, asset, decimal(amount));
      return { ...homeward(asset, decimal(amount), 'USD', 0), openingQty: undefined, key };
    };
    const work = [waiting('a', 'BTC', '3'), waiting('b', 'ETH', '7'), waiting('c', 'BTC', '2')];
    const left = (): string[] => work.map(({ asset, amount }) => `${amount.toString()} ${asset}`);
    const reserved = (): string[] => ['BTC', 'ETH'].map((asset) => balances.reserved(asset).toString());
    spendLate(work, 'BTC', decimal('0.5'), balances);
    expect([left(), reserved()]).toEqual([
      ['3 BTC', '7 ETH', '1.5 BTC'],
      ['4.5', '7'],
    ]);
    spendLate(work, 'BTC', decimal('1.5'), balances);
    expect([left(), reserved()]).toEqual([
      ['3 BTC', '7 ETH'],
      ['3', '7'],
    ]);
    spendLate(work, 'BTC', decimal('5'), balances);
    expect([left(), reserved()]).toEqual([['7 ETH'], ['0', '7']]);
  });
});
