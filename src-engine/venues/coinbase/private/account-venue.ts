/** Coinbase's spot market as the venue of an account: orders by REST, as no socket takes them, and how they stand by the user channel. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { UnreadRow, VenueAccount, VenueBalance, VenueOrderEvent } from '../../../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../../domain/time.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import { CancelEverything } from '../../toolkit/cancel-everything.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { ClockWatch } from '../../toolkit/clock-watch.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { notSent } from '../../toolkit/not-sent.ts';
import { OrderTracker, type TrackedOrder } from '../../toolkit/order-tracker.ts';
import { VenueRefused } from '../../toolkit/public-rest.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { SettledFills } from '../../toolkit/settled-fills.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { Throttled } from '../../toolkit/throttled.ts';
import type { SocketTiming } from '../../toolkit/venue-socket.ts';
import type { AccountCheck, AccountFees, AccountVenue, LimitUse } from '../../venue-account.ts';
import { checkAccount, readFees } from './account.ts';
import { cancelEveryOrder, cancelOrders, countOpen } from './cancel-everything.ts';
import { clientOrderIds } from './client-order-id.ts';
import { type CoinbaseCredentials, TOKEN_LIFE_S } from './credentials.ts';
import { codeOf, NOT_AUTHENTICATED, outcomeOf } from './error-codes.ts';
import { UsedLimits } from './limits.ts';
import { fillOf, orderReportOf } from './order-rows.ts';
import { orderRequest } from './order-request.ts';
import { fillRows, FILLS, openRows } from './pages.ts';
import { ORDERS, PrivateRest } from './private-rest.ts';
import { readAccount, readBalances } from './read-account.ts';
import { UserSocket } from './user-socket.ts';

export type CoinbaseAccountVenueOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly credentials: CoinbaseCredentials;
  /** What the venue asks of this address; one of the account's own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly restUrl: string;
  /** The user channel. */
  readonly streamUrl: string;
  readonly earlierOrders?: readonly { readonly orderId: OrderId; readonly symbol: string }[] | undefined;
  /** How long the answer to a placement may take. */
  readonly answerMs?: number | undefined;
  readonly socket?: SocketTiming | undefined;
};

/**
 * Coinbase knows no deadline of an order. The token of a placement ends in the whole second after it, so that one that is late is refused;
 * what the venue has taken in by then may reach the book a little later.
 */
const ON_THE_WAY_US: DurationUs = US_PER_SECOND;

export class CoinbaseAccountVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: CoinbaseAccountVenueOptions;
  readonly #answerMs: number;
  readonly #skew = new ClockSkew();
  readonly #limits = new UsedLimits();
  readonly #rest: PrivateRest;
  readonly #stream: UserSocket;
  readonly #orders: OrderTracker;
  readonly #fills: SettledFills;
  readonly #cancelEverything: CancelEverything;
  readonly #account: AccountReader;
  readonly #clockWatch: ClockWatch;
  readonly #balances = new Map<Asset, DecimalText>();
  readonly #earlier: ReadonlySet<OrderId>;
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #linkState: 'up' | 'down' | undefined;
  #isStopped = false;

  constructor(options: CoinbaseAccountVenueOptions) {
    const { venue, clock, network, random, credentials, restUrl, streamUrl, socket } = options;
    const { pause = new RequestPause(), answerMs = 5_000 } = options;
    this.venue = venue;
    this.#options = options;
    this.#answerMs = answerMs;
    this.#earlier = new Set(options.earlierOrders?.map(({ orderId }) => orderId));
    const [skew, limits] = [this.#skew, this.#limits];
    const rest = new PrivateRest({ clock, network, credentials, skew, pause, limits, baseUrl: restUrl });
    this.#rest = rest;
    this.#stream = new UserSocket(
      { clock, network, random, socket, url: streamUrl, rest, onRefused: () => skew.doubt() },
      {
        onUp: () => this.#onUp(),
        onDown: (reason) => this.#onDown(reason),
        onOrder: (row, isSnapshot, atUs) => this.#onOrder(row, isSnapshot, atUs),
      },
    );
    this.#clockWatch = new ClockWatch(clock, skew, () => this.#measure());
    this.#orders = new OrderTracker({
      clock,
      skew,
      // The venue's own count is what limits new orders.
      budget: { adopt: () => undefined, onEnded: () => undefined, onRefused: () => undefined },
      source: 'user',
      report: (event) => this.#sink(event),
      onChangedElsewhere: () => undefined,
    });
    this.#fills = new SettledFills({
      clock,
      source: FILLS,
      list: async ({ venueOrderId }) => (await fillRows(rest, venueOrderId)).map(fillOf),
      onFill: (orderId, { venueOrderId, venueUs: atUs, ...fill }) =>
        void this.#orders.onReport(
          { kind: 'fill', orderId, venueOrderId, symbol: '', reason: '', atUs, fill },
          false,
        ),
      onUnread: (rows) => this.#reportUnread(rows),
    });
    this.#cancelEverything = new CancelEverything({
      clock,
      sendCancel: () => this.#cancelKnown(),
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
  }

  checkAccount(symbols: readonly string[]): Promise<AccountCheck> {
    return checkAccount(this.#rest, symbols);
  }

  readFees(symbols: readonly string[]): Promise<AccountFees> {
    return readFees(this.#rest, symbols);
  }

  async readBalances(): Promise<readonly VenueBalance[]> {
    const { balances } = await readBalances(this.#rest);
    this.#keep(balances);
    return balances;
  }

  get clockSkew(): AccountVenue['clockSkew'] {
    const { skewUs, errorUs } = this.#skew;
    return skewUs === undefined ? undefined : { skewUs, errorUs };
  }

  /** As they were last read: no channel of the spot market says them. */
  get balances(): ReadonlyMap<Asset, DecimalText> {
    return this.#balances;
  }

  limitsUsed(): readonly LimitUse[] {
    return this.#limits.list(this.#options.clock.nowUs());
  }

  place(placement: Placement): void {
    const { orderId, symbol, expireUs } = placement;
    // An order is sent at most once, and what became of it has been reported or will be.
    if (this.#orders.has(orderId)) return;
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    const rate = (): string | undefined => this.#limits.orderRefusal(nowUs);
    const refused = notSent(orderId, this.#refusal(placement, nowUs), rate, nowUs);
    if (refused !== undefined) {
      clock.schedule(nowUs, () => this.#sink(refused));
      return;
    }
    const venueUs = nowUs + (this.#skew.skewUs ?? 0);
    const endS = Math.ceil((venueUs + expireUs - nowUs) / US_PER_SECOND);
    const lifeS = Math.max(1, Math.min(TOKEN_LIFE_S, endS - Math.floor(venueUs / US_PER_SECOND)));
    const order = this.#orders.onSent(orderId, symbol, nowUs + lifeS * US_PER_SECOND + ON_THE_WAY_US);
    void this.#place(order, orderRequest(placement), lifeS);
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

  /** Coinbase has no dead-man switch. */
  keepAlive(): void {}

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#clockWatch.stop();
    this.#fills.stop();
    this.#cancelEverything.stop();
    await this.#stream.stop();
  }

  /** Why an order is not sent; undefined when it may be. */
  #refusal({ orderId, expireUs }: Placement, nowUs: TimeUs): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    if (this.#earlier.has(orderId)) return 'an earlier run sent an order with this id';
    if (clientOrderIds.encode(orderId) === undefined) return `${orderId} does not fit client_order_id`;
    if (nowUs >= expireUs) return 'its deadline has passed';
    return this.#rest.refusal();
  }

  async #place(order: TrackedOrder, request: object, lifeS: number): Promise<void> {
    try {
      this.#onPlaced(order, await this.#rest.post(ORDERS, request, lifeS, this.#answerMs));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof VenueRefused) this.#onRefused(order, error.code, reason);
      else if (error instanceof Throttled || error instanceof NotSent) this.#orders.reject(order, [], reason);
      else this.#orders.doubt(order, reason);
    }
  }

  /** `success` says whether the order was taken; its status is 200 in both cases. */
  #onPlaced(order: TrackedOrder, { success, success_response, error_response }: Json): void {
    if (success === true) {
      const id: unknown = isObject(success_response) ? success_response['order_id'] : undefined;
      if (typeof id === 'string' && id !== '') this.#orders.accept(order, id);
      else this.#orders.doubt(order, 'the answer has no order id');
      return;
    }
    const failure = isObject(error_response) ? error_response : {};
    const { error, new_order_failure_reason: failed, preview_failure_reason: previewed } = failure;
    const code = success === false ? codeOf([failed, error, previewed]) : '';
    const text = [failure['message'], failure['error_details']].find((one) => typeof one === 'string' && one);
    const words = typeof text === 'string' ? text : '';
    this.#onRefused(order, code, `${code === '' ? 'the answer has no success' : code} ${words}`.trim());
  }

  #onRefused(order: TrackedOrder, code: string, reason: string): void {
    if (outcomeOf(code) === 'unknown') this.#orders.doubt(order, reason);
    else this.#orders.reject(order, [code], reason);
    if (code !== NOT_AUTHENTICATED) return;
    // It was late, or the clock was set: the next one needs the time of the venue.
    this.#skew.doubt();
    this.#measure();
  }

  async #cancel(orderId: OrderId): Promise<void> {
    try {
      const id = this.#orders.find(orderId)?.venueOrderId ?? (await this.#venueIdOf(orderId));
      if (id === undefined) throw new Error('the venue shows no open order with this id');
      const results = await cancelOrders(this.#rest, [id]);
      const result = results.find(({ venueOrderId }) => venueOrderId === id);
      if (result === undefined) throw new Error('the answer does not name the order');
      if (result.reason !== '') throw new Error(result.reason);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#sink({ kind: 'cancel-rejected', orderId, reason, atUs: this.#options.clock.nowUs() });
    }
  }

  /** Of an order of an earlier run, or one whose placement got no answer. */
  async #venueIdOf(orderId: OrderId): Promise<string | undefined> {
    for (const row of await openRows(this.#rest)) {
      const { client_order_id: ours, order_id: id } = isObject(row) ? row : {};
      if (ours === orderId && typeof id === 'string') return id;
    }
    return undefined;
  }

  /** Cancels what is known at once, without waiting for a list of what is open, which is asked for and canceled after it in any case. */
  #cancelKnown(): boolean {
    const ids = this.#alive();
    if (ids.length > 0) void cancelOrders(this.#rest, ids).catch(() => undefined);
    return false;
  }

  /** Venue's ids of orders that are not known to be over. */
  #alive(): string[] {
    return [...this.#orders.byVenueId].flatMap(([id, orderId]) =>
      (this.#orders.find(orderId)?.state ?? 'ended') === 'ended' ? [] : [id],
    );
  }

  async #readAccount(asked: AskedAccount): Promise<VenueAccount> {
    const { venue } = this;
    const [known, alive] = [this.#orders.byVenueId, this.#alive()];
    const [nowUs, skewUs] = [this.#options.clock.nowUs(), this.#skew.skewUs ?? 0];
    const account = await readAccount(this.#rest, { ...asked, venue, nowUs, skewUs, known, alive });
    this.#keep(account.balances ?? []);
    return account;
  }

  #onOrder(row: Json, isSnapshot: boolean, atUs: TimeUs): void {
    const report = orderReportOf(row, atUs);
    const { venueOrderId, cumulativeQty } = report;
    const orderId = report.orderId ?? this.#orders.byVenueId.get(venueOrderId);
    const isKnown = orderId !== undefined && this.#orders.has(orderId);
    const unread = this.#orders.onReport(report, isSnapshot);
    if (unread !== undefined) return this.#reportUnread([unread]);
    if (orderId === undefined || cumulativeQty === undefined) return;
    // What an order of an earlier run filled before this list is for a reading of the account.
    if (isKnown || !isSnapshot)
      this.#fills.want({ orderId, venueOrderId, symbol: report.symbol }, cumulativeQty);
  }

  #onUp(): void {
    this.#clockWatch.start();
    this.#orders.onUp();
    this.#reportLink('up', '');
  }

  #onDown(reason: string): void {
    this.#clockWatch.stop();
    this.#orders.onDown();
    this.#reportLink('down', reason);
  }

  #keep(balances: readonly VenueBalance[]): void {
    for (const { asset, total } of balances) this.#balances.set(asset, total);
  }

  #measure(): void {
    void this.#rest.measureSkew().catch(() => undefined);
  }

  #reportUnread(rows: readonly UnreadRow[]): void {
    this.#sink({ kind: 'unread-rows', venue: this.venue, rows, atUs: this.#options.clock.nowUs() });
  }

  /** When it changes: repeated failures are not reported. */
  #reportLink(state: 'up' | 'down', reason: string): void {
    if (this.#linkState === state) return;
    this.#linkState = state;
    this.#sink({ kind: 'link', venue: this.venue, state, reason, atUs: this.#options.clock.nowUs() });
  }
}
