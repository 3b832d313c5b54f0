/** A history that is longer than one reading: of a busy account, or one that was away for days. */
import { describe, expect, it } from 'vitest';
import { KrakenNames } from '../names.ts';
import type { Json } from '../../toolkit/json.ts';
import { PrivateRest } from './private-rest.ts';
import { readAccount } from './read-account.ts';

const PAGE = 50;
const S = 1_000_000;
const BEGAN_S = 1_700_000_000;
/** Of one reading: at the lowest tier, with 0.33 a second, it is answered within 76 s. */
const MOST_COST = 25;

type Row = { readonly id: string; readonly atS: number };

/** Answers by Kraken's rules: newest first, 50 a page, `start` exclusive and `end` inclusive, with a count where it is not declined. */
class MadeAccount {
  readonly orders: Row[] = [];
  readonly trades: Row[] = [];
  cost = 0;
  /** Called before each answer: the account goes on trading meanwhile. */
  onCall: () => void = () => undefined;

  trade(atS: number): void {
    const number = this.orders.length;
    this.orders.push({ id: `O${String(number).padStart(5, '0')}-AAAAA-AAAAAA`, atS });
    this.trades.push({ id: `T${number}`, atS });
  }

  call(
    method: string,
    fields: Readonly<Record<string, string>>,
    options: { readonly cost: number },
  ): Promise<Json> {
    this.onCall();
    this.cost += options.cost;
    return Promise.resolve(this.#answer(method, fields));
  }

  #answer(method: string, fields: Readonly<Record<string, string>>): Json {
    if (method === 'OpenOrders') return { open: {} };
    if (method === 'BalanceEx') return { ZUSD: { balance: String(1_000 + this.trades.length) } };
    if (method === 'QueryOrders')
      return Object.fromEntries(
        (fields['txid'] ?? '')
          .split(',')
          .map((id) => [id, orderRow(id, this.orders[Number(id.slice(1, 6))]?.atS ?? 0)]),
      );
    const isOrders = method === 'ClosedOrders';
    const { start = '0', end = 'Infinity', ofs = '0' } = fields;
    const found = (isOrders ? this.orders : this.trades)
      .filter(({ atS }) => atS > Number(start) && atS <= Number(end))
      .toSorted((a, b) => b.atS - a.atS);
    const shown = found.slice(Number(ofs), Number(ofs) + PAGE);
    const entries = shown.map(({ id, atS }) => [id, isOrders ? orderRow(id, atS) : tradeRow(id, atS)]);
    const count = fields['without_count'] === 'true' ? {} : { count: found.length };
    return { [isOrders ? 'closed' : 'trades']: Object.fromEntries(entries) as Json, ...count };
  }
}

function orderRow(id: string, atS: number): Json {
  const descr = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '50000' };
  return {
    status: 'closed',
    cl_ord_id: id.replace(/\D/g, '').padStart(32, '0'),
    descr,
    vol: '1',
    vol_exec: '1',
    opentm: atS - 1,
    closetm: atS,
  };
}

function tradeRow(id: string, atS: number): Json {
  const number = Number(id.slice(1));
  const ordertxid = `O${String(number).padStart(5, '0')}-AAAAA-AAAAAA`;
  return { ordertxid, pair: 'XBTUSD', time: atS, price: '50000', vol: '1', fee: '1' };
}

const NAMES = new KrakenNames(
  { XXBTZUSD: { altname: 'XBTUSD', wsname: 'XBT/USD' } },
  { ZUSD: { altname: 'USD' }, XXBT: { altname: 'XBT' } },
);

function restOf(account: MadeAccount): PrivateRest {
  return new PrivateRest(account, () => Promise.resolve(NAMES));
}

/** Reads on, part by part, as the reconciler does. */
async function readAll(account: MadeAccount, sinceUs: number, mostCost = MOST_COST) {
  const rest = restOf(account);
  const orders = new Set<string>();
  const fills = new Set<string>();
  for (let parts = 1; parts <= 100; parts++) {
    account.cost = 0;
    const read = await readAccount(rest, 'kraken', { sinceUs, withHistory: true, skewUs: 0 });
    expect(account.cost).toBeLessThanOrEqual(mostCost);
    for (const { venueOrderId } of read.orders) orders.add(venueOrderId);
    for (const { fillId } of read.fills) fills.add(fillId);
    if (read.readToUs === undefined) return { orders, fills, parts, balances: read.balances };
    expect(read.balances).toBeUndefined();
    expect(read.readToUs).toBeGreaterThan(sinceUs);
    sinceUs = read.readToUs;
  }
  throw new Error('it was never read to its end');
}

describe('a long history', () => {
  it('is read in parts, oldest first, each within the calls that the lowest tier allows, and nothing is left out', async () => {
    const account = new MadeAccount();
    for (let n = 0; n < 1_234; n++) account.trade(BEGAN_S + 1 + n / 5);
    const { orders, fills, parts, balances } = await readAll(account, BEGAN_S * S);
    expect([orders.size, fills.size]).toEqual([1_234, 1_234]);
    expect(parts).toBeGreaterThan(5);
    expect(balances).toEqual([{ asset: 'USD', total: '2234' }]);
  });

  it('of an account that trades while it is read loses nothing to rows that move from page to page', async () => {
    const account = new MadeAccount();
    for (let n = 0; n < 400; n++) account.trade(BEGAN_S + 1 + n / 5);
    let newestS = BEGAN_S + 1 + 400 / 5;
    let calls = 0;
    account.onCall = () => {
      // It rests at the end: the last reading needs balances that keep still.
      if (calls++ > 40) return;
      newestS += 0.4;
      account.trade(newestS);
    };
    const { orders, fills } = await readAll(account, BEGAN_S * S);
    expect([orders.size, fills.size]).toEqual([account.orders.length, account.trades.length]);
  });

  it('with more rows a second than a reading has is read further at once, and gets to its end', async () => {
    const account = new MadeAccount();
    for (let n = 0; n < 3_000; n++) account.trade(BEGAN_S + 1 + n / 300);
    const { orders, fills } = await readAll(account, BEGAN_S * S, 140);
    expect([orders.size, fills.size]).toEqual([3_000, 3_000]);
  });

  it('with more rows of one moment than one reading holds is refused, not cut', async () => {
    const account = new MadeAccount();
    for (let n = 0; n < 2_100; n++) account.trade(BEGAN_S + 1);
    account.trade(BEGAN_S + 60);
    await expect(readAll(account, BEGAN_S * S)).rejects.toThrow(
      /ClosedOrders has more than 2000 rows of one moment/,
    );
  });

  it('is not asked for where what is open and the balances are enough', async () => {
    const account = new MadeAccount();
    for (let n = 0; n < 1_000; n++) account.trade(BEGAN_S + n);
    const read = await readAccount(restOf(account), 'kraken', { sinceUs: 0, withHistory: false, skewUs: 0 });
    expect(read).toMatchObject({ orders: [], fills: [], balances: [{ asset: 'USD', total: '2000' }] });
    expect(account.cost).toBe(2);
  });
});
