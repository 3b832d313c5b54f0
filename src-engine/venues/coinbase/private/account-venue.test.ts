import { describe, expect, it } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import type { HttpAnswer } from '../../network.ts';
import { coinbaseEmergencyCancel } from './emergency-cancel.ts';
import {
  failed,
  fillRow,
  KEY,
  ok,
  openAccount,
  orderRow,
  refused,
  ScriptedAccount,
  SECRET,
  SYMBOL,
  userRow,
  venueId,
} from './testing/scripted-account.ts';

const ID = '000001'.padEnd(32, 'a');
const OTHER = '000002'.padEnd(32, 'a');
const NO_ORDERS = ok({ orders: [], has_next: false });

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
  const place = (orderId = ID, aheadUs = 2_000_000, kind: 'ioc' | 'gtc' | 'post-only' = 'ioc'): void => {
    const expireUs = peer.clock.nowUs() + aheadUs;
    const force = { timeInForce: kind === 'ioc' ? 'ioc' : 'gtc', postOnly: kind === 'post-only' } as const;
    const terms = { side: 'buy', price: decimal('100.50'), qty: decimal('2'), ...force } as const;
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
  return { peer, venue, events, place, pass };
}

const kindsOf = (events: readonly VenueOrderEvent[]): string[] => events.map(({ kind }) => kind);
const plain = (status: number, body: string): HttpAnswer => ({ status, body });

describe('orders at Coinbase', () => {
  it.each([
    ['ioc', { sor_limit_ioc: { base_size: '2', limit_price: '100.5' } }],
    ['gtc', { limit_limit_gtc: { base_size: '2', limit_price: '100.5', post_only: false } }],
    ['post-only', { limit_limit_gtc: { base_size: '2', limit_price: '100.5', post_only: true } }],
  ] as const)(
    '%s are limit orders under our id, by a token that ends with their deadline',
    async (force, terms) => {
      const { peer, venue, place } = await session((made) => (made.skewMs = 3_000));
      place(ID, 1_234_567, force);
      await settle();
      const [{ params, claims } = {}] = peer.asked;
      expect(params).toEqual({
        client_order_id: ID,
        product_id: SYMBOL,
        side: 'BUY',
        order_configuration: terms,
      });
      expect(claims?.uri).toBe('POST api.coinbase.com/api/v3/brokerage/orders');
      const leftS = (claims?.exp ?? 0) - peer.serverMs / 1_000;
      expect(leftS).toBeGreaterThanOrEqual(1.234);
      expect(leftS).toBeLessThan(2.235);
      await venue.stop();
    },
  );

  it.each<[HttpAnswer, string]>([
    [ok({ success: true, success_response: { order_id: 'v-1' } }), 'accepted'],
    [ok({ success: true, success_response: {} }), 'unknown'],
    [ok({}), 'unknown'],
    [plain(200, 'OK'), 'unknown'],
    [failed('INSUFFICIENT_FUND'), 'rejected'],
    [failed('UNKNOWN_FAILURE_REASON'), 'unknown'],
    [failed('UNKNOWN_FAILURE_REASON', { preview_failure_reason: 'PREVIEW_INSUFFICIENT_FUND' }), 'rejected'],
    [failed('', { new_order_failure_reason: 'INVALID_PRICE_PRECISION' }), 'rejected'],
    [refused('INVALID_ARGUMENT'), 'rejected'],
    [refused('unknown'), 'unknown'],
    [refused('PERMISSION_DENIED', 403), 'rejected'],
    [plain(403, '<html>blocked</html>'), 'unknown'],
    [plain(401, 'Unauthorized\n'), 'rejected'],
    [plain(404, ''), 'unknown'],
    [plain(429, ''), 'unknown'],
    [plain(429, '{"errors":[{"id":"rate_limit_exceeded","message":"slow"}]}'), 'rejected'],
    [plain(500, '{"error":"INVALID_ARGUMENT"}'), 'unknown'],
    [plain(502, ''), 'unknown'],
  ])('are sent once, and end as the answer says: %j', async (answer, kind) => {
    const { peer, venue, events, place } = await session((made) =>
      made.rest.set('POST /orders', () => answer),
    );
    place();
    await settle();
    expect(kindsOf(events)).toEqual([kind]);
    expect(peer.asked.filter(({ call }) => call === 'POST /orders')).toHaveLength(1);
    await venue.stop();
  });

  it('that come too late by a clock that was set are rejected once, and the clock is measured for the next', async () => {
    const { peer, venue, events, place } = await session();
    peer.skewMs = 60_000;
    place();
    await settle();
    expect(kindsOf(events)).toEqual(['rejected']);
    expect(peer.asked).toEqual([]);
    expect(venue.clockSkew?.skewUs).toBe(60_000_000);
    place(OTHER);
    await settle();
    expect(peer.asked).toHaveLength(1);
    await venue.stop();
  });

  it('are not sent when the requests of this second are used up, or in a pause, which lasts no longer than it must', async () => {
    const headers = { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '0' };
    const taken = { ...ok({ success: true, success_response: { order_id: 'v-1' } }), headers };
    const { peer, venue, events, place, pass } = await session((made) =>
      made.rest.set('POST /orders', () => taken),
    );
    place();
    await settle();
    expect(venue.limitsUsed()).toEqual([{ name: 'private requests', intervalS: 1, used: 30, limit: 30 }]);
    place(OTHER);
    await pass(0);
    expect(events.at(-1)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/30 requests a second/),
    });
    await pass(1_000_000);
    expect(venue.limitsUsed()).toMatchObject([{ used: 0 }]);
    peer.rest.set('POST /orders', () => plain(429, '{"errors":[{"id":"rate_limit_exceeded"}]}'));
    place('000003'.padEnd(32, 'a'));
    await settle();
    place('000004'.padEnd(32, 'a'));
    await pass(0);
    expect(events.at(-1)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/asks for a pause/),
    });
    await pass(1_000_000);
    place('000005'.padEnd(32, 'a'));
    await settle();
    expect(peer.asked.filter(({ call }) => call === 'POST /orders')).toHaveLength(3);
    await venue.stop();
  });

  it.each([
    ['CANCELLED', { cancel_reason: 'User requested cancel' }, 'User requested cancel'],
    ['EXPIRED', {}, 'EXPIRED'],
    ['FAILED', { reject_reason: 'INSUFFICIENT_FUND' }, 'INSUFFICIENT_FUND'],
  ])('end as %s with what was filled, whose fills are listed', async (status, more, reason) => {
    const { peer, venue, events, place } = await session((made) =>
      made.rest.set('GET /orders/historical/fills', () => ok({ fills: [fillRow(ID)], cursor: '' })),
    );
    place();
    peer.push(userRow(ID, { status, cumulative_quantity: '1', leaves_quantity: '0', ...more }));
    await settle();
    expect(events).toMatchObject([
      { kind: 'accepted' },
      { kind: 'canceled', reason, filledQty: '1' },
      { kind: 'fill', fill: { fillId: 'e-1', price: '100', qty: '1', fee: '0.6', feeAsset: 'USD' } },
    ]);
    await venue.stop();
  });

  it('are canceled by the venue’s id; one that an earlier run sent is looked for; a refusal is said', async () => {
    const { peer, venue, events, place } = await session(
      (made) => {
        made.rest.set('GET /orders/historical/batch', ({ order_status: status }) =>
          status === 'OPEN' ? ok({ orders: [orderRow(OTHER)], has_next: false }) : NO_ORDERS,
        );
        made.rest.set(
          'POST /orders/batch_cancel',
          ({ order_ids: [id] = [] as unknown[] }: { order_ids?: unknown[] }) =>
            ok({
              results: [
                { success: id !== venueId(OTHER), order_id: id, failure_reason: 'NOT_ALLOWED_TO_CANCEL' },
              ],
            }),
        );
      },
      [{ orderId: OTHER, symbol: SYMBOL }],
    );
    place();
    peer.answer(ID, ok({ success: true, success_response: { order_id: venueId(ID) } }));
    await settle();
    events.length = 0;
    for (const id of [ID, OTHER, '000009'.padEnd(32, 'a')]) venue.cancel(id);
    await settle();
    const canceled = peer.asked.filter(({ call }) => call === 'POST /orders/batch_cancel');
    expect(canceled.map(({ params }) => params['order_ids'])).toEqual([[venueId(ID)], [venueId(OTHER)]]);
    const reasons = events.map((event) => (event.kind === 'cancel-rejected' ? event.reason : event.kind));
    expect(reasons.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'NOT_ALLOWED_TO_CANCEL',
      'the venue shows no open order with this id',
    ]);
    await venue.stop();
  });
});

describe('fills at Coinbase', () => {
  it('are asked for until they add up to the sum, each reported once, exactly, in the order of their times', async () => {
    const late = fillRow(ID, {
      entry_id: 'e-2',
      price: '99.99',
      size: '0.00000001',
      trade_time: '2026-08-02T03:35:52Z',
    });
    let fills: object[] = [];
    const { peer, venue, events, place, pass } = await session((made) =>
      made.rest.set('GET /orders/historical/fills', ({ order_ids: id }) =>
        ok({ fills: id === venueId(ID) ? fills : [], cursor: '' }),
      ),
    );
    place();
    peer.push(userRow(ID, { cumulative_quantity: '1.00000001', avg_price: '99.9999' }));
    await settle();
    fills = [fillRow(ID)];
    await pass(100_000);
    fills = [late, fillRow(ID), fillRow(OTHER, { entry_id: 'e-9' })];
    await pass(200_000);
    peer.push(userRow(ID, { status: 'CANCELLED', cumulative_quantity: '1.00000001' }));
    await pass(30_000_000);
    expect(kindsOf(events).filter((kind) => kind !== 'link')).toEqual([
      'accepted',
      'fill',
      'fill',
      'canceled',
    ]);
    const reported = events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
    expect(reported.map(({ fillId, qty }) => [fillId, qty])).toEqual([
      ['e-1', '1'],
      ['e-2', '0.00000001'],
    ]);
    expect(peer.asked.filter(({ call }) => call.endsWith('fills'))).toHaveLength(3);
    await venue.stop();
  });

  it('that are not listed in time are named, so that the account is read', async () => {
    const { peer, venue, events, place, pass } = await session((made) =>
      made.rest.set('GET /orders/historical/fills', () => ok({ fills: [], cursor: '' })),
    );
    place();
    peer.push(userRow(ID, { status: 'FILLED', cumulative_quantity: '2' }));
    // Heartbeats keep the connection up meanwhile.
    for (let second = 0; second < 30; second++) {
      peer.say('heartbeats', { heartbeat_counter: second });
      await pass(1_000_000);
    }
    expect(events.filter(({ kind }) => kind === 'unread-rows')).toMatchObject([
      { rows: [{ orderId: ID, problem: 'fills of 0 are listed, and 2 were filled' }] },
    ]);
    await venue.stop();
  });

  it.each([
    [{ trade_type: 'REVERSAL' }, /REVERSAL/],
    [{ size_in_quote: true }, /in quote/],
    [{ commission: '' }, /commission "" is not/],
    [{ product_id: 'BTC' }, /no quote/],
    [{ trade_time: 'today' }, /trade_time/],
    [{ commission_detail_total: { total_commission: 'much' } }, /total_commission "much" is not/],
  ])('that cannot be booked as they are are named, and none is guessed: %j', async (more, problem) => {
    const { peer, venue, events, place } = await session((made) =>
      made.rest.set('GET /orders/historical/fills', () => ok({ fills: [fillRow(ID, more)], cursor: '' })),
    );
    place();
    peer.push(userRow(ID, { cumulative_quantity: '1' }));
    await settle();
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'unread-rows']);
    expect(events[1]).toMatchObject({ rows: [{ orderId: ID, problem: expect.stringMatching(problem) }] });
    await venue.stop();
  });

  it('cost what was charged, with the tax on top of the fee', async () => {
    const taxed = { commission_detail_total: { total_commission: '0.7', gst_commission: '0.1' } };
    const { peer, venue, events, place } = await session((made) =>
      made.rest.set('GET /orders/historical/fills', () => ok({ fills: [fillRow(ID, taxed)], cursor: '' })),
    );
    place();
    peer.push(userRow(ID, { cumulative_quantity: '1' }));
    await settle();
    expect(events.at(-1)).toMatchObject({ kind: 'fill', fill: { fee: '0.7', feeAsset: 'USD' } });
    await venue.stop();
  });

  it('of an order of an earlier run that the first list shows are left to a reading of the account', async () => {
    const { peer, venue, events } = await session();
    peer.push(userRow(ID, { cumulative_quantity: '1' }), 'snapshot');
    await settle();
    expect(events).toEqual([]);
    expect(peer.asked).toEqual([]);
    await venue.stop();
  });
});

describe('the user channel', () => {
  it.each<[string, (peer: ScriptedAccount) => void]>([
    ['a number is missing', (peer) => (peer.lose(), peer.say('heartbeats', {}))],
    ['a message has no number', (peer) => peer.sayRaw({ channel: 'user', events: [] })],
    ['a message has no events', (peer) => peer.sayRaw({ channel: 'user', sequence_num: 2 })],
    ['orders are no list', (peer) => peer.say('user', { type: 'update', orders: 'many' })],
    ['a row is no order', (peer) => peer.say('user', { type: 'update', orders: [null] })],
    ['an event is no object', (peer) => peer.sayRaw({ channel: 'user', sequence_num: 2, events: [1] })],
  ])('is made anew where %s: an order may have filled in it', async (_what, happen) => {
    const { peer, venue, events, pass } = await session();
    happen(peer);
    await pass(5_000_000);
    expect(events).toMatchObject([
      { kind: 'link', state: 'down' },
      { kind: 'link', state: 'up' },
    ]);
    expect(peer.sent.filter(({ channel }) => channel === 'user')).toHaveLength(2);
    await venue.stop();
  });

  it('passes by positions of futures, and messages of channels that are not used', async () => {
    const { peer, venue, events, pass } = await session();
    peer.say('user', { type: 'snapshot', positions: {} });
    peer.say('futures_balance_summary', {});
    await pass(1_000_000);
    expect(events).toEqual([]);
    await venue.stop();
  });

  it('whose token is refused measures the clock for the next try', async () => {
    const peer = new ScriptedAccount();
    peer.isRefusing = true;
    const venue = openAccount(peer);
    const events: VenueOrderEvent[] = [];
    venue.connect((event) => events.push(event));
    await settle();
    expect(events).toMatchObject([
      { kind: 'link', state: 'down', reason: expect.stringMatching(/authentication/) },
    ]);
    peer.isRefusing = false;
    peer.skewMs = 40_000;
    peer.clock.advanceTo(peer.clock.nowUs() + 2_000_000);
    await settle();
    expect(events.at(-1)).toMatchObject({ state: 'up' });
    expect(venue.clockSkew?.skewUs).toBe(40_000_000);
    await venue.stop();
  });
});

it('a watchdog cancels all that may fill, a hundred at a time, and counts what is left twice before it says none', async () => {
  const peer = new ScriptedAccount();
  const ids = Array.from({ length: 150 }, (_, n) => `order-${n}`);
  let left = ids;
  peer.rest.set('GET /orders/historical/batch', ({ order_status: status, cursor }) => {
    if (Array.isArray(status) && status.includes('CANCEL_QUEUED')) return refused('INVALID_ARGUMENT');
    if (status !== 'OPEN')
      return left.length > 0 ? ok({ orders: [{ order_id: 'queued' }], has_next: false }) : NO_ORDERS;
    const from = cursor === undefined ? 0 : 100;
    const orders = left.slice(from, from + 100).map((order_id) => ({ order_id }));
    return ok({ orders, has_next: from + 100 < left.length, cursor: '100' });
  });
  peer.rest.set('POST /orders/batch_cancel', ({ order_ids: list }) =>
    ok({ results: (list as string[]).map((order_id) => ({ order_id, success: order_id !== 'order-7' })) }),
  );
  const cancel = coinbaseEmergencyCancel({
    clock: peer.clock,
    network: peer,
    credential: { key: KEY, secret: SECRET },
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    restUrl: 'https://api.coinbase.com',
    timeoutMs: 1_000,
  });
  expect(await cancel.cancelAll()).toBe(150);
  const batches = peer.asked.filter(({ call }) => call.endsWith('batch_cancel'));
  expect(batches.map(({ params }) => (params['order_ids'] as string[]).length)).toEqual([100, 51]);
  expect(await cancel.countOpen()).toBe(151);
  // The list lags: one that shows nothing once is asked again.
  let asked = 0;
  peer.rest.set('GET /orders/historical/batch', ({ order_status: status }) =>
    status === 'OPEN' && ++asked === 2 ? ok({ orders: [{ order_id: 'late' }], has_next: false }) : NO_ORDERS,
  );
  expect(await cancel.countOpen()).toBe(1);
  left = [];
  expect(await cancel.countOpen()).toBe(0);
});
