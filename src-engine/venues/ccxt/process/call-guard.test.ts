/** What leaves with a key: exactly our order once, and no id of ccxt's. */
import { expect, it } from 'vitest';
import { type CallRecord, guardCalls, NotSent, type Placement, recorded } from './call-guard.ts';
import type { CcxtAccount, Headers } from './exchange.ts';

type Sent = { readonly url: string; readonly headers: Headers; readonly body: unknown };

/** A class with an id of ccxt's in its options, as most have one. */
function guarded(nowMs = () => 1_000) {
  const sent: Sent[] = [];
  const exchange = {
    options: { brokerId: 'abcde12345', partner: { spot: { id: 'a-partner' } } } as Record<string, unknown>,
    headers: { 'X-Gate-Channel-Id': 'anything' },
    fetch: (url: string, _method: string, headers: Headers, body: unknown) => {
      sent.push({ url, headers, body });
      return Promise.resolve({});
    },
    handleErrors: () => {
      throw new Error('refused');
    },
    parseTrades: (rows: unknown) => rows,
    parseOrders: (rows: unknown) => rows,
  };
  const account = exchange as unknown as CcxtAccount;
  guardCalls(account, nowMs);
  return { sent, account };
}

const ORDER: Placement = {
  side: 'buy',
  qty: '0.10',
  price: '60000.1',
  kind: 'ioc',
  clientId: 'ours',
  market: 'BTC-USDT',
  untilMs: 2_000,
};
const BODY = { id: 'ours', inst: 'BTC-USDT', sz: '0.1', px: '60000.10', side: 'Buy', tif: 'IOC' };

function place(body: object, order: Partial<Placement> = {}, nowMs?: () => number) {
  const { sent, account } = guarded(nowMs);
  const record: CallRecord = { sent: 0, rows: 0, placement: { ...ORDER, ...order } };
  const send = () =>
    recorded(record, async () => account.fetch('https://venue/orders', 'POST', {}, JSON.stringify(body)));
  return { sent, record, send };
}

it('sends an order whose digits, id, side and kind are ours, as JSON, as a list or as a form', async () => {
  const plain = place(BODY);
  await plain.send();
  expect([plain.sent.length, plain.record.sent]).toEqual([1, 1]);
  await place([BODY]).send();
  const { sent, account } = guarded();
  const record: CallRecord = { sent: 0, rows: 0, placement: ORDER };
  const form = new URLSearchParams(BODY).toString();
  await recorded(record, async () => account.fetch('https://venue/orders', 'POST', {}, form));
  expect(sent).toHaveLength(1);
});

it.each([
  ['another quantity', { ...BODY, sz: '0.100000001' }, {}],
  ['another price', { ...BODY, px: '60000' }, {}],
  ['no id of ours', { ...BODY, id: 'theirs' }, {}],
  ['the other side', { ...BODY, side: 'Sell' }, {}],
  ['an order of another market', { ...BODY, inst: 'ETH-USDT' }, {}],
  ['an order of a market without an id', { ...BODY, note: '' }, { market: '' }],
  ['an order that would rest', { ...BODY, tif: 'GTC' }, {}],
  ['an order at any price', { ...BODY, type: 'Market' }, {}],
  ['an order that rests, and does not', { ...BODY, type: 'limit' }, { kind: 'rests' as const }],
  ['an order that may be of any kind', { ...BODY, tif: '' }, { kind: 'rests' as const }],
  ['an order that is made whole or not', { ...BODY, type: 'limit', tif: 'FOK' }, { kind: 'rests' as const }],
  ['an order that may take', BODY, { kind: 'post-only' as const }],
  ['an order after its deadline', BODY, { untilMs: 1_000 }],
  ['an id of ccxt’s', { ...BODY, tag: 'abcde12345' }, {}],
  ['an id that begins with one of ccxt’s', { ...BODY, text: 'abcde12345-1' }, {}],
  ['a partner of ccxt’s', { ...BODY, ref: 'a-partner' }, {}],
  ['the name of ccxt', { ...BODY, source: 'ccxt' }, {}],
])('does not send %s', async (_what, body, order) => {
  const { sent, record, send } = place(body, order);
  await expect(send()).rejects.toThrow(NotSent);
  expect([sent.length, record.sent]).toEqual([0, 0]);
});

it('sends an order once, whatever the class tries', async () => {
  const { sent, send } = place(BODY);
  await send();
  await expect(send()).rejects.toThrow('a second time');
  expect(sent).toHaveLength(1);
});

it('takes headers with an id of ccxt’s away, and leaves the others', async () => {
  const { sent, account } = guarded();
  const headers = {
    Referer: 'CCXT',
    'X-CHANNEL-API-CODE': 'p4sve',
    'KC-API-PARTNER': 'x',
    'API-KEY': 'ours',
  };
  await account.fetch('https://venue/orders', 'GET', headers);
  expect(sent[0]?.headers).toEqual({ 'API-KEY': 'ours' });
  expect(account.headers).toEqual({});
  expect(account.options).toMatchObject({ brokerId: undefined, partner: {} });
});

it('keeps what the venue itself answered, and counts the rows of a list before ccxt cuts it', async () => {
  const { account } = guarded();
  const record: CallRecord = { sent: 0, rows: 0 };
  await recorded(record, async () => {
    account.parseTrades([{}, {}, {}], undefined, 5, 1);
    expect(() => account.handleErrors(400, '', '', '', {}, '', { code: '51008' })).toThrow('refused');
    return Promise.resolve();
  });
  expect(record.rows).toBe(3);
  expect(record.refusal).toMatchObject({ status: 400 });
  expect(record.refusal?.said.has('51008')).toBe(true);
});
