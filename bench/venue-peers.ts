/** ccxt's own handlers of each venue's books: JSON.parse and handleMessage, never connected. */
import ccxt from 'ccxt';

type Book = { reset(snapshot: object): void; readonly [key: string]: unknown };
/** As much of ccxt's classes as is used here; each has more. */
type Venue = {
  client(url: string): Client;
  handleMessage(client: Client, message: unknown): unknown;
  orderBook(snapshot?: object, depth?: number): Book;
  safeMarket(id: string): { readonly symbol: string };
  readonly orderbooks: Record<string, Book>;
  readonly options: Record<string, unknown>;
};
type Client = { readonly subscriptions: Record<string, unknown> };

type Rows = readonly (readonly [string, string])[];
export type Snapshot = { readonly bids: Rows; readonly asks: Rows; readonly nonce: number };

/** Its class, its address, the symbol of its books, and what a connection would have sent it before them. */
type Peer = {
  readonly name: string;
  readonly url: string;
  readonly symbol: string;
  readonly prepare?: (venue: Venue, client: Client, snapshot: Snapshot) => void;
  /** Its changes go on from a book that it asked for. */
  readonly isJoined?: boolean;
};

function joined(symbol: string): NonNullable<Peer['prepare']> {
  return (venue, _client, { bids, asks, nonce }) => {
    const amounts = (rows: Rows): number[][] => rows.map((row) => row.map(Number));
    const book = venue.orderBook({}, 1_000);
    book.reset({ bids: amounts(bids), asks: amounts(asks), nonce });
    venue.orderbooks[symbol] = book;
  };
}

const PEERS: Readonly<Record<string, Peer>> = {
  okx: {
    name: 'okx',
    url: 'wss://127.0.0.1:9/ws/v5/public',
    symbol: 'BTC-USDT',
    prepare: (_venue, client) => {
      client.subscriptions['books:BTC-USDT'] = true;
    },
  },
  bybit: { name: 'bybit', url: 'wss://127.0.0.1:9/v5/public/spot', symbol: 'BTCUSDT' },
  kucoin: {
    name: 'kucoin',
    url: 'wss://127.0.0.1:9/endpoint',
    symbol: 'BTC/USDT',
    prepare: joined('BTC/USDT'),
    isJoined: true,
  },
  coinbase: { name: 'coinbase', url: 'wss://127.0.0.1:9/', symbol: 'BTC-USDT' },
  bitget: { name: 'bitget', url: 'wss://127.0.0.1:9/v3/ws/public', symbol: 'BTCUSDT' },
  gate: { name: 'gate', url: 'wss://127.0.0.1:9/ws/v4/', symbol: 'BTC/USDT' },
  cryptocom: { name: 'cryptocom', url: 'wss://127.0.0.1:9/exchange/v1/market', symbol: 'BTC_USDT' },
};

export class CcxtBooks {
  readonly #venue: Venue;
  readonly #client: Client;
  readonly #peer: Peer;

  private constructor(peer: Peer) {
    const Class = (ccxt.pro as unknown as Readonly<Record<string, new () => Venue>>)[peer.name];
    if (Class === undefined) throw new Error(`ccxt has no ${peer.name}`);
    this.#peer = peer;
    this.#venue = new Class();
    this.#client = this.#venue.client(peer.url);
  }

  /** Undefined: its handler of this venue's books cannot be run without a connection. */
  static of(venue: string): CcxtBooks | undefined {
    const peer = PEERS[venue];
    return peer === undefined ? undefined : new CcxtBooks(peer);
  }

  begin(frames: readonly string[], snapshot: Snapshot): void {
    const { prepare, isJoined } = this.#peer;
    prepare?.(this.#venue, this.#client, snapshot);
    if (isJoined !== true) for (const frame of frames) this.feed(frame);
  }

  feed(frame: string): void {
    this.#venue.handleMessage(this.#client, JSON.parse(frame));
  }

  /** Levels that it keeps, to show that it did the work. */
  get levels(): number {
    const book = this.#venue.orderbooks[this.#peer.symbol];
    const bids: unknown = book?.['bids'];
    return Array.isArray(bids) ? bids.length : 0;
  }
}
