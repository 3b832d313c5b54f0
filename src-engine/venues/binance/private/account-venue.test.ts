/** Orders at Binance: what is its own beyond what every venue must do (venues/conformance). */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import {
  BALANCES,
  hmac,
  KEY,
  ok,
  openAccount,
  report,
  ScriptedAccount,
  SYMBOL,
} from './testing/scripted-account.ts';

const ID = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';
const ED25519 =
  '-----BEGIN PRIVATE KEY-----MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g-----END PRIVATE KEY-----';

async function start(more: Parameters<typeof openAccount>[1] = {}, peer = new ScriptedAccount()) {
  const venue = openAccount(peer, more);
  const events: VenueOrderEvent[] = [];
  venue.connect((event) => events.push(event));
  await settle();
  const place = (orderId = ID, msAhead = 2_000): void => {
    const expireUs = peer.clock.nowUs() + msAhead * 1_000;
    const terms = {
      side: 'buy',
      price: decimal('61737.63'),
      qty: decimal('0.002'),
      timeInForce: 'ioc',
    } as const;
    venue.place({ orderId, instrumentId: 0, symbol: SYMBOL, ...terms, expireUs });
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      peer.clock.advanceTo(peer.clock.nowUs() + Math.min(left, 100) * 1_000);
      await settle();
    }
  };
  return { peer, venue, events, place, pass };
}

const methods = ({ sent }: ScriptedAccount): string[] => sent.map(({ method }) => method);
const last = (peer: ScriptedAccount, method: string) => peer.sent.findLast((one) => one.method === method);

describe('a session', () => {
  it('with an HMAC key signs the subscription and every order', async () => {
    const { peer, place, venue } = await start();
    expect(methods(peer)).toEqual(['time', 'userDataStream.subscribe.signature']);
    place();
    const { params = {} } = last(peer, 'order.place') ?? {};
    const { signature, ...signed } = params;
    const payload = Object.keys(signed)
      .sort()
      .map((name) => `${name}=${String(signed[name])}`)
      .join('&');
    expect(signature).toBe(hmac(payload));
    const terms = { symbol: SYMBOL, side: 'BUY', type: 'LIMIT', timeInForce: 'IOC' };
    const amounts = { price: '61737.63', quantity: '0.002' };
    const ids = { newClientOrderId: ID, newOrderRespType: 'ACK', apiKey: KEY };
    const timing = { timestamp: peer.serverMs, recvWindow: 2_000 };
    expect(signed).toEqual({ ...terms, ...amounts, ...ids, ...timing });
    await venue.stop();
  });

  it('with an Ed25519 key is logged on once, and orders carry neither key nor signature', async () => {
    const { peer, place, venue, events } = await start({ secret: ED25519 });
    expect(methods(peer)).toEqual(['time', 'session.logon', 'userDataStream.subscribe']);
    expect(events).toMatchObject([{ kind: 'link', state: 'up' }]);
    place();
    expect(Object.keys(last(peer, 'order.place')?.params ?? {})).not.toContain('signature');
    await venue.stop();
  });

  it.each([
    ['eventStreamTerminated', { subscriptionId: 0, event: { e: 'eventStreamTerminated', E: 1 } }],
    ['serverShutdown', { event: { e: 'serverShutdown', E: 1 } }],
    [
      'a key whose rights were taken',
      { id: null, status: 401, error: { code: -2015, msg: 'Invalid API-key' } },
    ],
    ['what is not a JSON object', []],
  ])('ends with %s, and another one begins', async (_what, frame) => {
    const { peer, venue, events, pass } = await start();
    peer.say(frame);
    expect(events.at(-1)).toMatchObject({ kind: 'link', state: 'down' });
    await pass(5_000);
    expect([peer.connections, events.at(-1)]).toMatchObject([2, { kind: 'link', state: 'up' }]);
    await venue.stop();
  });

  it('is asked for again with another connection while the venue refuses it', async () => {
    const peer = new ScriptedAccount();
    peer.answersSession = false;
    const { events, venue, pass } = await start({}, peer);
    peer.answer('userDataStream.subscribe.signature', {
      status: 400,
      error: { code: -2015, msg: 'Invalid API-key' },
    });
    expect(events).toMatchObject([
      { state: 'down', reason: expect.stringContaining('-2015 Invalid API-key') },
    ]);
    peer.answersSession = true;
    await pass(5_000);
    expect(events.at(-1)).toMatchObject({ state: 'up' });
    await venue.stop();
  });

  it('sets its times by the venue’s clock, not by ours', async () => {
    const peer = new ScriptedAccount();
    peer.skewMs = -40_000;
    const { place, venue } = await start({}, peer);
    place();
    expect(last(peer, 'order.place')?.params?.['timestamp']).toBe(peer.serverMs);
    expect(venue.clockSkew?.skewUs).toBe(-40_000_000);
    await venue.stop();
  });
});

describe('an order', () => {
  it('is not sent after its deadline, and is refused by the venue after it', async () => {
    const { peer, place, venue, events, pass } = await start();
    place(ID, -1);
    await pass(100);
    expect(events.at(-1)).toMatchObject({ kind: 'rejected', reason: 'not sent: its deadline has passed' });
    place(OTHER, 60_000);
    expect(last(peer, 'order.place')?.params?.['recvWindow']).toBe(5_000);
    await venue.stop();
  });

  it('under an id of an earlier run is not sent: the venue would take it a second time once the first has ended', async () => {
    const { peer, place, venue, events, pass } = await start({
      earlierOrders: [{ orderId: ID, symbol: SYMBOL }],
    });
    place();
    await pass(100);
    expect(events.at(-1)).toMatchObject({
      kind: 'rejected',
      reason: 'not sent: an earlier run sent an order with this id',
    });
    expect(methods(peer)).not.toContain('order.place');
    await venue.stop();
  });

  it('under an id that is open already is unknown: it may be that very order', async () => {
    const { peer, place, venue, events } = await start();
    place();
    peer.answer('order.place', { status: 400, error: { code: -2010, msg: 'Duplicate order sent.' } });
    expect(events.at(-1)).toMatchObject({ kind: 'unknown', orderId: ID });
    await venue.stop();
  });

  it('that was canceled is known by the id in C, not by that of the cancel', async () => {
    const { peer, place, venue, events } = await start();
    place();
    peer.event(report('web_of_the_cancel', { x: 'CANCELED', X: 'CANCELED', C: ID, z: '0.001' }));
    expect(events.at(-1)).toMatchObject({ kind: 'canceled', orderId: ID, filledQty: '0.001' });
    await venue.stop();
  });

  it('is filled to its end by one report: the fill first, and no cancel after it', async () => {
    const { peer, place, venue, events } = await start();
    place();
    const fill = {
      x: 'TRADE',
      X: 'FILLED',
      t: 9,
      L: '61737.60',
      l: '0.00200000',
      n: '0.00000150',
      N: 'BNB',
      z: '0.002',
    };
    peer.event(report(ID, fill));
    peer.event(report(ID, { x: 'EXPIRED', X: 'EXPIRED', z: '0.002' }));
    expect(events.slice(1)).toMatchObject([
      { kind: 'accepted', venueOrderId: 'BTCUSDT:4293153' },
      {
        kind: 'fill',
        fill: {
          fillId: 'BTCUSDT:9',
          price: '61737.60',
          qty: '0.00200000',
          fee: '0.00000150',
          feeAsset: 'BNB',
        },
      },
    ]);
    expect(events).toHaveLength(3);
    await venue.stop();
  });

  it('of another client is not our order, and changes nothing', async () => {
    const { peer, venue, events } = await start();
    peer.event(report('web_abc', { x: 'TRADE', X: 'FILLED', t: 9, L: '1', l: '1', n: '0', N: 'BNB' }));
    peer.event({ e: 'balanceUpdate', a: 'BTC', d: '1', T: 1 });
    peer.event({
      e: 'outboundAccountPosition',
      B: [
        { a: 'BTC', f: '1.5', l: '0.5' },
        { a: 'X', f: 'much' },
      ],
    });
    expect(events).toHaveLength(1);
    expect([...venue.balances]).toEqual([['BTC', '2']]);
    await venue.stop();
  });

  it.each([
    ['a 5xx', { status: 502, body: 'Bad gateway' }, 'unknown'],
    [
      'a 429 without a code, as a gateway has it,',
      { status: 429, body: '<html>slow down</html>' },
      'unknown',
    ],
    ['a 429 with a code', { status: 429, body: '{"code":-1003,"msg":"Too much"}' }, 'rejected'],
    ['a body that is none', { status: 200, body: 'null' }, 'unknown'],
  ])('leaves by REST, once, where the socket is down; after %s it is %s', async (_what, answer, kind) => {
    const { peer, place, venue, events } = await start();
    peer.rest.set('POST /api/v3/order', () => answer);
    peer.cut();
    place();
    await settle();
    expect(peer.asked).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ kind, orderId: ID });
    await venue.stop();
  });

  it('is not sent again by REST where its timestamp is refused: a kill may have come meanwhile', async () => {
    const { peer, place, venue, events } = await start();
    let tries = 0;
    peer.rest.set('POST /api/v3/order', () => {
      tries++;
      return { status: 400, body: '{"code":-1021,"msg":"Timestamp for this request was 1000ms ahead"}' };
    });
    peer.cut();
    place();
    await settle();
    await settle();
    expect(tries).toBe(1);
    expect(events.at(-1)).toMatchObject({ kind: 'rejected', orderId: ID });
    await venue.stop();
  });
});

it('a timestamp that is refused on the connection has the venue asked for its time, which counts for the next order', async () => {
  const { peer, place, venue, events } = await start();
  place();
  peer.skewMs = 60_000;
  peer.answer('order.place', { status: 400, error: { code: -1021, msg: 'Timestamp' } });
  await settle();
  expect(events.at(-1)).toMatchObject({ kind: 'rejected', orderId: ID });
  place(OTHER);
  expect(last(peer, 'order.place')?.params?.['timestamp']).toBe(peer.serverMs);
  await venue.stop();
});

describe('a cancel', () => {
  it('names the symbol of its order: of this run, of an earlier one, or as the venue shows it', async () => {
    const earlier = '00000000000000000000000000000001';
    const { peer, place, venue } = await start({ earlierOrders: [{ orderId: earlier, symbol: 'ETHBTC' }] });
    place();
    peer.rest.set('GET /api/v3/openOrders', () => ok([{ symbol: 'LTCBTC', clientOrderId: OTHER }]));
    for (const id of [ID, earlier, OTHER]) venue.cancel(id);
    await settle();
    expect(
      peer.sent.flatMap(({ method, params }) =>
        method === 'order.cancel' ? [[params?.['symbol'], params?.['origClientOrderId']]] : [],
      ),
    ).toEqual([
      [SYMBOL, ID],
      ['ETHBTC', earlier],
      ['LTCBTC', OTHER],
    ]);
    await venue.stop();
  });

  it('of an unknown order is answered, and one without an answer is repeated by REST', async () => {
    const { peer, place, venue, events, pass } = await start();
    peer.rest.set('GET /api/v3/openOrders', () => ok([]));
    venue.cancel(OTHER);
    await settle();
    expect(events.at(-1)).toMatchObject({ kind: 'cancel-rejected', orderId: OTHER });
    place();
    peer.answer('order.place', { status: 200, result: { orderId: 1 } });
    peer.rest.set('DELETE /api/v3/order', () => ({
      status: 400,
      body: '{"code":-2011,"msg":"Unknown order sent."}',
    }));
    venue.cancel(ID);
    await pass(5_100);
    expect(events.at(-1)).toMatchObject({
      kind: 'cancel-rejected',
      orderId: ID,
      reason: expect.stringContaining('-2011'),
    });
    await venue.stop();
  });

  it('of everything goes to each symbol at once, and by REST where the socket is down', async () => {
    const { peer, place, venue, events, pass } = await start({
      earlierOrders: [{ orderId: OTHER, symbol: 'ETHBTC' }],
    });
    place();
    peer.answer('order.place', { status: 200, result: { orderId: 1 } });
    peer.rest.set('GET /api/v3/openOrders', () => ok([]));
    venue.cancelAll();
    const symbols = peer.sent.flatMap(({ method, params }) =>
      method === 'openOrders.cancelAll' ? [params?.['symbol']] : [],
    );
    expect(symbols).toEqual([SYMBOL, 'ETHBTC']);
    for (const symbol of symbols)
      peer.answer(
        'openOrders.cancelAll',
        { status: 400, error: { code: -2011, msg: 'Unknown order sent.' } },
        ({ params }) => params?.['symbol'] === symbol,
      );
    await settle();
    expect([peer.asked.map(({ call }) => call), events.at(-1)]).toMatchObject([
      ['GET /api/v3/openOrders'],
      { kind: 'open-orders', count: 0 },
    ]);
    let isOpen = true;
    peer.rest.set('GET /api/v3/openOrders', () =>
      ok(
        isOpen
          ? [
              { symbol: 'LTCBTC', clientOrderId: 'web_1' },
              { symbol: SYMBOL, clientOrderId: ID },
            ]
          : [],
      ),
    );
    peer.rest.set('DELETE /api/v3/openOrders', () => {
      isOpen = false;
      return ok([{}]);
    });
    peer.cut();
    peer.answersSession = false;
    peer.asked.length = 0;
    venue.cancelAll();
    await pass(100);
    expect(peer.asked.map(({ call, params }) => `${call} ${params.get('symbol') ?? ''}`.trim())).toEqual([
      'GET /api/v3/openOrders',
      'DELETE /api/v3/openOrders LTCBTC',
      `DELETE /api/v3/openOrders ${SYMBOL}`,
      'GET /api/v3/openOrders',
    ]);
    expect(events.at(-1)).toMatchObject({ kind: 'open-orders', count: 0 });
    await venue.stop();
  });
});

describe('limits', () => {
  const row = (count: number, interval = 'SECOND', intervalNum = 10, limit = 50) => ({
    rateLimitType: 'ORDERS',
    interval,
    intervalNum,
    limit,
    count,
  });

  it('are shown as published and as used, and a new order waits before they are reached', async () => {
    const { peer, place, venue, events, pass } = await start();
    place();
    peer.answer('order.place', {
      status: 200,
      result: { orderId: 1 },
      rateLimits: [row(44), row(4_043, 'DAY', 1, 160_000)],
    });
    expect(venue.limitsUsed()).toEqual([
      { name: 'unfilled orders', intervalS: 10, used: 44, limit: 50 },
      { name: 'unfilled orders', intervalS: 86_400, used: 4_043, limit: 160_000 },
    ]);
    place(OTHER);
    place('00000000000000000000000000000001');
    await pass(100);
    expect(events.at(-1)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/45 of 50 unfilled orders in 10 s are used up/),
    });
    await pass(10_000);
    place('00000000000000000000000000000002');
    expect(last(peer, 'order.place')?.params?.['newClientOrderId']).toBe('00000000000000000000000000000002');
    await venue.stop();
  });

  it.each([
    [429, /asks for a pause, for 30 s/],
    [418, /has banned this address, for 30 s/],
  ])(
    'that were broken (%i) are respected: nothing leaves until the pause is over',
    async (status, reason) => {
      const { peer, place, venue, events, pass } = await start();
      place();
      const data = { serverTime: peer.serverMs, retryAfter: peer.serverMs + 30_000 };
      peer.answer('order.place', { status, error: { code: -1003, msg: 'Too much', data } });
      expect(events.at(-1)).toMatchObject({ kind: 'rejected', orderId: ID });
      const before = peer.sent.length;
      place(OTHER);
      await pass(1_000);
      expect(events.at(-1)).toMatchObject({
        kind: 'rejected',
        orderId: OTHER,
        reason: expect.stringMatching(reason),
      });
      await expect(venue.readBalances()).rejects.toThrow(reason.source.split(',')[0]);
      expect(peer.asked).toEqual([]);
      // The connection is quiet for longer than it may be otherwise: it is neither asked for a sign of life nor given up.
      await pass(28_900);
      expect([peer.sent.length, peer.connections]).toEqual([before, 1]);
      // A connection costs weight too: one that ends in the pause is replaced after it.
      if (status === 418) peer.cut();
      expect(peer.sent).toHaveLength(before);
      await pass(30_000);
      expect(peer.connections).toBe(status === 418 ? 2 : 1);
      expect(last(peer, 'ping')).toBeDefined();
      place('00000000000000000000000000000003');
      expect(last(peer, 'order.place')?.params?.['newClientOrderId']).toBe(
        '00000000000000000000000000000003',
      );
      await venue.stop();
    },
  );
});

describe('a cancel of everything', () => {
  it.each([
    [429, 1],
    [418, 0],
  ])('while an answer of %i holds all else leaves %i times', async (status, times) => {
    const { peer, place, venue, pass } = await start({ earlierOrders: [{ orderId: OTHER, symbol: SYMBOL }] });
    place();
    const data = { serverTime: peer.serverMs, retryAfter: peer.serverMs + 30_000 };
    peer.answer('order.place', { status, error: { code: -1003, msg: 'Too much', data } });
    venue.cancelAll();
    await pass(100);
    const sent = peer.sent.filter(({ method }) => method === 'openOrders.cancelAll');
    expect(sent).toHaveLength(times);
    await venue.stop();
  });
});

describe('request weight that the header of an answer says is used', () => {
  const used = (weight: string) => ({ ...ok(BALANCES), headers: { 'x-mbx-used-weight-1m': weight } });

  it('by earlier runs holds questions back before the limit until the next minute, and no cancel', async () => {
    const { peer, venue, events, pass } = await start({ earlierOrders: [{ orderId: ID, symbol: SYMBOL }] });
    const startMs = peer.serverMs;
    peer.rest.set('GET /api/v3/account', () => used('5400'));
    peer.rest.set('GET /api/v3/openOrders', () => ok([]));
    peer.rest.set('DELETE /api/v3/openOrders', () => ok([]));
    await venue.readBalances();
    const leftMs = 60_000 - (startMs % 60_000);
    const why = `5400 of 6000 request weight in 60 s are used up for ${leftMs} ms`;
    venue.reconcile(peer.clock.nowUs(), true);
    await settle();
    expect(events.at(-1)).toMatchObject({
      kind: 'account-failed',
      reason: `GET /api/v3/account was not sent: ${why}`,
    });
    await expect(venue.readFees([SYMBOL])).rejects.toThrow(why);
    expect(peer.asked).toHaveLength(1);
    venue.cancelAll();
    await pass(2_000);
    expect(peer.asked.slice(1).map(({ call }) => call)).toContain('GET /api/v3/openOrders');
    await pass(leftMs);
    peer.rest.set('GET /api/v3/account', () => used('20'));
    await expect(venue.readBalances()).resolves.toHaveLength(1);
    await venue.stop();
  });

  it.each(['5399', '', '-1', '5400.5', '1e9', '9'.repeat(10)])(
    'as “%s” holds nothing back, and an older answer takes no count back',
    async (weight) => {
      const { peer, venue } = await start();
      for (const header of [weight, '1', weight]) {
        peer.rest.set('GET /api/v3/account', () => used(header));
        await expect(venue.readBalances()).resolves.toHaveLength(1);
      }
      const shown = weight === '5399' ? 5_399 : 1;
      expect(venue.limitsUsed()).toEqual([
        { name: 'request weight', intervalS: 60, used: shown, limit: 6_000 },
      ]);
      await venue.stop();
    },
  );
});

describe('a reading of the account', () => {
  const order = {
    symbol: SYMBOL,
    orderId: 5,
    clientOrderId: ID,
    price: '1',
    origQty: '2',
    executedQty: '2',
    status: 'FILLED',
    side: 'BUY',
  };
  const trade = {
    symbol: SYMBOL,
    id: 7,
    orderId: 5,
    price: '1.0',
    qty: '2.00',
    quoteQty: '1.99999999',
    commission: '0.00100000',
    commissionAsset: 'BNB',
    time: 1_785_641_751_500,
  };

  it('asks the histories of the symbols in which something of ours happened, and keeps every digit', async () => {
    const { peer, place, venue, events } = await start();
    place();
    peer.rest.set('GET /api/v3/account', () => ok(BALANCES));
    peer.rest.set('GET /api/v3/openOrders', () => ok([]));
    peer.rest.set('GET /api/v3/allOrders', () =>
      ok([order, { ...order, orderId: 6, clientOrderId: 'web_x' }]),
    );
    peer.rest.set('GET /api/v3/myTrades', () =>
      ok([trade, { ...trade, id: 8, orderId: 6 }, { ...trade, id: 9, qty: 2 }]),
    );
    venue.reconcile(peer.clock.nowUs(), true);
    await settle();
    expect(events.at(-1)).toMatchObject({
      kind: 'account',
      account: {
        orders: [{ orderId: ID, state: 'filled' }, { orderId: undefined }],
        fills: [
          {
            fillId: 'BTCUSDT:7',
            orderId: ID,
            qty: '2.00',
            fee: '0.00100000',
            feeAsset: 'BNB',
            cost: '1.99999999',
            atUs: 1_785_641_751_500_000,
          },
        ],
        balances: [{ asset: 'USDT', total: '1000', held: '0.00000000' }],
        unread: [{ source: 'myTrades', orderId: ID, problem: 'qty 2 is not an amount' }],
      },
    });
    expect(
      peer.asked.filter(({ call }) => call.endsWith('allOrders')).map(({ params }) => params.get('symbol')),
    ).toEqual([SYMBOL]);
    await venue.stop();
  });

  it('is made again when the account moved meanwhile, and fails by name when it cannot be had', async () => {
    const { peer, venue, events } = await start();
    let [asked, moves] = [0, 1];
    const free = (): string => String(asked++ < 2 * moves ? asked : 0);
    peer.rest.set('GET /api/v3/account', () =>
      ok({ balances: [{ asset: 'USDT', free: free(), locked: '0' }] }),
    );
    peer.rest.set('GET /api/v3/openOrders', () => ok([]));
    venue.reconcile(0, true);
    await settle();
    expect([asked, events.at(-1)?.kind]).toEqual([4, 'account']);
    moves = 99;
    venue.reconcile(0, true);
    await settle();
    expect(events.at(-1)).toMatchObject({
      kind: 'account-failed',
      reason: expect.stringContaining('changed while it was read'),
    });
    peer.rest.set('GET /api/v3/account', () => ({ status: 503, body: '' }));
    venue.reconcile(0, true);
    await settle();
    expect(events.at(-1)).toMatchObject({
      kind: 'account-failed',
      reason: expect.stringContaining('status 503'),
    });
    await venue.stop();
  });

  it('takes an order whose status is not known for open, and says so', async () => {
    const { peer, venue, events } = await start();
    peer.rest.set('GET /api/v3/account', () => ok(BALANCES));
    peer.rest.set('GET /api/v3/openOrders', () => ok([{ ...order, status: 'LATER_STATUS' }]));
    peer.rest.set('GET /api/v3/allOrders', () => ok([]));
    peer.rest.set('GET /api/v3/myTrades', () => ok([]));
    venue.reconcile(0, true);
    await settle();
    expect(events.at(-1)).toMatchObject({
      account: { orders: [{ state: 'open', problem: 'status "LATER_STATUS" is not known' }] },
    });
    await venue.stop();
  });
});
