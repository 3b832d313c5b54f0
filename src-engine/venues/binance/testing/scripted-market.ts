/** Binance's market streams and public REST calls, answered by a script: one book of a level a side for each symbol. */
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { GRID, type MarketPeer, type MarketRig } from '../../conformance/testing/market-rig.ts';
import { scriptedConnection } from '../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';
import { venueAdapter } from '../../registry.ts';

type Request = { readonly method: string; readonly params?: readonly string[]; readonly id: number };
type News = Parameters<MarketPeer['list']>[1];

const SPECS = [
  { symbol: 'AAAUSD', base: 'AAA', quote: 'USD' },
  { symbol: 'BBBUSD', base: 'BBB', quote: 'USD' },
];
const REFUSALS = {
  refuse: { code: 2, msg: 'Invalid request: invalid stream' },
  busy: { code: -1008, msg: 'Server is currently overloaded' },
} as const;

class ScriptedMarket implements Network {
  readonly clock = new SimulatedClock(1_700_000_000_000_000);
  readonly asked: string[] = [];
  readonly snapshots: string[] = [];
  readonly ways = new Map<string, 'take' | 'refuse' | 'busy'>();
  /** Undefined: it left the list. */
  readonly news = new Map<string, News>(SPECS.map(({ symbol }) => [symbol, {}]));
  connections = 0;
  isSilent = false;
  /** Last update id of each symbol. */
  readonly #ids = new Map<string, number>();
  #events: ConnectionEvents | undefined;

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    this.connections++;
    this.#events = events;
    if (!this.isSilent) queueMicrotask(() => events.onOpen());
    return scriptedConnection(events, (text) => {
      if (!this.isSilent) queueMicrotask(() => this.#answer(JSON.parse(text) as Request));
    });
  }

  async request({ url }: { readonly url: string }): Promise<HttpAnswer> {
    const { pathname, searchParams } = new URL(url);
    if (pathname === '/api/v3/depth') {
      const symbol = searchParams.get('symbol') ?? '';
      this.snapshots.push(symbol);
      return ok({ lastUpdateId: this.#idOf(symbol), bids: [['10.00', '1.000']], asks: [['10.01', '1.000']] });
    }
    if (pathname !== '/api/v3/exchangeInfo') throw new Error(`no answer to ${pathname} was scripted`);
    const named = JSON.parse(searchParams.get('symbols') ?? 'null') as readonly string[] | null;
    const listed = (symbol: string): boolean => this.news.get(symbol) !== undefined;
    if (named?.every(listed) === false)
      return { status: 400, body: '{"code":-1121,"msg":"Invalid symbol."}' };
    return ok({
      symbols: SPECS.filter(({ symbol }) => listed(symbol)).map((spec) =>
        row(spec, this.news.get(spec.symbol)),
      ),
    });
  }

  say(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  /** The next change of this symbol, or with `missing` one after changes that never came. */
  change(s: string, bidQty: string, missing = 0): void {
    const first = this.#idOf(s) + 1 + missing;
    this.#ids.set(s, first);
    const data = { e: 'depthUpdate', E: 1, s, U: first, u: first, b: [['10.00', bidQty]], a: [] };
    this.say({ stream: `${s.toLowerCase()}@depth@100ms`, data });
  }

  #idOf(symbol: string): number {
    return this.#ids.get(symbol) ?? 100;
  }

  #answer({ method, params = [], id }: Request): void {
    if (method === 'LIST_SUBSCRIPTIONS') this.say({ result: [], id });
    if (method !== 'SUBSCRIBE') return;
    const symbols = params
      .filter((stream) => stream.includes('@depth'))
      .map((stream) => stream.split('@')[0]?.toUpperCase() ?? '');
    this.asked.push(...symbols);
    const way = symbols
      .map((symbol) => this.ways.get(symbol))
      .find((one) => one === 'refuse' || one === 'busy');
    this.say(way === 'refuse' || way === 'busy' ? { error: REFUSALS[way], id } : { result: null, id });
  }
}

function row({ symbol, base, quote }: (typeof SPECS)[number], news: News): object {
  const { status, minNotional = GRID.minNotional, tick: tickSize = GRID.tickSize } = news ?? {};
  const filters = [
    { filterType: 'PRICE_FILTER', tickSize, minPrice: '0', maxPrice: '0' },
    { filterType: 'LOT_SIZE', stepSize: GRID.lotSize, minQty: GRID.minQty, maxQty: '9000' },
    { filterType: 'NOTIONAL', minNotional },
  ];
  const names = { symbol, baseAsset: base, quoteAsset: quote };
  return { ...names, status: status === 'closed' ? 'BREAK' : 'TRADING', isSpotTradingAllowed: true, filters };
}

const ok = (json: object): HttpAnswer => ({ status: 200, body: JSON.stringify(json) });

export function binanceMarketRig(venue: 'binance' | 'binance-us'): MarketRig {
  const adapter = venueAdapter(venue, 'venue');
  return {
    adapter,
    specs: SPECS,
    open(): MarketPeer {
      const peer = new ScriptedMarket();
      return {
        clock: peer.clock,
        feed: adapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 }),
        asked: () => peer.asked,
        snapshotsAsked: (symbol) => peer.snapshots.filter((one) => one === symbol).length,
        connections: () => peer.connections,
        subscription: (symbol, how) => void peer.ways.set(symbol, how),
        change: (symbol, bidQty) => peer.change(symbol, bidQty),
        faulty: (symbol, bidQty) => peer.change(symbol, bidQty, 5),
        unreadable: (symbol) => peer.change(symbol, 'much'),
        fallSilent: () => {
          peer.isSilent = true;
        },
        list: (symbol, more) => void peer.news.set(symbol, more),
        newsUs: 61_000_000,
      };
    },
  };
}
