/** Venues that speak Binance's protocol, and what differs between them. */
import type { VenueName } from '../../domain/ids.ts';

/** Weights of Binance (spot API, "Order book"). */
const DEPTH_WEIGHTS: BinanceDialect['depthWeights'] = [
  [100, 5],
  [500, 25],
  [1_000, 50],
  [5_000, 250],
];

/** What differs where orders are sent. */
export type AccountDialect = {
  /** The WebSocket API, where orders go. */
  readonly socketApiUrl: string;
  /** The user data stream is subscribed on that connection, or comes on one of its own under a key that REST gives out. */
  readonly userData: 'subscription' | 'listen-key';
  /** Kinds of keys that the venue documents. */
  readonly keys: readonly ('hmac' | 'ed25519')[];
  /** Whether the venue is sure to say what a key may do: where the call may be absent, a venue that answers so leaves it to the owner. */
  readonly rights: 'asked' | 'maybe-absent';
  /** What the account pays: a call a symbol, with its discount, or one list without it. */
  readonly commissions: 'by-symbol' | 'list';
  /** `account` can leave out what is not held. */
  readonly omitsZeros: boolean;
};

export type BinanceDialect = {
  readonly venue: VenueName;
  readonly title: string;
  readonly restUrl: string;
  /** Market streams, without a path. */
  readonly streamUrl: string;
  readonly account: AccountDialect;
  /** Request weight that an address may use in a minute until `exchangeInfo` says otherwise. */
  readonly weightPerMinute: number;
  /** Weight of a depth snapshot by its limit: of the first row whose limit is not below it. */
  readonly depthWeights: readonly (readonly [limit: number, weight: number])[];
  /** A server that hears no answer to its pings ends the connection; they come this often. */
  readonly pingMs: number;
  /** It has perpetuals that are read. */
  readonly perpetuals: boolean;
};

export const BINANCE: BinanceDialect = {
  venue: 'binance',
  title: 'Binance',
  restUrl: 'https://api.binance.com',
  streamUrl: 'wss://stream.binance.com:9443',
  account: {
    socketApiUrl: 'wss://ws-api.binance.com:443/ws-api/v3',
    userData: 'subscription',
    keys: ['hmac', 'ed25519'],
    rights: 'asked',
    commissions: 'by-symbol',
    omitsZeros: true,
  },
  weightPerMinute: 6_000,
  depthWeights: DEPTH_WEIGHTS,
  pingMs: 20_000,
  perpetuals: true,
};

export const BINANCE_US: BinanceDialect = {
  venue: 'binance-us',
  title: 'Binance.US',
  restUrl: 'https://api.binance.us',
  streamUrl: 'wss://stream.binance.us:9443',
  account: {
    socketApiUrl: 'wss://ws-api.binance.us:443/ws-api/v3',
    userData: 'listen-key',
    keys: ['hmac'],
    rights: 'maybe-absent',
    commissions: 'list',
    omitsZeros: false,
  },
  weightPerMinute: 1_200,
  // What its documents say; whether it has moved to the weights of Binance is not known, so the higher ones count.
  depthWeights: DEPTH_WEIGHTS,
  pingMs: 180_000,
  perpetuals: false,
};
