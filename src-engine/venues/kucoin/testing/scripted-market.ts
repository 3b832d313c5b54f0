/** KuCoin's socket and public REST calls, answered by a script: one book of a level a side for each symbol. */
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { GRID, type MarketPeer, type MarketRig } from '../../conformance/testing/market-rig.ts';
import { scriptedConnection } from '../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';
import { kucoinAdapter } from '../adapter.ts';

type Request = { readonly id: string; readonly type: string; readonly topic?: string };
export type Level = readonly [price: string, qty: string];
type News = Parameters<MarketPeer['list']>[1];

const SPECS = [
  { symbol: 'AAA-USDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBB-USDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: { code: 404, data: 'topic /market/level2 is not found' },
  busy: { code: 509, data: 'exceed max subscription count limitation' },
} as const;

export class ScriptedKucoin implements Network {
  readonly clock = new SimulatedClock(1_700_000_000_000_000);
  readonly asked: string[] = [];
  readonly books: string[] = [];
  /** All that was sent, and all addresses that were connected to. */
  readonly sent: Request[] = [];
  readonly urls: string[] = [];
  readonly ways = new Map<string, 'take' | 'refuse' | 'busy'>();
  /** Undefined: it left the list. */
  readonly news = new Map<string, News>(SPECS.map(({ symbol }) => [symbol, {}]));
  status = 'open';
  /** What REST says that a book has come to beyond the changes of the socket. */
  ahead = 0;
  /** Order books by REST, bids and asks; a level a side where nothing else is said. */
  readonly levels = new Map<string, readonly [bids: readonly Level[], asks: readonly Level[]]>();
  /** Refuses order books. */
  hasNoBooks = false;
  /** Holds answers to questions for order books until they are let go. */
  held: (() => void)[] | undefined;
  /** Refuses tokens. */
  hasNoTokens = false;
  isSilent = false;
  /** No welcome is sent. */
  isCold = false;
  readonly #sequences = new Map<string, number>();
  #tokens = 0;
  #events: ConnectionEvents | undefined;

  connect(url: string, _options: object, events: ConnectionEvents): Connection {
    this.urls.push(url);
    this.#events = events;
    if (!this.isSilent) {
      queueMicrotask(() => {
        events.onOpen();
        if (!this.isCold) this.say({ id: 'x', type: 'welcome' });
      });
    }
    return scriptedConnection(events, (text) => {
      const request = JSON.parse(text) as Request;
      this.sent.push(request);
      if (!this.isSilent) queueMicrotask(() => this.#answer(request));
    });
  }

  async request({ url, method }: { readonly url: string; readonly method: string }): Promise<HttpAnswer> {
    const { pathname, searchParams } = new URL(url);
    switch (pathname) {
      case '/api/v1/bullet-public': {
        if (method !== 'POST' || this.hasNoTokens) return { status: 503, body: '' };
        const server = { endpoint: 'wss://made.example/endpoint', protocol: 'websocket', encrypt: true };
        const instanceServers = [{ ...server, pingInterval: 18_000, pingTimeout: 10_000 }];
        return ok({ token: `token-${++this.#tokens}`, instanceServers });
      }
      case '/api/v1/timestamp':
        return ok(Math.floor(this.clock.nowUs() / 1_000));
      case '/api/v1/status':
        return ok({ status: this.status, msg: '' });
      case '/api/v2/symbols':
        return ok(
          SPECS.filter(({ symbol }) => this.news.get(symbol) !== undefined).map((spec) =>
            row(spec, this.news.get(spec.symbol)),
          ),
        );
      case '/api/v1/market/orderbook/level2_100': {
        const symbol = searchParams.get('symbol') ?? '';
        this.books.push(symbol);
        if (this.hasNoBooks) return { status: 503, body: '' };
        const sequence = String(this.#sequenceOf(symbol) + this.ahead);
        const [bids, asks] = this.levels.get(symbol) ?? [[['10.00', '1.000']], [['10.01', '1.000']]];
        const { held } = this;
        if (held !== undefined) await new Promise<void>((resolve) => void held.push(resolve));
        return ok({ time: 1, sequence, bids, asks });
      }
      default:
        throw new Error(`no answer to ${pathname} was scripted`);
    }
  }

  say(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  cut(): void {
    this.#events?.onClose(1006, 'cut');
  }

  /** The next change of this symbol, or with `missing` one after changes that never came. */
  change(symbol: string, bidQty: string, missing = 0): void {
    this.changeLevels(symbol, [['10.00', bidQty]], [['0', '0']], missing);
  }

  changeLevels(symbol: string, bids: readonly Level[], asks: readonly Level[], missing = 0): void {
    const sequence = this.#sequenceOf(symbol) + 1 + missing;
    this.#sequences.set(symbol, sequence);
    const numbered = (rows: readonly Level[]) => rows.map((row) => [...row, String(sequence)]);
    const changes = { asks: numbered(asks), bids: numbered(bids) };
    const data = { changes, sequenceEnd: sequence, sequenceStart: sequence, symbol, time: 1_700_000_000_000 };
    this.say({ topic: `/market/level2:${symbol}`, type: 'message', subject: 'trade.l2update', data });
  }

  #sequenceOf(symbol: string): number {
    return this.#sequences.get(symbol) ?? 100;
  }

  #answer({ id, type, topic = '' }: Request): void {
    if (type === 'ping') this.say({ id, type: 'pong' });
    if (type === 'unsubscribe') this.say({ id, type: 'ack' });
    if (type !== 'subscribe') return;
    const symbols = topic.slice(topic.indexOf(':') + 1).split(',');
    const isBooks = topic.startsWith('/market/level2:');
    if (isBooks) this.asked.push(...symbols);
    const ways = symbols.map((symbol) => this.ways.get(symbol) ?? 'take');
    const way = isBooks ? ways.find((one) => one !== 'take') : undefined;
    this.say(
      way === 'refuse' || way === 'busy' ? { id, type: 'error', ...REFUSALS[way] } : { id, type: 'ack' },
    );
  }
}

function row({ symbol, base, quote }: (typeof SPECS)[number], news: News): object {
  const {
    status,
    minNotional: minFunds = GRID.minNotional,
    tick: priceIncrement = GRID.tickSize,
  } = news ?? {};
  const sizes = { baseMinSize: GRID.minQty, baseIncrement: GRID.lotSize, quoteMinSize: '0.1', minFunds };
  const coins = { symbol, name: symbol, baseCurrency: base, quoteCurrency: quote };
  return { ...coins, ...sizes, priceIncrement, enableTrading: status !== 'closed' };
}

const ok = (data: unknown): HttpAnswer => ({ status: 200, body: JSON.stringify({ code: '200000', data }) });

export const kucoinMarketRig: MarketRig = {
  adapter: kucoinAdapter,
  specs: SPECS,
  open(): MarketPeer {
    const peer = new ScriptedKucoin();
    return {
      clock: peer.clock,
      feed: kucoinAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 }),
      asked: () => peer.asked,
      snapshotsAsked: (symbol) => peer.books.filter((one) => one === symbol).length,
      connections: () => peer.urls.length,
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
