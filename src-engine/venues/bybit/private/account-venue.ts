/** Bybit's spot market as the venue of an account: orders over the connection for order entry, REST where that is down. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { VenueAccount, VenueBalance, VenueOrderEvent } from '../../../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import { CancelEverything } from '../../toolkit/cancel-everything.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { ClockWatch } from '../../toolkit/clock-watch.ts';
import { isObject, type Json, wordOf } from '../../toolkit/json.ts';
import { notSent } from '../../toolkit/not-sent.ts';
import { OrderTracker, type TrackedOrder } from '../../toolkit/order-tracker.ts';
import { VenueRefused } from '../../toolkit/public-rest.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { Throttled } from '../../toolkit/throttled.ts';
import type { SocketTiming } from '../../toolkit/venue-socket.ts';
import type { AccountCheck, AccountFees, AccountVenue, LimitUse } from '../../venue-account.ts';
import { checkAccount, readFees } from './account.ts';
import { cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { clientOrderIds } from './client-order-id.ts';
import type { BybitCredentials } from './credentials.ts';
import { outcomeOf } from './error-codes.ts';
import { UsedLimits } from './limits.ts';
import { balancesOf, fillReportOf, orderReportOf, walletOf } from './order-rows.ts';
import { openRows } from './pages.ts';
import { CLOCK_IS_OFF, PrivateRest, RECV_WINDOW_MS } from './private-rest.ts';
import { readAccount } from './read-account.ts';
import { SignedConnection } from './signed-connection.ts';
import { type Answer, TradeSocket } from './trade-socket.ts';

export type BybitAccountVenueOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly credentials: BybitCredentials;
  /** What the venue asks of this address; one of the account's own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly restUrl: string;
  /** The private stream; order entry is beside it. */
  readonly streamUrl: string;
  readonly tradeUrl: string;
  readonly earlierOrders?: readonly { readonly orderId: OrderId; readonly symbol: string }[] | undefined;
  /** How long the answer to a placement may take. */
  readonly answerMs?: number | undefined;
  readonly socket?: SocketTiming | undefined;
};

/**
 * Bybit knows no deadline of an order. The time within which it takes a request stands for one: an order that is late is
 * refused (10002). What it has taken in by then may reach the book a little later.
 */
const ON_THE_WAY_US: DurationUs = 1_000_000;
const CREATE = '/v5/order/create';
const TOPICS = ['order.spot', 'execution.spot', 'wallet'];

export class BybitAccountVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: BybitAccountVenueOptions;
  readonly #answerMs: number;
  readonly #skew = new ClockSkew();
  readonly #limits = new UsedLimits();
  readonly #pause: RequestPause;
  readonly #rest: PrivateRest;
  readonly #stream: SignedConnection;
  readonly #trade: TradeSocket;
  readonly #orders: OrderTracker;
  readonly #cancelEverything: CancelEverything;
  readonly #account: AccountReader;
  readonly #clockWatch: ClockWatch;
  readonly #balances = new Map<Asset, DecimalText>();
  /** Symbol of each order of an earlier run. */
  readonly #earlier: ReadonlyMap<OrderId, string>;
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #linkState: 'up' | 'down' | undefined;
  #isStopped = false;

  constructor(options: BybitAccountVenueOptions) {
    const { venue, clock, network, random, credentials, restUrl, streamUrl, tradeUrl, socket } = options;
    const { pause = new RequestPause() } = options;
    this.venue = venue;
    this.#options = options;
    this.#pause = pause;
    this.#answerMs = options.answerMs ?? 5_000;
    this.#earlier = new Map(options.earlierOrders?.map(({ orderId, symbol }) => [orderId, symbol]));
    const [skew, limits] = [this.#skew, this.#limits];
    const rest = new PrivateRest({ clock, network, credentials, skew, pause, baseUrl: restUrl });
    this.#rest = rest;
    const measureSkew = (): Promise<unknown> => rest.measureSkew();
    const connection = { clock, network, random, credentials, skew, pause, measureSkew, socket };
    this.#trade = new TradeSocket({ ...connection, url: tradeUrl }, limits);
    this.#stream = new SignedConnection(
      { ...connection, url: streamUrl },
      {
        onReady: () =>
          void this.#stream.send(JSON.stringify({ req_id: 'topics', op: 'subscribe', args: TOPICS })),
        onDown: (reason) => this.#onDown(reason),
        onFrame: (json) => this.#onFrame(json),
      },
    );
    this.#clockWatch = new ClockWatch(clock, skew, () => void measureSkew().catch(() => undefined));
    this.#orders = new OrderTracker({
      clock,
      skew,
      // The venue's own count is what limits new orders, and cancels have one of their own.
      budget: { adopt: () => undefined, onEnded: () => undefined, onRefused: () => undefined },
      source: 'execution',
      report: (event) => this.#sink(event),
      onChangedElsewhere: (id) => this.#stream.reconnect(`order ${id} was changed by another program`),
    });
    this.#cancelEverything = new CancelEverything({
      clock,
      // One call of REST reaches every symbol.
      sendCancel: () => false,
      cancelAll: async () => void (await cancelEveryOrder(rest)),
      countOpen: () => countOpen(rest),
      doubtUntilUs: () => this.#orders.doubtUntilUs(),
      onFailed: (reason) => this.#sink({ kind: 'cancel-all-failed', venue, reason, atUs: clock.nowUs() }),
      onOpenOrders: (count) => this.#sink({ kind: 'open-orders', venue, count, atUs: clock.nowUs() }),
    });
    this.#account = new AccountReader({
      venue,
      clock,
      read: (asked) => this.#readAccount(asked),
      report: (event) => this.#sink(event),
    });
  }

  connect(sink: (event: VenueOrderEvent) => void): void {
    this.#sink = sink;
    this.#stream.start();
    this.#trade.start();
  }

  checkAccount(symbols: readonly string[]): Promise<AccountCheck> {
    return checkAccount(this.#rest, symbols);
  }

  readFees(symbols: readonly string[]): Promise<AccountFees> {
    return readFees(this.#rest, symbols);
  }

  async readBalances(): Promise<readonly VenueBalance[]> {
    return balancesOf(await this.#rest.get('/v5/account/wallet-balance', { accountType: 'UNIFIED' }))
      .balances;
  }

  get clockSkew(): AccountVenue['clockSkew'] {
    const { skewUs, errorUs } = this.#skew;
    return skewUs === undefined ? undefined : { skewUs, errorUs };
  }

  get balances(): ReadonlyMap<Asset, DecimalText> {
    return this.#balances;
  }

  limitsUsed(): readonly LimitUse[] {
    return this.#limits.list(this.#venueUs());
  }

  place(placement: Placement): void {
    const { orderId, symbol, expireUs } = placement;
    // An order is sent at most once, and what became of it has been reported or will be.
    if (this.#orders.has(orderId)) return;
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    const rate = (): string | undefined => this.#limits.orderRefusal(this.#venueUs());
    const refused = notSent(orderId, this.#refusal(placement, nowUs), rate, nowUs);
    if (refused !== undefined) {
      clock.schedule(nowUs, () => this.#sink(refused));
      return;
    }
    const recvWindowMs = Math.max(1, Math.min(RECV_WINDOW_MS, Math.floor((expireUs - nowUs) / US_PER_MS)));
    const order = this.#orders.onSent(orderId, symbol, nowUs + recvWindowMs * US_PER_MS + ON_THE_WAY_US);
    this.#limits.onOrder();
    const request = orderRequest(placement);
    const timing = { timeoutMs: this.#answerMs, recvWindowMs };
    if (this.#trade.place(request, timing, (answer) => this.#onPlaced(order, answer))) return;
    void this.#placeByRest(order, request, recvWindowMs);
  }

  cancel(orderId: OrderId): void {
    void this.#cancel(orderId);
  }

  cancelAll(): void {
    this.#cancelEverything.start();
  }

  /** One reading at a time: a question that waits for it gives way to a later one, whose answer serves both. */
  reconcile(sinceUs: TimeUs, withHistory: boolean): void {
    this.#account.ask({ sinceUs, withHistory });
  }

  /** Bybit's disconnection protection is for institutional accounts alone. */
  keepAlive(): void {}

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#clockWatch.stop();
    this.#cancelEverything.stop();
    await Promise.all([this.#stream.stop(), this.#trade.stop()]);
  }

  /** Why an order is not sent; undefined when it may be. */
  #refusal({ orderId, expireUs }: Placement, nowUs: TimeUs): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    if (this.#earlier.has(orderId)) return 'an earlier run sent an order with this id';
    if (clientOrderIds.encode(orderId) === undefined) return `${orderId} does not fit orderLinkId`;
    if (nowUs >= expireUs) return 'its deadline has passed';
    return this.#pause.refusal(nowUs);
  }

  #onPlaced(order: TrackedOrder, answer: Answer): void {
    if (answer.kind === 'done') this.#onTaken(order, answer.result);
    else if (answer.kind === 'silent') this.#orders.doubt(order, answer.reason);
    else if (answer.outcome === 'unknown') this.#orders.doubt(order, answer.error);
    else this.#reject(order, answer.code, answer.error);
  }

  #reject(order: TrackedOrder, code: number, reason: string): void {
    this.#orders.reject(order, [String(code)], reason);
    // It was late, or the clock was set: the next one needs the time of the venue.
    if (code === CLOCK_IS_OFF) void this.#rest.measureSkew().catch(() => undefined);
  }

  /** The answer says that the request was taken: whether the order was, the stream says. */
  #onTaken(order: TrackedOrder, result: unknown): void {
    const id: unknown = isObject(result) ? result['orderId'] : undefined;
    if (typeof id === 'string' && id !== '') this.#orders.accept(order, id);
    else this.#orders.doubt(order, 'the answer has no order id');
  }

  /** Only for an order of which nothing was sent yet; once. */
  async #placeByRest(order: TrackedOrder, request: object, recvWindowMs: number): Promise<void> {
    try {
      const result = await this.#rest.post(CREATE, request, recvWindowMs, ({ headers }) =>
        this.#limits.take((name) => headers?.[name]),
      );
      this.#onTaken(order, result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isDoubtful(error)) this.#orders.doubt(order, reason);
      else if (error instanceof VenueRefused) this.#reject(order, Number(error.code), reason);
      else this.#orders.reject(order, [], reason);
    }
  }

  async #cancel(orderId: OrderId): Promise<void> {
    try {
      const symbol =
        this.#orders.find(orderId)?.symbol ?? this.#earlier.get(orderId) ?? (await this.#symbolOf(orderId));
      if (symbol === undefined) throw new Error('the venue shows no open order with this id');
      await this.#rest.post('/v5/order/cancel', { category: 'spot', symbol, orderLinkId: orderId });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#sink({ kind: 'cancel-rejected', orderId, reason, atUs: this.#options.clock.nowUs() });
    }
  }

  /** Of an order that nothing here knows: a cancel needs its symbol. */
  async #symbolOf(orderId: OrderId): Promise<string | undefined> {
    for (const row of await openRows(this.#rest)) {
      if (isObject(row) && row['orderLinkId'] === orderId && typeof row['symbol'] === 'string')
        return row['symbol'];
    }
    return undefined;
  }

  #readAccount(asked: AskedAccount): Promise<VenueAccount> {
    const { venue } = this;
    const known = this.#orders.byVenueId;
    const [nowUs, skewUs] = [this.#options.clock.nowUs(), this.#skew.skewUs ?? 0];
    return readAccount(this.#rest, { ...asked, venue, nowUs, skewUs, known });
  }

  #onFrame(json: Json): void {
    // One subscription goes out on each connection: its answer may lack the id that was given.
    if (json['op'] === 'subscribe') {
      if (json['success'] === true) this.#onUp();
      else this.#stream.reconnect(`the subscription was refused: ${wordOf(json['ret_msg'])}`);
      return;
    }
    const { topic, data } = json;
    if (topic === 'wallet') for (const { asset, total } of walletOf(data)) this.#balances.set(asset, total);
    if (topic !== 'order.spot' && topic !== 'execution.spot') return;
    const rows = (Array.isArray(data) ? (data as unknown[]) : []).filter(isObject);
    const reportOf = topic === 'order.spot' ? orderReportOf : fillReportOf;
    const unread = rows.flatMap((row) => {
      const report = reportOf(row);
      return report === undefined ? [] : (this.#orders.onReport(report, false) ?? []);
    });
    const atUs = this.#options.clock.nowUs();
    if (unread.length > 0) this.#sink({ kind: 'unread-rows', venue: this.venue, rows: unread, atUs });
  }

  #onUp(): void {
    this.#stream.done();
    this.#clockWatch.start();
    this.#orders.onUp();
    this.#reportLink('up', '');
  }

  #onDown(reason: string): void {
    this.#clockWatch.stop();
    this.#orders.onDown();
    this.#reportLink('down', reason);
  }

  #venueUs(): TimeUs {
    return this.#options.clock.nowUs() + (this.#skew.skewUs ?? 0);
  }

  /** When it changes: repeated failures are not reported. */
  #reportLink(state: 'up' | 'down', reason: string): void {
    if (this.#linkState === state) return;
    this.#linkState = state;
    this.#sink({ kind: 'link', venue: this.venue, state, reason, atUs: this.#options.clock.nowUs() });
  }
}

/** A limit order of the spot market, paid for with what the account holds. */
function orderRequest({ orderId, symbol, side, timeInForce, postOnly, price, qty }: Placement): object {
  return {
    category: 'spot',
    symbol,
    side: side === 'buy' ? 'Buy' : 'Sell',
    orderType: 'Limit',
    qty: qty.toFixed(),
    price: price.toFixed(),
    timeInForce: timeInForce === 'ioc' ? 'IOC' : postOnly === true ? 'PostOnly' : 'GTC',
    orderLinkId: orderId,
    isLeverage: 0,
    orderFilter: 'Order',
  };
}

/** True when the order may be alive after this error. */
function isDoubtful(error: unknown): boolean {
  if (error instanceof VenueRefused) return outcomeOf(Number(error.code)) === 'unknown';
  return !(error instanceof Throttled || error instanceof NotSent);
}
