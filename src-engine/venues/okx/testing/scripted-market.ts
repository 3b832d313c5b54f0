/** OKX's public connection and REST calls, answered by a script: one book of a level a side for each symbol. */
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { GRID, type MarketPeer, type MarketRig } from '../../conformance/testing/market-rig.ts';
import { scriptedConnection } from '../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';
import { okxAdapter } from '../adapter.ts';

type Arg = { readonly channel: string; readonly instId: string };
type Request = { readonly id: string; readonly op: string; readonly args: readonly Arg[] };
type News = Parameters<MarketPeer['list']>[1];

const SPECS = [
  { symbol: 'AAA-USDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBB-USDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: (symbol: string) => ({
    code: '60018',
    msg: `Wrong URL or channel:books,instId:${symbol} doesn't exist. Please use the correct URL, channel and parameters.`,
  }),
  busy: () => ({ code: '50013', msg: 'Systems are busy. Please try again later.' }),
} as const;

export class ScriptedMarket implements Network {
  readonly clock = new SimulatedClock(1_700_000_000_000_000);
  readonly asked: string[] = [];
  readonly sent: string[] = [];
  /** Paths of the REST calls. */
  readonly called: string[] = [];
  readonly ways = new Map<string, 'take' | 'refuse' | 'busy'>();
  /** Undefined: it left the list. */
  readonly news = new Map<string, News>(SPECS.map(({ symbol }) => [symbol, {}]));
  connections = 0;
  isSilent = false;
  /** Sends the snapshot in the stream, as until August 2026. */
  hasSnapshots = true;
  /** The state of a maintenance of the trading service; empty: the question is not answered. */
  maintenance = '';
  /** Holds answers to questions for books until they are let go. */
  held: (() => void)[] | undefined;
  /** Last number of each symbol. */
  readonly #seqs = new Map<string, number>();
  #events: ConnectionEvents | undefined;

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    this.connections++;
    this.#events = events;
    if (!this.isSilent) queueMicrotask(() => events.onOpen());
    return scriptedConnection(events, (text) => {
      this.sent.push(text);
      if (!this.isSilent) queueMicrotask(() => this.#answer(text));
    });
  }

  async request({ url }: { readonly url: string }): Promise<HttpAnswer> {
    const { pathname, searchParams } = new URL(url);
    this.called.push(pathname);
    const instId = searchParams.get('instId') ?? '';
    const listed = SPECS.filter(({ symbol }) => this.news.get(symbol) !== undefined);
    const answers: Readonly<Record<string, () => unknown[]>> = {
      '/api/v5/public/instruments': () => listed.map((spec) => row(spec, this.news.get(spec.symbol))),
      '/api/v5/system/status': () => [{ state: this.maintenance, serviceType: '5', env: '1' }],
      '/api/v5/market/books': () => [{ ...levels('1'), seqId: this.seqOf(instId), ts: '1700000000000' }],
    };
    const isUnanswered = pathname === '/api/v5/system/status' && this.maintenance === '';
    const data = isUnanswered ? undefined : answers[pathname]?.();
    if (data === undefined) throw new Error(`no answer to ${pathname} was scripted`);
    const { held } = this;
    if (held !== undefined && pathname === '/api/v5/market/books')
      await new Promise<void>((resolve) => void held.push(resolve));
    return { status: 200, body: JSON.stringify({ code: '0', msg: '', data }) };
  }

  say(frame: object | string): void {
    this.#events?.onMessage(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)));
  }

  /** The next change of this symbol, or with `missing` one after changes that never came; `step` may be below zero. */
  change(instId: string, bidQty: string, missing = 0, step = 3): void {
    const prevSeqId = this.seqOf(instId) + missing;
    const seqId = prevSeqId + step;
    this.#seqs.set(instId, seqId);
    const data = [{ asks: [], bids: [['10', bidQty, '0', '1']], ...tail(seqId, prevSeqId) }];
    this.say({ arg: { channel: 'books', instId }, action: 'update', data });
  }

  snapshot(instId: string): void {
    const data = [{ ...levels('1'), ...tail(this.seqOf(instId), -1) }];
    this.say({ arg: { channel: 'books', instId }, action: 'snapshot', data });
  }

  seqOf(symbol: string): number {
    return this.#seqs.get(symbol) ?? 80_274_874_895;
  }

  #answer(text: string): void {
    if (text === 'ping') {
      this.say('pong');
      return;
    }
    const { id, op, args } = JSON.parse(text) as Request;
    for (const arg of args) {
      const way = this.ways.get(arg.instId) ?? 'take';
      const isBook = arg.channel === 'books' && op === 'subscribe';
      if (isBook) this.asked.push(arg.instId);
      if (isBook && way !== 'take') {
        this.say({ id, event: 'error', ...REFUSALS[way](arg.instId), connId: 'a4d3ae55' });
        continue;
      }
      this.say({ id, event: op, arg, connId: 'a4d3ae55' });
      if (isBook && this.hasSnapshots) this.snapshot(arg.instId);
    }
  }
}

function tail(seqId: number, prevSeqId: number): object {
  return { ts: '1700000000000', checksum: 0, seqId, prevSeqId };
}

function levels(bidQty: string): object {
  return { asks: [['10.01', '1', '0', '1']], bids: [['10', bidQty, '0', '1']] };
}

function row({ symbol, base, quote }: (typeof SPECS)[number], news: News): object {
  const { status, tick: tickSz = GRID.tickSize } = news ?? {};
  return {
    instType: 'SPOT',
    instId: symbol,
    baseCcy: base,
    quoteCcy: quote,
    tickSz,
    lotSz: GRID.lotSize,
    // The venue has no smallest value of an order: a change of the smallest quantity stands for one.
    minSz: news?.minNotional === undefined ? GRID.minQty : news.minNotional,
    state: status === 'closed' ? 'suspend' : 'live',
    ruleType: 'normal',
  };
}

export const okxMarketRig: MarketRig = {
  adapter: okxAdapter,
  specs: SPECS,
  grid: { minNotional: '0' },
  minimum: 'minQty',
  open(): MarketPeer {
    const peer = new ScriptedMarket();
    return {
      clock: peer.clock,
      feed: okxAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 }),
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
