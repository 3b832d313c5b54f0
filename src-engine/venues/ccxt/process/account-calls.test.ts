/** What ccxt's own classes are asked and send, at venues that a script plays: when calls leave, and what is said of each. */
import { expect, it } from 'vitest';
import { ccxtRoot } from '../launch.ts';
import { KEY, ScriptedAccount } from '../testing/scripted-class.ts';
import type { AccountAsk } from './account-calls.ts';
import { valuesOf } from './exact-row.ts';
import { openAccountClass } from './exchange.ts';
import { KeyMask } from './key-mask.ts';

const ID = 'a'.repeat(32);

/** Of an account whose clock stands at 1,700,000,000,000 ms. */
function order(symbol: string, more: Partial<Extract<AccountAsk, { what: 'place' }>> = {}): AccountAsk {
  const terms = { side: 'buy', qty: '0.01', price: '50000', kind: 'ioc', clientId: ID } as const;
  return { what: 'place', symbol, ...terms, withinMs: 2_000, untilMs: 1_700_000_002_000, ...more };
}

const kraken = (result: unknown) => ({ error: [], result });
const okx = (...data: readonly object[]) => ({ code: '0', data });
const placed = okx({ ordId: '7', clOrdId: ID, sCode: '0' });
const openRow = (ordId: string) => ({
  ordId,
  clOrdId: '',
  instId: 'BTC-USDT',
  instType: 'SPOT',
  side: 'buy',
  ordType: 'limit',
  px: '50000',
  sz: '0.01',
  accFillSz: '0',
  state: 'live',
  cTime: '1700000000000',
});

/** Until it is so, or for as long as anything of a script takes. */
async function turns(isSo: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !isSo(); n++) await Promise.resolve();
}

it('an order and a cancel wait for no renewal of the dead-man switch, and for no question, at ccxt’s slowest class', async () => {
  const account = new ScriptedAccount({
    CancelAllOrdersAfter: () => kraken({}),
    BalanceEx: () => kraken({}),
    AddOrder: () => kraken({ txid: ['O1'] }),
    CancelOrder: () => kraken({ count: 1 }),
    OpenOrders: () => kraken({ open: {} }),
  });
  const calls = await account.open('kraken');
  await calls.answer({ what: 'countdown', ms: 60_000 });
  await calls.answer({ what: 'balances' });
  const before = account.waitedMs.length;
  expect(await calls.answer(order('BTC/USD'))).toEqual({ ok: true, value: 'O1' });
  await calls.answer({ what: 'cancel', symbol: 'BTC/USD', venueOrderId: 'O1' });
  await calls.answer({ what: 'cancel-all' });
  expect([account.of('AddOrder').length, account.waitedMs.slice(before)]).toEqual([1, []]);
  // Questions are what waits, once they owe what the venue lets them: 36 units of a second each, three for each of these.
  let asked = 1;
  for (; account.waitedMs.length === before && asked < 50; asked++) await calls.answer({ what: 'balances' });
  expect([asked, account.waitedMs.slice(before)]).toEqual([12, [1_000]]);
  await calls.answer({ what: 'balances' });
  expect(account.waitedMs.slice(before + 1)).toEqual([3_000]);
  const { used, limit } = calls.usage();
  expect([used <= limit, limit]).toEqual([true, 46]);
});

it('the deadline of an order counts from when its line was written: one that is read later does not leave', async () => {
  const account = new ScriptedAccount({ AddOrder: () => kraken({ txid: ['O1'] }) });
  const calls = await account.open('kraken');
  account.nowMs += 9_000;
  expect(await calls.answer(order('BTC/USD'))).toMatchObject({ ok: false, kind: 'not-sent' });
  expect(account.of('AddOrder')).toEqual([]);
});

it('says of an order that has left that it is unknown, though the class was kept from sending it again', async () => {
  const account = new ScriptedAccount({
    'batch-orders': () => Promise.reject(new Error('the answer was lost')),
  });
  const calls = await account.open('okx', {}, (exchange) => {
    const create = exchange.createOrder.bind(exchange);
    Object.assign(exchange, {
      createOrder: (...terms: Parameters<typeof create>) => create(...terms).catch(() => create(...terms)),
    });
  });
  expect(await calls.answer(order('BTC/USDT'))).toMatchObject({ ok: false, kind: 'unknown' });
  expect(account.of('batch-orders')).toHaveLength(1);
});

it('is not opened without its list of markets, which ccxt would miss for ever', async () => {
  const account = new ScriptedAccount({
    'orders-pending': () => okx(openRow('7')),
    'cancel-order': () => okx({}),
  });
  const { instruments } = account.script;
  account.script['instruments'] = () => Promise.reject(new Error('no answer'));
  await expect(account.open('okx')).rejects.toThrow('no answer');
  if (instruments !== undefined) account.script['instruments'] = instruments;
  const calls = await account.open('okx', { rights: 'cancel' });
  expect(await calls.answer({ what: 'cancel-all' })).toEqual({
    ok: true,
    value: { canceled: 1, problem: '' },
  });
});

it('at a venue whose nonces must rise a call leaves after the answer to the one before, and a late nonce refuses for certain', async () => {
  let answer = (_value: unknown): void => undefined;
  const account = new ScriptedAccount({
    BalanceEx: () => new Promise((resolve) => (answer = resolve)),
    AddOrder: () => ({ error: ['EAPI:Invalid nonce'] }),
  });
  const calls = await account.open('kraken');
  const asked = calls.answer({ what: 'balances' });
  await turns(() => account.of('BalanceEx').length > 0);
  const reply = calls.answer(order('BTC/USD'));
  await turns(() => account.of('AddOrder').length > 0);
  expect(account.heard.map(({ path }) => path)).toEqual(['AssetPairs', 'BalanceEx']);
  answer(kraken({}));
  await asked;
  expect(await reply).toMatchObject({ ok: false, kind: 'refused', name: 'InvalidNonce' });
  const nonces = account.heard.slice(1).map(({ fields }) => Number(fields['nonce']));
  expect(nonces).toEqual([1_700_000_000_000_000, 1_700_000_000_000_001]);
});

it('asks for many orders by their ids at once, and one by one where the venue does not show one of them', async () => {
  const row = {
    status: 'closed',
    opentm: 1,
    vol: '1',
    vol_exec: '1',
    cost: '1',
    fee: '0',
    price: '1',
  };
  const descr = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '1' };
  const account = new ScriptedAccount({
    QueryOrders: ({ fields }) => {
      const ids = (fields['txid'] ?? '').split(',');
      if (ids.includes('GONE')) return { error: ['EOrder:Unknown order'] };
      return kraken(Object.fromEntries(ids.map((id) => [id, { ...row, descr }])));
    },
  });
  const calls = await account.open('kraken');
  const ask = async (...ids: readonly string[]) => {
    const of = ids.map((venueOrderId) => ({ symbol: 'BTC/USD', venueOrderId }));
    const reply = await calls.answer({ what: 'orders', of });
    const rows = reply.ok ? (reply.value as ({ readonly venueOrderId: string } | null)[]) : [];
    return rows.map((one) => one && one.venueOrderId);
  };
  expect(await ask('O1', 'O2', 'O3', 'O4')).toEqual(['O1', 'O2', 'O3', 'O4']);
  expect(account.of('QueryOrders')).toHaveLength(1);
  expect(await ask('O1', 'GONE')).toEqual(['O1', null]);
});

it('a kill cancels what can be, says that a row has no id, and lists spot orders alone', async () => {
  const account = new ScriptedAccount({
    'orders-pending': () => okx(openRow(''), openRow('8')),
    'cancel-order': ({ fields }) => okx({ ordId: fields['ordId'] ?? '', sCode: '0' }),
  });
  const calls = await account.open('okx');
  const reply = await calls.answer({ what: 'cancel-all' });
  expect(reply).toEqual({ ok: true, value: { canceled: 1, problem: 'Error an open order has no id' } });
  expect(account.of('cancel-order').map(({ fields }) => fields['ordId'])).toEqual(['8']);
  expect(account.of('orders-pending')[0]?.fields).toMatchObject({ instType: 'SPOT' });
});

it('cancels an order whose id of the venue is not known by ours, without a question', async () => {
  const account = new ScriptedAccount({ 'cancel-order': () => okx({ ordId: '7', sCode: '0' }) });
  const calls = await account.open('okx');
  const reply = await calls.answer({ what: 'cancel', symbol: 'BTC/USDT', clientId: ID });
  expect(reply).toEqual({ ok: true, value: null });
  expect(account.heard.slice(1).map(({ path, fields }) => [path, fields['clOrdId']])).toEqual([
    ['cancel-order', ID],
  ]);
});

it('a cancel of everything that stalls gives way to the next one', async () => {
  let answer = (_value: unknown): void => undefined;
  const account = new ScriptedAccount({
    'orders-pending': () => okx(openRow('7'), openRow('8')),
    'cancel-order': () => new Promise((resolve) => (answer = resolve)),
  });
  const calls = await account.open('okx');
  const first = calls.answer({ what: 'cancel-all' });
  await turns(() => account.of('cancel-order').length > 0);
  const stalled = answer;
  account.script['cancel-order'] = () => okx({ ordId: '7', sCode: '0' });
  expect(await calls.answer({ what: 'cancel-all' })).toEqual({
    ok: true,
    value: { canceled: 2, problem: '' },
  });
  stalled(okx({ ordId: '7', sCode: '0' }));
  expect(await first).toMatchObject({
    ok: true,
    value: { canceled: 1, problem: expect.stringMatching(/has taken its place/) as string },
  });
  expect(account.of('cancel-order')).toHaveLength(3);
});

it('a cancel of everything that takes too long says so before it is given up, with what it canceled', async () => {
  let tickMs = 0;
  const account = new ScriptedAccount({
    'orders-pending': () => okx(openRow('7'), openRow('8'), openRow('9')),
    'cancel-order': ({ fields }) => {
      tickMs += 25_000;
      return okx({ ordId: fields['ordId'] ?? '', sCode: '0' });
    },
  });
  const calls = await account.open('okx', { tickMs: () => tickMs, isThrottled: false });
  expect(await calls.answer({ what: 'cancel-all' })).toEqual({
    ok: true,
    value: { canceled: 2, problem: 'Error not all were canceled within 50000 ms' },
  });
});

it('what leaves with an order carries no id of ccxt’s, in its headers neither', async () => {
  const account = new ScriptedAccount({ 'batch-orders': () => placed });
  const calls = await account.open('okx');
  expect(await calls.answer(order('BTC/USDT'))).toEqual({ ok: true, value: '7' });
  const [sent] = account.of('batch-orders');
  const { options } = await openAccountClass({ root: ccxtRoot(), id: 'okx' }, KEY);
  const marks = ['ccxt', ...valuesOf(options['brokerId'])];
  expect(marks.length).toBeGreaterThan(1);
  for (const mark of marks) expect(JSON.stringify(sent).toLowerCase()).not.toContain(mark.toLowerCase());
});

it('repeats no part of the key in what it says of a failure, wherever that is cut', async () => {
  const mask = new KeyMask();
  mask.learn(KEY);
  const account = new ScriptedAccount({
    balance: () => {
      throw new Error(`?key=${KEY.key}&as=${KEY.passphrase}&${'x'.repeat(145)}&sign=${KEY.secret}`);
    },
  });
  const calls = await account.open('okx', { mask: mask.text });
  const reply = await calls.answer({ what: 'balances' });
  expect(reply).toMatchObject({ text: expect.stringMatching(/^Error \?key=…&as=…&x+&sign=…$/) as string });
});
