/** Who hears what: every channel's subscribers, and the frames that go to them. */
import type { Decimal } from '../../../../../domain/decimal.ts';
import type { TimeUs } from '../../../../../domain/time.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { ExchangeListener, PrivateChannel } from '../../../core/exchange-core.ts';
import type { KrakenExchange } from '../kraken-exchange.ts';
import type { LevelChange, Market, PublicTrade } from '../../../core/market.ts';
import type {
  ClientOrder,
  ExecutionReport,
  LedgerEntry,
  OrderOwner,
} from '../../../core/orders/client-order.ts';
import { usdValue } from '../../../core/usd-value.ts';
import { BookChannel, type FrameSink } from './book-channel.ts';
import { HEARTBEAT_FRAME, instrumentUpdate, statusFrame, tickerFrame, tradeFrame } from './market-frames.ts';
import {
  balancesSnapshot,
  balancesUpdate,
  executionsFrame,
  executionText,
  openOrderText,
  tradeText,
} from './private-frames.ts';
import type { Session } from './session.ts';

/** Trades that an executions snapshot goes back (Kraken: 50). */
const SNAPSHOT_TRADES = 50;
/** Statuses that are sent when a client asked for open and close only (`order_status: false`). */
const OPEN_AND_CLOSE: ReadonlySet<string> = new Set(['new', 'filled', 'canceled', 'trade']);

export type TickerTrigger = 'trades' | 'bbo';
type TickerSubscriber = { readonly sink: FrameSink; readonly trigger: TickerTrigger };
type ExecutionsSubscriber = { readonly account: Account; readonly allStatuses: boolean };

export class StreamHub implements ExchangeListener {
  readonly sessions = new Set<Session>();
  readonly books: BookChannel;
  readonly instruments = new Set<FrameSink>();
  readonly #core: KrakenExchange;
  readonly #trades = new Map<Market, Set<FrameSink>>();
  readonly #tickers = new Map<Market, Map<FrameSink, TickerSubscriber>>();
  readonly #bestQuotes = new Map<Market, string>();
  readonly #executions = new Map<Session, ExecutionsSubscriber>();
  readonly #balances = new Map<Session, Account>();
  readonly #usd = (order: ClientOrder, amount: Decimal): Decimal =>
    usdValue(this.#core, order.market.pair.quote, amount);

  constructor(core: KrakenExchange) {
    this.#core = core;
    this.books = new BookChannel(core.faults);
    core.listen(this);
    core.faults.onSystemStatus = (status) => {
      for (const session of this.sessions) session.send(statusFrame(status, session.id));
    };
  }

  onBook(market: Market, changes: readonly LevelChange[], atUs: TimeUs): void {
    this.books.onBook(market, changes, atUs);
    const tickers = this.#tickers.get(market);
    if (tickers !== undefined && tickers.size > 0) this.#sendBestQuote(market, tickers, atUs);
  }

  onTrades(market: Market, trades: readonly PublicTrade[]): void {
    const sinks = this.#trades.get(market);
    if (sinks !== undefined && sinks.size > 0) {
      const frame = tradeFrame('update', market, trades);
      for (const sink of sinks) sink.send(frame);
    }
    const tickers = this.#tickers.get(market);
    if (tickers === undefined) return;
    const frame = tickerFrame('update', market, trades.at(-1)?.atUs ?? 0);
    for (const { sink, trigger } of tickers.values()) if (trigger === 'trades') sink.send(frame);
  }

  onExecution(report: ExecutionReport): void {
    for (const [session, { account, allStatuses }] of this.#executions) {
      if (account !== report.order.account) continue;
      if (!allStatuses && !OPEN_AND_CLOSE.has(report.kind)) continue;
      const item = executionText(report, this.#usd);
      session.send(executionsFrame('update', [item], session.nextSequence('executions')));
    }
  }

  onLedger(account: OrderOwner, entries: readonly LedgerEntry[]): void {
    for (const [session, owner] of this.#balances) {
      if (owner === account) session.send(balancesUpdate(entries, session.nextSequence('balances')));
    }
  }

  onRow(account: Account, channel: PrivateChannel, row: unknown): void {
    const listening = channel === 'executions' ? this.#executions : this.#balances;
    for (const [session, owner] of listening) {
      if (owner !== account && !('account' in owner && owner.account === account)) continue;
      const sequence = session.nextSequence(channel);
      session.send(JSON.stringify({ channel, type: 'update', data: [row], sequence }));
    }
  }

  onStatus(market: Market): void {
    const frame = instrumentUpdate(market);
    for (const sink of this.instruments) sink.send(frame);
  }

  subscribeTrades(market: Market, sink: FrameSink): void {
    const sinks = this.#trades.get(market) ?? new Set();
    this.#trades.set(market, sinks.add(sink));
  }

  subscribeTicker(market: Market, sink: FrameSink, trigger: TickerTrigger): void {
    const sinks = this.#tickers.get(market) ?? new Map<FrameSink, TickerSubscriber>();
    this.#tickers.set(market, sinks.set(sink, { sink, trigger }));
  }

  subscribeExecutions(session: Session, account: Account, allStatuses: boolean): void {
    session.restartSequence('executions');
    this.#executions.set(session, { account, allStatuses });
  }

  subscribeBalances(session: Session, account: Account): void {
    session.restartSequence('balances');
    this.#balances.set(session, account);
  }

  /** Newest trades and open orders of an account, as two snapshots. */
  sendExecutionsSnapshot(session: Session, account: Account, trades: boolean, orders: boolean): void {
    const send = (items: readonly string[]): void =>
      session.send(executionsFrame('snapshot', items, session.nextSequence('executions')));
    if (trades)
      send(account.trades.slice(-SNAPSHOT_TRADES).map((trade) => tradeText(trade, 'filled', this.#usd)));
    if (orders) send([...account.openOrders.values()].map((order) => openOrderText(order, this.#usd)));
  }

  sendBalancesSnapshot(session: Session, account: Account): void {
    session.send(balancesSnapshot(account, session.nextSequence('balances')));
  }

  /** Ends one subscription. @param key as in `Session.subscriptions`. */
  unsubscribe(session: Session, key: string): void {
    const depth = session.subscriptions.get(key);
    session.subscriptions.delete(key);
    const [channel, symbol = ''] = key.split(':');
    if (channel === 'executions') this.#executions.delete(session);
    if (channel === 'balances') this.#balances.delete(session);
    if (channel === 'instrument') this.instruments.delete(session);
    const market = this.#core.find(symbol);
    if (market === undefined) return;
    if (channel === 'book') this.books.unsubscribe(market, depth ?? 0, session);
    if (channel === 'trade') this.#trades.get(market)?.delete(session);
    if (channel === 'ticker') this.#tickers.get(market)?.delete(session);
  }

  /** Forgets a connection and all that it had subscribed to. */
  remove(session: Session): void {
    session.close();
    this.sessions.delete(session);
    for (const key of session.subscriptions.keys()) this.unsubscribe(session, key);
  }

  /** Sends a heartbeat to every connection that is subscribed to something. */
  beat(): void {
    for (const session of this.sessions) if (session.subscriptions.size > 0) session.send(HEARTBEAT_FRAME);
  }

  #sendBestQuote(market: Market, tickers: ReadonlyMap<FrameSink, TickerSubscriber>, atUs: TimeUs): void {
    const bid = market.engine.bids.best();
    const ask = market.engine.asks.best();
    const quote = `${bid?.price}|${bid?.qty}|${ask?.price}|${ask?.qty}`;
    if (this.#bestQuotes.get(market) === quote) return;
    this.#bestQuotes.set(market, quote);
    const frame = tickerFrame('update', market, atUs);
    for (const { sink, trigger } of tickers.values()) if (trigger === 'bbo') sink.send(frame);
  }
}
