/** The private side of every adapter over real sockets against the local exchange with its venue's face. One line of KEYS a face. */
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../testing/until.ts';
import { CCXT_PREFIX } from '../ccxt/ids.ts';
import { isTradedId } from '../ccxt/process/traded-ids.ts';
import { FACE_CASH, type FaceName, FACES } from '../local-exchange/face-names.ts';
import { AccountInProcess } from '../ccxt/testing/account-in-process.ts';
import { FaceAccount, type Through } from './testing/face-account.ts';

/**
 * What a key may do that trades and may withdraw, in the venue's words, or that the venue does not say what a key may do; a rejection and a doubt
 * of the venue; whether orders go by REST.
 */
const VENUES: Readonly<
  Partial<
    Record<
      FaceName,
      { withdraws: readonly string[] | 'not said'; no: string; doubt: string; isByRest?: true }
    >
  >
> = {
  binance: { withdraws: ['reading', 'spot-trading', 'withdrawals'], no: '-2010', doubt: '-1007' },
  'binance-us': { withdraws: 'not said', no: '-2010', doubt: '-1007' },
  okx: { withdraws: ['read_only', 'trade', 'withdraw'], no: '51008', doubt: '50004' },
  kucoin: { withdraws: ['General', 'Spot', 'Transfer'], no: '200004', doubt: '500000', isByRest: true },
  bybit: { withdraws: ['read-write', 'SpotTrade', 'Withdraw'], no: '170131', doubt: '10016' },
};

type Words = NonNullable<(typeof VENUES)[FaceName]>;
const NATIVE = FACES.flatMap((face): [string, FaceName, Words][] =>
  VENUES[face] === undefined ? [] : [[face, face, VENUES[face]]],
);
/** The same faces through ccxt's own classes, which ask how orders stand and have no connection that can be cut or say a thing twice. */
const BY_CCXT = NATIVE.filter(([, face]) => isTradedId(face)).map(
  ([, face, words]): [string, FaceName, Words] => [CCXT_PREFIX + face, face, words],
);

const opened: FaceAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.stop();
});

const throughOf = (venue: string): Through | undefined =>
  venue.startsWith(CCXT_PREFIX) ? { venue, network: new AccountInProcess() } : undefined;

async function connectedTo(venue: string, face: FaceName): Promise<FaceAccount> {
  const account = await FaceAccount.start(face, {}, throughOf(venue));
  opened.push(account);
  await account.connect();
  return account;
}

describe.each([...NATIVE, ...BY_CCXT])('an account at %s', (adapter, face, words) => {
  const cash = FACE_CASH[face];
  const pair = `BTC/${cash}`;
  const connected = (): Promise<FaceAccount> => connectedTo(adapter, face);

  it('passes its check, trades, and holds afterwards what the exchange’s ledger holds', async () => {
    const rig = await connected();
    const { venue, account } = rig;
    const check = await venue.checkAccount([rig.symbol(pair), 'NOSUCH']);
    const { takerFee, makerFee } = rig.exchange.core.market(pair);
    expect([...check.fees.takers].map(([name, fee]) => [name, fee.toFixed()])).toEqual([
      [rig.symbol(pair), takerFee.toFixed()],
    ]);
    expect([...check.fees.makers].map(([name, fee]) => [name, fee.toFixed()])).toEqual([
      [rig.symbol(pair), makerFee.toFixed()],
    ]);
    rig.offer(pair, '60000', '0.4');
    rig.offer(pair, '60001', '0.4');
    const orderId = rig.place(pair, '1', '60001');
    // Where a fill is said without its fee it is known once it is listed.
    await until(() => expect([rig.of('canceled').length, rig.of('fill').length]).toEqual([1, 2]));
    expect([rig.of('accepted').length, rig.of('unread-rows').length]).toEqual([1, 0]);
    // Fills of one moment are said in either order.
    const fills = rig
      .of('fill')
      .map(({ fill }) => fill)
      .toSorted((a, b) => Number(a.price) - Number(b.price));
    const said = fills.map(({ price, qty, fee, feeAsset }) => [price, qty, fee, feeAsset]);
    const trades = account.trades.toSorted((a, b) => a.price - b.price);
    const booked = trades.map(({ price, qty, fee, feeAsset }) => [
      (price / 10 ** rig.exchange.core.market(pair).pair.priceDecimals).toString(),
      (qty / 10 ** rig.exchange.core.market(pair).pair.qtyDecimals).toString(),
      fee.toNumber().toString(),
      feeAsset,
    ]);
    expect(said.map(([p, q, f, a]) => [`${Number(p)}`, `${Number(q)}`, `${Number(f)}`, a])).toEqual(booked);
    expect(booked).toHaveLength(2);
    venue.reconcile(rig.nowUs - 60_000_000, true);
    await until(() => expect(rig.events.at(-1)?.kind).toBe('account'));
    const last = rig.of('account').at(-1)?.account;
    expect(last?.orders).toMatchObject([{ orderId, state: 'canceled' }]);
    expect(Number(last?.orders[0]?.filledQty)).toBe(0.8);
    const idsOf = (list: readonly { readonly fillId: string }[] = []) =>
      list.map(({ fillId }) => fillId).toSorted();
    expect(idsOf(last?.fills)).toEqual(idsOf(fills));
    expect(last?.unread).toEqual([]);
    expect(last?.balances?.length).toBeGreaterThan(1);
    for (const { asset, total } of last?.balances ?? [])
      expect([asset, Number(total)]).toEqual([asset, account.ledger.balance(asset).toNumber()]);
    for (const asset of ['BTC', cash])
      expect(Number(venue.balances.get(asset))).toBe(account.ledger.balance(asset).toNumber());
    expect(venue.clockSkew?.skewUs).toBeTypeOf('number');
  });

  it('is refused when its key may withdraw, and where no venue says so the trader is asked to look', async () => {
    const { withdraws } = words;
    const permissions = withdraws === 'not said' ? undefined : withdraws;
    const rig = await FaceAccount.start(face, permissions && { permissions }, throughOf(adapter));
    opened.push(rig);
    if (permissions === undefined) {
      const { notes } = await rig.venue.checkAccount([]);
      return expect(notes).toMatchObject([expect.stringContaining('does not say what this key may do')]);
    }
    await expect(rig.venue.checkAccount([])).rejects.toMatchObject({
      problem: { code: 'key-can-withdraw' },
    });
  });

  it('is emptied of orders by a kill, of other programs’ too, and by the watchdog’s own way', async () => {
    const rig = await connected();
    const elsewhere = { side: 'buy', type: 'limit', price: '1000', qty: '0.1' } as const;
    const { core } = rig.exchange;
    rig.place(pair, '0.1', '1000', 'gtc');
    core.desk.place(rig.account, core.market(`ETH/${cash}`), elsewhere);
    await until(() => expect(rig.open).toBe(2));
    rig.venue.cancelAll();
    await until(() => expect(rig.events.at(-1)).toMatchObject({ kind: 'open-orders', count: 0 }));
    // Where orders are asked about, the end of ours is known after that of the kill.
    await until(() => expect([rig.open, rig.of('canceled').length]).toEqual([0, 1]));
    rig.place(pair, '0.1', '1000', 'gtc');
    core.desk.place(rig.account, core.market(`ETH/${cash}`), elsewhere);
    await until(() => expect(rig.open).toBe(2));
    const emergency = rig.emergency();
    expect([await emergency.countOpen(), await emergency.cancelAll(), await emergency.countOpen()]).toEqual([
      2, 2, 0,
    ]);
  });

  it('cancels one order, and says when there is none to cancel', async () => {
    const rig = await connected();
    const orderId = rig.place(pair, '0.1', '1000', 'gtc');
    await until(() => expect(rig.of('accepted')).toHaveLength(1));
    rig.venue.cancel(orderId);
    await until(() => expect(rig.of('canceled')).toMatchObject([{ orderId }]));
    rig.venue.cancel(orderId);
    await until(() => expect(rig.of('cancel-rejected')).toMatchObject([{ orderId }]));
  });

  it('rests an order that must not take, and has a definite no where it would', async () => {
    const rig = await connected();
    rig.offer(pair, '60000', '1');
    const rests = rig.place(pair, '0.1', '59000', 'post-only');
    await until(() => expect(rig.of('accepted')).toMatchObject([{ orderId: rests }]));
    const takes = rig.place(pair, '0.1', '60000', 'post-only');
    // Some venues refuse it, others take it and end it at once.
    const ended = () => [...rig.of('rejected'), ...rig.of('canceled')];
    await until(() => expect(ended()).toMatchObject([{ orderId: takes }]));
    expect([rig.open, rig.of('fill').length, rig.of('unknown').length]).toEqual([1, 0, 0]);
  });

  it('reports a fill once when it is said twice, a refusal in the venue’s words, and doubts what is no refusal', async () => {
    const rig = await connected();
    rig.offer(pair, '60000', '1');
    rig.exchange.faults.duplicateNextFrame();
    rig.place(pair, '0.1', '60000');
    await until(() => expect(rig.of('fill')).toHaveLength(1));
    const tooMuch = rig.place(pair, '9', '60000');
    await until(() => expect(rig.of('rejected')).toMatchObject([{ orderId: tooMuch }]));
    expect(rig.of('rejected')[0]?.reason).toContain(words.no);
    rig.exchange.faults.rejectNextOrder(`${words.doubt} what this means is not certain`);
    const doubted = rig.place(pair, '0.1', '59000');
    await until(() => expect(rig.of('unknown')).toMatchObject([{ orderId: doubted }]));
    expect([rig.of('fill').length, rig.of('rejected').length]).toEqual([1, 1]);
  });
});

describe.each(NATIVE)('the connection of an account at %s', (adapter, face, words) => {
  const pair = `BTC/${FACE_CASH[face]}`;
  const connected = (): Promise<FaceAccount> => connectedTo(adapter, face);

  it('finds out what became of an order whose connection was cut, and trades on', async () => {
    const rig = await connected();
    rig.offer(pair, '60000', '1');
    rig.exchange.faults.silence(true);
    if (words.isByRest === true) rig.exchange.faults.failNextRest(504, true);
    const orderId = rig.place(pair, '0.1', '60000');
    const placed = () => rig.exchange.log.entries.filter(({ kind }) => kind === 'placed').length;
    await until(() => expect(placed()).toBe(2));
    rig.exchange.faults.dropConnections();
    rig.exchange.faults.silence(false);
    await until(() => expect(rig.of('unknown')).toMatchObject([{ orderId }]));
    await until(() => expect(rig.events.at(-1)).toMatchObject({ kind: 'link', state: 'up' }));
    rig.venue.reconcile(rig.nowUs - 60_000_000, true);
    await until(() =>
      expect(rig.events.at(-1)).toMatchObject({
        kind: 'account',
        account: { orders: [{ orderId, state: 'filled' }], fills: [{ orderId }] },
      }),
    );
    expect(placed()).toBe(2);
    rig.place(pair, '0.1', '60000');
    await until(() => expect(rig.of('fill')).toHaveLength(1));
  });
});
