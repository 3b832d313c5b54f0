/** Accounts through ccxt's own classes at the local exchange, whose ledger is the authority. */
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../lib/system-clock.ts';
import { until } from '../../../testing/until.ts';
import { FaceAccount } from '../../conformance/testing/face-account.ts';
import { SystemNetwork } from '../../system-network.ts';
import { ccxtAccountAddress } from '../address.ts';
import { AccountInProcess } from '../testing/account-in-process.ts';

const opened: FaceAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.stop();
});

async function connected(
  face: 'okx' | 'bybit' | 'kraken',
  network: AccountInProcess | SystemNetwork,
): Promise<FaceAccount> {
  const account = await FaceAccount.start(face, {}, { venue: `ccxt:${face}`, network });
  opened.push(account);
  await account.connect();
  return account;
}

it('trades as Kraken, books what the exchange’s ledger has, and finds an order whose answer was lost', async () => {
  const rig = await connected('kraken', new AccountInProcess());
  const pair = 'BTC/USD';
  const check = await rig.venue.checkAccount([pair]);
  // The class has no call for the rights of a key: nothing is claimed of them.
  expect(check.permissions).toEqual([]);
  expect(check.notes[0]).toMatch(/cannot be read through ccxt/);
  expect(check.fees.takers.get(pair)?.toFixed()).toBe(rig.exchange.core.market(pair).takerFee.toFixed());
  rig.offer(pair, '60000', '0.33333333');
  rig.offer(pair, '60000.1', '0.4');
  const orderId = rig.place(pair, '0.7', '60000.1');
  await until(() => expect(rig.of('fill')).toHaveLength(2));
  const said = rig.of('fill').map(({ fill }) => [Number(fill.fee), fill.feeAsset, Number(fill.qty)]);
  const booked = rig.account.trades.map(({ fee, feeAsset, qty }) => [fee.toNumber(), feeAsset, qty / 1e8]);
  // Fills of one moment are listed in either order.
  expect(said).toHaveLength(booked.length);
  expect(said).toEqual(expect.arrayContaining(booked));
  // Of the order alone: a question may be on its way.
  rig.exchange.faults.failNextRest(504, true, 'AddOrder');
  const lost = rig.place(pair, '0.01', '50000', 'gtc');
  // Not known at first, then found by our id.
  await until(() => expect(rig.of('accepted').map((event) => event.orderId)).toEqual([orderId, lost]));
  expect([rig.of('unknown').map((event) => event.orderId), rig.of('rejected')]).toEqual([[lost], []]);
  expect(rig.open).toBe(1);
  rig.venue.reconcile(rig.nowUs - 60_000_000, true);
  await until(() => expect(rig.events.at(-1)?.kind).toBe('account'));
  const account = rig.of('account')[0]?.account;
  expect(account?.unread).toEqual([]);
  expect(account?.orders.map(({ orderId: id, state }) => [id, state]).toSorted()).toEqual([
    [orderId, 'filled'],
    [lost, 'open'],
  ]);
  for (const { asset, total } of account?.balances ?? [])
    expect([asset, Number(total)]).toEqual([asset, rig.account.ledger.balance(asset).toNumber()]);
  rig.venue.cancelAll();
  await until(() => expect(rig.events.at(-1)).toMatchObject({ kind: 'open-orders', count: 0 }));
  // The watchdog’s own way, with the nonces of a process of its own.
  rig.place(pair, '0.01', '50000', 'gtc');
  await until(() => expect(rig.open).toBe(1));
  const emergency = rig.emergency();
  const counts = [await emergency.countOpen(), await emergency.cancelAll(), await emergency.countOpen()];
  expect(counts).toEqual([1, 1, 0]);
});

describe.each([
  ['okx', ['51008 balance', '50111 key'], ['51016 used before', '51149 timeout', '59999 new']],
  // ccxt calls each of these an invalid order: the second has timed out, and may rest.
  ['bybit', ['170131 balance'], ['170146 Order creation timeout', '170141 used before', '170149 failed']],
] as const)('a placement at %s through ccxt', (face, refused, doubtful) => {
  it('is refused by a code that is certain, and unknown by all others, whatever ccxt calls them', async () => {
    const network = new AccountInProcess();
    const rig = await connected(face, network);
    for (const [codes, kind] of [
      [refused, 'rejected'],
      [doubtful, 'unknown'],
    ] as const) {
      for (const code of codes) {
        rig.exchange.faults.rejectNextOrder(code);
        const orderId = rig.place('BTC/USDT', '0.01', '50000', 'gtc');
        const ends = () =>
          [...rig.of('rejected'), ...rig.of('unknown')].filter((one) => one.orderId === orderId);
        await until(() => expect(ends()).toMatchObject([{ kind }]));
      }
    }
    expect(rig.open).toBe(0);
    // The key went in one line alone.
    expect(network.heard.filter((line) => line.includes('"key":{'))).toHaveLength(1);
  });
});

it('asks for the time before what waits for ccxt’s throttle: one that waited would say little of the clock', async () => {
  // Kraken’s class lets a dozen questions through at once, and then one in three seconds.
  const rig = await connected('kraken', new AccountInProcess(true));
  for (let asked = 0; asked < 12; asked++) await rig.venue.readBalances();
  const answered: string[] = [];
  await Promise.all([
    rig.venue.readBalances().then(() => answered.push('balances')),
    // Without a pair, and at a class without rights, the time is all that it asks for.
    rig.venue.checkAccount([]).then(() => answered.push('time')),
  ]);
  expect(answered).toEqual(['time', 'balances']);
});

it('lives in a process of its own, which is there as long as the account', async () => {
  const rig = await connected('okx', new SystemNetwork());
  rig.offer('BTC/USDT', '60000', '0.4');
  rig.place('BTC/USDT', '0.4', '60000');
  await until(() => expect(rig.of('fill')).toHaveLength(1));
  expect(rig.venue.limitsUsed()).toMatchObject([{ intervalS: 10 }]);
  await rig.venue.stop();
});

it('the end of its process leaves the order that was under way unknown, and another one finds it', async () => {
  const network = new AccountInProcess();
  const rig = await connected('okx', network);
  const orderId = rig.place('BTC/USDT', '0.01', '50000', 'gtc');
  network.end();
  await until(() => expect(rig.of('unknown')).toMatchObject([{ orderId }]));
  await until(() => expect(rig.of('link').map(({ state }) => state)).toEqual(['up', 'down', 'up']));
  await until(() => expect(rig.of('accepted')).toMatchObject([{ orderId }]));
  expect(rig.open).toBe(1);
  const late = rig.place('BTC/USDT', '0.01', '50000', 'gtc');
  await until(() => expect(rig.of('accepted')).toHaveLength(2));
  rig.venue.cancel(late);
  await until(() => expect(rig.of('canceled')).toMatchObject([{ orderId: late }]));
});

it('a real account is refused by name, and a process that may only cancel places nothing', async () => {
  const { ccxtVenue } = await import('../adapter.ts');
  const access = ccxtVenue('ccxt:okx', 'venue').account;
  expect(access?.rehearsedOnly?.remedy).toMatch(/as okx/);
  expect(ccxtVenue('ccxt:bitget', 'venue').account).toBeUndefined();
  const { AccountLink } = await import('./account-link.ts');
  const { CcxtCredentials } = await import('./credentials.ts');
  const credentials = new CcxtCredentials({ key: 'a-key-of-a-test', secret: 'a secret of a test' });
  expect(JSON.stringify({ credentials })).toBe('{"credentials":"[ccxt credentials]"}');
  const parts = { clock: new SystemClock(), network: new AccountInProcess(), random: () => 0.5 };
  const { exchange } = await connected('okx', new AccountInProcess());
  const url = ccxtAccountAddress('okx', exchange.url);
  const link = new AccountLink({ ...parts, credentials, url, rights: 'cancel' });
  const terms = {
    symbol: 'BTC/USDT',
    side: 'buy',
    qty: '1',
    price: '1',
    kind: 'ioc',
    clientId: 'a',
  } as const;
  await expect(link.ask({ what: 'place', ...terms, withinMs: 1_000, untilMs: 1 })).rejects.toThrow(
    'may only cancel',
  );
  await expect(link.ask({ what: 'cancel', symbol: 'BTC/USDT', clientId: 'a' })).rejects.toThrow(
    'may only cancel',
  );
  await link.stop();
});
