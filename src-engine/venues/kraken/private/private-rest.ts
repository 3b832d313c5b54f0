/** The calls of Kraken's private REST API that trading needs (docs.kraken.com, Spot REST, "Account Data", "Trading"). */
import { type DecimalText, decimal } from '../../../domain/decimal.ts';
import type { Asset, OrderId } from '../../../domain/ids.ts';
import type { Side, TimeInForce, UnreadRow, VenueBalance, VenueOrder } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { KrakenNames } from '../names.ts';
import type { Json } from '../../toolkit/json.ts';
import { VenueRefused, VenueUnreachable } from '../rest-errors.ts';
import { noFees } from '../../toolkit/account-fees.ts';
import type { HeldBalances } from '../../toolkit/account-reading.ts';
import type { AccountFees } from '../../venue-account.ts';
import { accountFees } from './account-fees.ts';
import type { PrivateCaller } from './rest-caller.ts';
import { balanceOf, clientIdOf, orderOf, type RestTrade, rows, tradeOf } from './rest-rows.ts';
import { numericOf } from '../../toolkit/json.ts';

/** What an order needs to be placed. */
export type RestPlacement = {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly timeInForce: TimeInForce;
  readonly postOnly?: boolean | undefined;
  /** RFC 3339, by the venue's clock. */
  readonly deadline: string;
};

export type KeyInfo = {
  readonly permissions: readonly string[];
  /** Seconds since 1970; 0 for a key that does not expire. */
  readonly validUntilS: number;
};

/** Rows of one page of a history. */
const PAGE = 50;
/**
 * Most pages of one history in one reading; of a longer one its oldest rows are read, and the rest in later readings. The calls
 * of such a reading cost 25, of which the lowest tier lets through 0.33 a second.
 */
const MAX_PAGES = 3;
/** Most pages where so many rows are of one second that fewer would get no further. */
const MOST_PAGES = 40;
/** Of the time before this nothing more is added to a history, in s: what counts its rows must not see them move. */
const SETTLED_S = 2;
const US_PER_S = 1_000_000;
/** `OXVPSU-Q726F-L3SDEP`: an id of another form belongs to no order that could be asked for. */
const VENUE_ORDER_ID = /^[A-Z0-9]{4,8}(-[A-Z0-9]{4,8}){1,3}$/;
const NO_SUCH_ORDER = /^EOrder:(Unknown|Invalid) order|^EQuery:Unknown order/;

/** Rows of a history since some time: all, or the oldest. */
export type History<Row> = {
  readonly rows: readonly Row[];
  /** By the venue's clock: up to here it is complete. Undefined: to its end. */
  readonly toUs: TimeUs | undefined;
};

type HistoryList = {
  readonly method: 'ClosedOrders' | 'TradesHistory';
  /** The field of the answer with the rows, and the field of a row with its time, in s. */
  readonly list: string;
  readonly time: string;
  readonly cost: number;
  /** Spares the venue the count where it is not needed. */
  readonly uncounted: Readonly<Record<string, string>>;
};
const CLOSED_ORDERS: HistoryList = {
  method: 'ClosedOrders',
  list: 'closed',
  time: 'closetm',
  cost: 1,
  uncounted: { without_count: 'true' },
};
const TRADES: HistoryList = { method: 'TradesHistory', list: 'trades', time: 'time', cost: 2, uncounted: {} };

export class PrivateRest {
  readonly #caller: Pick<PrivateCaller, 'call'>;
  readonly #loadNames: () => Promise<KrakenNames>;
  #names: KrakenNames | undefined;

  /** @param loadNames asks the venue for its names; done once, when they are first needed. */
  constructor(caller: Pick<PrivateCaller, 'call'>, loadNames: () => Promise<KrakenNames>) {
    this.#caller = caller;
    this.#loadNames = loadNames;
  }

  /** Reads the venue's names ahead of the first call that needs them. */
  async prepare(): Promise<void> {
    await this.#namesOf();
  }

  /** A token for the private WebSocket; good for 15 minutes, and as long as a connection uses it. */
  async webSocketsToken(): Promise<string> {
    const { token } = await this.#caller.call('GetWebSocketsToken', {}, { cost: 1 });
    if (typeof token === 'string' && token !== '') return token;
    throw new VenueUnreachable('GetWebSocketsToken', 'the answer has no token');
  }

  /** What the key may do. Needs no permission itself. */
  async keyInfo(): Promise<KeyInfo> {
    const result = await this.#caller.call('GetApiKeyInfo', {}, { cost: 1 });
    const permissions = result['permissions'];
    if (!Array.isArray(permissions))
      throw new VenueUnreachable('GetApiKeyInfo', 'the answer has no permissions');
    const validUntil = numericOf(result['validUntil'] ?? 0);
    return {
      permissions: permissions.map(String),
      validUntilS: Number.isFinite(validUntil) ? validUntil : 0,
    };
  }

  /** Everything that is held, in orders or not; assets by their public codes, each once. */
  async balances(): Promise<HeldBalances> {
    const names = await this.#namesOf();
    const result = await this.#caller.call('BalanceEx', {}, { cost: 1 });
    const balances = new Map<Asset, VenueBalance>();
    const unread: UnreadRow[] = [];
    for (const [name, row] of Object.entries(result)) {
      const read = balanceOf(names.asset(name), row);
      if ('problem' in read) unread.push(read);
      else balances.set(read.asset, sumOf(balances.get(read.asset), read));
    }
    return { balances: [...balances.values()], unread };
  }

  async openOrders(): Promise<VenueOrder[]> {
    const names = await this.#namesOf();
    const { open } = await this.#caller.call('OpenOrders', {}, { cost: 1 });
    return rows('OpenOrders', open).map(([id, row]) => orderOf('OpenOrders', id, row, names));
  }

  /**
   * Ids of the open orders, whether a kill left anything; undefined: placed by another program. Nothing else of the rows is
   * read, and no name of an asset is needed for it.
   */
  async openOrderIds(): Promise<(OrderId | undefined)[]> {
    const { open } = await this.#caller.call('OpenOrders', {}, { cost: 1, isUrgent: true });
    return rows('OpenOrders', open).map(([, row]) => clientIdOf(row));
  }

  /** Orders that ended after `sinceUs`, by the venue's clock. */
  async closedOrders(sinceUs: TimeUs): Promise<History<VenueOrder>> {
    const names = await this.#namesOf();
    const { rows: found, toUs } = await this.#history(CLOSED_ORDERS, sinceUs);
    return { rows: [...found].map(([id, row]) => orderOf('ClosedOrders', id, row, names)), toUs };
  }

  /** Orders by the venue's ids; those that it does not know are left out. */
  async queryOrders(venueOrderIds: readonly string[]): Promise<VenueOrder[]> {
    const names = await this.#namesOf();
    const ids = venueOrderIds.filter((id) => VENUE_ORDER_ID.test(id));
    const found: VenueOrder[] = [];
    for (let at = 0; at < ids.length; at += PAGE) {
      const listed = rows('QueryOrders', await this.#query(ids.slice(at, at + PAGE)));
      found.push(...listed.map(([id, row]) => orderOf('QueryOrders', id, row, names)));
    }
    return found;
  }

  /** One id that the venue does not know refuses all: then each half is asked for by itself. */
  async #query(ids: readonly string[]): Promise<Json> {
    try {
      return await this.#caller.call('QueryOrders', { txid: ids.join(',') }, { cost: 1 });
    } catch (error) {
      if (!(error instanceof VenueRefused) || !error.codes.every((code) => NO_SUCH_ORDER.test(code)))
        throw error;
      if (ids.length <= 1) return {};
      const half = Math.ceil(ids.length / 2);
      return { ...(await this.#query(ids.slice(0, half))), ...(await this.#query(ids.slice(half))) };
    }
  }

  /** Fills since then, by the venue's clock, oldest first. */
  async trades(sinceUs: TimeUs): Promise<History<RestTrade>> {
    const names = await this.#namesOf();
    const { rows: found, toUs } = await this.#history(TRADES, sinceUs);
    const trades = [...found].map(([id, row]) => tradeOf(id, row, names));
    return { rows: trades.sort((a, b) => a.atUs - b.atUs || (a.fillId < b.fillId ? -1 : 1)), toUs };
  }

  /**
   * Fees in force for these symbols, as fractions: the account's tier counts. A pair that the venue does not list, or
   * whose fee its answer does not say, is absent.
   */
  async fees(symbols: readonly string[]): Promise<AccountFees> {
    const names = await this.#namesOf();
    const pair = symbols.flatMap((symbol) => names.findPair(symbol) ?? []).join(',');
    if (pair === '') return noFees();
    // The flag is checked as a JSON literal: `True` and `1` are refused (python-kraken-sdk, pull request 454).
    const fields = { pair, fee_schedule: 'true' };
    return accountFees(await this.#caller.call('TradeVolume', fields, { cost: 1 }), names);
  }

  /** Places one order, at most once. @returns the venue's id. */
  async addOrder(placement: RestPlacement): Promise<string> {
    const names = await this.#namesOf();
    const result = await this.#caller.call('AddOrder', addOrderFields(placement, names), {
      cost: 0,
      once: true,
    });
    const id: unknown = Array.isArray(result['txid']) ? result['txid'][0] : undefined;
    if (typeof id === 'string') return id;
    throw new VenueUnreachable('AddOrder', 'the answer has no id');
  }

  async cancelOrder(clOrdId: string): Promise<void> {
    await this.#caller.call('CancelOrder', { cl_ord_id: clOrdId }, { cost: 0, isUrgent: true });
  }

  /** Cancels every order of the account. */
  async cancelAll(): Promise<void> {
    await this.#caller.call('CancelAll', {}, { cost: 1, isUrgent: true });
  }

  /** The dead-man switch: everything is canceled after so many seconds unless renewed; 0 ends it. */
  async cancelAllOrdersAfter(seconds: number): Promise<void> {
    const fields = { timeout: String(seconds) };
    await this.#caller.call('CancelAllOrdersAfter', fields, { cost: 1, isUrgent: true });
  }

  /** @throws Error, and never one of doubt: nothing private was asked yet. */
  async #namesOf(): Promise<KrakenNames> {
    try {
      this.#names ??= await this.#loadNames();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new Error(`Kraken's names of pairs and assets could not be read: ${detail}`, { cause: error });
    }
    return this.#names;
  }

  /** All rows of a history since then; of one that is longer than a reading, the oldest. */
  async #history(list: HistoryList, sinceUs: TimeUs): Promise<{ rows: Map<string, unknown>; toUs?: TimeUs }> {
    const start = String(Math.max(0, Math.floor(sinceUs / US_PER_S) - 1));
    const found = new Map<string, unknown>();
    // Newest come first: what is added while it is read only repeats rows.
    for (let page = 0; page < MAX_PAGES || (page < MOST_PAGES && isOfSeconds(list, found)); page++) {
      const { entries } = await this.#page(list, { start, ofs: String(page * PAGE), ...list.uncounted });
      for (const [id, row] of entries) found.set(id, row);
      if (entries.length < PAGE) return { rows: found };
    }
    return this.#oldest(list, start, timesOf(list, found));
  }

  /** The oldest rows of a long history: the last pages of a part that nothing is added to any longer. */
  async #oldest(
    list: HistoryList,
    start: string,
    newest: readonly TimeUs[],
  ): Promise<{ rows: Map<string, unknown>; toUs: TimeUs }> {
    const { method } = list;
    if (newest.length === 0) throw new Error(`Kraken's ${method} has rows without a time`);
    const end = String(Math.floor(Math.max(...newest) / US_PER_S) - SETTLED_S);
    const { count } = await this.#page(list, { start, end, ofs: '0' });
    const found = new Map<string, unknown>();
    // The next reading begins a second before: this one must get further, however many rows a second has.
    const leastUs = (Number(start) + 2) * US_PER_S;
    for (let pages = 1; pages <= MOST_PAGES; pages++) {
      const ofs = Math.max(0, count - pages * PAGE);
      const page = await this.#page(list, { start, end, ofs: String(ofs) });
      if (page.count !== count)
        throw new Error(`Kraken's ${method} had ${count} rows until ${end}, and then ${page.count}`);
      for (const [id, row] of page.entries) found.set(id, row);
      const toUs = ofs === 0 ? Number(end) * US_PER_S : Math.max(...timesOf(list, found));
      if (toUs >= leastUs && (pages >= MAX_PAGES || ofs === 0)) return { rows: found, toUs };
      if (ofs === 0) break;
    }
    throw new Error(`Kraken's ${method} has more than ${MOST_PAGES * PAGE} rows of one moment, ${start} s`);
  }

  async #page(
    { method, list, cost }: HistoryList,
    query: Readonly<Record<string, string>>,
  ): Promise<{ entries: [string, unknown][]; count: number }> {
    const fields = method === 'ClosedOrders' ? { closetime: 'close', ...query } : query;
    const result = await this.#caller.call(method, fields, { cost });
    return { entries: rows(method, result[list]), count: numericOf(result['count']) };
  }
}

/** Whether rows are too close in time to be divided: what is older than the newest by the time that settles must be among them. */
function isOfSeconds(list: HistoryList, found: ReadonlyMap<string, unknown>): boolean {
  const times = timesOf(list, found);
  return Math.max(...times) - Math.min(...times) < 2.5 * SETTLED_S * US_PER_S;
}

/** Times of rows that have one, by the venue's clock. */
function timesOf({ time }: HistoryList, found: ReadonlyMap<string, unknown>): TimeUs[] {
  return [...found.values()].flatMap((row) => {
    const seconds = numericOf((row as Json | null)?.[time]);
    return Number.isFinite(seconds) ? [Math.round(seconds * US_PER_S)] : [];
  });
}

/** Two names of one asset are one balance. */
function sumOf(before: VenueBalance | undefined, more: VenueBalance): VenueBalance {
  if (before === undefined) return more;
  const total = decimal(before.total).plus(more.total).toFixed();
  const held = decimal(before.held ?? '0').plus(more.held ?? '0');
  return { asset: more.asset, total, ...(held.isZero() ? {} : { held: held.toFixed() }) };
}

/** Fields of `AddOrder`. Fees are asked for in quote, which Kraken does not do by itself for a sell. */
export function addOrderFields(placement: RestPlacement, names: KrakenNames): Record<string, string> {
  return {
    pair: names.pair(placement.symbol),
    type: placement.side,
    ordertype: 'limit',
    volume: placement.qty,
    price: placement.price,
    timeinforce: placement.timeInForce.toUpperCase(),
    oflags: placement.postOnly === true ? 'fciq,post' : 'fciq',
    cl_ord_id: placement.orderId,
    deadline: placement.deadline,
  };
}
