/** Coinbase's market data and REST calls, answered by a script: one book of a level a side for each product. */
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { GRID, type MarketPeer, type MarketRig } from '../../conformance/testing/market-rig.ts';
import { scriptedConnection } from '../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';
import { coinbaseAdapter } from '../adapter.ts';

type Request = { readonly type: string; readonly channel: string; readonly product_ids?: readonly string[] };
type News = Parameters<MarketPeer['list']>[1];
export type Row = readonly [side: 'bid' | 'offer', price: string, qty: string];

const SPECS = [
  { symbol: 'AAA-USD', base: 'AAA', quote: 'USD' },
  { symbol: 'BBB-USD', base: 'BBB', quote: 'USD' },
];
const REFUSALS = { refuse: 'invalid product_ids', busy: 'rate limit exceeded' } as const;
const HEARTBEAT_US = 1_000_000;

/** One connection: its numbers begin with 0, and count every message. */
class ScriptedSocket {
  readonly subscriptions = new Map<string, Set<string>>();
  isOver = false;
  next = 0;
  readonly #events: ConnectionEvents;

  constructor(events: ConnectionEvents) {
    this.#events = events;
  }

  say(channel: string, ...events: object[]): void {
    if (this.isOver) return;
    const frame = { channel, timestamp: '2026-08-09T21:05:48.228568804Z', sequence_num: this.next++, events };
    this.sayRaw(frame);
  }

  sayRaw(frame: object): void {
    this.sayText(JSON.stringify(frame));
  }

  sayText(text: string): void {
    this.#events.onMessage(Buffer.from(text));
  }
}

export class ScriptedMarket implements Network {
  readonly clock = new SimulatedClock(1_700_000_000_000_000);
  readonly asked: string[] = [];
  readonly requests: Request[] = [];
  readonly ways = new Map<string, 'take' | 'refuse' | 'busy'>();
  /** Undefined: it left the list. */
  readonly news = new Map<string, News>(SPECS.map(({ symbol }) => [symbol, {}]));
  readonly sockets: ScriptedSocket[] = [];
  /** Of each product; a level a side where nothing else is said. */
  readonly snapshots = new Map<string, readonly Row[]>();
  isSilent = false;

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    const socket = new ScriptedSocket(events);
    this.sockets.push(socket);
    if (!this.isSilent) queueMicrotask(() => events.onOpen());
    const connection = scriptedConnection(events, (text) => {
      const request = JSON.parse(text) as Request;
      this.requests.push(request);
      if (!this.isSilent) queueMicrotask(() => this.#answer(socket, request));
    });
    return {
      send: (text) => connection.send(text),
      close: () => {
        socket.isOver = true;
        connection.close();
      },
      terminate: () => {
        socket.isOver = true;
        connection.terminate();
      },
    };
  }

  request(): Promise<HttpAnswer> {
    const listed = SPECS.filter(({ symbol }) => this.news.get(symbol) !== undefined);
    const products = listed.map((spec) => row(spec, this.news.get(spec.symbol)));
    return Promise.resolve({
      status: 200,
      body: JSON.stringify({ products, num_products: products.length }),
    });
  }

  /** The connection that carries the book of this product. */
  socketOf(product: string): ScriptedSocket | undefined {
    return this.sockets.findLast(
      (one) => !one.isOver && one.subscriptions.get('level2')?.has(product) === true,
    );
  }

  update(product_id: string, rows: readonly Row[]): void {
    this.socketOf(product_id)?.say('l2_data', { type: 'update', product_id, updates: rows.map(level) });
  }

  #answer(socket: ScriptedSocket, { type, channel, product_ids: products = [] }: Request): void {
    if (channel === 'heartbeats') {
      socket.subscriptions.set(channel, new Set([channel]));
      this.#acknowledge(socket);
      this.#beat(socket, 1);
      return;
    }
    if (channel === 'level2' && type === 'subscribe') this.asked.push(...products);
    const way = products
      .map((product) => this.ways.get(product))
      .find((one) => one === 'refuse' || one === 'busy');
    if (channel === 'level2' && type === 'subscribe' && (way === 'refuse' || way === 'busy')) {
      socket.sayRaw({ type: 'error', message: REFUSALS[way] });
      return;
    }
    const listed = socket.subscriptions.get(channel) ?? new Set<string>();
    socket.subscriptions.set(channel, listed);
    for (const product_id of products) {
      if (type === 'unsubscribe') listed.delete(product_id);
      else listed.add(product_id);
      // The snapshot may come before the acknowledgement.
      if (type === 'subscribe' && channel === 'level2') {
        const rows = this.snapshots.get(product_id) ?? [
          ['bid', '10', '1'],
          ['offer', '10.01', '1'],
        ];
        socket.say('l2_data', { type: 'snapshot', product_id, updates: rows.map(level) });
      }
    }
    this.#acknowledge(socket);
  }

  #acknowledge(socket: ScriptedSocket): void {
    const listed = [...socket.subscriptions].filter(([, products]) => products.size > 0);
    const subscriptions = Object.fromEntries(listed.map(([channel, products]) => [channel, [...products]]));
    socket.say('subscriptions', { subscriptions });
  }

  #beat(socket: ScriptedSocket, heartbeat_counter: number): void {
    this.clock.schedule(this.clock.nowUs() + HEARTBEAT_US, () => {
      if (socket.isOver) return;
      if (!this.isSilent) socket.say('heartbeats', { current_time: '2026-08-09 m=+1.2', heartbeat_counter });
      this.#beat(socket, heartbeat_counter + 1);
    });
  }
}

function level([side, price_level, new_quantity]: Row): object {
  return { side, event_time: '2026-08-09T21:05:48.170326Z', price_level, new_quantity };
}

function row({ symbol, base, quote }: (typeof SPECS)[number], news: News): object {
  const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news ?? {};
  return {
    product_id: symbol,
    product_type: 'SPOT',
    base_currency_id: base,
    quote_currency_id: quote,
    base_increment: GRID.lotSize,
    price_increment: tick,
    base_min_size: GRID.minQty,
    quote_min_size: minNotional,
    status: 'online',
    trading_disabled: status === 'closed',
    alias: '',
  };
}

export const coinbaseMarketRig: MarketRig = {
  adapter: coinbaseAdapter,
  specs: SPECS,
  open(): MarketPeer {
    const peer = new ScriptedMarket();
    return {
      clock: peer.clock,
      feed: coinbaseAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 }),
      asked: () => peer.asked,
      snapshotsAsked: (symbol) => peer.asked.filter((one) => one === symbol).length,
      connections: () => peer.sockets.length,
      subscription: (symbol, how) => void peer.ways.set(symbol, how),
      change: (symbol, bidQty) => peer.update(symbol, [['bid', '10', bidQty]]),
      faulty: (symbol, bidQty) => {
        const socket = peer.socketOf(symbol);
        if (socket !== undefined) socket.next += 5;
        peer.update(symbol, [['bid', '10', bidQty]]);
      },
      unreadable: (symbol) => peer.update(symbol, [['bid', '10', 'much']]),
      fallSilent: () => {
        peer.isSilent = true;
      },
      list: (symbol, more) => void peer.news.set(symbol, more),
      newsUs: 61_000_000,
    };
  },
};
