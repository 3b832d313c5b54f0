import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { Order } from '../domain/order.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';
import { sampleFill } from '../testing/sample-events.ts';
import { twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import type { Sweeper } from './sweeper.ts';

const S = 1_000_000;
const always = (): boolean => true;

function rig(capital: Readonly<Record<string, string>> = { USD: '10000', BTC: '1', ETH: '5' }) {
  const run = new KernelHarness({ capital });
  run.fairBooks();
  const { sweeper } = run.kernel.desk.sequencer;
  const due = (nowS: number, may: (venue: string) => boolean = always) => {
    const sweep = sweeper.due(nowS * S, may);
    return sweep === undefined ? undefined : `${sweep.amount.toString()} ${sweep.asset} at ${sweep.venue}`;
  };
  return { run, sweeper, due };
}

const fill = (
  executionId: string,
  side: 'buy' | 'sell',
  symbol: string,
  price: string,
  qty: string,
  fee = '0',
  feeAsset = 'USD',
) => sampleFill({ executionId, venue: 'test', symbol, side, price, qty, fee, feeAsset });

describe('what cycles left', () => {
  it('is what their fills brought less what they took, but for the home currency; below zero it is missing', () => {
    const { sweeper } = rig();
    const left = sweeper.take([
      fill('x1', 'buy', 'BTC/USD', '50000', '0.02'),
      fill('x1', 'buy', 'ETH/BTC', '0.05', '0.3', '0.0001', 'BTC'),
      fill('x2', 'buy', 'ETH/USD', '2500', '0.2'),
      fill('x2', 'sell', 'ETH/USD', '2500', '0.15', '0.01', 'ETH'),
      fill('x3', 'sell', 'BTC/USD', '50000', '0.1'),
      fill('x4', 'buy', 'NONE/USD', '1', '1'),
    ]);
    // x1: 0.02 BTC came, 0.015 and a fee of 0.0001 went; x2: 0.2 ETH came, 0.16 went.
    expect([...left]).toEqual([
      [
        'x1',
        [
          { asset: 'BTC', amount: '0.0049' },
          { asset: 'ETH', amount: '0.3' },
        ],
      ],
      ['x2', [{ asset: 'ETH', amount: '0.04' }]],
      ['x3', [{ asset: 'BTC', amount: '-0.1' }]],
      ['x4', []],
    ]);
    expect(['BTC', 'ETH', 'USD'].map((asset) => sweeper.residuals.of(asset).toString())).toEqual([
      '0.0049',
      '0.34',
      '0',
    ]);
  });

  it('is swept once twice the smallest order is left, every ten seconds', () => {
    const { sweeper, due } = rig();
    // The smallest order of ETH is 0.001; half of what is left must make one.
    sweeper.residuals.add('ETH', decimal('0.0019'));
    expect(due(100)).toBeUndefined();
    sweeper.residuals.add('ETH', decimal('0.0001'));
    expect(due(109.9)).toBeUndefined();
    expect(due(110)).toBe('0.002 ETH at test');
    expect(due(119.9)).toBeUndefined();
    expect(due(120)).toBe('0.002 ETH at test');
  });

  it('is no more than is free, and never the account’s own', () => {
    const { sweeper, due } = rig({ USD: '10000', ETH: '0.01' });
    sweeper.residuals.add('ETH', decimal('0.5'));
    expect(due(100)).toBe('0.01 ETH at test');
    const none = rig({ USD: '10000' });
    none.sweeper.residuals.add('ETH', decimal('0.5'));
    expect(none.due(100)).toBeUndefined();
  });

  it('waits while its venue takes no orders, and lets another asset go first', () => {
    const { sweeper, due } = rig();
    sweeper.residuals.add('BTC', decimal('0.00001'));
    sweeper.residuals.add('ETH', decimal('0.01'));
    expect(due(100, () => false)).toBeUndefined();
    expect(due(110)).toBe('0.01 ETH at test');
    sweeper.residuals.add('BTC', decimal('0.1'));
    expect(due(120)).toBe('0.10001 BTC at test');
  });

  it('of the home currency is none', () => {
    const { sweeper, due } = rig();
    sweeper.residuals.add('USD', decimal('100'));
    expect(due(100)).toBeUndefined();
  });

  it('rests for a minute after a sweep that sold nothing', () => {
    const { sweeper, due } = rig();
    sweeper.residuals.add('ETH', decimal('0.01'));
    sweeper.rest(100 * S);
    expect(due(159.9)).toBeUndefined();
    expect(due(160)).toBe('0.01 ETH at test');
  });

  it.each([
    ['sell', 'ETH', 'USD', 'BTC'],
    ['buy', 'USD', 'ETH', 'BTC'],
  ] as const)(
    'grows by what a %s of an earlier run moved after the restart, and by no more',
    (side, from, to, other) => {
      const { sweeper } = rig();
      sweeper.residuals.add(from, decimal('10'));
      const instrumentId = TRIANGLE.findIndex(({ symbol }) => symbol === 'ETH/USD');
      const order = {
        orderId: 'o1',
        executionId: 'x1',
        instrumentId,
        side,
        spent: decimal('2'),
        received: decimal('5'),
      } as Order;
      sweeper.onOrphan(order);
      sweeper.onOrphanEnded({ ...order, spent: decimal('3'), received: decimal('7.5') });
      const left = (): string[] => [from, to, other].map((asset) => sweeper.residuals.of(asset).toString());
      expect(left()).toEqual(['9', '2.5', '0']);
      // It is forgotten: one of the same name counts from nothing.
      sweeper.onOrphanEnded({ ...order, spent: decimal('1'), received: decimal('1') });
      expect(left()).toEqual(['8', '3.5', '0']);
    },
  );

  it('is no more by what an order of an earlier run gives back of what its cycle began with', () => {
    const { sweeper } = rig();
    const fill = { venue: 'test', executionId: 'x5', orderId: 'o1', feeAsset: 'USD', fee: '0', atUs: 1 };
    // Bitcoin of the account's own bought ether; the run ended, and then the ether was sold for it.
    sweeper.take([
      { ...fill, fillId: 'f1', symbol: 'ETH/BTC', side: 'buy', price: '0.05', qty: '2', feeAsset: 'BTC' },
    ]);
    expect(sweeper.residuals.of('ETH').toString()).toBe('2');
    const instrumentId = TRIANGLE.findIndex(({ symbol }) => symbol === 'ETH/BTC');
    const order = { orderId: 'o2', executionId: 'x5', instrumentId, side: 'sell' } as Order;
    sweeper.onOrphan({ ...order, spent: decimal('0'), received: decimal('0') });
    sweeper.onOrphanEnded({ ...order, spent: decimal('2'), received: decimal('0.101') });
    expect([sweeper.residuals.of('ETH').toString(), sweeper.residuals.of('BTC').toString()]).toEqual([
      '0',
      '0.001',
    ]);
  });

  it.each([
    ['a cycle', 'r1-x1', [{ asset: 'ETH' }]],
    ['a sweep', 'r1-x1-sweep', []],
    ['a strategy', 'r1-strategy-1', []],
  ])(
    'and is missing where an order of %s of an earlier run sold more than was left',
    (_what, executionId, owed) => {
      const { sweeper } = rig();
      const instrumentId = TRIANGLE.findIndex(({ symbol }) => symbol === 'ETH/USD');
      const order = { orderId: 'o1', executionId, instrumentId, side: 'sell', spent: decimal('2') } as Order;
      sweeper.onOrphanEnded({ ...order, received: decimal('5000') });
      expect(sweeper.residuals.owed()).toMatchObject(owed);
      expect(sweeper.residuals.owed()).toHaveLength(owed.length);
    },
  );

  it('is none of an asset of which a cycle sold all that it had bought', () => {
    const { sweeper } = rig();
    const left = sweeper.take([
      fill('x6', 'buy', 'ETH/USD', '2500', '0.2'),
      fill('x6', 'sell', 'ETH/USD', '2510', '0.2'),
    ]);
    expect([...left]).toEqual([['x6', []]]);
  });

  it('is counted over all orders of an earlier cycle: each begins where the one before ended', () => {
    const { sweeper } = rig();
    const ethBtc = TRIANGLE.findIndex(({ symbol }) => symbol === 'ETH/BTC');
    const ended = (executionId: string, side: 'buy' | 'sell', spent: string, received: string): void =>
      sweeper.onOrphanEnded({
        orderId: `${executionId}-${spent}`,
        executionId,
        instrumentId: ethBtc,
        side,
        spent: decimal(spent),
        received: decimal(received),
      } as Order);
    const left = (): string[] => ['ETH', 'BTC'].map((asset) => sweeper.residuals.of(asset).toString());
    // The account's own ether was sold and is bought back: of ether nothing is left, of bitcoin what that made.
    ended('x7', 'sell', '2', '0.101');
    expect(left()).toEqual(['0', '0.101']);
    ended('x7', 'buy', '0.1', '2');
    expect(left()).toEqual(['0', '0.001']);
    // 0.1 bitcoin of the account's own; what two sales give back of them is no residual, what is beyond them is.
    sweeper.take([fill('x8', 'buy', 'ETH/BTC', '0.05', '2', '0', 'BTC')]);
    ended('x8', 'sell', '1.2', '0.06');
    expect(left()).toEqual(['0.8', '0.001']);
    ended('x8', 'sell', '0.8', '0.05');
    expect(left()).toEqual(['0', '0.011']);
  });

  it('at one of two venues is brought home there, for the cash that lies there', () => {
    const rig = new AccountRig(twoVenuesHolding({ 'USD@east': '10000', 'ETH@west': '5' }));
    rig.quote(5, 249_900, 250_100, 5_000_000_000);
    const { sweeper } = rig.kernel.desk.sequencer;
    sweeper.residuals.add('ETH@west', decimal('0.01'));
    expect(sweeper.due(rig.nowUs, always)).toMatchObject({ asset: 'ETH@west', venue: WEST });
  });

  it('is gone where a cycle took more than was left', () => {
    const { sweeper } = rig();
    sweeper.residuals.add('ETH', decimal('0.01'));
    sweeper.residuals.add('ETH', decimal('-0.02'));
    expect([sweeper.residuals.assets(), sweeper.residuals.of('ETH').toString()]).toEqual([[], '0']);
  });
});

const owed = ({ residuals }: Sweeper): string[] =>
  residuals.owed().map(({ asset, amount }) => `${amount.toString()} ${asset}`);

describe('what a route left', () => {
  function twoVenues() {
    const rig = new AccountRig(twoVenuesHolding({ 'USD@east': '10000', 'BTC@west': '1' }));
    const { sweeper } = rig.kernel.desk.sequencer;
    const at = (venue: string, side: 'buy' | 'sell', qty: string, executionId = 'x1') => ({
      ...fill(executionId, side, 'BTC/USD', '50000', qty, '0', `USD@${venue}`),
      venue,
    });
    const order = (
      venue: 'east' | 'west',
      side: 'buy' | 'sell',
      spent: string,
      received: string,
      executionId = 'x1',
    ): Order =>
      ({
        orderId: `${venue} ${side} ${spent}`,
        executionId,
        instrumentId: venue === 'east' ? 0 : 3,
        side,
        spent: decimal(spent),
        received: decimal(received),
      }) as Order;
    const ended = (...terms: Parameters<typeof order>): void => sweeper.onOrphanEnded(order(...terms));
    const left = () => ['BTC@east', 'BTC@west'].map((asset) => sweeper.residuals.of(asset).toString());
    return { sweeper, at, order, ended, left };
  }

  it('is what it bought at one venue and did not sell at the other, where it came', () => {
    const { sweeper, at, left } = twoVenues();
    const taken = sweeper.take([
      at('east', 'buy', '0.02'),
      at('west', 'sell', '0.015'),
      at('east', 'buy', '0.03', 'x2'),
      at('west', 'sell', '0.03', 'x2'),
    ]);
    expect([...taken]).toEqual([
      ['x1', [{ asset: 'BTC@east', amount: '0.005' }]],
      ['x2', []],
    ]);
    expect(left()).toEqual(['0.005', '0']);
  });

  it('and sold and did not buy is named as missing, and is nothing to sweep; of a cycle too', () => {
    const { sweeper, at, left } = twoVenues();
    const taken = sweeper.take([
      at('west', 'sell', '0.02'),
      at('east', 'buy', '0.015'),
      at('east', 'sell', '0.02', 'x2'),
    ]);
    expect([...taken]).toEqual([
      ['x1', [{ asset: 'BTC@west', amount: '-0.005' }]],
      ['x2', [{ asset: 'BTC@east', amount: '-0.02' }]],
    ]);
    expect(left()).toEqual(['0', '0']);
  });

  it('is less by what an order of the earlier run still sells of the coin at the other venue', () => {
    const { sweeper, at, ended, left } = twoVenues();
    sweeper.take([at('east', 'buy', '0.02')]);
    ended('west', 'sell', '0.015', '750');
    expect(left()).toEqual(['0.005', '0']);
    // More than was left is the account's own.
    ended('west', 'sell', '0.01', '500');
    expect(left()).toEqual(['0', '0']);
    // 0.025 sold, 0.02 bought: of what comes now the first 0.005 give back what was the account's own.
    ended('east', 'buy', '300', '0.006');
    expect(left()).toEqual(['0.001', '0']);
  });

  it('at the venue itself is taken after that of the others', () => {
    const { sweeper, ended, left } = twoVenues();
    sweeper.residuals.add('BTC@west', decimal('0.01'));
    ended('east', 'buy', '500', '0.01');
    expect(left()).toEqual(['0.01', '0.01']);
    ended('west', 'sell', '0.004', '200');
    expect(left()).toEqual(['0.006', '0.01']);
    ended('west', 'sell', '0.008', '400');
    expect(left()).toEqual(['0', '0.008']);
  });

  it('of another cycle at its venue is not touched by a sale of more than it bought', () => {
    const { sweeper, at, ended, left } = twoVenues();
    sweeper.residuals.add('BTC@east', decimal('0.001'));
    sweeper.residuals.add('BTC@west', decimal('0.0001'));
    sweeper.take([at('east', 'buy', '0.02')]);
    // By a fee in bitcoin, or by rounding, it sold a little more: of what others left, that is gone where it was sold.
    ended('west', 'sell', '0.02000037', '1000');
    expect(left()).toEqual(['0.001', '0.00009963']);
    // So it is with two sales, each of which what was bought pays for.
    sweeper.take([at('east', 'buy', '0.02', 'x2')]);
    ended('west', 'sell', '0.012', '600', 'x2');
    ended('west', 'sell', '0.0081', '400', 'x2');
    expect([left(), owed(sweeper)]).toEqual([['0.001', '0'], ['0.00000037 BTC@west']]);
  });

  it('is what a restart finds in the same fills, in whatever order they came', () => {
    const fills = [
      ['east', 'buy', '0.02'],
      ['west', 'sell', '0.015'],
      ['west', 'sell', '0.009'],
      ['east', 'buy', '0.003'],
      ['west', 'buy', '0.005'],
    ] as const;
    for (const first of fills.keys()) {
      const { sweeper, at, ended, left } = twoVenues();
      for (const place of ['BTC@east', 'BTC@west']) sweeper.residuals.add(place, decimal('0.5'));
      const order = [...fills.slice(first), ...fills.slice(0, first)];
      const [begun, ...later] = order;
      if (begun !== undefined) sweeper.take([at(begun[0], begun[1], begun[2])]);
      for (const [venue, side, qty] of later) {
        const money = decimal(qty).times(50_000).toString();
        ended(venue, side, side === 'sell' ? qty : money, side === 'sell' ? money : qty);
      }
      const again = twoVenues();
      for (const place of ['BTC@east', 'BTC@west']) again.sweeper.residuals.add(place, decimal('0.5'));
      again.sweeper.take(order.map(([venue, side, qty]) => at(venue, side, qty)));
      const sum = ([east = '0', west = '0']: string[]): string => decimal(east).plus(west).toString();
      expect([sum(left()), owed(sweeper)]).toEqual([sum(again.left()), []]);
      expect(sum(left())).toBe('1.004');
    }
  });

  it('grows by what came back of what it had sold off what others left', () => {
    const { sweeper, ended, left } = twoVenues();
    sweeper.residuals.add('BTC@west', decimal('0.01'));
    ended('west', 'sell', '0.004', '200');
    ended('east', 'buy', '200', '0.004');
    expect([left(), owed(sweeper)]).toEqual([['0', '0.01'], []]);
  });

  it('and a sweep has sold since is missing once it is sold again', () => {
    const { sweeper, at, ended, left } = twoVenues();
    sweeper.take([at('east', 'buy', '0.02')]);
    sweeper.residuals.add('BTC@east', decimal('-0.02'));
    ended('west', 'sell', '0.02', '1000');
    expect([left(), owed(sweeper)]).toEqual([['0', '0'], ['0.02 BTC@west']]);
  });

  it('counts what is filled after the end of an order, with all that its cycle moved', () => {
    const { sweeper, at, order, left } = twoVenues();
    sweeper.residuals.add('BTC@west', decimal('0.01'));
    sweeper.take([at('east', 'buy', '0.02')]);
    const before = { spent: decimal('0'), received: decimal('0'), asideFees: 0 };
    const sale = order('west', 'sell', '0.02', '1000');
    sweeper.onOrphanFilled({ ...sale, asideFees: [{ asset: 'ETH@west', amount: decimal('1') }] }, before);
    expect(left()).toEqual(['0', '0.01']);
    sweeper.residuals.add('ETH@west', decimal('3'));
    const fees = ['1', '2'].map((amount) => ({ asset: 'ETH@west', amount: decimal(amount) }));
    const { spent, received } = sale;
    sweeper.onOrphanFilled({ ...sale, asideFees: fees }, { spent, received, asideFees: 1 });
    expect([left(), sweeper.residuals.of('ETH@west').toString()]).toEqual([['0', '0.01'], '1']);
  });

  it('of another cycle or coin is not touched', () => {
    const { sweeper, ended, left } = twoVenues();
    sweeper.residuals.add('BTC@east', decimal('0.01'));
    sweeper.residuals.add('ETH@east', decimal('3'));
    ended('west', 'sell', '0.004', '200');
    expect([...left(), sweeper.residuals.of('ETH@east').toString()]).toEqual(['0.01', '0', '3']);
  });
});
