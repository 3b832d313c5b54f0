/** Venues that speak Binance's protocol, and what differs between them. */
import type { VenueName } from '../../domain/ids.ts';

/** Weights of Binance (spot API, "Order book"). */
const DEPTH_WEIGHTS: BinanceDialect['depthWeights'] = [
  [100, 5],
  [500, 25],
  [1_000, 50],
  [5_000, 250],
];

export type BinanceDialect = {
  readonly venue: VenueName;
  readonly title: string;
  readonly restUrl: string;
  /** Market streams, without a path. */
  readonly streamUrl: string;
  /** The WebSocket API: orders and the user data stream; undefined where orders cannot be sent yet. */
  readonly socketApiUrl?: string | undefined;
  /** Request weight that an address may use in a minute until `exchangeInfo` says otherwise. */
  readonly weightPerMinute: number;
  /** Weight of a depth snapshot by its limit: of the first row whose limit is not below it. */
  readonly depthWeights: readonly (readonly [limit: number, weight: number])[];
  /** A server that hears no answer to its pings ends the connection; they come this often. */
  readonly pingMs: number;
};

export const BINANCE: BinanceDialect = {
  venue: 'binance',
  title: 'Binance',
  restUrl: 'https://api.binance.com',
  streamUrl: 'wss://stream.binance.com:9443',
  socketApiUrl: 'wss://ws-api.binance.com:443/ws-api/v3',
  weightPerMinute: 6_000,
  depthWeights: DEPTH_WEIGHTS,
  pingMs: 20_000,
};

export const BINANCE_US: BinanceDialect = {
  venue: 'binance-us',
  title: 'Binance.US',
  restUrl: 'https://api.binance.us',
  streamUrl: 'wss://stream.binance.us:9443',
  weightPerMinute: 1_200,
  // What its documents say; whether it has moved to the weights of Binance is not known, so the higher ones count.
  depthWeights: DEPTH_WEIGHTS,
  pingMs: 180_000,
};
