/** What of an account is none of ours: it is shown and left alone, and neither stops trading nor is planned with. */
import { describe, expect, it } from 'vitest';
import type { UnreadRow } from '../domain/order.ts';
import { AccountRig, fillOf, recovered, shown, VENUE } from '../testing/account-rig.ts';

const USD = { asset: 'USD', total: '10000' };
const foreign = shown({
  orderId: undefined,
  venueOrderId: 'OXVPSU-Q726F-L3SDEP',
  price: '+5.0000%',
  state: 'open',
});

/** Agrees with these rows beside it, and then finds a cycle that pays. */
function traded(account: Parameters<AccountRig['agree']>[0]): AccountRig {
  const rig = new AccountRig();
  rig.agree(account);
  rig.openEdge();
  return rig;
}

describe('rows of strangers', () => {
  it('never stop trading: a trailing stop, an odd order and an odd trade are shown, counted and named once', () => {
    const odd = shown({
      orderId: 'f'.repeat(32),
      venueOrderId: 'OODD',
      problem: 'vol is null',
      state: 'open',
    });
    const unread: UnreadRow[] = [
      { source: 'TradesHistory', row: 'TODD', orderId: 'f'.repeat(32), problem: 'fee is null' },
      { source: 'BalanceEx', row: 'DOT.S', asset: 'DOT.S', problem: 'balance is 1' },
    ];
    const rig = traded({ orders: [foreign, odd], unread });
    expect(rig.placed).toHaveLength(1);
    rig.report({
      kind: 'unread-rows',
      venue: VENUE,
      rows: [{ source: 'executions', row: '', problem: 'x' }],
      atUs: 1,
    });
    rig.report({
      kind: 'unread-rows',
      venue: VENUE,
      rows: [{ source: 'executions', row: '', problem: 'x' }],
      atUs: 1,
    });
    expect(rig.of('tradingHalted')).toEqual([]);
    expect(rig.of('foreignOrderSeen').map(({ order }) => order.venueOrderId)).toEqual([
      'OXVPSU-Q726F-L3SDEP',
      'OODD',
    ]);
    expect(rig.of('venueRowUnread').map(({ source, row, problem }) => [source, row, problem])).toEqual([
      ['orders', 'OODD', 'vol is null'],
      ['TradesHistory', 'TODD', 'fee is null'],
      ['BalanceEx', 'DOT.S', 'balance is 1'],
      ['executions', '', 'x'],
    ]);
    const [standing] = rig.kernel.orderEvents.reconciler.standings();
    expect(standing?.strangers.unreadCount).toBe(4);
    expect(standing?.strangers.open).toHaveLength(2);
  });

  it('are counted without end and reported as facts within bounds', () => {
    const rig = new AccountRig();
    const rows = Array.from({ length: 1_500 }, (_, n) => ({
      source: 'executions',
      row: `O${n}`,
      problem: 'x',
    }));
    rig.report({ kind: 'unread-rows', venue: VENUE, rows, atUs: rig.nowUs });
    expect(rig.of('venueRowUnread')).toHaveLength(1_000);
    const [standing] = rig.kernel.orderEvents.reconciler.standings();
    expect(standing?.strangers.unreadCount).toBe(1_500);
    expect(standing?.strangers.unread).toHaveLength(20);
  });
});

describe('a row of ours that cannot be read', () => {
  it('keeps trading from beginning until it can', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    rig.agree({ orders: [shown({ problem: 'vol_exec is null' })] });
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toMatch(
      /order old: the venue’s row cannot be read, vol_exec/,
    );
    rig.pass(1);
    rig.agree({
      orders: [shown()],
      unread: [{ source: 'TradesHistory', row: 'f1', orderId: 'old', problem: 'p' }],
    });
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toMatch(
      /order old: TradesHistory f1 cannot be read, p/,
    );
    rig.pass(2);
    rig.agree({
      orders: [shown()],
      fills: [fillOf()],
      balances: [
        { asset: 'USD', total: '9499.75' },
        { asset: 'BTC', total: '0.01' },
      ],
    });
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toBe('');
    expect(rig.kernel.orders.get('old')?.state).toBe('canceled');
  });

  it('on the socket makes its order unknown, and the account is asked', () => {
    const rig = traded({});
    const orderId = rig.placed[0]?.orderId ?? '';
    const before = rig.asked;
    const rows = [{ source: 'executions', row: 'V1', orderId, problem: 'the fee is in no asset' }];
    rig.report({ kind: 'unread-rows', venue: VENUE, rows, atUs: rig.nowUs });
    expect(rig.kernel.orders.get(orderId)?.state).toBe('unknown');
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-unknown' }]);
    expect(rig.asked).toBe(before + 1);
  });

  it('of a balance that is traded keeps trading from beginning too', () => {
    const rig = traded({
      unread: [{ source: 'BalanceEx', row: 'ETH', asset: 'ETH', problem: 'balance is null' }],
    });
    expect(rig.placed).toEqual([]);
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toMatch(/ETH cannot be read/);
  });
});

describe('assets that no instrument of the run trades', () => {
  it.each(['DOT.S', 'XBT.M', 'ETH.B', 'USDT.F', 'KFEE', 'AIRDROP', 'XXBT.HOLD'])(
    'a reward in %s is shown at once and stops nothing',
    (asset) => {
      const rig = traded({ balances: [USD, { asset, total: '0.000001' }] });
      expect(rig.placed).toHaveLength(1);
      expect(rig.of('balancesAdopted')).toMatchObject([
        { actor: { via: 'not-traded' }, differences: [{ asset, ledger: '0', venue: '0.000001' }] },
      ]);
      expect(rig.total(asset)).toBe('0.000001');
      expect(rig.of('tradingHalted')).toEqual([]);
    },
  );

  it('that are withdrawn are shown as gone, and a difference of a traded asset still stops trading', () => {
    const opening = [USD, { asset: 'DOT.S', total: '5' }];
    const rig = new AccountRig({ opening: { balances: opening, realizedPnl: '0', fees: '0' } });
    const balances = [{ asset: 'USD', total: '9999' }];
    rig.answer({ balances });
    rig.pass(1);
    rig.answer({ balances });
    expect(rig.total('DOT.S')).toBe('0');
    expect(rig.of('balancesDiffer')).toMatchObject([{ differences: [{ asset: 'USD' }] }]);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'balances-differ' }]);
  });
});

describe('money that other orders hold', () => {
  it('is not planned with, and is shown', () => {
    const whole = traded({ balances: [USD] }).placed[0];
    const rig = traded({ balances: [{ ...USD, held: '9900' }], orders: [foreign] });
    const part = rig.placed[0];
    expect(whole?.qty.times(whole.price).gt(100)).toBe(true);
    expect(part?.qty.times(part.price).lte(100)).toBe(true);
    const usd = rig.kernel.portfolio.snapshot().find(({ asset }) => asset === 'USD');
    expect(usd).toMatchObject({ total: '10000', held: '9900' });
    expect(traded({ balances: [{ ...USD, held: '10000' }] }).placed).toEqual([]);
  });

  it('is free again once the venue says so', () => {
    const rig = traded({ balances: [{ ...USD, held: '10000' }] });
    rig.command({ type: 'reconcile' });
    rig.agree({ balances: [USD] });
    rig.openEdge();
    expect(rig.placed.length).toBeGreaterThan(0);
    expect(rig.kernel.portfolio.balances.held('USD').toString()).toBe('0');
  });

  it('for an order of ours is not taken off twice', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    const rest = shown({ state: 'open', filledQty: '0' });
    rig.agree({ orders: [rest], balances: [{ ...USD, held: '1000.5' }] });
    expect(rig.kernel.portfolio.balances.free('USD').toString()).toBe('8999.5');
  });
});

describe('a fill of ours whose pair the venue has renamed', () => {
  it('is booked with its fee in the quote of our own order', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    const balances = [
      { asset: 'USD', total: '9499.75' },
      { asset: 'BTC', total: '0.01' },
    ];
    rig.answer({ orders: [shown({ symbol: 'BTCUSD2' })], fills: [fillOf({ feeAsset: '' })], balances });
    rig.pass(1);
    rig.answer({ orders: [shown({ symbol: 'BTCUSD2' })], fills: [fillOf({ feeAsset: '' })], balances });
    expect(rig.of('orderFilled')).toMatchObject([{ fill: { fee: '0.25', feeAsset: 'USD' } }]);
    expect(rig.balances()).toEqual(balances);
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toBe('');
  });

  it('that comes with a fee in no asset is never booked', () => {
    const rig = traded({});
    const orderId = rig.placed[0]?.orderId ?? '';
    rig.report({ kind: 'fill', orderId, fill: fillOf({ orderId, feeAsset: '' }), atUs: rig.nowUs });
    expect(rig.of('orderFilled')).toEqual([]);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'bad-fill' }]);
    expect(rig.balances()).toEqual([USD]);
  });
});

describe('a pair that is not traded any longer', () => {
  const gone = (change: object = {}) => {
    const { record, fillIds } = recovered();
    return { record: { ...record, symbol: 'MATIC/USD', ...change }, fillIds };
  };

  it('with an order that had ended stops nothing', () => {
    const rig = new AccountRig({ openOrders: [gone({ state: 'filled' })] });
    rig.agree();
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
    expect(rig.placed[0]?.symbol).not.toBe('MATIC/USD');
    expect(rig.of('tradingHalted')).toEqual([]);
  });

  it('is carried along with its open order, which is settled by what the venue shows and booked to the last digit', () => {
    const rig = new AccountRig({ openOrders: [gone()] });
    expect(rig.kernel.portfolio.balances.reserved('USD').toString()).toBe('1000.5');
    expect(rig.kernel.config.instruments.map(({ symbol }) => symbol)).not.toContain('MATIC/USD');
    const order = shown({ symbol: 'MATICUSD' });
    const balances = [
      { asset: 'USD', total: '9499.75' },
      { asset: 'MATIC', total: '0.01' },
    ];
    rig.answer({ orders: [order], fills: [fillOf({ feeAsset: '' })], balances });
    rig.pass(1);
    rig.answer({ orders: [order], fills: [fillOf({ feeAsset: '' })], balances });
    expect(rig.balances()).toEqual(balances);
    expect(rig.of('orderCanceled')).toMatchObject([{ order: { symbol: 'MATIC/USD' } }]);
    expect(rig.of('balancesDiffer')).toEqual([]);
    rig.command({ type: 'kill', reason: 'test' });
    expect(rig.effects.filter(({ type }) => type === 'cancelAll')).toHaveLength(1);
  });

  it('with an order that is still open is canceled by a kill, and counted', () => {
    const rig = new AccountRig({ openOrders: [gone()] });
    rig.command({ type: 'kill', reason: 'test' });
    expect(rig.of('killed')).toMatchObject([{ cancelsSent: 1 }]);
    expect(rig.effects).toContainEqual({ type: 'cancelAll', venue: VENUE });
  });

  it('keeps what its cycle left when the run before ended in the middle of it', () => {
    const fill = {
      ...fillOf(),
      executionId: 'before-x7',
      venue: VENUE,
      symbol: 'MATIC/USD',
      side: 'buy',
    } as const;
    const rig = new AccountRig({ unfinishedFills: [fill] });
    expect(rig.of('executionAbandoned')).toMatchObject([{ left: [{ asset: 'MATIC', amount: '0.01' }] }]);
  });
});

it('a reward whose code looks like the home currency at a venue is some coin, and worth nothing that is known', () => {
  const rig = new AccountRig();
  rig.agree();
  const before = rig.kernel.portfolio.sample(rig.nowUs).equity;
  rig.command({ type: 'reconcile' });
  rig.agree({ balances: [...rig.balances(), { asset: 'USD@x', total: '1000000' }] });
  expect(rig.kernel.portfolio.sample(rig.nowUs).equity).toBe(before);
  expect(rig.total('USD(at)x')).toBe('1000000');
});
