/** Bitfinex's public WebSocket and REST calls, answered by a script: one book of a level a side for each pair. */
import { crc32 } from 'node:zlib';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { bitfinexAdapter } from '../adapter.ts';

type Request = {
  readonly event: string;
  readonly flags?: number;
  readonly channel?: string;
  readonly symbol?: string;
  readonly chanId?: number;
};

const SPECS = [
  { symbol: 'tAAAUSD', base: 'AAA', quote: 'USD' },
  { symbol: 'tBBB:USD', base: 'BBB', quote: 'USD' },
];
const REFUSALS = {
  refuse: { msg: 'symbol: invalid', code: 10_300 },
  busy: { msg: 'too many requests', code: 11_010 },
} as const;
const HEARTBEAT_US = 15_000_000;

export class ScriptedBitfinex extends ScriptedPeer {
  /** 1 operative, 0 maintenance. */
  status = 1;
  /** What `conf` is answered with. */
  confirms = 'OK';
  /** Number of the last array of the connection. */
  sequence = 0;
  /** Open channels, by their number. */
  readonly channels = new Map<number, { readonly channel: string; readonly symbol: string }>();
  /** Best bid of each book, as it is written. */
  readonly #bids = new Map<string, string>();
  #lastId = 100;

  constructor() {
    super(SPECS);
    const beat = (): void => {
      for (const id of this.channels.keys()) if (!this.isSilent) this.array(id, '"hb"');
      this.clock.schedule(this.clock.nowUs() + HEARTBEAT_US, beat);
    };
    this.clock.schedule(this.clock.nowUs() + HEARTBEAT_US, beat);
  }

  protected override opened(): void {
    this.sequence = 0;
    this.channels.clear();
    this.say({ event: 'info', version: 2, serverId: 'made', platform: { status: this.status } });
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (pathname === '/v2/platform/status')
      return { ...ok([this.status]), headers: { date: 'Tue, 14 Nov 2023 22:13:20 GMT' } };
    const listed = this.listed();
    if (pathname === '/v2/tickers') return ok(listed.map(([spec, news]) => tickerOf(spec, news)));
    if (!pathname.startsWith('/v2/conf/')) throw new Error(`no answer to ${pathname} was scripted`);
    const open = listed.filter(([, { status }]) => status !== 'closed');
    return ok([
      listed.map(([{ symbol }, news]) => [symbol.slice(1), limitsOf(news)]),
      open.map(([{ symbol }]) => symbol.slice(1)),
      [],
    ]);
  }

  /** @param missing messages of the connection that never came before it. */
  override change(symbol: string, bidQty: string, missing = 0): void {
    this.sequence += missing;
    // Numbers are written without the zeros at their end.
    const written = bidQty === 'much' ? '"much"' : String(Number(bidQty));
    this.#bids.set(symbol, written);
    this.book(symbol, `[10,1,${written}]`);
  }

  /** A message of this book. */
  book(symbol: string, body: string): void {
    const id = this.idOf('book', symbol);
    if (id !== undefined) this.array(id, body);
  }

  /** The checksum of the book, or a wrong one. */
  checksum(symbol: string, isWrong = false): void {
    const sum = crc32(`10:${this.#bids.get(symbol) ?? '1'}:10.01:-1`) | 0;
    this.book(symbol, `"cs",${isWrong ? sum ^ 1 : sum}`);
  }

  array(id: number, body: string): void {
    this.say(`[${id},${body},${++this.sequence}]`);
  }

  idOf(channel: string, symbol: string): number | undefined {
    return [...this.channels].find(([, one]) => one.channel === channel && one.symbol === symbol)?.[0];
  }

  protected override take(text: string): void {
    const request = JSON.parse(text) as Request;
    const { event, channel = '', symbol = '', chanId = 0 } = request;
    if (event === 'ping') this.say({ event: 'pong', ts: 1, cid: 0 });
    if (event === 'conf') this.say({ event: 'conf', status: this.confirms, flags: request.flags });
    if (event === 'unsubscribe') {
      this.channels.delete(chanId);
      this.say({ event: 'unsubscribed', status: 'OK', chanId });
    }
    if (event !== 'subscribe') return;
    const isBook = channel === 'book';
    if (isBook) this.asked.push(symbol);
    const way = isBook ? this.wayOf(symbol) : 'take';
    if (way === 'refuse' || way === 'busy') {
      this.say({ event: 'error', ...REFUSALS[way], channel, symbol });
      return;
    }
    const id = ++this.#lastId;
    this.channels.set(id, { channel, symbol });
    // A sign of life may come before the answer that opens its channel.
    this.array(id, '"hb"');
    this.say({ ...request, event: 'subscribed', chanId: id, pair: symbol.slice(1) });
    if (!isBook || way === 'silent') return;
    this.#bids.delete(symbol);
    this.array(id, '[[10,1,1],[10.01,1,-1]]');
  }
}

/** A price of 100 has steps of 0.01. */
function tickerOf({ symbol }: Spec, { tick }: NonNullable<News>): unknown[] {
  const price = tick === undefined ? 100 : 1;
  return [symbol, price, 1, price, 1, 0, 0, price, 1_000, price, price];
}

function limitsOf({ minNotional = '0.001' }: NonNullable<News>): unknown[] {
  return [null, null, null, minNotional, '10000000000.0', null, null, null, null, null, null, null];
}

export const bitfinexMarketRig = peerRig({
  adapter: bitfinexAdapter,
  specs: SPECS,
  grid: { minNotional: '0' },
  minimum: 'minQty',
  peer: () => new ScriptedBitfinex(),
  // A number that is missing costs all books of its connection: a checksum is of one.
  faulty: (peer, symbol, bidQty) => {
    peer.change(symbol, bidQty);
    (peer as ScriptedBitfinex).checksum(symbol, true);
  },
});
