import { describe, expect, it } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import type { HttpAnswer } from '../../network.ts';
import { kucoinEmergencyCancel } from './emergency-cancel.ts';
import { balancesOf } from './order-rows.ts';
import {
  CREDENTIAL,
  change,
  fillRow,
  ok,
  openAccount,
  orderRow,
  refused,
  ScriptedAccount,
  START_US,
  SYMBOL,
  venueId,
} from './testing/scripted-account.ts';

const ID = '000001'.padEnd(32, 'a');
const OTHER = '000002'.padEnd(32, 'a');
const OLD = '000003'.padEnd(32, 'a');

async function session(
  prepare: (peer: ScriptedAccount) => void = () => undefined,
  earlier?: readonly { readonly orderId: string; readonly symbol: string }[],
) {
  const peer = new ScriptedAccount();
  prepare(peer);
  const venue = openAccount(peer, earlier);
  const events: VenueOrderEvent[] = [];
  venue.connect((event) => events.push(event));
  await settle();
  await settle();
  expect(events).toMatchObject([{ kind: 'link', state: 'up' }]);
  events.length = 0;
  const place = (orderId = ID, aheadUs = 2_000_000, timeInForce: 'ioc' | 'gtc' = 'ioc'): void => {
    const expireUs = peer.clock.nowUs() + aheadUs;
    const terms = { side: 'buy', price: decimal('100.50'), qty: decimal('2'), timeInForce } as const;
    venue.place({ orderId, instrumentId: 0, symbol: SYMBOL, ...terms, expireUs });
  };
  const pass = async (us: number): Promise<void> => {
    const endUs = peer.clock.nowUs() + us;
    for (
      let nextUs = peer.clock.nextUs;
      nextUs !== undefined && nextUs <= endUs;
      nextUs = peer.clock.nextUs
    ) {
      peer.clock.advanceTo(nextUs);
      await settle();
    }
    peer.clock.advanceTo(endUs);
    await settle();
  };
  const asked = (call: string) => peer.asked.filter((one) => one.call === call).map(({ params }) => params);
  return { peer, venue, events, place, pass, asked };
}

const kindsOf = (events: readonly VenueOrderEvent[]): string[] => events.map(({ kind }) => kind);
const plain = (status: number, body: string): HttpAnswer => ({ status, body });
const ORDERS = 'POST /api/v1/hf/orders';

describe('orders at KuCoin', () => {
  it('are limit orders under our id, taken until their deadline by the venue’s clock and no longer', async () => {
    const { peer, venue, place, asked } = await session((made) => (made.skewMs = 3_000));
    place(ID, 1_234_567);
    place(OTHER, 60_000_000, 'gtc');
    await settle();
    expect(asked(ORDERS)).toEqual([
      {
        clientOid: ID,
        symbol: SYMBOL,
        side: 'buy',
        type: 'limit',
        price: '100.5',
        size: '2',
        timeInForce: 'IOC',
        stp: 'CO',
        clientTimestamp: peer.serverMs,
        allowMaxTimeWindow: 1_234,
      },
      expect.objectContaining({ clientOid: OTHER, timeInForce: 'GTC', allowMaxTimeWindow: 10_000 }),
    ]);
    await venue.stop();
  });

  it.each<[HttpAnswer, string]>([
    [ok({ orderId: 'v-1' }), 'accepted'],
    [ok({ orderId: '429000' }), 'accepted'],
    [ok({}), 'unknown'],
    [ok(null), 'unknown'],
    [plain(200, '{}'), 'unknown'],
    [plain(200, 'OK'), 'unknown'],
    [refused('200004'), 'rejected'],
    [refused('400002'), 'rejected'],
    [refused('500000'), 'unknown'],
    [plain(400, '{"code":"400100","msg":"no"}'), 'rejected'],
    [plain(429, ''), 'unknown'],
    [plain(429, '{"code":"429000"}'), 'rejected'],
    [plain(502, '{"code":"400100"}'), 'unknown'],
  ])('are sent once, and end as the answer says: %j', async (answer, kind) => {
    const { venue, events, place, asked } = await session((made) => made.rest.set(ORDERS, () => answer));
    place();
    await settle();
    expect([kindsOf(events), asked(ORDERS).length]).toEqual([[kind], 1]);
    await venue.stop();
  });

  it('are signed with the very time that they name', async () => {
    const { peer, venue, place, asked } = await session();
    const read = peer.clock.nowUs.bind(peer.clock);
    let later = 0;
    peer.clock.nowUs = () => read() + 1_000 * later++;
    place();
    await settle();
    expect(asked(ORDERS)).toHaveLength(1);
    expect(peer.refusals).toBe(0);
    await venue.stop();
  });

  it('that are refused for their timestamp have the clock measured for the next', async () => {
    const { peer, venue, events, place, asked } = await session();
    peer.skewMs = -60_000;
    place();
    await settle();
    expect([kindsOf(events), asked(ORDERS).length]).toEqual([['rejected'], 0]);
    expect(venue.clockSkew?.skewUs).toBe(-60_000_000);
    place(OTHER);
    await settle();
    expect(asked(ORDERS)).toHaveLength(1);
    await venue.stop();
  });

  it('are not sent while the weight of the account is used up, until the reset that the venue announces', async () => {
    const headers = {
      'gw-ratelimit-limit': '4000',
      'gw-ratelimit-remaining': '0',
      'gw-ratelimit-reset': '700',
    };
    const { venue, events, place, pass, asked } = await session((made) =>
      made.rest.set(ORDERS, () => ({ ...ok({ orderId: 'v-1' }), headers })),
    );
    place();
    await settle();
    expect(venue.limitsUsed()).toEqual([
      { name: 'request weight', intervalS: 30, used: 4_000, limit: 4_000 },
    ]);
    place(OTHER);
    await pass(0);
    expect(events.at(-1)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/used up for 700 ms/),
    });
    await pass(700_000);
    place(OLD);
    await settle();
    expect(asked(ORDERS)).toHaveLength(2);
    await venue.stop();
  });

  it('fill by listed fills with their fee, each once, and end with what was filled', async () => {
    let items = [fillRow(ID)];
    const { peer, venue, events, place, pass, asked } = await session((made) =>
      made.rest.set('GET /api/v1/hf/fills', () => ok({ items, lastId: 1 })),
    );
    place();
    peer.push(change(ID, { type: 'received', status: 'new', filledSize: undefined }));
    peer.push(change(ID, { type: 'match', filledSize: '2' }));
    await settle();
    items = [fillRow(ID, { tradeId: 2, fee: '0.2', feeCurrency: 'KCS' }), fillRow(ID)];
    await pass(100_000);
    peer.push(change(ID, { type: 'filled', status: 'done', filledSize: '2' }));
    peer.push(change(ID, { type: 'match', filledSize: '2' }));
    await settle();
    const fills = events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
    expect(fills.map(({ fee, feeAsset, cost }) => [fee, feeAsset, cost])).toEqual([
      ['0.1', 'USDT', '100'],
      ['0.2', 'KCS', '100'],
    ]);
    expect(kindsOf(events)).toEqual(['accepted', 'fill', 'fill']);
    expect(asked('GET /api/v1/hf/fills')).toEqual(
      [1, 2].map(() => ({ symbol: SYMBOL, orderId: venueId(ID), limit: '100' })),
    );
    await venue.stop();
  });

  it('cost what was charged, with the tax on top of the fee', async () => {
    const { peer, venue, events, place } = await session((made) =>
      made.rest.set('GET /api/v1/hf/fills', () => ok({ items: [fillRow(ID, { tax: '0.013' })] })),
    );
    place();
    peer.push(change(ID, { type: 'match', filledSize: '1' }));
    await settle();
    expect(events.at(-1)).toMatchObject({ kind: 'fill', fill: { fee: '0.113', feeAsset: 'USDT' } });
    await venue.stop();
  });

  it.each([
    [{ tax: 'some' }, /tax "some" is not an amount/],
    [{ fee: '' }, /fee "" is not an amount/],
    [{ feeCurrency: '' }, /feeCurrency "" is not a name/],
    [{ tradeId: 2 ** 60 }, /tradeId .* is not an id/],
  ])(
    'whose fills cannot be booked as they are have them named, and none is guessed: %j',
    async (more, problem) => {
      const { peer, venue, events, place } = await session((made) =>
        made.rest.set('GET /api/v1/hf/fills', () => ok({ items: [fillRow(ID, more)] })),
      );
      place();
      peer.push(change(ID, { type: 'match', filledSize: '1' }));
      await settle();
      expect(events).toMatchObject([
        { kind: 'accepted' },
        { kind: 'unread-rows', rows: [{ orderId: ID, problem: expect.stringMatching(problem) }] },
      ]);
      await venue.stop();
    },
  );

  it('are canceled by our id in their symbol, once more where the timestamp is refused; one that nothing knows is looked for', async () => {
    const { peer, venue, events, asked } = await session(
      (made) => {
        made.rest.set(`DELETE /api/v1/hf/orders/client-order/${OTHER}`, () => ok({ clientOid: OTHER }));
        made.rest.set('GET /api/v1/hf/orders/active/symbols', () => ok({ symbols: [] }));
      },
      [{ orderId: OTHER, symbol: 'ETH-USDT' }],
    );
    peer.skewMs = 60_000;
    venue.cancel(OTHER);
    await settle();
    expect(asked(`DELETE /api/v1/hf/orders/client-order/${OTHER}`)).toEqual([{ symbol: 'ETH-USDT' }]);
    venue.cancel(ID);
    await settle();
    expect(events).toMatchObject([
      { kind: 'cancel-rejected', reason: expect.stringMatching(/no open order/) },
    ]);
    await venue.stop();
  });
});

describe('the private connection', () => {
  it('begins with a signed token, a new one each time, and is pinged before the server loses patience', async () => {
    const { peer, venue, events, pass, asked } = await session((made) => (made.hasNoIds = true));
    expect(peer.urls.map((url) => new URL(url).searchParams.get('token'))).toEqual(['token-1']);
    for (let second = 0; second < 15; second++) {
      // Data alone does not keep it.
      peer.push({ currency: 'USDT', total: String(second) }, '/account/balance');
      await pass(1_000_000);
    }
    expect(peer.sent.filter(({ type }) => type === 'ping').length).toBeGreaterThan(0);
    expect(venue.balances.get('USDT')).toBe('14');
    peer.cut();
    await pass(2_000_000);
    await settle();
    expect(events.filter(({ kind }) => kind === 'link')).toMatchObject([{ state: 'down' }, { state: 'up' }]);
    expect(asked('POST /api/v1/bullet-private')).toHaveLength(2);
    await venue.stop();
  });

  it.each<[string, (peer: ScriptedAccount) => void]>([
    [
      'a request is refused',
      (peer) => peer.say({ id: '1', type: 'error', code: 404, data: 'topic not found' }),
    ],
    ['a message about an order has no data', (peer) => peer.push('much')],
  ])('is made anew where %s', async (_what, happen) => {
    const { peer, venue, events, pass } = await session();
    happen(peer);
    await pass(3_000_000);
    await settle();
    expect(events).toMatchObject([{ state: 'down' }, { state: 'up' }]);
    await venue.stop();
  });
});

describe('the account at KuCoin', () => {
  it('is read by symbol and page: what is open, what ended, fills of ours, also of an order that no list shows, balances', async () => {
    const { peer, venue, events, pass } = await session(undefined, [{ orderId: OLD, symbol: SYMBOL }]);
    const row = (type: string, balance: string): object => ({ currency: 'USDT', type, balance, holds: '1' });
    peer.rest.set('GET /api/v1/accounts', () =>
      ok([row('main', '9'), row('trade', '1000'), row('trade_hf', '5')]),
    );
    peer.rest.set('GET /api/v1/hf/orders/active/symbols', () => ok({ symbols: [SYMBOL] }));
    peer.rest.set('GET /api/v1/hf/orders/active/page', ({ pageNum }) =>
      ok({
        totalPage: 2,
        items: [orderRow(pageNum === '1' ? ID : 'elsewhere', { id: `v-${String(pageNum)}` })],
      }),
    );
    const done = { active: false, dealSize: '1' };
    peer.rest.set('GET /api/v1/hf/orders/done', () =>
      ok({ items: [orderRow(OTHER, { ...done, dealSize: '2' })], lastId: 7 }),
    );
    peer.rest.set('GET /api/v1/hf/fills', () =>
      ok({
        items: [fillRow(OTHER), fillRow(OLD, { tradeId: 2 }), fillRow('x', { orderId: 'v-9', size: 'some' })],
      }),
    );
    peer.rest.set(`GET /api/v1/hf/orders/${venueId(OLD)}`, () =>
      ok(orderRow(OLD, { ...done, cancelExist: true })),
    );
    peer.rest.set('GET /api/v1/hf/orders/v-9', () =>
      ok(orderRow('x', { id: 'v-9', clientOid: '', ...done })),
    );
    venue.reconcile(START_US - 60_000_000, true);
    await pass(0);
    await settle();
    const [event] = events;
    if (event?.kind !== 'account') throw new Error(JSON.stringify(events));
    const { orders, fills, balances, readToUs } = event.account;
    expect(orders.map(({ orderId, state }) => [orderId, state])).toEqual([
      [ID, 'open'],
      [undefined, 'open'],
      [OTHER, 'filled'],
      [OLD, 'canceled'],
      [undefined, 'canceled'],
    ]);
    expect(fills.map(({ orderId }) => orderId).toSorted()).toEqual([OTHER, OLD].toSorted());
    expect(balances).toEqual([{ asset: 'USDT', total: '1005', held: '2' }]);
    expect(readToUs).toBeUndefined();
    expect(() => balancesOf({})).toThrow(/not a list/);
    await venue.stop();
  });

  it('is read by symbols of the time in question, some side by side, without what the venue no longer shows', async () => {
    const earlier = Array.from({ length: 12 }, (_, n) => ({ orderId: OLD, symbol: `C${n}-USDT` }));
    const old = earlier.map((one, n) => ({ ...one, orderId: `${100_000 + n}`.padEnd(32, 'a') }));
    const { peer, venue, events, place, pass, asked } = await session(
      (made) => made.rest.set(ORDERS, () => ok({ orderId: venueId(ID) })),
      old,
    );
    place();
    await settle();
    peer.push(change(ID, { type: 'canceled', status: 'done' }));
    peer.rest.set('GET /api/v1/accounts', () => ok([]));
    peer.rest.set('GET /api/v1/hf/orders/active/symbols', () => ok({ symbols: null }));
    peer.rest.set('GET /api/v1/hf/orders/done', ({ symbol }) =>
      symbol === 'C3-USDT' ? refused('900001') : ok({ items: [] }),
    );
    const fills = [fillRow(OLD, { orderId: 'v-gone', symbol: 'C1-USDT' })];
    peer.rest.set('GET /api/v1/hf/fills', ({ symbol }) => ok({ items: symbol === 'C1-USDT' ? fills : [] }));
    peer.rest.set('GET /api/v1/hf/orders/v-gone', () => refused('400100'));
    await pass(120_000_000);
    events.length = 0;
    venue.reconcile(peer.clock.nowUs() - 60_000_000, true);
    await settle();
    await settle();
    expect(events).toMatchObject([{ kind: 'account', account: { orders: [], fills: [] } }]);
    const [event] = events;
    const unread = event?.kind === 'account' ? (event.account.unread ?? []) : [];
    expect(unread.map(({ row, orderId }) => [row, orderId])).toEqual([
      ['C3-USDT', undefined],
      ['v-gone', undefined],
    ]);
    // Two minutes ago this symbol was last traded.
    const symbols = () => asked('GET /api/v1/hf/fills').map(({ symbol }) => symbol);
    expect([symbols().length, symbols().includes(SYMBOL)]).toEqual([12, false]);
    peer.rest.set('GET /api/v1/hf/orders/done', () => refused('400003'));
    venue.reconcile(peer.clock.nowUs() - 200_000_000, true);
    await settle();
    await settle();
    expect(events.at(-1)).toMatchObject({ kind: 'account-failed', reason: expect.stringMatching(/400003/) });
    await venue.stop();
  });

  it('is read in parts where its history is longer than one question covers', async () => {
    const { peer, venue, events, pass } = await session(undefined, [{ orderId: OLD, symbol: SYMBOL }]);
    peer.rest.set('GET /api/v1/accounts', () => ok([]));
    peer.rest.set('GET /api/v1/hf/orders/active/symbols', () => ok({ symbols: null }));
    for (const list of ['orders/done', 'fills'])
      peer.rest.set(`GET /api/v1/hf/${list}`, () => ok({ items: null }));
    venue.reconcile(START_US - 30 * 86_400_000_000, true);
    await pass(0);
    const [event] = events;
    if (event?.kind !== 'account') throw new Error(JSON.stringify(events));
    const readUs = (event.account.readToUs ?? 0) - event.account.sinceUs;
    expect([event.account.balances, readUs < 7 * 86_400_000_000, readUs > 6 * 86_400_000_000]).toEqual([
      undefined,
      true,
      true,
    ]);
    await venue.stop();
  });

  it('has the fees that it says; a symbol that is not listed refuses no other', async () => {
    const { venue } = await session((made) =>
      made.rest.set('GET /api/v1/trade-fees', ({ symbols }) =>
        String(symbols).includes('NO-SUCH')
          ? refused('400100')
          : ok([
              { symbol: SYMBOL, takerFeeRate: '0.0008', makerFeeRate: '-0.00005' },
              { symbol: 'ETH-USDT', takerFeeRate: '' },
            ]),
      ),
    );
    const { takers: fees, makers } = await venue.readFees([SYMBOL, 'BTC/USDT', 'NO-SUCH', 'ETH-USDT']);
    expect([...fees].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([[SYMBOL, '0.0008']]);
    expect([...makers].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([[SYMBOL, '0']]);
    await venue.stop();
  });

  it('has a countdown at the venue that is renewed and ended by calls, and that a refusal names', async () => {
    const { peer, venue, events, asked } = await session((made) => {
      made.rest.set('POST /api/v1/hf/orders/dead-cancel-all', () => ok({ currentTime: 1, triggerTime: 2 }));
      made.rest.set('GET /api/v1/hf/orders/active/symbols', () => ok({ symbols: null }));
    });
    venue.keepAlive(60_000);
    await settle();
    expect(events).toMatchObject([{ kind: 'guarded', timeoutMs: 60_000, refusal: '' }]);
    peer.rest.set('POST /api/v1/hf/orders/dead-cancel-all', () => refused('400100'));
    venue.keepAlive(30_500);
    await settle();
    expect(events.at(-1)).toMatchObject({ kind: 'guarded', refusal: expect.stringMatching(/400100/) });
    await venue.stop();
    expect(asked('POST /api/v1/hf/orders/dead-cancel-all').map(({ timeout }) => timeout)).toEqual([
      60, 31, -1,
    ]);
  });
});

it('the countdown goes on where the venue shows an order of an earlier run', async () => {
  const call = 'POST /api/v1/hf/orders/dead-cancel-all';
  const { venue, asked } = await session((made) => {
    made.rest.set(call, () => ok({ currentTime: 1, triggerTime: 2 }));
    made.rest.set('GET /api/v1/hf/orders/active/symbols', () => ok({ symbols: [SYMBOL] }));
    made.rest.set('GET /api/v1/hf/orders/active/page', () => ok({ totalPage: 1, items: [orderRow(OLD)] }));
  });
  venue.keepAlive(60_000);
  await settle();
  await venue.stop();
  expect(asked(call)).toEqual([{ timeout: 60 }]);
});

it('a watchdog cancels by one call, and symbol by symbol what that left', async () => {
  const peer = new ScriptedAccount();
  const failedSymbols = [{ symbol: 'ETH-USDT', error: 'system timeout' }];
  peer.rest.set('DELETE /api/v1/hf/orders/cancelAll', () => ok({ succeedSymbols: [SYMBOL], failedSymbols }));
  peer.rest.set('DELETE /api/v1/hf/orders', ({ symbol }) =>
    symbol === 'ETH-USDT' ? ok('success') : refused('400100'),
  );
  peer.rest.set('GET /api/v1/hf/orders/active/symbols', () => ok({ symbols: [SYMBOL, 'ETH-USDT'] }));
  peer.rest.set('GET /api/v1/hf/orders/active/page', () => ok({ totalPage: 1, items: [orderRow(ID)] }));
  const cancel = kucoinEmergencyCancel({
    clock: peer.clock,
    network: peer,
    credential: CREDENTIAL,
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    timeoutMs: 1_000,
  });
  expect([await cancel.cancelAll(), await cancel.countOpen()]).toEqual([2, 2]);
  failedSymbols[0] = { symbol: 'XRP-USDT', error: 'system timeout' };
  await expect(cancel.cancelAll()).rejects.toThrow(/400100/);
});
