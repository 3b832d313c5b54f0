/** Coinbase's WebSockets: market data and the user channel, under one sequence of numbers a connection (Advanced Trade, "WebSocket Overview"). */
import { US_PER_SECOND } from '../../../../domain/time.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { LevelChange, Market, PublicTrade } from '../../core/market.ts';
import type { BookSide } from '../../core/matching/book-side.ts';
import type { ExecutionReport } from '../../core/orders/client-order.ts';
import { FaultyWire } from '../../hosting/faulty-wire.ts';
import type { HostedSession, SessionOpener, Wire } from '../../hosting/wire.ts';
import type { CoinbaseExchange } from './coinbase-exchange.ts';
import { CoinbaseProblem } from './coinbase-problem.ts';
import { SocketSession } from './socket-session.ts';
import { productId, timeText, tradeText, userOrderText } from './wire-text.ts';

/** Both serve everything; the second is where the venue has a host of its own for users. */
const PATHS: ReadonlySet<string> = new Set(['/', '/user']);
/** Open orders of one message of the first list. */
const SNAPSHOT_ORDERS = 50;
/** Trades of the first message. */
const SNAPSHOT_TRADES = 50;
const MOST_PRODUCTS = 500;
const PRODUCT_CHANNELS: ReadonlySet<string> = new Set(['level2', 'market_trades']);
const REPORTED: ReadonlySet<ExecutionReport['kind']> = new Set(['new', 'trade', 'filled', 'canceled']);

export class SocketHost implements SessionOpener {
  readonly #exchange: CoinbaseExchange;
  readonly #sessions = new Set<SocketSession>();
  #stopBeat: () => void = () => undefined;
  #beats = 0;

  constructor(exchange: CoinbaseExchange) {
    this.#exchange = exchange;
    exchange.listen({
      onBook: (market, changes) => this.#onBook(market, changes),
      onTrades: (market, trades) => this.#onTrades(market, trades),
      onExecution: (report) => this.#onExecution(report),
    });
    exchange.faults.onEndConnections = () => {
      for (const { wire } of this.#sessions) wire.end();
    };
    this.#beatLater();
  }

  accepts(path: string): boolean {
    return PATHS.has(path);
  }

  open(wire: Wire): HostedSession {
    const { clock, faults } = this.#exchange;
    const session = new SocketSession(new FaultyWire(wire, clock, faults), clock);
    this.#sessions.add(session);
    return {
      receive: (text) => this.#receive(session, text),
      closed: () => {
        session.wire.close();
        this.#sessions.delete(session);
      },
    };
  }

  stop(): void {
    this.#stopBeat();
  }

  #receive(session: SocketSession, text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      message = undefined;
    }
    const { type, channel, product_ids: given, jwt } = (message ?? {}) as Readonly<Record<string, unknown>>;
    if ((type !== 'subscribe' && type !== 'unsubscribe') || typeof channel !== 'string')
      return session.refuse('failed to process a message');
    const products = Array.isArray(given) ? (given as unknown[]).map(String) : [];
    if (products.length > MOST_PRODUCTS) return session.refuse(`at most ${MOST_PRODUCTS} product_ids`);
    if (channel === 'heartbeats') session.listen(channel, ['heartbeats'], type);
    else if (channel === 'user') this.#user(session, type, jwt);
    else if (PRODUCT_CHANNELS.has(channel)) this.#products(session, channel, products, type);
    else session.refuse(`${channel.slice(0, 40)} is not a channel of the local exchange`);
  }

  #products(
    session: SocketSession,
    channel: string,
    products: readonly string[],
    type: 'subscribe' | 'unsubscribe',
  ): void {
    const markets = products.map((id) => (id.includes('/') ? undefined : this.#exchange.find(id)));
    if (markets.length === 0 || markets.includes(undefined))
      return session.refuse(`invalid product_ids: ${products.join(',').slice(0, 100)}`);
    session.listen(channel, products, type);
    if (type === 'unsubscribe') return;
    for (const market of markets) {
      if (market === undefined) continue;
      if (channel === 'level2') session.say('l2_data', [snapshotOf(market, this.#exchange.clock.nowUs())]);
      else {
        const trades = market.trades.slice(-SNAPSHOT_TRADES).toReversed();
        session.say('market_trades', [
          { type: 'snapshot', trades: trades.map((trade) => tradeText(market, trade)) },
        ]);
      }
    }
  }

  #user(session: SocketSession, type: 'subscribe' | 'unsubscribe', jwt: unknown): void {
    if (type === 'unsubscribe') {
      session.account = undefined;
      return session.listen('user', [], type);
    }
    try {
      session.account = this.#exchange.tokens.accountOf(typeof jwt === 'string' ? jwt : '', undefined);
    } catch (error) {
      if (!(error instanceof CoinbaseProblem)) throw error;
      return session.refuse('authentication failure');
    }
    session.listen('user', [session.account.name], type);
    const open = [...session.account.openOrders.values()].map(userOrderText);
    for (let at = 0; at === 0 || at < open.length; at += SNAPSHOT_ORDERS)
      session.say('user', [{ type: 'snapshot', orders: open.slice(at, at + SNAPSHOT_ORDERS) }]);
  }

  #onBook(market: Market, changes: readonly LevelChange[]): void {
    const id = productId(market);
    const time = timeText(this.#exchange.clock.nowUs());
    const updates = changes
      .filter(({ side, price, qtyBefore }) => market.engine.sideOf(side).qtyAt(price) !== qtyBefore)
      .map(({ side, price }) =>
        levelText(market, side, price, market.engine.sideOf(side).qtyAt(price), time),
      );
    if (updates.length === 0) return;
    const listeners = [...this.#sessions].filter((session) => session.hears('level2', id));
    // A message that does not fit is one that never comes: the next number shows it.
    const isLost = listeners.length > 0 && this.#exchange.faults.takeCorruption(market.pair.symbol);
    for (const session of listeners) {
      if (isLost) session.skip();
      else session.say('l2_data', [{ type: 'update', product_id: id, updates }]);
    }
  }

  #onTrades(market: Market, trades: readonly PublicTrade[]): void {
    const rows = trades.toReversed().map((trade) => tradeText(market, trade));
    for (const session of this.#sessions) {
      if (session.hears('market_trades', productId(market)))
        session.say('market_trades', [{ type: 'update', trades: rows }]);
    }
  }

  #onExecution({ kind, order }: ExecutionReport): void {
    if (!REPORTED.has(kind)) return;
    for (const session of this.#sessions) {
      if (session.account === order.account)
        session.say('user', [{ type: 'update', orders: [userOrderText(order)] }]);
    }
  }

  #beatLater(): void {
    const { clock } = this.#exchange;
    this.#stopBeat = clock.schedule(clock.nowUs() + US_PER_SECOND, () => {
      this.#beats++;
      const current_time = `${timeText(clock.nowUs()).replace('T', ' ').replace('Z', '')} +0000 UTC m=+${this.#beats}.0`;
      for (const session of this.#sessions) {
        if (session.hears('heartbeats', 'heartbeats'))
          session.say('heartbeats', [{ current_time, heartbeat_counter: this.#beats }]);
      }
      this.#beatLater();
    });
  }
}

function snapshotOf(market: Market, nowUs: number): object {
  const time = timeText(nowUs);
  const rows = (side: 'buy' | 'sell', levels: BookSide): object[] =>
    Array.from({ length: levels.depth }, (_, rank) => levels.at(rank)).flatMap((level) =>
      level === undefined ? [] : [levelText(market, side, level.price, level.qty, time)],
    );
  const { bids, asks } = market.engine;
  return {
    type: 'snapshot',
    product_id: productId(market),
    updates: [...rows('buy', bids), ...rows('sell', asks)],
  };
}

function levelText(market: Market, side: 'buy' | 'sell', price: number, qty: number, time: string): object {
  return {
    side: side === 'buy' ? 'bid' : 'offer',
    event_time: time,
    price_level: priceText(market, price),
    new_quantity: qty === 0 ? '0' : qtyText(market, qty),
  };
}
