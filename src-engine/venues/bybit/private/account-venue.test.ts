import { describe, expect, it } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import type { HttpAnswer } from '../../network.ts';
import { bybitEmergencyCancel } from './emergency-cancel.ts';
import {
  fillRow,
  KEY,
  ok,
  openAccount,
  orderRow,
  ScriptedAccount,
  SECRET,
  START_US,
  SYMBOL,
  venueId,
  WALLET,
} from './testing/scripted-account.ts';

const ID = '000001'.padEnd(32, 'a');
const OTHER = '000002'.padEnd(32, 'a');

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
  events.length = 0;
  const place = (orderId = ID, aheadUs = 2_000_000): void => {
    const expireUs = peer.clock.nowUs() + aheadUs;
    const terms = { side: 'buy', price: decimal('100.50'), qty: decimal('2'), timeInForce: 'ioc' } as const;
    venue.place({ orderId, instrumentId: 0, symbol: SYMBOL, ...terms, expireUs });
  };
  return { peer, venue, events, place };
}

const refused = (retCode: number, headers?: Record<string, string>): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ retCode, retMsg: 'no' }),
  headers,
});
const kindsOf = (events: readonly VenueOrderEvent[]): string[] => events.map(({ kind }) => kind);

describe('orders at Bybit', () => {
  it('are limit orders of the spot market without leverage, taken until their deadline and no longer', async () => {
    const { peer, venue, place } = await session((made) => (made.skewMs = 3_000));
    place(ID, 1_234_567);
    const { header, args, reqId } = peer.sent.find(({ op }) => op === 'order.create') ?? {};
    expect(args).toEqual([
      {
        category: 'spot',
        symbol: SYMBOL,
        side: 'Buy',
        orderType: 'Limit',
        qty: '2',
        price: '100.5',
        timeInForce: 'IOC',
        orderLinkId: ID,
        isLeverage: 0,
        orderFilter: 'Order',
      },
    ]);
    expect(header).toEqual({ 'X-BAPI-TIMESTAMP': String(peer.serverMs), 'X-BAPI-RECV-WINDOW': '1234' });
    expect(reqId?.length).toBeLessThanOrEqual(36);
    await venue.stop();
  });

  it('go by REST where order entry is down, once, and end as the answer says', async () => {
    for (const [answer, kind] of [
      [ok({ orderId: 'v-1', orderLinkId: ID }), 'accepted'],
      [ok({}), 'unknown'],
      [refused(170131), 'rejected'],
      [refused(10002), 'rejected'],
      [refused(10016), 'unknown'],
      [{ status: 502, body: '' }, 'unknown'],
      [{ status: 429, body: '' }, 'unknown'],
      [{ status: 429, body: '{"retCode":10016}' }, 'unknown'],
      [{ status: 429, body: '{"retCode":10006}' }, 'rejected'],
      [{ status: 403, body: 'access too frequent' }, 'rejected'],
    ] as const) {
      const { peer, venue, events, place } = await session((made) => {
        made.hasNoTrade = true;
        made.rest.set('POST /v5/order/create', () => answer);
      });
      place();
      await settle();
      expect([answer, kindsOf(events)]).toEqual([answer, [kind]]);
      expect(peer.asked.filter(({ call }) => call.endsWith('create'))).toHaveLength(1);
      await venue.stop();
    }
  });

  it('are not sent when the orders of this second are used up, and shown as used', async () => {
    const { peer, venue, events, place } = await session();
    place();
    const header = {
      'X-Bapi-Limit': '20',
      'X-Bapi-Limit-Status': '0',
      'X-Bapi-Limit-Reset-Timestamp': String(peer.serverMs + 400),
    };
    peer.answer(ID, { retCode: 0, retMsg: 'OK', data: { orderId: 'v-1' }, header });
    expect(venue.limitsUsed()).toEqual([{ name: 'orders', intervalS: 1, used: 20, limit: 20 }]);
    place(OTHER);
    peer.clock.advanceTo(peer.clock.nowUs());
    expect(events.at(-1)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/20 orders a second/),
    });
    peer.clock.advanceTo(peer.clock.nowUs() + 400_000);
    place('000003'.padEnd(32, 'a'));
    expect(peer.sent.filter(({ op }) => op === 'order.create')).toHaveLength(2);
    await venue.stop();
  });

  it('that filled while they were canceled end once, though the venue says it twice', async () => {
    const { peer, venue, events, place } = await session();
    place();
    peer.answer(ID, { retCode: 0, retMsg: 'OK', data: { orderId: venueId(ID) } });
    peer.push('execution.spot', fillRow(ID));
    peer.push('order.spot', orderRow(ID, { orderStatus: 'Filled', cumExecQty: '2' }));
    const late = { orderStatus: 'Filled', rejectReason: 'EC_OrigClOrdIDDoesNotExist', cumExecQty: '2' };
    peer.push('order.spot', orderRow(ID, late));
    peer.push('execution.spot', fillRow(ID));
    peer.push('execution.spot', fillRow(ID, { execType: 'Funding', execId: 'e-2' }));
    expect(kindsOf(events)).toEqual(['accepted', 'fill']);
    await venue.stop();
  });

  it.each([
    ['PartiallyFilledCanceled', 'CancelByUser', 'CancelByUser'],
    ['Cancelled', 'UNKNOWN', 'EC_NoImmediateQtyToFill'],
    ['Rejected', 'UNKNOWN', 'EC_NoImmediateQtyToFill'],
    ['Deactivated', 'UNKNOWN', 'EC_NoImmediateQtyToFill'],
  ])('end as %s with what was filled', async (orderStatus, cancelType, reason) => {
    const { peer, venue, events, place } = await session();
    place();
    const rejectReason = reason === cancelType ? 'EC_NoError' : reason;
    peer.push('order.spot', orderRow(ID, { orderStatus, cancelType, rejectReason, cumExecQty: '0.5' }));
    expect(events.at(-1)).toMatchObject({ kind: 'canceled', orderId: ID, reason, filledQty: '0.5' });
    await venue.stop();
  });

  it('whose fee names no coin are named as unread, and no coin is guessed; a fee of zero needs none', async () => {
    const { peer, venue, events, place } = await session();
    place();
    peer.push('execution.spot', fillRow(ID, { feeCurrency: '' }));
    peer.push('order.spot', orderRow(ID, { orderStatus: 'Somehow' }));
    expect(events.map((event) => event.kind === 'unread-rows' && event.rows[0]?.problem)).toEqual([
      'feeCurrency "" is not a name',
      'orderStatus "Somehow" is not known',
    ]);
    peer.push('execution.spot', fillRow(ID, { feeCurrency: '', execFee: '0', execId: 'e-9' }));
    expect(events.at(-1)).toMatchObject({ kind: 'fill', fill: { fee: '0', feeAsset: '' } });
    await venue.stop();
  });

  it('that were charged more than their fee are named as unread; an empty list of such charges is none', async () => {
    const { peer, venue, events, place } = await session();
    place();
    const tax = { feeCoin: 'INR', feeType: 'GST', fee: '0.0064' };
    for (const extraFees of [[tax], JSON.stringify([tax])])
      peer.push('execution.spot', fillRow(ID, { extraFees }));
    const problems = events.map((event) => event.kind === 'unread-rows' && event.rows[0]?.problem);
    expect(problems).toEqual([
      expect.stringMatching(/^extraFees \[\{"feeCoin":"INR"/),
      expect.stringMatching(/^extraFees "\[/),
    ]);
    for (const [n, extraFees] of [undefined, null, '', '[]', []].entries())
      peer.push('execution.spot', fillRow(ID, { extraFees, execId: `e-${n}` }));
    expect(kindsOf(events).slice(2)).toEqual(['accepted', 'fill', 'fill', 'fill', 'fill', 'fill']);
    await venue.stop();
  });

  it('that come too late by a clock that was set are rejected once, and the clock is measured for the next', async () => {
    for (const hasNoTrade of [false, true]) {
      const { peer, venue, events, place } = await session((made) => {
        made.hasNoTrade = hasNoTrade;
        made.rest.set('POST /v5/order/create', () => ok({ orderId: 'v-1' }));
      });
      peer.skewMs = 60_000;
      place();
      if (!hasNoTrade) peer.answer(ID, { retCode: 10002, retMsg: 'late' });
      await settle();
      expect(kindsOf(events)).toEqual(['rejected']);
      expect(peer.asked).toEqual([]);
      expect(venue.clockSkew?.skewUs).toBe(60_000_000);
      await venue.stop();
    }
  });

  it('are canceled by our id in their symbol; one that nothing knows is looked for', async () => {
    const earlier = [{ orderId: OTHER, symbol: 'ETHUSDT' }];
    const { peer, venue, events } = await session((made) => {
      made.rest.set('POST /v5/order/cancel', () => ok({}));
      made.rest.set('GET /v5/order/realtime', () => ok({ list: [orderRow(ID)], nextPageCursor: '' }));
    }, earlier);
    venue.cancel(OTHER);
    venue.cancel(ID);
    venue.cancel('000009'.padEnd(32, 'a'));
    await settle();
    const canceled = peer.asked
      .filter(({ call }) => call === 'POST /v5/order/cancel')
      .map(({ params }) => params);
    expect(canceled).toEqual([
      { category: 'spot', symbol: 'ETHUSDT', orderLinkId: OTHER },
      { category: 'spot', symbol: SYMBOL, orderLinkId: ID },
    ]);
    const reason: unknown = expect.stringMatching(/no open order/);
    expect(events).toMatchObject([{ kind: 'cancel-rejected', reason }]);
    await venue.stop();
  });
});

describe('the account at Bybit', () => {
  const reading = (prepare: (peer: ScriptedAccount) => void) =>
    session((made) => {
      made.rest.set('GET /v5/account/wallet-balance', () => ok(WALLET));
      made.rest.set('GET /v5/order/realtime', () => ok({ list: [orderRow(ID)], nextPageCursor: '' }));
      made.rest.set('GET /v5/order/history', () => ok({ list: [] }));
      made.rest.set('GET /v5/execution/list', () => ok({ list: [] }));
      prepare(made);
    });

  it('is read page by page: what is open, what ended, fills of ours alone, and balances', async () => {
    const { venue, events } = await reading((made) => {
      made.rest.set('GET /v5/order/history', ({ cursor }) =>
        cursor === undefined
          ? ok({
              list: [orderRow(OTHER, { orderStatus: 'Filled', cumExecQty: '2' })],
              nextPageCursor: 'more',
            })
          : ok({
              list: [orderRow('elsewhere', { orderId: 'v-9', orderStatus: 'Cancelled' })],
              nextPageCursor: '',
            }),
      );
      made.rest.set('GET /v5/execution/list', () =>
        ok({
          list: [
            fillRow(OTHER, { execId: 'e-2', execTime: String(START_US / 1_000 + 5) }),
            fillRow(OTHER),
            fillRow('elsewhere', { orderId: 'v-9', execId: 'e-3' }),
            fillRow(ID, { execId: 'e-4', execQty: 'some' }),
          ],
        }),
      );
    });
    venue.reconcile(START_US - 60_000_000, true);
    await settle();
    const [event] = events;
    if (event?.kind !== 'account') throw new Error('no account');
    const { orders, fills, balances, unread, readToUs } = event.account;
    expect(orders.map(({ orderId, state }) => [orderId, state])).toEqual([
      [ID, 'open'],
      [OTHER, 'filled'],
      [undefined, 'canceled'],
    ]);
    expect(fills.map(({ fillId, orderId }) => [fillId, orderId])).toEqual([
      ['e-1', OTHER],
      ['e-2', OTHER],
    ]);
    expect(balances).toEqual([{ asset: 'USDT', total: '1000', held: '0' }]);
    expect(unread).toMatchObject([
      { source: 'execution/list', orderId: ID, problem: 'execQty "some" is not an amount' },
    ]);
    expect(readToUs).toBeUndefined();
    await venue.stop();
  });

  it('is read in parts where its history is longer than one question covers, or has too many pages', async () => {
    const { peer, venue, events } = await reading(() => undefined);
    venue.reconcile(START_US - 30 * 86_400_000_000, true);
    await settle();
    const [event] = events;
    if (event?.kind !== 'account') throw new Error('no account');
    expect(event.account.balances).toBeUndefined();
    expect((event.account.readToUs ?? 0) - event.account.sinceUs).toBeLessThan(7 * 86_400_000_000);
    expect((event.account.readToUs ?? 0) - event.account.sinceUs).toBeGreaterThan(6 * 86_400_000_000);
    let page = 0;
    peer.rest.set('GET /v5/order/history', ({ startTime, endTime }) => {
      const isShort = endTime !== undefined && Number(endTime) - Number(startTime) < 3_600_000;
      return ok({ list: [orderRow(OTHER)], nextPageCursor: isShort ? '' : `page-${++page}` });
    });
    events.length = 0;
    venue.reconcile(START_US - 86_400_000_000, true);
    for (let turn = 0; turn < 20; turn++) await settle();
    const [again] = events;
    if (again?.kind !== 'account') throw new Error('no account');
    expect((again.account.readToUs ?? 0) - again.account.sinceUs).toBeLessThan(3_600_000_000);
    await venue.stop();
  });

  it('is asked again when it moved meanwhile, and not without end', async () => {
    let total = 1_000;
    const { venue, events } = await reading((made) =>
      made.rest.set('GET /v5/account/wallet-balance', () =>
        ok({ list: [{ coin: [{ coin: 'USDT', walletBalance: String(total--), locked: '' }] }] }),
      ),
    );
    venue.reconcile(START_US, true);
    for (let turn = 0; turn < 4; turn++) await settle();
    expect(events).toMatchObject([{ kind: 'account-failed' }]);
    await venue.stop();
  });

  it('shows what the stream says of balances; what is locked beyond what is held is all of it', async () => {
    const { peer, venue } = await session((made) =>
      made.rest.set('GET /v5/account/wallet-balance', () =>
        ok({ list: [{ coin: [{ coin: 'BTC', walletBalance: '1', locked: '1.5' }] }] }),
      ),
    );
    peer.push('wallet', {
      coin: [
        { coin: 'USDT', walletBalance: '7', locked: '0' },
        { coin: 'X', walletBalance: '' },
      ],
    });
    expect([...venue.balances]).toEqual([['USDT', '7']]);
    expect(await venue.readBalances()).toEqual([{ asset: 'BTC', total: '1', held: '1' }]);
    await venue.stop();
  });

  it('measures its clock again where a timestamp is refused, and asks once more', async () => {
    const peer = new ScriptedAccount();
    const venue = openAccount(peer);
    peer.skewMs = 60_000;
    peer.rest.set('GET /v5/account/wallet-balance', () => ok(WALLET));
    expect(await venue.readBalances()).toHaveLength(1);
    expect(venue.clockSkew?.skewUs).toBe(60_000_000);
  });

  it('is up when the answer to its subscription lacks the id that was given', async () => {
    const peer = new ScriptedAccount();
    peer.hasNoIds = true;
    const venue = openAccount(peer);
    const events: VenueOrderEvent[] = [];
    venue.connect((event) => events.push(event));
    await settle();
    expect(events).toMatchObject([{ kind: 'link', state: 'up' }]);
    await venue.stop();
  });

  it('hands a cursor back as the venue gave it, percent signs and all', async () => {
    const given = 'page_args%3Dabc%26x';
    const { peer, venue } = await reading((made) =>
      made.rest.set('GET /v5/order/realtime', ({ cursor }) =>
        ok({ list: [orderRow(ID)], nextPageCursor: cursor === given ? '' : given }),
      ),
    );
    venue.reconcile(START_US, true);
    await settle();
    const cursors = peer.asked
      .filter(({ call }) => call.endsWith('realtime'))
      .map(({ params }) => params['cursor']);
    expect(cursors.slice(0, 2)).toEqual([undefined, given]);
    await venue.stop();
  });

  it('takes fees of the symbols that are asked for; one that the account does not say is absent', async () => {
    const { venue } = await session((made) =>
      made.rest.set('GET /v5/account/fee-rate', () =>
        ok({
          list: [
            { symbol: SYMBOL, takerFeeRate: '0.00075', makerFeeRate: '0.0001' },
            { symbol: 'ETHUSDT', takerFeeRate: '' },
            { symbol: 'XRPUSDT', takerFeeRate: '0.001' },
          ],
        }),
      ),
    );
    const { takers: fees, makers } = await venue.readFees([SYMBOL, 'ETHUSDT']);
    expect([...fees].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([[SYMBOL, '0.00075']]);
    expect([...makers].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([[SYMBOL, '0.0001']]);
    await venue.stop();
  });
});

it('a watchdog cancels orders of every kind by calls that reach every symbol, whatever kinds the venue refuses', async () => {
  const peer = new ScriptedAccount();
  peer.rest.set('POST /v5/order/cancel-all', ({ orderFilter }) =>
    orderFilter === 'OcoOrder' ? refused(10001) : ok({ list: [{}, {}], success: '1' }),
  );
  peer.rest.set('GET /v5/order/realtime', () => ok({ list: [orderRow(ID)], nextPageCursor: '' }));
  const cancel = bybitEmergencyCancel({
    clock: peer.clock,
    network: peer,
    credential: { key: KEY, secret: SECRET },
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    timeoutMs: 1_000,
  });
  expect(await cancel.cancelAll()).toBe(8);
  expect(await cancel.countOpen()).toBe(1);
  peer.rest.set('POST /v5/order/cancel-all', () => refused(10003));
  await expect(cancel.cancelAll()).rejects.toThrow(/10003/);
});
