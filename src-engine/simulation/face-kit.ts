/** What the world must know of each venue whose face it shows: its exchange, its account, and its words on the wire. */
import type { Asset } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountOptions } from '../venues/local-exchange/core/accounts/accounts.ts';
import type { ExchangeCore } from '../venues/local-exchange/core/exchange-core.ts';
import type { FaceName } from '../venues/local-exchange/face-names.ts';
import type { Face } from '../venues/local-exchange/hosting/serve-face.ts';
import { BinanceExchange } from '../venues/local-exchange/protocols/binance/binance-exchange.ts';
import { binanceFace } from '../venues/local-exchange/protocols/binance/binance-face.ts';
import {
  BINANCE_FACE,
  BINANCE_US_FACE,
  type FaceDialect,
} from '../venues/local-exchange/protocols/binance/face-dialect.ts';
import { selectBinancePairs } from '../venues/local-exchange/protocols/binance/pairs.ts';
import { BybitExchange } from '../venues/local-exchange/protocols/bybit/bybit-exchange.ts';
import { bybitFace } from '../venues/local-exchange/protocols/bybit/bybit-face.ts';
import { selectBybitPairs } from '../venues/local-exchange/protocols/bybit/pairs.ts';
import { CoinbaseExchange } from '../venues/local-exchange/protocols/coinbase/coinbase-exchange.ts';
import { coinbaseFace } from '../venues/local-exchange/protocols/coinbase/coinbase-face.ts';
import { selectCoinbasePairs } from '../venues/local-exchange/protocols/coinbase/pairs.ts';
import { KucoinExchange } from '../venues/local-exchange/protocols/kucoin/kucoin-exchange.ts';
import { kucoinFace } from '../venues/local-exchange/protocols/kucoin/kucoin-face.ts';
import { selectKucoinPairs } from '../venues/local-exchange/protocols/kucoin/pairs.ts';
import { KrakenExchange } from '../venues/local-exchange/protocols/kraken/kraken-exchange.ts';
import { krakenFace } from '../venues/local-exchange/protocols/kraken/kraken-face.ts';
import { OkxExchange } from '../venues/local-exchange/protocols/okx/okx-exchange.ts';
import { okxFace } from '../venues/local-exchange/protocols/okx/okx-face.ts';
import { selectOkxPairs } from '../venues/local-exchange/protocols/okx/pairs.ts';
import { selectPairs } from '../venues/local-exchange/protocols/kraken/pairs.ts';
import type { HttpRequest } from '../venues/network.ts';
import type { Credential } from '../venues/venue-account.ts';

/** What is said on the way between the engine and an exchange, as far as the world looks at it. */
export type WireWords = {
  isPlacement(frame: string): boolean;
  /** The text of a call that places an order; undefined for any other call. */
  placementOf(call: HttpRequest): string | undefined;
  /** Our id in the text of a placement; empty: there is none. */
  orderIdOf(placement: string): string;
  setsDeadMan(frame: string): boolean;
  callSetsDeadMan(call: HttpRequest): boolean;
  /** The call asks what is open. */
  asksOpenOrders(call: HttpRequest): boolean;
  /** What the venue says of an order: a report, or the answer to its placement or cancellation. */
  readonly report: RegExp;
};

/** An exchange and its face, and what a disaster needs beyond the faults that every exchange has. */
export type OpenedFace = {
  readonly core: ExchangeCore;
  readonly face: Face;
  /** How often the venue locked a client out for passing its limits, or because a fault said so. */
  bans(): number;
  /** The account has used up what the venue's limits allow, and must wait. */
  useUpLimits(account: string, forUs: number): void;
};

export type FaceKit = {
  /** Few pairs, many triangles: a dislocation nearly always opens one that is watched. */
  readonly pairs: readonly string[];
  /** What most of its trading is quoted in. */
  readonly home: Asset;
  /** What the account begins with. */
  readonly capital: Readonly<Record<Asset, string>>;
  /** In a world of several venues also these: coins that lie, and are traded, at more than one of them. */
  readonly beside: { readonly pairs: readonly string[]; readonly capital: Readonly<Record<Asset, string>> };
  /** The venue's own coin, in which fees may be paid. */
  readonly feeCoin?: { readonly asset: Asset; readonly amount: string };
  /** Where the venue's keys have a form of their own: a key that is worth nothing anywhere. */
  readonly credential?: Credential | undefined;
  /** An order is refused for want of money, in the venue's words. */
  readonly rejection: string;
  /** Channels by which faults name frames. */
  readonly channels: { readonly book: string; readonly report: string };
  /** Way of a frame or a call in one direction. */
  readonly latencyUs: { readonly min: number; readonly mean: number };
  readonly words: WireWords;
  open(parts: {
    readonly account: AccountOptions;
    readonly clock: Clock;
    readonly pairs: readonly string[];
  }): OpenedFace;
};

const kraken: FaceKit = {
  pairs: ['BTC/USD', 'ETH/USD', 'SOL/USD', 'XRP/USD', 'ETH/BTC', 'SOL/BTC', 'XRP/BTC', 'SOL/ETH', 'XRP/ETH'],
  home: 'USD',
  capital: { USD: '25000' },
  beside: { pairs: ['BTC/USDT', 'ETH/USDT', 'USDT/USD'], capital: { BTC: '0.1', USDT: '3000' } },
  rejection: 'EOrder:Insufficient funds',
  channels: { book: 'book', report: 'executions' },
  latencyUs: { min: 400, mean: 1_500 },
  words: {
    isPlacement: (frame) => frame.includes('"add_order"'),
    placementOf: ({ url, body = '' }) => (url.endsWith('/AddOrder') ? body : undefined),
    orderIdOf: (text) => /"?cl_ord_id"?[:=]"?([0-9a-f-]+)/.exec(text)?.[1]?.replaceAll('-', '') ?? '',
    setsDeadMan: (frame) => frame.includes('"cancel_all_orders_after"') && !frame.includes('"timeout":0,'),
    callSetsDeadMan: ({ url, body = '' }) =>
      url.endsWith('/CancelAllOrdersAfter') && !/timeout=0\b/.test(body),
    asksOpenOrders: ({ url }) => url.endsWith('/OpenOrders'),
    report: /"channel":"executions"|"method":"(add_order|cancel)|"txid"/,
  },
  open({ account, clock, pairs }) {
    const core = new KrakenExchange({
      pairs: selectPairs(pairs),
      fees: 'demo',
      accounts: [account],
      clock,
      limits: 'pro',
    });
    return {
      core,
      face: krakenFace(core),
      bans: () => core.limits?.bans ?? 0,
      useUpLimits: (name, forUs) => core.limits?.lockOut(name, clock.nowUs() + forUs),
    };
  },
};

const binance: FaceKit = {
  pairs: [
    'BTC/USDT',
    'ETH/USDT',
    'SOL/USDT',
    'XRP/USDT',
    'ETH/BTC',
    'SOL/BTC',
    'XRP/BTC',
    'SOL/ETH',
    'BNB/USDT',
    'BNB/BTC',
  ],
  home: 'USDT',
  capital: { USDT: '20000' },
  beside: { pairs: [], capital: { BTC: '0.2', ETH: '1.5' } },
  feeCoin: { asset: 'BNB', amount: '5' },
  rejection: '-2010 Account has insufficient balance for requested action.',
  channels: { book: 'depth', report: 'executionReport' },
  latencyUs: { min: 900, mean: 2_500 },
  words: {
    isPlacement: (frame) => frame.includes('"order.place"'),
    placementOf: ({ method, url }) =>
      method === 'POST' && new URL(url).pathname === '/api/v3/order' ? url : undefined,
    orderIdOf: (text) => /"?newClientOrderId"?[:=]"?([0-9a-f]+)/.exec(text)?.[1] ?? '',
    setsDeadMan: () => false,
    callSetsDeadMan: () => false,
    asksOpenOrders: ({ method, url }) => method === 'GET' && new URL(url).pathname === '/api/v3/openOrders',
    report: /"e":"executionReport"|"clientOrderId"/,
  },
  open: (parts) => openBinance(parts, BINANCE_FACE),
};

function openBinance(
  { account, clock, pairs }: Parameters<FaceKit['open']>[0],
  dialect: FaceDialect,
): OpenedFace {
  const core = new BinanceExchange({
    pairs: selectBinancePairs(pairs, dialect.pairs),
    fees: 'demo',
    accounts: [account],
    clock,
    dialect,
  });
  return {
    core,
    face: binanceFace(core),
    bans: () => core.limits.bans,
    useUpLimits: () => core.limits.add(dialect.weightPerMinute, clock.nowUs()),
  };
}

const binanceUs: FaceKit = {
  ...binance,
  pairs: [
    'BTC/USDT',
    'ETH/USDT',
    'SOL/USDT',
    'BTC/USD',
    'ETH/USD',
    'SOL/USD',
    'USDT/USD',
    'ETH/BTC',
    'SOL/BTC',
    'BNB/USDT',
  ],
  open: (parts) => openBinance(parts, BINANCE_US_FACE),
};

const bybit: FaceKit = {
  pairs: [
    'BTC/USDT',
    'ETH/USDT',
    'SOL/USDT',
    'XRP/USDT',
    'BTC/USDC',
    'ETH/USDC',
    'USDC/USDT',
    'ETH/BTC',
    'SOL/BTC',
    'XRP/BTC',
  ],
  home: 'USDT',
  capital: { USDT: '20000' },
  beside: { pairs: [], capital: { BTC: '0.2', ETH: '1.5' } },
  rejection: '170131 Insufficient balance.',
  channels: { book: 'orderbook', report: 'execution' },
  latencyUs: { min: 900, mean: 2_500 },
  words: {
    isPlacement: (frame) => frame.includes('"order.create"'),
    placementOf: ({ method, url, body = '' }) =>
      method === 'POST' && url.endsWith('/v5/order/create') ? body : undefined,
    orderIdOf: (text) => /"orderLinkId":"([0-9a-f]+)"/.exec(text)?.[1] ?? '',
    setsDeadMan: () => false,
    callSetsDeadMan: () => false,
    asksOpenOrders: ({ method, url }) => method === 'GET' && new URL(url).pathname === '/v5/order/realtime',
    report: /"topic":"(order|execution)\b|"orderLinkId"/,
  },
  open({ account, clock, pairs }) {
    const core = new BybitExchange({
      pairs: selectBybitPairs(pairs),
      fees: 'demo',
      accounts: [account],
      clock,
    });
    return {
      core,
      face: bybitFace(core),
      bans: () => core.limits.bans,
      useUpLimits: (name) => core.limits.useUp(name, 'create', clock.nowUs()),
    };
  },
};

const coinbase: FaceKit = {
  pairs: [
    'BTC/USD',
    'ETH/USD',
    'SOL/USD',
    'LTC/USD',
    'LINK/USD',
    'ETH/BTC',
    'SOL/BTC',
    'LTC/BTC',
    'LINK/BTC',
    'SOL/ETH',
  ],
  home: 'USD',
  capital: { USD: '25000' },
  beside: { pairs: ['BTC/USDT', 'ETH/USDT', 'USDT/USD'], capital: { BTC: '0.1', USDT: '3000' } },
  credential: {
    key: 'organizations/local/apiKeys/simulation',
    secret: 'yjNZspeDP8RiVMlFPvB8OuRzmRB+XKijjK7IYWvqVXQEdb2UgWIdy8o7ywqTuJFHvY7MHqg/miqZ0gxRTGnR5g==',
  },
  rejection: 'INSUFFICIENT_FUND no money',
  channels: { book: 'l2_data', report: 'user' },
  latencyUs: { min: 900, mean: 2_500 },
  words: {
    isPlacement: () => false,
    placementOf: ({ method, url, body = '' }) =>
      method === 'POST' && url.endsWith('/brokerage/orders') ? body : undefined,
    orderIdOf: (text) => /"client_order_id":"([0-9a-f]+)"/.exec(text)?.[1] ?? '',
    setsDeadMan: () => false,
    callSetsDeadMan: () => false,
    asksOpenOrders: ({ method, url }) => method === 'GET' && url.includes('order_status='),
    report: /"channel":"user"|"client_order_id"/,
  },
  open({ account, clock, pairs }) {
    const core = new CoinbaseExchange({
      pairs: selectCoinbasePairs(pairs),
      fees: 'demo',
      accounts: [account],
      clock,
    });
    return {
      core,
      face: coinbaseFace(core),
      bans: () => 0,
      useUpLimits: (name) => core.limit.useUp(name, clock.nowUs()),
    };
  },
};

const okx: FaceKit = {
  ...bybit,
  credential: {
    key: 'simulation-key',
    secret: 'a-secret-of-the-simulation',
    passphrase: 'of the simulation',
  },
  pairs: [
    'BTC/USDT',
    'ETH/USDT',
    'SOL/USDT',
    'XRP/USDT',
    'LTC/USDT',
    'ETH/BTC',
    'SOL/BTC',
    'XRP/BTC',
    'LTC/BTC',
    'SOL/ETH',
  ],
  rejection: '51008 Order failed. Insufficient balance in account.',
  channels: { book: 'books', report: 'orders' },
  words: {
    isPlacement: (frame) => frame.includes('"op":"order"'),
    placementOf: ({ method, url, body = '' }) =>
      method === 'POST' && url.endsWith('/api/v5/trade/order') ? body : undefined,
    orderIdOf: (text) => /"clOrdId":"([0-9a-f]+)"/.exec(text)?.[1] ?? '',
    setsDeadMan: () => false,
    callSetsDeadMan: ({ url, body = '' }) =>
      url.endsWith('/trade/cancel-all-after') && !body.includes('"timeOut":"0"'),
    asksOpenOrders: ({ method, url }) =>
      method === 'GET' && new URL(url).pathname.endsWith('/trade/orders-pending'),
    report: /"channel":"orders"|"clOrdId"/,
  },
  open({ account, clock, pairs }) {
    const core = new OkxExchange({
      pairs: selectOkxPairs(pairs),
      fees: 'demo',
      accounts: [account],
      clock,
    });
    return {
      core,
      face: okxFace(core),
      bans: () => core.bans,
      useUpLimits: (name) => core.useUp(name),
    };
  },
};

const kucoin: FaceKit = {
  ...okx,
  rejection: '200004 Balance insufficient!',
  channels: { book: '/market/level2', report: '/spotMarket/tradeOrdersV2' },
  words: {
    isPlacement: () => false,
    placementOf: ({ method, url, body = '' }) =>
      method === 'POST' && url.endsWith('/api/v1/hf/orders') ? body : undefined,
    orderIdOf: (text) => /"clientOid":"([0-9a-f]+)"/.exec(text)?.[1] ?? '',
    setsDeadMan: () => false,
    callSetsDeadMan: ({ url, body = '' }) =>
      url.endsWith('/hf/orders/dead-cancel-all') && !body.includes('"timeout":-1'),
    asksOpenOrders: ({ method, url }) =>
      method === 'GET' && new URL(url).pathname.includes('/hf/orders/active'),
    report: /"topic":"\/spotMarket\/tradeOrders|"clientOid"/,
  },
  open({ account, clock, pairs }) {
    const core = new KucoinExchange({
      pairs: selectKucoinPairs(pairs),
      fees: 'demo',
      accounts: [account],
      clock,
    });
    return {
      core,
      face: kucoinFace(core),
      bans: () => core.bans,
      useUpLimits: (name) => core.useUp(name),
    };
  },
};

export const FACE_KITS: Readonly<Record<FaceName, FaceKit>> = {
  kraken,
  binance,
  bybit,
  coinbase,
  okx,
  kucoin,
  'binance-us': binanceUs,
};
