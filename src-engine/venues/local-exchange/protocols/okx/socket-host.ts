/** OKX's connections: public channels at `/public`, and login, private channels and order entry at `/private` (OKX API v5, "WebSocket"). */
import { type BookWindow, type Level, WindowFeed, type WindowLevels } from '../../core/book-window.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { Market, PublicTrade } from '../../core/market.ts';
import type { ExecutionReport, LedgerEntry, OrderOwner } from '../../core/orders/client-order.ts';
import { FaultyWire } from '../../hosting/faulty-wire.ts';
import type { HostedSession, SessionOpener, Wire } from '../../hosting/wire.ts';
import type { OkxExchange } from './okx-exchange.ts';
import { inOkxWords, OkxProblem } from './okx-problem.ts';
import { okxPair } from './pairs.ts';
import { each, OPERATIONS } from './private-calls.ts';
import { tickerRow } from './public-calls.ts';
import { requireInTime } from './rest-server.ts';
import { signedAccount } from './signatures.ts';
import { balanceRow, msText, orderRow } from './texts.ts';

type Arg = Readonly<Record<string, unknown>>;
type Session = {
  readonly wire: FaultyWire;
  readonly isPrivate: boolean;
  readonly id: string;
  /** Channels by their text, with what the client asked for: each message repeats it. */
  readonly channels: Map<string, Arg>;
  account: Account | undefined;
};

const PATH = /^\/ws\/v5\/(public|private)$/;
const BOOK = { channel: 'books', depth: 400, paceUs: 100_000 } as const;
const MARKET_CHANNELS: ReadonlySet<unknown> = new Set(['books', 'trades', 'tickers']);
const PRIVATE_CHANNELS: ReadonlySet<unknown> = new Set(['orders', 'account']);
const TYPES: ReadonlySet<unknown> = new Set(['SPOT', 'ANY', undefined]);

export class OkxSocketHost implements SessionOpener {
  readonly #exchange: OkxExchange;
  readonly #sessions = new Set<Session>();
  readonly #books: WindowFeed;
  #opened = 0;

  constructor(exchange: OkxExchange) {
    this.#exchange = exchange;
    const { clock } = exchange;
    this.#books = new WindowFeed({
      ...BOOK,
      clock,
      firstNumber: Math.trunc(clock.nowUs() / 1_000_000),
      send: (window, levels) => this.#sendBook(window, levels),
    });
    exchange.listen({
      onBook: (market) => this.#books.onBook(market),
      onTrades: (market, trades) => this.#sendTrades(market, trades),
      onExecution: (report) => this.#onExecution(report),
      onLedger: (account, entries) => this.#onLedger(account, entries),
    });
  }

  accepts(path: string): boolean {
    return PATH.test(path);
  }

  open(wire: Wire, target: string): HostedSession {
    const { clock, faults } = this.#exchange;
    const session: Session = {
      wire: new FaultyWire(wire, clock, faults),
      isPrivate: target.includes('/private'),
      id: `local${++this.#opened}`,
      channels: new Map(),
      account: undefined,
    };
    this.#sessions.add(session);
    return {
      receive: (text) => this.#receive(session, text),
      closed: () => {
        session.wire.close();
        this.#sessions.delete(session);
        for (const arg of session.channels.values()) this.#afterLeaving(arg);
      },
    };
  }

  stop(): void {
    for (const { wire } of this.#sessions) wire.close();
  }

  /** Announces the end of all connections, and closes them a second later. */
  shutDown(): void {
    const { clock } = this.#exchange;
    const ending = [...this.#sessions];
    const notice = {
      event: 'notice',
      code: '64008',
      msg: 'The connection will soon be closed for a service upgrade. Please reconnect.',
    };
    for (const session of ending) say(session, { ...notice, connId: session.id });
    clock.schedule(clock.nowUs() + 1_000_000, () => {
      for (const { wire } of ending) wire.end();
    });
  }

  #receive(session: Session, text: string): void {
    if (text === 'ping') return session.wire.send('pong', () => undefined);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const { op, id, args, expTime } = (typeof json === 'object' && json !== null ? json : {}) as Arg;
    const rows = Array.isArray(args) ? (args as unknown[]) : [];
    const asked = typeof id === 'string' ? { id } : {};
    try {
      if (op === 'login') this.#logIn(session, rows);
      else if (op === 'subscribe') for (const arg of rows) this.#subscribe(session, arg as Arg, asked);
      else if (op === 'unsubscribe') for (const arg of rows) this.#unsubscribe(session, arg as Arg, asked);
      else this.#trade(session, String(op), rows, asked, expTime);
    } catch (error) {
      if (!(error instanceof OkxProblem)) throw error;
      say(session, { event: 'error', code: error.code, msg: error.message, connId: session.id, ...asked });
    }
  }

  #logIn(session: Session, [row]: readonly unknown[]): void {
    const { accounts, clock } = this.#exchange;
    const { apiKey, passphrase, timestamp, sign } = (row ?? {}) as Arg;
    const signed = {
      key: String(apiKey),
      passphrase: String(passphrase),
      signature: String(sign),
      payload: `${String(timestamp)}GET/users/self/verify`,
      atMs: Number(timestamp) * 1_000,
    };
    try {
      session.account = signedAccount(accounts, signed, clock.nowUs());
    } catch (error) {
      throw error instanceof OkxProblem ? new OkxProblem('60009', `Login failed. ${error.message}`) : error;
    }
    say(session, { event: 'login', code: '0', msg: '', connId: session.id });
  }

  #subscribe(session: Session, arg: Arg, asked: object): void {
    const { channel, instId, instType } = arg;
    const refuse = (): OkxProblem =>
      new OkxProblem(
        '60018',
        `Wrong URL or channel:${String(channel)},instId:${String(instId)} doesn't exist.`,
      );
    const market = this.#marketOf(arg);
    if (session.isPrivate && !PRIVATE_CHANNELS.has(channel)) throw refuse();
    if (session.isPrivate && (session.account === undefined || !TYPES.has(instType))) {
      throw new OkxProblem('60011', 'Please log in');
    }
    if (!session.isPrivate && (!MARKET_CHANNELS.has(channel) || market === undefined)) throw refuse();
    const key = keyOf(arg);
    const isNew = !session.channels.has(key);
    session.channels.set(key, arg);
    say(session, { event: 'subscribe', arg, connId: session.id, ...asked });
    // A second request is acknowledged, and sends no second snapshot.
    if (!isNew) return;
    if (channel === 'books' && market !== undefined) this.#sendSnapshot(session, arg, market);
    if (channel === 'tickers' && market !== undefined)
      deliver(session, arg, [tickerRow(this.#exchange, market)]);
    if (channel === 'account' && session.account !== undefined) {
      const { ledger } = session.account;
      deliver(session, arg, [balanceRow(session.account, ledger.assets(), this.#exchange.clock.nowUs())]);
    }
  }

  #unsubscribe(session: Session, arg: Arg, asked: object): void {
    session.channels.delete(keyOf(arg));
    this.#afterLeaving(arg);
    say(session, { event: 'unsubscribe', arg, connId: session.id, ...asked });
  }

  #marketOf({ instId }: Arg): Market | undefined {
    if (typeof instId !== 'string') return undefined;
    try {
      return this.#exchange.named(instId);
    } catch (error) {
      if (error instanceof OkxProblem) return undefined;
      throw error;
    }
  }

  #afterLeaving(arg: Arg): void {
    const market = this.#marketOf(arg);
    const isHeard = [...this.#sessions].some(({ channels }) => channels.has(keyOf(arg)));
    if (arg['channel'] === BOOK.channel && market !== undefined && !isHeard) this.#books.close(market);
  }

  #trade(session: Session, op: string, rows: readonly unknown[], asked: object, expTime: unknown): void {
    const run = OPERATIONS[op];
    if (!session.isPrivate || run === undefined)
      throw new OkxProblem('60012', `Illegal request: {"op":"${op}"}`);
    const { account } = session;
    if (account === undefined) throw new OkxProblem('60011', 'Please log in');
    const exchange = this.#exchange;
    try {
      requireInTime(expTime, exchange.clock.nowUs());
      // An instrument is named by its number alone.
      const args = rows.map((row) => ({ ...(row as Arg), instId: undefined }));
      say(session, { ...asked, op, ...inOkxWords(() => each({ exchange, account }, args, run)) });
    } catch (error) {
      if (!(error instanceof OkxProblem)) throw error;
      say(session, { ...asked, op, code: error.code, msg: error.message, data: [] });
    }
  }

  #sendSnapshot(session: Session, arg: Arg, market: Market): void {
    const window = this.#books.open(market);
    const data = [this.#bookRow(window, window.levels, -1)];
    session.wire.send(JSON.stringify({ arg, action: 'snapshot', data }), () => BOOK.channel);
  }

  #sendBook(window: BookWindow, levels: WindowLevels): void {
    const previous = window.number;
    // Numbers jump by any amount.
    window.number += 1 + (previous % 7);
    // A message that does not fit is one that never comes: the next one shows the gap.
    if (this.#exchange.faults.takeCorruption(window.market.pair.symbol)) return;
    const data = [this.#bookRow(window, levels, previous)];
    this.#each(BOOK.channel, window.market, (session, arg) =>
      session.wire.send(JSON.stringify({ arg, action: 'update', data }), () => BOOK.channel),
    );
    this.#each('tickers', window.market, (session, arg) =>
      deliver(session, arg, [tickerRow(this.#exchange, window.market)]),
    );
  }

  #bookRow({ market, number }: BookWindow, { bids, asks }: WindowLevels, prevSeqId: number): object {
    const rows = (levels: readonly Level[]): string[][] =>
      levels.map(([price, qty]) => [
        priceText(market, price),
        qty === 0 ? '0' : qtyText(market, qty),
        '0',
        qty === 0 ? '0' : '1',
      ]);
    const ts = msText(this.#exchange.clock.nowUs());
    return { asks: rows(asks), bids: rows(bids), ts, checksum: 0, seqId: number, prevSeqId };
  }

  #sendTrades(market: Market, trades: readonly PublicTrade[]): void {
    const rows = trades.map(({ tradeId, price, qty, side, atUs }) => ({
      instId: okxPair(market).name,
      tradeId: String(tradeId),
      px: priceText(market, price),
      sz: qtyText(market, qty),
      side,
      ts: msText(atUs),
      count: '1',
    }));
    this.#each('trades', market, (session, arg) => deliver(session, arg, rows));
  }

  #onExecution({ kind, order, trade }: ExecutionReport): void {
    if (kind === 'pending_new') return;
    // The fill that ends an order says so itself.
    if (kind === 'filled') return;
    const { account, terms } = order;
    const isPassing = kind === 'new' && (terms.type === 'market' || terms.timeInForce !== 'gtc');
    const isLast = trade !== undefined && order.filled === order.qty;
    if (!isPassing) {
      const row = { ...orderRow(this.#exchange, order, trade), ...(isLast ? { state: 'filled' } : {}) };
      this.#private(account, 'orders', () => row, order.market);
    }
    if (kind !== 'trade') this.#sendBalances(account, [order.heldAsset]);
  }

  #onLedger(account: OrderOwner, entries: readonly LedgerEntry[]): void {
    this.#sendBalances(account, new Set(entries.map(({ asset }) => asset)));
  }

  #sendBalances(account: OrderOwner, assets: Iterable<string>): void {
    const nowUs = this.#exchange.clock.nowUs();
    this.#private(account, 'account', () => balanceRow(account, assets, nowUs));
  }

  #private(account: OrderOwner, channel: string, rowOf: () => object, market?: Market): void {
    for (const session of this.#sessions) {
      if (session.account !== account) continue;
      for (const arg of session.channels.values()) {
        const of = this.#marketOf(arg);
        if (arg['channel'] === channel && (of === undefined || of === market))
          deliver(session, arg, [rowOf()]);
      }
    }
  }

  #each(channel: string, market: Market, visit: (session: Session, arg: Arg) => void): void {
    const { name } = okxPair(market);
    for (const session of this.#sessions) {
      for (const arg of session.channels.values())
        if (arg['channel'] === channel && arg['instId'] === name) visit(session, arg);
    }
  }
}

function keyOf({ channel, instId, instType }: Arg): string {
  return JSON.stringify([channel, instId, instType]);
}

/** An answer: no fault takes it for data. */
function say({ wire }: Session, message: object): void {
  wire.send(JSON.stringify(message), () => undefined);
}

function deliver({ wire }: Session, arg: Arg, data: readonly object[]): void {
  wire.send(JSON.stringify({ arg, data }), () => String(arg['channel']));
}
