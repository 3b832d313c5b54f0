/** Binance as the venue of an account: orders over the WebSocket API, REST where that is down. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { VenueAccount, VenueBalance, VenueOrderEvent } from '../../../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import { CANCEL_ANSWER_MS, CancelEverything } from '../../toolkit/cancel-everything.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { notSent } from '../../toolkit/not-sent.ts';
import { OrderTracker, type TrackedOrder } from '../../toolkit/order-tracker.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import type { SocketTiming } from '../../toolkit/venue-socket.ts';
import type { AccountCheck, AccountFees, AccountVenue, LimitUse } from '../../venue-account.ts';
import type { BinanceDialect } from '../dialect.ts';
import { BinanceRefused, BinanceThrottled } from '../rest-errors.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { checkAccount, readFees } from './account.ts';
import { cancelEveryOrder, countOpen, NOTHING_TO_CANCEL } from './cancel-by-symbol.ts';
import { clientOrderIds } from './client-order-id.ts';
import type { BinanceCredentials } from './credentials.ts';
import { outcomeOf } from './error-codes.ts';
import { UsedLimits } from './limits.ts';
import { OrderRequest, orderParams } from './order-request.ts';
import { heldOf, reportsOf, venueOrderId } from './order-rows.ts';
import { PrivateRest, RECV_WINDOW_MS } from './private-rest.ts';
import { type Answer, PrivateSocket } from './private-socket.ts';
import { readAccount, readHeld } from './read-account.ts';
import type { Params } from './signed-params.ts';
import { UserStream } from './user-stream.ts';

export type BinanceAccountVenueOptions = {
  readonly dialect: BinanceDialect;
  /** Name of the venue that speaks this protocol: Binance, or a local exchange. */
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly credentials: BinanceCredentials;
  /** What the venue asks of this address; one of the account's own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly restUrl: string;
  readonly socketUrl: string;
  /** Where a user data stream of its own is heard, without a path. */
  readonly streamUrl: string;
  /** Request weight that an address may use in a minute, until the venue says; undefined: none is known until then. */
  readonly weightPerMinute?: number | undefined;
  readonly earlierOrders?: readonly { readonly orderId: OrderId; readonly symbol: string }[] | undefined;
  /** How long the answer to a request on the socket may take. */
  readonly answerMs?: number | undefined;
  readonly socket?: SocketTiming | undefined;
};

/**
 * Binance knows no deadline of an order. The time within which it takes a request stands for one: an order that is late is
 * refused (-1021). What it has taken in by then may reach the book a little later.
 */
const ON_THE_WAY_US: DurationUs = 1_000_000;
const MINUTE_US: DurationUs = 60_000_000;
/** Symbols whose orders were seen this long before a reading are read too. */
const SEEN_OVERLAP_US: DurationUs = 60_000_000;

export class BinanceAccountVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: BinanceAccountVenueOptions;
  readonly #answerMs: number;
  readonly #skew = new ClockSkew();
  readonly #limits: UsedLimits;
  readonly #pause: RequestPause;
  readonly #rest: PrivateRest;
  readonly #socket: PrivateSocket;
  readonly #orders: OrderTracker;
  readonly #cancelEverything: CancelEverything;
  readonly #account: AccountReader;
  readonly #balances = new Map<Asset, DecimalText>();
  /** Symbol of each order of an earlier run. */
  readonly #earlier: Map<OrderId, string>;
  /** When an order under this symbol was placed or heard of last. */
  readonly #seenUs = new Map<string, TimeUs>();
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #linkState: 'up' | 'down' | undefined;
  #isStopped = false;

  constructor(options: BinanceAccountVenueOptions) {
    const { venue, clock, network, random, credentials, restUrl, socketUrl, socket } = options;
    const { pause = new RequestPause() } = options;
    this.venue = venue;
    this.#options = options;
    this.#pause = pause;
    this.#answerMs = options.answerMs ?? 5_000;
    this.#earlier = new Map(options.earlierOrders?.map(({ orderId, symbol }) => [orderId, symbol]));
    this.#limits = new UsedLimits(options.weightPerMinute);
    const [skew, limits] = [this.#skew, this.#limits];
    this.#rest = new PrivateRest({ clock, network, credentials, skew, limits, pause, baseUrl: restUrl });
    const userData =
      options.dialect.account.userData === 'listen-key'
        ? new UserStream({ clock, network, random, rest: this.#rest, url: options.streamUrl })
        : undefined;
    this.#socket = new PrivateSocket(
      { clock, network, random, credentials, skew, limits, pause, url: socketUrl, socket, userData },
      {
        onUp: () => {
          this.#orders.onUp();
          this.#reportLink('up', '');
        },
        onDown: (reason) => {
          this.#orders.onDown();
          this.#reportLink('down', reason);
        },
        onEvent: (event) => this.#onEvent(event),
      },
    );
    this.#orders = new OrderTracker({
      clock,
      skew,
      // The venue's own count is what limits new orders, and cancels are not in it.
      budget: { adopt: () => undefined, onEnded: () => undefined, onRefused: () => undefined },
      source: 'executionReport',
      report: (event) => this.#sink(event),
      onChangedElsewhere: (id) => this.#socket.reconnect(`order ${id} was changed by another program`),
    });
    this.#cancelEverything = new CancelEverything({
      clock,
      sendCancel: (onAnswer) => this.#sendCancelAll(onAnswer),
      cancelAll: async () => void (await cancelEveryOrder(this.#rest)),
      countOpen: () => countOpen(this.#rest),
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
    this.#socket.start();
  }

  checkAccount(symbols: readonly string[]): Promise<AccountCheck> {
    return checkAccount(this.#rest, this.#options.dialect, symbols, () => this.#minute());
  }

  readFees(symbols: readonly string[]): Promise<AccountFees> {
    return readFees(this.#rest, this.#options.dialect, symbols, () => this.#minute());
  }

  async readBalances(): Promise<readonly VenueBalance[]> {
    return (await readHeld(this.#rest, this.#options.dialect.account.omitsZeros)).balances;
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
    this.#seenUs.set(symbol, nowUs);
    this.#limits.onOrder(this.#venueUs());
    const request = new OrderRequest(placement);
    const timing = { timeoutMs: this.#answerMs, recvWindowMs };
    if (this.#socket.place(request, timing, (answer) => this.#onPlaced(order, answer))) return;
    void this.#placeByRest(order, orderParams(placement), recvWindowMs);
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

  /** Binance has no dead-man switch. */
  keepAlive(): void {}

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#cancelEverything.stop();
    await this.#socket.stop();
  }

  /** Why an order is not sent; undefined when it may be. */
  #refusal({ orderId, expireUs }: Placement, nowUs: TimeUs): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    // The venue would take an id again whose order has ended.
    if (this.#earlier.has(orderId)) return 'an earlier run sent an order with this id';
    if (clientOrderIds.encode(orderId) === undefined) return `${orderId} does not fit newClientOrderId`;
    if (nowUs >= expireUs) return 'its deadline has passed';
    return this.#pause.refusal(nowUs);
  }

  #onPlaced(order: TrackedOrder, answer: Answer): void {
    if (answer.kind === 'done') this.#onTaken(order, answer.result);
    else if (answer.kind === 'silent') this.#orders.doubt(order, answer.reason);
    else if (answer.outcome === 'unknown') this.#orders.doubt(order, answer.error);
    else this.#orders.reject(order, [String(answer.code)], answer.error);
  }

  #onTaken(order: TrackedOrder, result: unknown): void {
    const id: unknown = isObject(result) ? result['orderId'] : undefined;
    if (typeof id === 'number') this.#orders.accept(order, venueOrderId(order.symbol, id));
    else this.#orders.doubt(order, 'the answer has no order id');
  }

  /** Only for an order of which nothing was sent yet; once. */
  async #placeByRest(order: TrackedOrder, params: Params, recvWindowMs: number): Promise<void> {
    try {
      const result = await this.#rest.call('POST', '/api/v3/order', params, recvWindowMs);
      this.#onTaken(order, result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isDoubtful(error)) this.#orders.doubt(order, reason);
      else this.#orders.reject(order, error instanceof BinanceRefused ? [String(error.code)] : [], reason);
    }
  }

  async #cancel(orderId: OrderId): Promise<void> {
    const symbol =
      this.#orders.find(orderId)?.symbol ?? this.#earlier.get(orderId) ?? (await this.#symbolOf(orderId));
    if (symbol === undefined) {
      this.#reportCancelRejected(orderId, 'the venue shows no open order with this id');
      return;
    }
    const params = { symbol, origClientOrderId: orderId };
    const sent = this.#socket.send('order.cancel', params, { timeoutMs: this.#answerMs }, (answer) => {
      if (answer.kind === 'refused') this.#reportCancelRejected(orderId, answer.error);
      // A cancel may be repeated: the second one finds nothing at worst.
      else if (answer.kind === 'silent') void this.#cancelByRest(orderId, params);
    });
    if (!sent) await this.#cancelByRest(orderId, params);
  }

  async #cancelByRest(orderId: OrderId, params: Params): Promise<void> {
    try {
      await this.#rest.call('DELETE', '/api/v3/order', params);
    } catch (error) {
      this.#reportCancelRejected(orderId, error instanceof Error ? error.message : String(error));
    }
  }

  /** Of an order that nothing here knows: a cancel needs its symbol. */
  async #symbolOf(orderId: OrderId): Promise<string | undefined> {
    try {
      for (const row of await this.#rest.rows('/api/v3/openOrders')) {
        if (isObject(row) && row['clientOrderId'] === orderId && typeof row['symbol'] === 'string')
          return row['symbol'];
      }
    } catch {
      // What cannot be asked is not canceled: the engine hears so, and asks again.
    }
    return undefined;
  }

  /** One request for each symbol in which an order of ours may be open. */
  #sendCancelAll(onAnswer: (isConfirmed: boolean) => void): boolean {
    const symbols = new Set([...this.#orders.symbolsAlive(), ...this.#earlier.values()]);
    if (symbols.size === 0) return false;
    let [waiting, isConfirmed] = [0, true];
    for (const symbol of symbols) {
      const timing = { timeoutMs: CANCEL_ANSWER_MS };
      const sent = this.#socket.send('openOrders.cancelAll', { symbol }, timing, (answer) => {
        const isEmpty = answer.kind === 'refused' && answer.code === NOTHING_TO_CANCEL;
        isConfirmed &&= answer.kind === 'done' || isEmpty;
        if (--waiting === 0) onAnswer(isConfirmed);
      });
      if (sent) waiting++;
      else isConfirmed = false;
    }
    return waiting > 0;
  }

  #readAccount(asked: AskedAccount): Promise<VenueAccount> {
    const { venue } = this;
    const known = this.#orders.byVenueId;
    const skewUs = this.#skew.skewUs ?? 0;
    const symbols = this.#symbolsSince(asked.sinceUs - SEEN_OVERLAP_US);
    const { omitsZeros } = this.#options.dialect.account;
    return readAccount(this.#rest, { ...asked, venue, skewUs, known, symbols, omitsZeros });
  }

  /** Histories are asked by symbol: of those in which something of ours happened since then, or may yet. */
  #symbolsSince(sinceUs: TimeUs): Set<string> {
    const symbols = new Set([...this.#orders.symbolsAlive(), ...this.#earlier.values()]);
    for (const [symbol, seenUs] of this.#seenUs) if (seenUs >= sinceUs) symbols.add(symbol);
    return symbols;
  }

  #onEvent(event: Json): void {
    const { venue } = this;
    const atUs = this.#options.clock.nowUs();
    switch (event['e']) {
      case 'executionReport': {
        const reports = reportsOf(event);
        for (const { symbol, orderId } of reports) if (orderId !== undefined) this.#seenUs.set(symbol, atUs);
        const rows = reports.flatMap((report) => this.#orders.onReport(report, false) ?? []);
        if (rows.length > 0) this.#sink({ kind: 'unread-rows', venue, rows, atUs });
        break;
      }
      case 'outboundAccountPosition':
        for (const { asset, total } of heldOf(event)) this.#balances.set(asset, total);
        break;
      default:
        // `balanceUpdate` and `externalLockUpdate` are followed by the position that they lead to, or by a reading.
        break;
    }
  }

  #minute(): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => clock.schedule(clock.nowUs() + MINUTE_US, resolve));
  }

  #venueUs(): TimeUs {
    return this.#options.clock.nowUs() + (this.#skew.skewUs ?? 0);
  }

  #reportCancelRejected(orderId: OrderId, reason: string): void {
    this.#sink({ kind: 'cancel-rejected', orderId, reason, atUs: this.#options.clock.nowUs() });
  }

  /** When it changes: repeated failures are not reported. */
  #reportLink(state: 'up' | 'down', reason: string): void {
    if (this.#linkState === state) return;
    this.#linkState = state;
    this.#sink({ kind: 'link', venue: this.venue, state, reason, atUs: this.#options.clock.nowUs() });
  }
}

/** True when the order may be alive after this error. */
function isDoubtful(error: unknown): boolean {
  if (error instanceof BinanceRefused) return outcomeOf(error.status, error.code, error.text) === 'unknown';
  return !(error instanceof BinanceThrottled || error instanceof NotSent);
}
