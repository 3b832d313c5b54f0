/** KuCoin's connections: a token opens one, a welcome begins it, topics are subscribed (KuCoin, "Introduction", "Level2 Market Data"). */
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { LevelChange, Market, PublicTrade } from '../../core/market.ts';
import type { ExecutionReport, OrderOwner } from '../../core/orders/client-order.ts';
import { FaultyWire } from '../../hosting/faulty-wire.ts';
import type { HostedSession, SessionOpener, Wire } from '../../hosting/wire.ts';
import type { KucoinExchange } from './kucoin-exchange.ts';
import { kucoinPair } from './pairs.ts';
import { tickerRow } from './public-calls.ts';
import { balanceData, ms, orderData } from './texts.ts';

type Session = {
  readonly wire: FaultyWire;
  readonly account: Account | undefined;
  /** Topics with their symbol, `/market/level2:BTC-USDT`. */
  readonly topics: Set<string>;
};

const PATHS: ReadonlySet<string> = new Set(['/', '/endpoint']);
const BOOK = '/market/level2';
const TRADES = '/market/match';
const TICKER = '/market/ticker';
const MARKET_TOPICS: ReadonlySet<string> = new Set([BOOK, TRADES, TICKER]);
/** Both are the same here: older clients listen to the first. */
const ORDERS = ['/spotMarket/tradeOrders', '/spotMarket/tradeOrdersV2'] as const;
const BALANCES = '/account/balance';
const PRIVATE_TOPICS: ReadonlySet<string> = new Set([...ORDERS, BALANCES]);
const MOST_SYMBOLS = 100;
/** So rarely a message has a row that changes no level and only advances the sequence, as many of the venue's have. */
const NO_LEVEL_EVERY = 5;

export class KucoinSocketHost implements SessionOpener {
  readonly #exchange: KucoinExchange;
  readonly #sessions = new Set<Session>();

  constructor(exchange: KucoinExchange) {
    this.#exchange = exchange;
    exchange.listen({
      onBook: (market, changes) => this.#onBook(market, changes),
      onTrades: (market, trades) => this.#onTrades(market, trades),
      onExecution: (report) => this.#onExecution(report),
      onLedger: (account, entries) =>
        this.#sendBalances(account, new Set(entries.map(({ asset }) => asset)), undefined),
    });
  }

  accepts(path: string): boolean {
    return PATHS.has(path);
  }

  open(wire: Wire, target: string): HostedSession {
    const { clock, faults } = this.#exchange;
    const { searchParams } = new URL(target, 'http://local');
    const owner = this.#exchange.takeToken(searchParams.get('token') ?? '');
    const session: Session = {
      wire: new FaultyWire(wire, clock, faults),
      account: owner?.account,
      topics: new Set(),
    };
    const id = searchParams.get('connectId') ?? '';
    if (owner === undefined) {
      say(session, { id, type: 'error', code: 401, data: 'token is invalid' });
      session.wire.end();
      return { receive: () => undefined, closed: () => undefined };
    }
    this.#sessions.add(session);
    say(session, { id, type: 'welcome' });
    return {
      receive: (text) => this.#receive(session, text),
      closed: () => {
        session.wire.close();
        this.#sessions.delete(session);
      },
    };
  }

  stop(): void {
    for (const { wire } of this.#sessions) wire.close();
  }

  /** The venue says nothing before it closes connections. */
  shutDown(): void {
    for (const { wire } of this.#sessions) wire.end();
  }

  #receive(session: Session, text: string): void {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const { id, type, topic } = (typeof json === 'object' && json !== null ? json : {}) as Readonly<
      Record<string, unknown>
    >;
    if (type === 'ping') return say(session, { id, type: 'pong' });
    const [name = '', list = ''] = typeof topic === 'string' ? topic.split(':') : [];
    const refuse = (code: number, data: string): void => say(session, { id, type: 'error', code, data });
    if (type !== 'subscribe' && type !== 'unsubscribe') return refuse(400, 'type is invalid');
    const isPrivate = PRIVATE_TOPICS.has(name);
    if (!isPrivate && !MARKET_TOPICS.has(name)) return refuse(404, `topic ${name} is not found`);
    if (isPrivate && session.account === undefined) return refuse(403, 'login is required');
    const symbols = isPrivate ? [''] : list.split(',');
    if (symbols.length > MOST_SYMBOLS) return refuse(509, 'exceed max subscription count limitation');
    // A symbol that does not exist is acknowledged like any other, and nothing of it is sent.
    for (const symbol of symbols) {
      const key = isPrivate ? name : `${name}:${symbol}`;
      if (type === 'subscribe') session.topics.add(key);
      else session.topics.delete(key);
    }
    say(session, { id, type: 'ack' });
  }

  #onBook(market: Market, changes: readonly LevelChange[]): void {
    const changed = changes.filter(
      ({ side, price, qtyBefore }) => market.engine.sideOf(side).qtyAt(price) !== qtyBefore,
    );
    if (changed.length === 0) return;
    const exchange = this.#exchange;
    const isAdvanced = exchange.sequence(market) % NO_LEVEL_EVERY === 0;
    const first = exchange.advance(market, changed.length + (isAdvanced ? 1 : 0));
    const rows: Record<'buy' | 'sell', string[][]> = { buy: [], sell: [] };
    for (const [index, { side, price }] of changed.entries()) {
      const qty = market.engine.sideOf(side).qtyAt(price);
      rows[side].push([
        priceText(market, price),
        qty === 0 ? '0' : qtyText(market, qty),
        String(first + index),
      ]);
    }
    const last = exchange.sequence(market);
    if (isAdvanced) rows.sell.push(['0', '0', String(last)]);
    const { name } = kucoinPair(market);
    const topic = `${BOOK}:${name}`;
    const listeners = [...this.#sessions].filter(({ topics }) => topics.has(topic));
    // A message that does not fit is one that never comes: the next one shows the gap.
    const isLost = listeners.length > 0 && exchange.faults.takeCorruption(market.pair.symbol);
    const data = {
      changes: { asks: rows.sell, bids: rows.buy },
      sequenceEnd: last,
      sequenceStart: first,
      symbol: name,
      time: ms(exchange.clock.nowUs()),
    };
    if (!isLost) for (const session of listeners) deliver(session, topic, 'trade.l2update', data);
    this.#each(`${TICKER}:${name}`, 'trade.ticker', () => tickerRow(exchange, market));
  }

  #onTrades(market: Market, trades: readonly PublicTrade[]): void {
    const { name } = kucoinPair(market);
    for (const { tradeId, price, qty, side, atUs } of trades) {
      this.#each(`${TRADES}:${name}`, 'trade.l3match', () => ({
        makerOrderId: '0',
        price: priceText(market, price),
        sequence: String(tradeId),
        side,
        size: qtyText(market, qty),
        symbol: name,
        takerOrderId: '0',
        time: String(atUs * 1_000),
        tradeId: String(tradeId),
        type: 'match',
      }));
    }
  }

  #onExecution({ kind, order, trade }: ExecutionReport): void {
    if (kind === 'pending_new' || kind === 'amended') return;
    const { terms, account } = order;
    const isPassing = terms.type === 'market' || terms.timeInForce !== 'gtc';
    const type = kind === 'new' ? (isPassing ? 'received' : 'open') : kind === 'trade' ? 'match' : kind;
    const data = orderData(this.#exchange, type, order, trade);
    for (const topic of ORDERS) this.#private(account, topic, 'orderChange', data);
    if (kind !== 'trade') this.#sendBalances(account, [order.heldAsset], order.market);
  }

  #sendBalances(account: OrderOwner, assets: Iterable<string>, market: Market | undefined): void {
    const nowUs = this.#exchange.clock.nowUs();
    for (const asset of assets)
      this.#private(account, BALANCES, 'account.balance', balanceData(account, asset, market, nowUs));
  }

  #private(account: OrderOwner, topic: string, subject: string, data: object): void {
    for (const session of this.#sessions)
      if (session.account === account && session.topics.has(topic)) deliver(session, topic, subject, data);
  }

  #each(topic: string, subject: string, dataOf: () => object): void {
    for (const session of this.#sessions)
      if (session.topics.has(topic)) deliver(session, topic, subject, dataOf());
  }
}

/** An answer: no fault takes it for data. */
function say({ wire }: Session, message: object): void {
  wire.send(JSON.stringify(message), () => undefined);
}

function deliver({ wire, account }: Session, topic: string, subject: string, data: object): void {
  const channel = topic.split(':')[0] ?? topic;
  const more = account === undefined ? {} : { userId: String(account.number), channelType: 'private' };
  wire.send(JSON.stringify({ topic, type: 'message', subject, ...more, data }), () => channel);
}
