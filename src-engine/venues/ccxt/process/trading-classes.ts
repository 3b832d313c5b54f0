/** The classes of ccxt that orders can be sent through, each with what its venue's documents say and ccxt's own words do not. */
import type { CcxtAccount } from './exchange.ts';
import { member } from './exchange.ts';
import { isTradedId, type TradedId } from './traded-ids.ts';

export type Sought = {
  readonly symbol: string;
  /** As the venue has it; undefined: it is not known. */
  readonly clientId?: string | undefined;
  readonly venueOrderId?: string | undefined;
};

/** Texts of the venue, or what it gave in their place; a rebate is below zero. */
export type FeeRow = { readonly symbol: string; readonly taker: unknown; readonly maker: unknown };

export type TradingClass = {
  /** Field of the venue’s own order rows with our id. */
  readonly clientIdKey: string;
  /** Rows of one page of fills, and the longest time that one question may cover. */
  readonly fillsPage: number;
  readonly fillsWindowMs: number;
  /** A question is widened by so much at both ends, as some venues leave the end out, or know whole seconds only. */
  readonly fillsMarginMs: number;
  /** Rows of one page of open orders. */
  readonly openPage: number;
  /**
   * Codes by which the venue refuses an order for certain, in its own words, from its documents. ccxt's classes of errors do not do for
   * that: `InvalidOrder` is an id that was used before at most venues, and “Order creation timeout” at one.
   */
  readonly refused: ReadonlySet<string>;
  /** Asks for one order in every list that may have it, until one has. */
  readonly find: readonly ((exchange: CcxtAccount, sought: Sought) => Promise<unknown>)[];
  /** Asks for orders by the venue’s ids, at most 20 at once; undefined where it has no such call. */
  readonly findMany?:
    | ((exchange: CcxtAccount, venueOrderIds: readonly string[]) => Promise<unknown>)
    | undefined;
  /** Codes by which the venue says that it has no such order, where ccxt has another name for that. */
  readonly notFound?: ReadonlySet<string> | undefined;
  /** How an order is named by our id where the venue’s is not known. */
  readonly byOwnId: (clientId: string) => object;
  /** What a list of open orders is asked for besides: those of spot markets alone, as no others are known here. */
  readonly openParams?: object | undefined;
  /**
   * The venue refuses a nonce below one that it has seen: calls leave one after the other, and nonces are microseconds, as those of the
   * venue’s own adapter, which may use the same key before and after.
   */
  readonly isInOrder?: true;
  /** Units of ccxt’s costs that questions may owe at once, where the venue’s counter falls with time; 0 when left out. */
  readonly burst?: number;
  /** Fees in force of many symbols by few calls: as parts of what is traded, by symbol. */
  readonly fees: (exchange: CcxtAccount, symbols: readonly string[]) => Promise<readonly FeeRow[]>;
  /** What the key may do, in the venue’s own words; undefined where the class has no call for it. */
  readonly rights?: ((exchange: CcxtAccount) => Promise<readonly string[]>) | undefined;
};

const DAY_MS = 86_400_000;

/** A call of one address, which classes have besides ccxt's common ones. */
function implicit(exchange: CcxtAccount, name: string, params: object = {}): Promise<unknown> {
  const found = member(exchange, name);
  if (typeof found !== 'function') throw new Error(`ccxt’s class has no call ${name}`);
  return found.call(exchange, params) as Promise<unknown>;
}

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : []).filter((one): one is string => typeof one === 'string');

function byVenueOrOwnId({ clientId, venueOrderId }: Omit<Sought, 'symbol'>): object {
  return venueOrderId === undefined ? { orderLinkId: clientId } : { orderId: venueOrderId };
}

const CLASSES: Readonly<Record<TradedId, TradingClass>> = {
  okx: {
    clientIdKey: 'clOrdId',
    fillsPage: 100,
    // Of `trade/fills-history`, which has three months; pages of 100 whatever is asked for.
    fillsWindowMs: 30 * DAY_MS,
    fillsMarginMs: 1,
    openPage: 100,
    refused: new Set([
      '50105',
      '50110',
      '50111',
      '50113',
      '50119',
      '50120',
      '51001',
      '51006',
      '51008',
      '51020',
      '51121',
      '51136',
      '51137',
      '51155',
      '51174',
    ]),
    find: [
      (exchange, { symbol, clientId, venueOrderId }) =>
        venueOrderId === undefined
          ? exchange.fetchOrder('', symbol, { clientOrderId: clientId })
          : exchange.fetchOrder(venueOrderId, symbol),
    ],
    byOwnId: (clientOrderId) => ({ clientOrderId }),
    openParams: { instType: 'SPOT' },
    // Pairs of one group pay the same.
    fees: async (exchange, symbols) => {
      const groups = new Map<unknown, Promise<unknown>>();
      const rows: FeeRow[] = [];
      for (const symbol of symbols) {
        const group = member(exchange.markets?.[symbol]?.['info'], 'groupId') ?? symbol;
        const asked = groups.get(group) ?? exchange.fetchTradingFee(symbol);
        groups.set(group, asked);
        const fee = await asked;
        rows.push({ symbol, taker: member(fee, 'taker'), maker: member(fee, 'maker') });
      }
      return rows;
    },
    rights: async (exchange) => {
      const data = member(await implicit(exchange, 'privateGetAccountConfig'), 'data');
      const perm = member(member(data, 0), 'perm');
      return typeof perm === 'string' ? perm.split(',').map((name) => name.trim()) : [];
    },
  },
  bybit: {
    clientIdKey: 'orderLinkId',
    fillsPage: 100,
    fillsWindowMs: 6 * DAY_MS,
    fillsMarginMs: 1,
    openPage: 50,
    refused: new Set([
      '10003',
      '10004',
      '10005',
      '10010',
      '10024',
      '10027',
      '10029',
      '170131',
      '170132',
      '170133',
      '170134',
      '170136',
      '170137',
      '170140',
      '170193',
      '170194',
    ]),
    find: [
      (exchange, { symbol, ...named }) =>
        exchange.fetchOpenOrders(symbol, undefined, undefined, byVenueOrOwnId(named)),
      (exchange, { symbol, ...named }) =>
        exchange.fetchCanceledAndClosedOrders(symbol, undefined, undefined, byVenueOrOwnId(named)),
    ],
    byOwnId: (orderLinkId) => ({ orderLinkId }),
    fees: async (exchange, symbols) => {
      const answer = await implicit(exchange, 'privateGetV5AccountFeeRate', { category: 'spot' });
      const list = member(member(answer, 'result'), 'list');
      const rows = new Map(
        (Array.isArray(list) ? (list as unknown[]) : []).map((row) => [member(row, 'symbol'), row]),
      );
      return symbols.map((symbol) => {
        const row = rows.get(exchange.markets?.[symbol]?.['id']);
        return { symbol, taker: member(row, 'takerFeeRate'), maker: member(row, 'makerFeeRate') };
      });
    },
    rights: async (exchange) => {
      const result = member(await implicit(exchange, 'privateGetV5UserQueryApi'), 'result');
      const permissions = member(result, 'permissions');
      if (typeof permissions !== 'object' || permissions === null) return [];
      const isFull = Number(member(result, 'readOnly')) === 0;
      return [isFull ? 'read-write' : 'read-only', ...Object.values(permissions).flatMap(texts)];
    },
  },
  kraken: {
    clientIdKey: 'cl_ord_id',
    fillsPage: 50,
    fillsWindowMs: 30 * DAY_MS,
    fillsMarginMs: 1_000,
    // All of them come at once.
    openPage: Number.POSITIVE_INFINITY,
    refused: new Set([
      'EAPI:Invalid key',
      // Refused before it was looked at.
      'EAPI:Invalid nonce',
      'EGeneral:Permission denied',
      'EOrder:Insufficient funds',
      'EOrder:Order minimum not met',
      'EQuery:Unknown asset pair',
    ]),
    find: [
      async (exchange, { symbol, venueOrderId }) =>
        venueOrderId === undefined ? [] : await exchange.fetchOrder(venueOrderId, symbol),
      async (exchange, { symbol, clientId }) =>
        clientId === undefined
          ? []
          : await exchange.fetchOpenOrders(symbol, undefined, undefined, { clientOrderId: clientId }),
      async (exchange, { symbol, clientId }) =>
        clientId === undefined
          ? []
          : await exchange.fetchClosedOrders(symbol, undefined, undefined, { clientOrderId: clientId }),
    ],
    findMany: (exchange, venueOrderIds) => exchange.fetchOrdersByIds(venueOrderIds),
    notFound: new Set(['EOrder:Unknown order']),
    byOwnId: (clientOrderId) => ({ clientOrderId }),
    isInOrder: true,
    // Of the 45 that 15 calls cost, which the lowest level may owe (support page "API Rate Limits"): three calls are left for a kill.
    burst: 36,
    // In percent, by the names of its pairs; each pair has a list of its own for makers.
    fees: async (exchange, symbols) => {
      const idOf = (symbol: string): string => String(exchange.markets?.[symbol]?.['id']);
      const pair = symbols.map(idOf).join(',');
      const result = member(
        await implicit(exchange, 'privatePostTradeVolume', { pair, 'fee-info': true }),
        'result',
      );
      const part = (list: string, symbol: string): string =>
        `${String(member(member(member(result, list), idOf(symbol)), 'fee'))}e-2`;
      return symbols.map((symbol) => ({
        symbol,
        taker: part('fees', symbol),
        maker: part('fees_maker', symbol),
      }));
    },
  },
};

/** @throws Error for a class that is not offered. */
export function tradingClass(id: string): TradingClass {
  if (isTradedId(id)) return CLASSES[id];
  throw new Error(`no orders are sent through ccxt’s class of ${id}`);
}
