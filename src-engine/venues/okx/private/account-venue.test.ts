/** What OKX's private side alone does: numbers of instruments, deadlines, rows in answers, signs of fees, pages, the dead-man switch. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import type { HttpAnswer } from '../../network.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import {
  BALANCE,
  CODE,
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

const ID = 'a'.repeat(32);
const PLACE = 'POST /api/v5/trade/order';

async function rig(prepare: (peer: ScriptedAccount) => void = () => undefined) {
  const peer = new ScriptedAccount();
  prepare(peer);
  const venue = openAccount(peer);
  const events: VenueOrderEvent[] = [];
  venue.connect((event) => events.push(event));
  await settle();
  const place = (id = ID): void =>
    venue.place({
      orderId: id,
      instrumentId: 0,
      symbol: SYMBOL,
      side: 'buy',
      price: decimal('100.5'),
      qty: decimal('2'),
      timeInForce: 'ioc',
      expireUs: peer.clock.nowUs() + 2_000_000,
    });
  const last = (): VenueOrderEvent | undefined => events.at(-1);
  return { peer, venue, events, place, last };
}

describe('an order', () => {
  it('leaves with the number of its instrument and the deadline by the venue’s clock', async () => {
    const { peer, place, venue } = await rig((one) => {
      one.skewMs = 40_000;
    });
    place();
    expect(peer.sent.at(-1)).toMatchObject({
      op: 'order',
      expTime: String(START_US / 1_000 + 2_000 + 40_000),
      args: [
        {
          instIdCode: CODE,
          tdMode: 'cash',
          side: 'buy',
          ordType: 'ioc',
          px: '100.5',
          sz: '2',
          clOrdId: ID,
          stpMode: 'cancel_maker',
        },
      ],
    });
    expect(peer.sent.at(-1)?.args?.[0]).not.toHaveProperty('instId');
    expect(peer.sent.at(-1)?.id).toMatch(/^[A-Za-z0-9]{1,32}$/);
    await venue.stop();
  });

  it.each<[string, () => HttpAnswer, string]>([
    ['is taken', () => ok([{ ordId: '7', clOrdId: ID, sCode: '0', sMsg: '' }]), 'accepted'],
    [
      'is refused within an answer of code 0',
      () => ok([{ ordId: '', sCode: '51008', sMsg: 'no' }]),
      'rejected',
    ],
    ['is refused by a row', () => refused('1', 200, [{ ordId: '', sCode: '51020' }]), 'rejected'],
    ['is refused with an unknown row', () => refused('1', 200, [{ ordId: '', sCode: '59999' }]), 'unknown'],
    ['is refused by its clock', () => refused('50102', 401), 'rejected'],
    ['is one too many', () => refused('50011', 429), 'rejected'],
    ['is stopped by a gateway', () => ({ status: 429, body: '' }), 'unknown'],
    ['has an answer that is none', () => ({ status: 200, body: '<html>' }), 'unknown'],
    ['has an answer without a row', () => ok([]), 'unknown'],
    ['times out at the venue', () => refused('50004', 400), 'unknown'],
    ['meets a server that is down', () => ({ status: 503, body: '{"code":"50001"}' }), 'unknown'],
  ])('by REST, where the connection is down, once: it %s', async (_what, answer, kind) => {
    const { peer, venue, place, last } = await rig((one) => {
      one.isDown = true;
      one.rest.set(PLACE, answer);
    });
    place();
    await settle();
    expect(last()?.kind).toBe(kind);
    const placed = peer.asked.filter(({ call }) => call === PLACE);
    expect(placed).toMatchObject([{ params: { instId: SYMBOL, clOrdId: ID } }]);
    expect(placed[0]?.expTime).toBe(String(START_US / 1_000 + 2_000));
    await venue.stop();
  });

  it('does not leave as the 61st of its instrument in two seconds, and leaves after them', async () => {
    const { peer, venue, place } = await rig();
    for (let n = 0; n < 61; n++) place(n.toString(16).padStart(32, '0'));
    const sent = (): number => peer.sent.filter(({ op }) => op === 'order').length;
    expect(sent()).toBe(60);
    expect(venue.limitsUsed()).toEqual([
      { name: 'orders of an instrument', intervalS: 2, used: 60, limit: 60 },
    ]);
    peer.clock.advanceTo(peer.clock.nowUs() + 2_000_000);
    place('b'.repeat(32));
    expect(sent()).toBe(61);
    await venue.stop();
  });
});

describe('a fill', () => {
  it.each([
    ['-0.002', '0.002'],
    ['0.0005', '-0.0005'],
    ['0', '0'],
  ])(
    'books a fee that is charged as a cost, and a rebate as the contrary, in the asset that the venue names (%s)',
    async (said, fee) => {
      const { peer, venue, place, last } = await rig();
      place();
      peer.push('orders', fillRow(ID, { fillFee: said, fillFeeCcy: 'BTC' }));
      expect(last()).toMatchObject({
        kind: 'fill',
        fill: { fee, feeAsset: 'BTC', fillId: `${venueId(ID)}-1` },
      });
      await venue.stop();
    },
  );

  it('that ends its order is reported before its end, and the end of one that is canceled says what was filled', async () => {
    const { peer, venue, events, place } = await rig();
    place();
    peer.push('orders', fillRow(ID, { state: 'filled' }));
    peer.push('orders', fillRow(ID, { state: 'filled' }));
    const other = 'c'.repeat(32);
    place(other);
    peer.push('orders', orderRow(other, { state: 'canceled', accFillSz: '0.5', cancelSource: '14' }));
    expect(events.map(({ kind }) => kind)).toEqual(['link', 'accepted', 'fill', 'accepted', 'canceled']);
    expect(events.at(-1)).toMatchObject({ filledQty: '0.5', reason: 'cancelSource 14' });
    await venue.stop();
  });
});

it('sets the dead-man switch in whole seconds, and says what the venue refuses', async () => {
  const { peer, venue, last } = await rig((one) => {
    one.rest.set('POST /api/v5/trade/cancel-all-after', ({ timeOut }) =>
      timeOut === '0' ? refused('50013') : ok([{ triggerTime: '1', tag: '', ts: '1' }]),
    );
  });
  venue.keepAlive(60_000);
  await settle();
  expect(last()).toMatchObject({ kind: 'guarded', timeoutMs: 60_000, refusal: '' });
  venue.keepAlive(0);
  await settle();
  expect(last()).toMatchObject({ kind: 'guarded', timeoutMs: 0, refusal: expect.stringContaining('50013') });
  expect(peer.asked.at(-1)?.params).toEqual({ timeOut: '0' });
  await venue.stop();
});

it('cancels an order on the connection that placed it, and by REST where no answer comes', async () => {
  const { peer, venue, events, place } = await rig((one) => {
    one.rest.set('POST /api/v5/trade/cancel-order', () => ok([{ ordId: '1', sCode: '0' }]));
  });
  place();
  peer.answer(ID, '0', { ordId: '7', sCode: '0', sMsg: '' });
  venue.cancel(ID);
  expect(peer.sent.at(-1)).toMatchObject({
    op: 'cancel-order',
    args: [{ instIdCode: CODE, clOrdId: ID }],
  });
  const rest = (): number => peer.asked.filter(({ call }) => call.endsWith('/cancel-order')).length;
  expect(rest()).toBe(0);
  peer.clock.advanceTo(peer.clock.nowUs() + 6_000_000);
  await settle();
  expect(rest()).toBe(1);
  expect(events.filter(({ kind }) => kind === 'cancel-rejected')).toEqual([]);
  await venue.stop();
});

it('cancels an order once more with the venue’s clock where its timestamp was refused', async () => {
  const { peer, venue, events } = await rig((one) => {
    one.rest.set('POST /api/v5/trade/cancel-order', () => ok([{ ordId: '1', sCode: '0' }]));
  });
  peer.skewMs = 3_600_000;
  venue.cancel(ID);
  peer.rest.set('GET /api/v5/trade/orders-pending', () => ok([orderRow(ID)]));
  await settle();
  expect(peer.asked.map(({ call }) => call)).toContain('POST /api/v5/trade/cancel-order');
  expect(events.filter(({ kind }) => kind === 'cancel-rejected')).toEqual([]);
  await venue.stop();
});

it('goes to the connection again where the key is refused, and measures the time first', async () => {
  const { peer, venue, events } = await rig((one) => {
    one.skewMs = 3_600_000;
  });
  expect(events.at(-1)).toMatchObject({ kind: 'link', state: 'up' });
  peer.skewMs = 0;
  peer.cut();
  for (let second = 0; second < 20; second++) {
    peer.clock.advanceTo(peer.clock.nowUs() + 1_000_000);
    await settle();
  }
  expect(events.at(-1)).toMatchObject({ kind: 'link', state: 'up' });
  await venue.stop();
});

it('reads orders, fills and balances page by page, and the long history where the short one ends', async () => {
  const page = Array.from({ length: 100 }, (_, n) =>
    orderRow(n.toString(16).padStart(6, '0').padEnd(32, 'd')),
  );
  const { peer, venue, last } = await rig((one) => {
    one.rest.set('GET /api/v5/account/balance', () => ok([BALANCE]));
    one.rest.set('GET /api/v5/trade/orders-pending', ({ after }) => ok(after === undefined ? page : []));
    const ended = orderRow(ID, { state: 'canceled', accFillSz: '1' });
    for (const path of ['orders-history', 'orders-history-archive'])
      one.rest.set(`GET /api/v5/trade/${path}`, () => ok([ended]));
    const fill = { ...fillRow(ID), fee: '-0.001', feeCcy: 'BTC', billId: '1', ts: String(START_US / 1_000) };
    for (const path of ['fills', 'fills-history'])
      one.rest.set(`GET /api/v5/trade/${path}`, () => ok([fill]));
  });
  venue.reconcile(peer.clock.nowUs() - 60_000_000, true);
  await settle();
  await settle();
  expect(last()).toMatchObject({
    kind: 'account',
    account: {
      balances: [{ asset: 'USDT', total: '1000', held: '0' }],
      fills: [{ orderId: ID, fee: '0.001', feeAsset: 'BTC' }],
    },
  });
  const paths = (): string[] => peer.asked.map(({ call }) => call.split('/trade/')[1] ?? '');
  expect(paths().filter((path) => path === 'orders-pending')).toHaveLength(2);
  expect(paths()).not.toContain('orders-history-archive');
  venue.reconcile(peer.clock.nowUs() - 8 * 24 * 3_600 * 1_000_000, true);
  await settle();
  await settle();
  expect(paths()).toContain('orders-history-archive');
  expect(paths()).toContain('fills-history');
  await venue.stop();
});

describe('a long history', () => {
  const at = (n: number): object => ({ cTime: String(START_US / 1_000 - n), state: 'canceled' });
  const row = (n: number): object => orderRow(n.toString(16).padStart(6, '0').padEnd(32, 'd'), at(n));
  const read = async (pages: readonly (readonly object[])[], agoUs = 60_000) => {
    const { peer, venue, last } = await rig((one) => {
      one.rest.set('GET /api/v5/account/balance', () => ok([BALANCE]));
      for (const path of ['orders-pending', 'orders-history-archive', 'fills', 'fills-history'])
        one.rest.set(`GET /api/v5/trade/${path}`, () => ok([]));
      const left = [...pages];
      one.rest.set('GET /api/v5/trade/orders-history', () => ok(left.shift() ?? []));
    });
    venue.reconcile(START_US - agoUs, true);
    for (let n = 0; n < 4; n++) await settle();
    const asked = peer.asked.filter(({ call }) => call.endsWith('/orders-history'));
    await venue.stop();
    return { last: last(), asked };
  };
  const rows = (from: number, to: number): object[] =>
    Array.from({ length: to - from }, (_, n) => row(from + n));

  it('is asked the newest first, without a beginning, until a page lies before it', async () => {
    const { last, asked } = await read([rows(0, 100), rows(100, 200), rows(200, 300)]);
    expect(last).toMatchObject({ kind: 'account', account: { orders: { length: 61 } } });
    expect(asked).toHaveLength(2);
    expect(asked[0]?.params).not.toHaveProperty('begin');
  });

  it('that comes the oldest first is an error, not the end', async () => {
    const { last } = await read([rows(0, 100).toReversed(), rows(1, 100).toReversed()]);
    expect(last).toMatchObject({ kind: 'account-failed', reason: expect.stringMatching(/oldest first/) });
  });

  it('of more than a week has the recent list too: the older one lacks orders that were canceled without a fill', async () => {
    const { last } = await read([rows(0, 1)], 8 * 86_400_000_000);
    expect(last).toMatchObject({ kind: 'account', account: { orders: [{ state: 'canceled' }] } });
  });
});

it.each([
  { event: 'channel-conn-count-error', channel: 'orders', connCount: '30' },
  { event: 'unsubscribe', arg: { channel: 'orders' } },
  { event: 'error', code: '60018', msg: 'no' },
])('connects again where a channel brings nothing more: $event', async (frame) => {
  const { peer, venue, events } = await rig();
  peer.say(frame);
  for (let second = 0; second < 5; second++) {
    peer.clock.advanceTo(peer.clock.nowUs() + 1_000_000);
    await settle();
  }
  expect(events).toMatchObject([{ state: 'up' }, { state: 'down' }, { state: 'up' }]);
  await venue.stop();
});

it('ends a request that an error names, and stays connected', async () => {
  const { peer, venue, events, place } = await rig();
  place();
  peer.say({ event: 'error', id: peer.sent.at(-1)?.id, code: '60012', msg: 'Invalid request' });
  await settle();
  expect(events.map(({ kind }) => kind)).toEqual(['link', 'unknown']);
  await venue.stop();
});

it('ends the countdown with the session, unless an order of ours may be open', async () => {
  for (const open of ['nothing', 'one of another program', 'one of this run', 'one of an earlier run']) {
    const { peer, venue, place } = await rig((one) => {
      one.rest.set('POST /api/v5/trade/cancel-all-after', () => ok([{ triggerTime: '1' }]));
      const foreign = open.endsWith('program') ? [orderRow(ID, { clOrdId: 'x' })] : [];
      const listed = open.endsWith('earlier run') ? [orderRow(ID)] : foreign;
      one.rest.set('GET /api/v5/trade/orders-pending', () => ok(listed));
    });
    venue.keepAlive(60_000);
    if (open === 'one of this run') place();
    await settle();
    await venue.stop();
    const asked = peer.asked.filter(({ call }) => call.endsWith('/cancel-all-after'));
    expect(asked.map(({ params }) => params)).toEqual(
      [{ timeOut: '60' }, { timeOut: '0' }].slice(0, open.endsWith('run') ? 1 : 2),
    );
  }
});

it('reads fees by the group of the instrument, by the quote where there is none, and takes a rebate for no fee', async () => {
  const fees = async (level: object): Promise<string[]> => {
    const { venue } = await rig((one) => {
      one.rest.set('GET /api/v5/account/trade-fee', () => ok([level]));
      one.rest.set('GET /api/v5/public/instruments', () =>
        ok([
          { instId: 'BTC-USDT', quoteCcy: 'USDT', groupId: '1' },
          { instId: 'BTC-USDC', quoteCcy: 'USDC', groupId: '9' },
        ]),
      );
    });
    const { takers: found, makers } = await venue.readFees(['BTC-USDT', 'BTC-USDC', 'NO-SUCH']);
    await venue.stop();
    const maker = (symbol: string): string => makers.get(symbol)?.toFixed() ?? 'unknown';
    return [...found].map(([symbol, fee]) => `${symbol} ${fee.toFixed()}, ${maker(symbol)}`);
  };
  expect(
    await fees({ taker: '-0.001', takerUSDC: '-0.0005', maker: '-0.0008', makerUSDC: '0.0001' }),
  ).toEqual(['BTC-USDT 0.001, 0.0008', 'BTC-USDC 0.0005, 0']);
  expect(await fees({ taker: '-0.001', feeGroup: [{ groupId: '1', taker: '-0.002' }] })).toEqual([
    'BTC-USDT 0.002, unknown',
  ]);
  expect(await fees({ taker: '0.0001' })).toEqual(['BTC-USDT 0, unknown', 'BTC-USDC 0, unknown']);
  expect(await fees({ taker: 'cheap' })).toEqual([]);
});
