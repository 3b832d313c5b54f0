/** Bybit's public stream of the spot market: books of four depths, trades, tickers (Bybit v5, "Websocket Stream"). */
import { priceText, qtyText } from '../../../core/fixed-text.ts';
import { type BookWindow, type Level, WindowFeed, type WindowLevels } from '../../../core/book-window.ts';
import type { Market, PublicTrade } from '../../../core/market.ts';
import type { HostedSession, SessionOpener, Wire } from '../../../hosting/wire.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import { tickerRow } from '../calls/public-calls.ts';
import { bybitPair } from '../pairs.ts';
import { Connection, type Message, messageOf } from './connection.ts';

const PATH = '/v5/public/spot';
/** Topics of one request on the spot market, and characters of all topics of a connection. */
const MAX_ARGS = 10;
const MAX_ARGS_CHARS = 21_000;
/** Depth of a book, and its pace in microseconds. */
const PACES: Readonly<Record<string, number>> = { 1: 10_000, 50: 20_000, 200: 100_000, 1000: 200_000 };

export class PublicHost implements SessionOpener {
  readonly #exchange: BybitExchange;
  readonly #listeners = new Map<string, Set<Connection>>();
  readonly #feeds: ReadonlyMap<string, WindowFeed>;

  constructor(exchange: BybitExchange) {
    this.#exchange = exchange;
    const firstNumber = Math.trunc(exchange.clock.nowUs() / 1_000_000);
    this.#feeds = new Map(
      Object.entries(PACES).map(([depth, paceUs]) => [
        depth,
        new WindowFeed({
          clock: exchange.clock,
          depth: Number(depth),
          paceUs,
          firstNumber,
          send: (window, levels) => this.#sendBook(depth, window, levels),
        }),
      ]),
    );
    exchange.listen({
      onBook: (market) => {
        for (const feed of this.#feeds.values()) feed.onBook(market);
      },
      onTrades: (market, trades) => this.#sendTrades(market, trades),
    });
  }

  accepts(path: string): boolean {
    return path === PATH;
  }

  open(wire: Wire): HostedSession {
    const connection = new Connection(wire, this.#exchange);
    return {
      receive: (text) => this.#receive(connection, text),
      closed: () => {
        connection.wire.close();
        for (const topic of connection.topics) this.#leave(connection, topic);
      },
    };
  }

  stop(): void {}

  #receive(connection: Connection, text: string): void {
    const message = messageOf(text);
    if (message === undefined) {
      return connection.answer({ success: false, ret_msg: 'Params Error', conn_id: connection.id, op: '' });
    }
    const { op, id, args } = message;
    const asked = id === undefined ? {} : { req_id: id };
    // The answer to a ping has the `op` of the ping itself.
    if (op === 'ping')
      return connection.answer({ success: true, ret_msg: 'pong', conn_id: connection.id, ...asked, op });
    if (op === 'subscribe') return this.#subscribe(connection, message);
    if (op !== 'unsubscribe') return connection.acknowledge(message, `error:unknown op ${op}`);
    for (const topic of args) if (typeof topic === 'string') this.#leave(connection, topic);
    connection.acknowledge(message, undefined);
  }

  /** One topic that is none fails the whole request. */
  #subscribe(connection: Connection, message: Message): void {
    const topics = message.args.filter((topic) => typeof topic === 'string');
    const refuse = (why: string): void => connection.acknowledge(message, why);
    if (topics.length > MAX_ARGS) return refuse('args size >10');
    const wrong = topics.find((topic) => this.#marketOf(topic) === undefined);
    if (wrong !== undefined || topics.length < message.args.length || topics.length === 0) {
      return refuse(`Invalid symbol :[${wrong ?? ''}]`);
    }
    const chars = [...connection.topics, ...topics].reduce((sum, topic) => sum + topic.length + 3, 0);
    if (chars > MAX_ARGS_CHARS) return refuse('args characters exceed the limit of a connection');
    const again = topics.find((topic) => connection.topics.has(topic));
    if (again !== undefined) return refuse(`error:already subscribed,topic:${again}`);
    connection.acknowledge(message, undefined);
    for (const topic of topics) this.#join(connection, topic);
  }

  #join(connection: Connection, topic: string): void {
    connection.topics.add(topic);
    const sessions = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, sessions.add(connection));
    const market = this.#marketOf(topic) as Market;
    const [kind, depth = ''] = topic.split('.');
    if (kind === 'tickers') connection.deliver(this.#ticker(market), 'tickers');
    const feed = kind === 'orderbook' ? this.#feeds.get(depth) : undefined;
    if (feed === undefined) return;
    const window = feed.open(market);
    connection.deliver(this.#bookFrame(topic, 'snapshot', window, window.levels), 'orderbook');
  }

  #leave(connection: Connection, topic: string): void {
    connection.topics.delete(topic);
    const sessions = this.#listeners.get(topic);
    if (sessions === undefined || !sessions.delete(connection) || sessions.size > 0) return;
    this.#listeners.delete(topic);
    const market = this.#marketOf(topic);
    if (market !== undefined) this.#feeds.get(topic.split('.')[1] ?? '')?.close(market);
  }

  /** The market of a topic that there is. */
  #marketOf(topic: string): Market | undefined {
    const [, kind, name = ''] =
      /^(orderbook\.(?:1|50|200|1000)|publicTrade|tickers)\.(\w+)$/.exec(topic) ?? [];
    return kind === undefined ? undefined : this.#exchange.named(name);
  }

  #sendBook(depth: string, window: BookWindow, levels: WindowLevels): void {
    window.number++;
    // A message that does not fit is one that never comes: the next one shows the gap.
    if (this.#exchange.faults.takeCorruption(window.market.pair.symbol)) return;
    const topic = `orderbook.${depth}.${bybitPair(window.market).name}`;
    // The best quotes come whole.
    const isWhole = depth === '1';
    const frame = this.#bookFrame(
      topic,
      isWhole ? 'snapshot' : 'delta',
      window,
      isWhole ? window.levels : levels,
    );
    for (const session of this.#listeners.get(topic) ?? []) session.deliver(frame, 'orderbook');
    this.#send(`tickers.${bybitPair(window.market).name}`, () => this.#ticker(window.market), 'tickers');
  }

  #bookFrame(
    topic: string,
    type: 'snapshot' | 'delta',
    { market, number }: BookWindow,
    { bids, asks }: WindowLevels,
  ): object {
    const ts = Math.floor(this.#exchange.clock.nowUs() / 1_000);
    const rows = (levels: readonly Level[]): [string, string][] =>
      levels.map(([price, qty]) => [priceText(market, price), qty === 0 ? '0' : qtyText(market, qty)]);
    const data = {
      s: bybitPair(market).name,
      b: rows(bids),
      a: rows(asks),
      u: number,
      seq: this.#exchange.sequence,
    };
    return { topic, ts, type, data, cts: ts };
  }

  #sendTrades(market: Market, trades: readonly PublicTrade[]): void {
    const { name } = bybitPair(market);
    const topic = `publicTrade.${name}`;
    this.#send(
      topic,
      () => ({
        topic,
        type: 'snapshot',
        ts: Math.floor(this.#exchange.clock.nowUs() / 1_000),
        data: trades.map((trade) => ({
          T: Math.floor(trade.atUs / 1_000),
          s: name,
          S: trade.side === 'buy' ? 'Buy' : 'Sell',
          v: qtyText(market, trade.qty),
          p: priceText(market, trade.price),
          i: String(trade.tradeId),
          BT: false,
          RPI: false,
          seq: this.#exchange.sequence,
        })),
      }),
      'publicTrade',
    );
  }

  #ticker(market: Market): object {
    const ts = Math.floor(this.#exchange.clock.nowUs() / 1_000);
    const topic = `tickers.${bybitPair(market).name}`;
    return { topic, ts, type: 'snapshot', cs: this.#exchange.sequence, data: tickerRow(market) };
  }

  #send(topic: string, make: () => object, channel: string): void {
    const sessions = this.#listeners.get(topic);
    if (sessions === undefined || sessions.size === 0) return;
    const frame = make();
    for (const session of sessions) session.deliver(frame, channel);
  }
}
