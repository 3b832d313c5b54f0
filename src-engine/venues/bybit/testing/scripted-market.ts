/** Bybit's public spot connection and REST calls, answered by a script: one book of a level a side for each symbol. */
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { GRID, type MarketPeer, type MarketRig } from '../../conformance/testing/market-rig.ts';
import { scriptedConnection } from '../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';
import { bybitAdapter } from '../adapter.ts';

type Request = { readonly op: string; readonly req_id?: string; readonly args?: readonly string[] };
type News = Parameters<MarketPeer['list']>[1];

const SPECS = [
  { symbol: 'AAAUSDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBBUSDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: 'error:handler not found,topic:orderbook.50',
  busy: 'error:system busy',
} as const;
const BOOK = 'orderbook.50.';

export class ScriptedBybit implements Network {
  readonly clock = new SimulatedClock(1_700_000_000_000_000);
  readonly asked: string[] = [];
  readonly sent: Request[] = [];
  readonly ways = new Map<string, 'take' | 'refuse' | 'busy' | 'silent'>();
  /** Undefined: it left the list. */
  readonly news = new Map<string, News>(SPECS.map(({ symbol }) => [symbol, {}]));
  /** Rows of the system status. */
  maintenance: readonly object[] = [];
  connections = 0;
  isSilent = false;
  /** Update id of each symbol's book. */
  readonly #ids = new Map<string, number>();
  #events: ConnectionEvents | undefined;

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    this.connections++;
    this.#events = events;
    if (!this.isSilent) queueMicrotask(() => events.onOpen());
    return scriptedConnection(events, (text) => {
      const request = JSON.parse(text) as Request;
      this.sent.push(request);
      if (!this.isSilent) queueMicrotask(() => this.#answer(request));
    });
  }

  async request({ url }: { readonly url: string }): Promise<HttpAnswer> {
    const { pathname } = new URL(url);
    if (pathname === '/v5/market/time') return ok({ timeNano: `${this.clock.nowUs()}000` });
    if (pathname === '/v5/system/status') return ok({ list: this.maintenance });
    if (pathname !== '/v5/market/instruments-info') throw new Error(`no answer to ${pathname} was scripted`);
    const listed = SPECS.filter(({ symbol }) => this.news.get(symbol) !== undefined);
    return ok({ category: 'spot', list: listed.map((spec) => row(spec, this.news.get(spec.symbol))) });
  }

  say(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  /** The next change of this symbol, or with `missing` one after changes that never came. */
  change(symbol: string, bidQty: string, missing = 0): void {
    const u = this.#idOf(symbol) + 1 + missing;
    this.#ids.set(symbol, u);
    this.book(symbol, 'delta', u, [['10.00', bidQty]], []);
  }

  book(symbol: string, type: string, u: number, b: readonly string[][], a: readonly string[][]): void {
    const ts = 1_700_000_000_000;
    this.say({ topic: BOOK + symbol, ts, type, data: { s: symbol, b, a, u, seq: u }, cts: ts });
  }

  #idOf(symbol: string): number {
    return this.#ids.get(symbol) ?? 100;
  }

  #answer({ op, req_id, args = [] }: Request): void {
    const answer = { success: true, ret_msg: op === 'ping' ? 'pong' : op, conn_id: 'x', req_id, op };
    if (op !== 'subscribe') {
      this.say(answer);
      return;
    }
    const books = args.filter((arg) => arg.startsWith(BOOK)).map((arg) => arg.slice(BOOK.length));
    this.asked.push(...books);
    const way = books.map((symbol) => this.ways.get(symbol) ?? 'take').find((one) => one !== 'take');
    if (way === 'refuse' || way === 'busy') {
      this.say({ ...answer, success: false, ret_msg: REFUSALS[way] });
      return;
    }
    this.say(answer);
    for (const symbol of books) {
      if (this.ways.get(symbol) === 'silent') continue;
      this.book(symbol, 'snapshot', this.#idOf(symbol), [['10.00', '1.000']], [['10.01', '1.000']]);
    }
  }
}

function row({ symbol, base, quote }: (typeof SPECS)[number], news: News): object {
  const { status, minNotional: minOrderAmt = GRID.minNotional, tick: tickSize = GRID.tickSize } = news ?? {};
  const lots = { basePrecision: GRID.lotSize, minOrderQty: '0.5', minOrderAmt, maxLimitOrderQty: '100' };
  const coins = { symbol, baseCoin: base, quoteCoin: quote };
  return {
    ...coins,
    status: status === 'closed' ? 'Closed' : 'Trading',
    lotSizeFilter: lots,
    priceFilter: { tickSize },
  };
}

const ok = (result: object): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ retCode: 0, retMsg: 'OK', result }),
});

export const bybitMarketRig: MarketRig = {
  adapter: bybitAdapter,
  specs: SPECS,
  open(): MarketPeer {
    const peer = new ScriptedBybit();
    return {
      clock: peer.clock,
      feed: bybitAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 }),
      asked: () => peer.asked,
      snapshotsAsked: (symbol) => peer.asked.filter((one) => one === symbol).length,
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
