/** Venues that speak Binance's protocol, and what differs between them at the local exchange. */
import { type BinancePair, PAIRS, US_PAIRS } from './pairs.ts';

export type OrderLimit = {
  readonly interval: 'SECOND' | 'DAY';
  readonly intervalNum: number;
  readonly spanUs: number;
  readonly limit: number;
  readonly header: string;
};

export type FaceDialect = {
  readonly venue: 'binance' | 'binance-us';
  /** All that it lists. */
  readonly pairs: readonly BinancePair[];
  /** Request weight of an address by the minute, and requests of any weight in five. */
  readonly weightPerMinute: number;
  readonly requestsInFiveMinutes: number;
  readonly orderLimits: readonly OrderLimit[];
  /** A refusal for too many orders says when the next one may come. */
  readonly saysWhenOrdersMay: boolean;
  /** Weight of a depth snapshot by its limit. */
  readonly depthWeights: readonly (readonly [limit: number, weight: number])[];
  /** Weights unlike Binance's, by `GET /path`: of one symbol, and of all where that is another. */
  readonly weights: ReadonlyMap<string, readonly [one: number, all?: number]>;
  /** Calls of Binance's that this venue does not document, by `GET /path`. */
  readonly absent: ReadonlySet<string>;
  /** Events of an account are subscribed to over the WebSocket API, or come as a stream under a key that REST gives out. */
  readonly userData: 'subscription' | 'listen-key';
  /** Pings of the server, and how long it waits for an answer. */
  readonly pingUs: number;
  readonly patienceUs: number;
  /** `serverShutdown` comes before the end of a connection. */
  readonly announcesEnd: boolean;
};

const DAY = { interval: 'DAY', intervalNum: 1, spanUs: 86_400_000_000, header: '1D' } as const;
const TEN_SECONDS = { interval: 'SECOND', intervalNum: 10, spanUs: 10_000_000, header: '10S' } as const;

export const BINANCE_FACE: FaceDialect = {
  venue: 'binance',
  pairs: PAIRS,
  weightPerMinute: 6_000,
  requestsInFiveMinutes: 300_000,
  orderLimits: [
    { ...TEN_SECONDS, limit: 50 },
    { ...DAY, limit: 160_000 },
  ],
  saysWhenOrdersMay: true,
  depthWeights: [
    [100, 5],
    [500, 25],
    [1_000, 50],
    [5_000, 250],
  ],
  weights: new Map(),
  absent: new Set([
    'POST /api/v3/userDataStream',
    'PUT /api/v3/userDataStream',
    'DELETE /api/v3/userDataStream',
    'GET /sapi/v1/asset/query/trading-fee',
  ]),
  userData: 'subscription',
  pingUs: 20_000_000,
  patienceUs: 60_000_000,
  announcesEnd: true,
};

/**
 * Binance.US (its API documents of 2024-06, "Limits", "User Data Streams" and "Web Socket Streams"). Limits of requests are those that its
 * `exchangeInfo` had in 2021; weights are those of its documents, which were Binance's before 2023-08.
 */
export const BINANCE_US_FACE: FaceDialect = {
  venue: 'binance-us',
  pairs: US_PAIRS,
  weightPerMinute: 1_200,
  requestsInFiveMinutes: 6_100,
  orderLimits: [
    { ...TEN_SECONDS, limit: 100 },
    { ...DAY, limit: 200_000 },
  ],
  saysWhenOrdersMay: false,
  depthWeights: [
    [100, 1],
    [500, 5],
    [1_000, 10],
    [5_000, 50],
  ],
  weights: new Map<string, readonly [number, number?]>([
    ['GET /api/v3/exchangeInfo', [10]],
    ['GET /api/v3/trades', [1]],
    ['GET /api/v3/historicalTrades', [5]],
    ['GET /api/v3/aggTrades', [1]],
    ['GET /api/v3/klines', [1]],
    ['GET /api/v3/avgPrice', [1]],
    ['GET /api/v3/ticker/price', [1, 2]],
    ['GET /api/v3/ticker/bookTicker', [1, 2]],
    ['GET /api/v3/ticker/24hr', [1, 40]],
    ['GET /api/v3/account', [10]],
    ['GET /api/v3/rateLimit/order', [20]],
    ['GET /api/v3/order', [2]],
    ['GET /api/v3/openOrders', [3, 40]],
    ['GET /api/v3/allOrders', [10]],
    ['GET /api/v3/myTrades', [10]],
  ]),
  absent: new Set([
    'GET /api/v3/account/commission',
    'GET /sapi/v1/account/apiRestrictions',
    'GET /sapi/v1/asset/tradeFee',
    'GET /sapi/v1/bnbBurn',
    'POST /sapi/v1/bnbBurn',
  ]),
  userData: 'listen-key',
  pingUs: 180_000_000,
  patienceUs: 600_000_000,
  announcesEnd: false,
};
