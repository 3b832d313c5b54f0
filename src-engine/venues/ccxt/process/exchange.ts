/** One class of ccxt, set up to answer in exact text: what is used of it, and how it is loaded. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exactText, parseExact } from './exact-number.ts';

export type CcxtLevel = readonly unknown[];
export type CcxtBook = {
  readonly bids: readonly CcxtLevel[];
  readonly asks: readonly CcxtLevel[];
  /** The venue's, in ms. */
  readonly timestamp?: unknown;
};

export type CcxtMarket = Readonly<Record<string, unknown>> & {
  readonly symbol: string;
  readonly spot?: unknown;
  readonly precision?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
};

/** What is used of ccxt's class. Its classes are JavaScript without types that hold at run time: whatever it answers is read as unknown. */
export type CcxtExchange = {
  readonly id: string;
  readonly name?: unknown;
  readonly has: Record<string, unknown>;
  readonly urls: Record<string, unknown>;
  readonly options: Record<string, unknown>;
  readonly precisionMode: number;
  readonly rateLimit: number;
  readonly markets?: Readonly<Record<string, CcxtMarket>> | undefined;
  readonly last_response_headers?: Readonly<Record<string, unknown>> | undefined;
  loadMarkets(reload?: boolean): Promise<Readonly<Record<string, CcxtMarket>>>;
  setMarkets(markets: unknown): unknown;
  fetchOrderBook(symbol: string, limit?: number): Promise<CcxtBook>;
  watchOrderBook(symbol: string, limit?: number): Promise<CcxtBook>;
  fetchTickers(): Promise<Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>>;
  fetchTime(): Promise<unknown>;
  loadHttpProxyAgent(): Promise<unknown>;
  close(): Promise<unknown>;
};

/** What is used of it besides, once it has a key. */
export type CcxtAccount = CcxtExchange & {
  readonly timeout: number;
  readonly headers?: Record<string, unknown> | undefined;
  readonly nonce: () => number;
  /** Every call of an address goes through it: path, part of the API, method, parameters, headers, body, settings. */
  fetch2(...call: readonly unknown[]): Promise<unknown>;
  calculateRateLimiterCost(
    api: unknown,
    method: unknown,
    path: unknown,
    params: unknown,
    settings: unknown,
  ): unknown;
  fetch(url: string, method?: string, headers?: Headers, body?: unknown): Promise<unknown>;
  handleErrors(...args: unknown[]): unknown;
  parseTrades(rows: unknown, market?: unknown, since?: unknown, limit?: unknown): unknown;
  parseOrders(rows: unknown, market?: unknown, since?: unknown, limit?: unknown): unknown;
  createOrder(
    symbol: string,
    type: 'limit',
    side: string,
    qty: string,
    price: string,
    params: object,
  ): Promise<unknown>;
  cancelOrder(id: string | undefined, symbol: string, params?: object): Promise<unknown>;
  fetchOrder(id: string | undefined, symbol: string, params?: object): Promise<unknown>;
  fetchOpenOrders(symbol?: string, since?: number, limit?: number, params?: object): Promise<unknown>;
  fetchClosedOrders(symbol?: string, since?: number, limit?: number, params?: object): Promise<unknown>;
  fetchCanceledAndClosedOrders(
    symbol?: string,
    since?: number,
    limit?: number,
    params?: object,
  ): Promise<unknown>;
  fetchOrdersByIds(ids: readonly string[], symbol?: string): Promise<unknown>;
  fetchMyTrades(symbol?: string, since?: number, limit?: number, params?: object): Promise<unknown>;
  cancelAllOrdersAfter(timeoutMs: number): Promise<unknown>;
  fetchBalance(params?: object): Promise<unknown>;
  fetchTradingFee(symbol: string): Promise<unknown>;
};

export type Headers = Readonly<Record<string, unknown>> | undefined;

export type Key = {
  readonly key: string;
  readonly secret: string;
  readonly passphrase?: string | undefined;
};

export type OpenOptions = {
  /** Folder of the installed package. */
  readonly root: string;
  readonly id: string;
  /** `http://127.0.0.1:4780`: takes the place of the origin of all of its addresses; undefined: the venue's own. */
  readonly origin?: string | undefined;
};

type ExchangeClass = new (config: Record<string, unknown>) => CcxtExchange;

/** The class alone: half a second and some 80 MB, where all of ccxt takes ten times as long. */
async function classOf(root: string, file: string): Promise<ExchangeClass> {
  const url = pathToFileURL(join(root, 'js', 'src', file)).href;
  return ((await import(url)) as { readonly default: ExchangeClass }).default;
}

/** For REST calls. Every number of it is text. */
export async function openExchange({ root, id, origin }: OpenOptions): Promise<CcxtExchange> {
  const exchange = await made(await classOf(root, `${id}.js`), origin);
  // Numbers stay the text that they came as; what ccxt would turn into a double on the way is read by ours.
  const text = (object: unknown, key: PropertyKey): string | undefined => exactText(member(object, key));
  Object.assign(exchange, {
    number: String,
    parseJson: (json: string) => parsed(json),
    parseNumber: (value: unknown, otherwise: unknown) => exactText(value) ?? otherwise,
    parseOrderBookBidAsk: (row: unknown, price: PropertyKey = 0, qty: PropertyKey = 1) => [
      text(row, price),
      text(row, qty),
    ],
    // Text would be compared letter by letter. Books are put in order where they are sent.
    sortBy: (rows: readonly unknown[]) => [...rows],
  });
  return exchange;
}

/** The same, with a key to an account. */
export async function openAccountClass(
  options: OpenOptions,
  { key, secret, passphrase }: Key,
): Promise<CcxtAccount> {
  const exchange = await openExchange(options);
  return Object.assign(exchange, { apiKey: key, secret, password: passphrase }) as unknown as CcxtAccount;
}

/** The same venue with its connections; undefined: ccxt has none for its books. Its books are doubles. */
export async function openWatcher({ root, id, origin }: OpenOptions): Promise<CcxtExchange | undefined> {
  let Class: ExchangeClass;
  try {
    Class = await classOf(root, join('pro', `${id}.js`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  const watcher = await made(Class, origin);
  return watcher.has['watchOrderBook'] === true ? watcher : undefined;
}

async function made(Class: ExchangeClass, origin: string | undefined): Promise<CcxtExchange> {
  const exchange = new Class({
    enableRateLimit: true,
    // A market that is removed stays a market of the list that is known until the list is read again.
    newUpdates: false,
    options: { defaultType: 'spot' },
  });
  // Coins and their networks: a further call, with a key at some venues, and nothing of it is used.
  exchange.has['fetchCurrencies'] = false;
  exchange.options['fetchMargins'] = false;
  const kinds = exchange.options['fetchMarkets'];
  const types = member(kinds, 'types');
  if (Array.isArray(types) && types.includes('spot'))
    exchange.options['fetchMarkets'] = { ...(kinds as object), types: ['spot'] };
  if (origin !== undefined) {
    exchange.urls['api'] = withOrigin(exchange.urls['api'], origin);
    await exchange.loadHttpProxyAgent();
  }
  return exchange;
}

/** All addresses of a class, at another place. */
function withOrigin(urls: unknown, origin: string): unknown {
  if (typeof urls === 'string') {
    const socket = origin.replace(/^http/, 'ws');
    return urls.replace(/^wss?:\/\/[^/]+/, socket).replace(/^https?:\/\/[^/]+/, origin);
  }
  if (typeof urls !== 'object' || urls === null) return urls;
  return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, withOrigin(url, origin)]));
}

/** As ccxt's own: what is no JSON is undefined, and the answer is taken for text. */
function parsed(json: string): unknown {
  try {
    return /^\s*[[{]/.test(json) ? parseExact(json) : undefined;
  } catch {
    return undefined;
  }
}

export function member(object: unknown, key: PropertyKey): unknown {
  return typeof object === 'object' && object !== null
    ? (object as Record<PropertyKey, unknown>)[key]
    : undefined;
}
