/** KuCoin's spot market as the venue of an account: orders by REST, and how they stand by the private connection. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { UnreadRow, VenueAccount, VenueBalance, VenueOrderEvent } from '../../../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../../../domain/time.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { Clock } from '../../../lib/clock.ts';
import { within } from '../../../lib/within.ts';
import type { Network } from '../../network.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import { CancelEverything } from '../../toolkit/cancel-everything.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { ClockWatch } from '../../toolkit/clock-watch.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { notSent } from '../../toolkit/not-sent.ts';
import { OrderTracker, type TrackedOrder } from '../../toolkit/order-tracker.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import { VenueRefused } from '../../toolkit/public-rest.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { SettledFills } from '../../toolkit/settled-fills.ts';
import { NotSent, venueMs } from '../../toolkit/signed-calls.ts';
import { Throttled } from '../../toolkit/throttled.ts';
import type { SocketTiming } from '../../toolkit/venue-socket.ts';
import type { AccountCheck, AccountFees, AccountVenue, LimitUse } from '../../venue-account.ts';
import { checkAccount, readFees } from './account.ts';
import { cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { clientOrderIds } from './client-order-id.ts';
import type { KucoinCredentials } from './credentials.ts';
import { CLOCK_IS_OFF, outcomeOf } from './error-codes.ts';
import { UsedLimits } from './limits.ts';
import { balanceOf, fillOf, orderReportOf } from './order-rows.ts';
import { orderRequest } from './order-request.ts';
import { FILLS, historyRows, openRows } from './lists.ts';
import { PrivateRest } from './private-rest.ts';
import { readAccount, readBalances } from './read-account.ts';
import { UserSocket } from './user-socket.ts';

export type KucoinAccountVenueOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly credentials: KucoinCredentials;
  /** What the venue asks of this address; one of the account's own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly restUrl: string;
  /** The private connection, in place of the address that its token comes with. */
  readonly streamUrl?: string | undefined;
  readonly earlierOrders?: readonly { readonly orderId: OrderId; readonly symbol: string }[] | undefined;
  /** How long the answer to a placement may take. */
  readonly answerMs?: number | undefined;
  readonly socket?: SocketTiming | undefined;
};

const ORDERS = '/api/v1/hf/orders';
const BY_CLIENT_ID = '/api/v1/hf/orders/client-order/';
const DEAD_MAN = '/api/v1/hf/orders/dead-cancel-all';
/** What ends the countdown in place of a number of seconds. */
const NO_COUNTDOWN = -1;
/** What the venue has taken in by the deadline may reach the book a little later. */
const ON_THE_WAY_US: DurationUs = US_PER_SECOND;
/** An order is sent at most so long before its deadline. */
const MAX_WINDOW_MS = 10_000;
/** Fills of one order. */
const MOST_FILLS = 1_000;
/** The countdown is ended before a session is, if that takes no longer. */
const MAX_STOP_US: DurationUs = US_PER_SECOND;

export class KucoinAccountVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: KucoinAccountVenueOptions;
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
  /** Symbol of each order of an earlier run. */
  readonly #earlier: ReadonlyMap<OrderId, string>;
  /** A countdown may run at the venue. */
  #mayCountDown = false;
  /** When each symbol of this run was last traded: the history of one that rested is not asked. */
  readonly #traded = new Map<string, TimeUs>();
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #linkState: 'up' | 'down' | undefined;
  #isStopped = false;

  constructor(options: KucoinAccountVenueOptions) {
    const { venue, clock, network, random, credentials, restUrl, streamUrl, socket } = options;
    const { pause = new RequestPause(), answerMs = 5_000 } = options;
    this.venue = venue;
    this.#options = options;
    this.#answerMs = answerMs;
    this.#earlier = new Map(options.earlierOrders?.map(({ orderId, symbol }) => [orderId, symbol]));
    const [skew, limits] = [this.#skew, this.#limits];
    const rest = new PrivateRest({ clock, network, credentials, skew, pause, limits, baseUrl: restUrl });
    this.#rest = rest;
    this.#stream = new UserSocket(
      { clock, network, random, socket, url: streamUrl, rest },
      {
        onUp: () => this.#onUp(),
        onDown: (reason) => this.#onDown(reason),
        onOrder: (data, receivedUs) => this.#onOrder(data, receivedUs),
        onBalance: (data) => this.#onBalance(data),
      },
    );
    this.#clockWatch = new ClockWatch(clock, skew, () => this.#measure());
    this.#orders = new OrderTracker({
      clock,
      skew,
      // The venue's own count is what limits new orders.
      budget: { adopt: () => undefined, onEnded: () => undefined, onRefused: () => undefined },
      source: 'tradeOrdersV2',
      report: (event) => this.#sink(event),
      onChangedElsewhere: () => undefined,
    });
    this.#fills = new SettledFills({
      clock,
      source: FILLS,
      list: async ({ venueOrderId: orderId, symbol }) =>
        (await historyRows(rest, FILLS, { symbol, orderId }, MOST_FILLS)).map(fillOf),
      onFill: (orderId, { venueOrderId, venueUs: atUs, ...fill }) =>
        void this.#orders.onReport(
          { kind: 'fill', orderId, venueOrderId, symbol: '', reason: '', atUs, fill },
          false,
        ),
      onUnread: (rows) => this.#reportUnread(rows),
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
    this.#traded.set(symbol, nowUs);
    const windowMs = Math.max(1, Math.min(MAX_WINDOW_MS, Math.floor((expireUs - nowUs) / US_PER_MS)));
    const order = this.#orders.onSent(orderId, symbol, nowUs + windowMs * US_PER_MS + ON_THE_WAY_US);
    const stampMs = venueMs(nowUs, this.#skew);
    void this.#place(order, orderRequest(placement, stampMs, windowMs), stampMs);
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

  /** The countdown is renewed by calls for it alone: what else puts it off is documented in two ways. */
  keepAlive(timeoutMs: number): void {
    const isOn = timeoutMs > 0;
    this.#mayCountDown ||= isOn;
    void this.#countDown(isOn ? Math.ceil(timeoutMs / 1_000) : NO_COUNTDOWN).then((refusal) => {
      const atUs = this.#options.clock.nowUs();
      this.#sink({ kind: 'guarded', venue: this.venue, timeoutMs, refusal, atUs });
    });
  }

  async stop(isLeft = false): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#clockWatch.stop();
    this.#fills.stop();
    this.#cancelEverything.stop();
    // Where something of ours may be open it goes on, and cancels that.
    if (!isLeft && this.#mayCountDown && this.#orders.symbolsAlive().size === 0) {
      await within(this.#options.clock, MAX_STOP_US, this.#endCountdown(), undefined);
    }
    await this.#stream.stop();
  }

  /** Only once the venue has shown that nothing of ours is open: this run may not know what an earlier one left. */
  async #endCountdown(): Promise<void> {
    const open = await openRows(this.#rest).catch(() => undefined);
    if (open?.every((row) => !isObject(row) || orderIdOf(row['clientOid']) === undefined) === true)
      await this.#countDown(NO_COUNTDOWN);
  }

  /** @returns why the venue, or we ourselves, did not; empty: done. */
  async #countDown(timeout: number): Promise<string> {
    try {
      await this.#rest.post(DEAD_MAN, { timeout });
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Why an order is not sent; undefined when it may be. */
  #refusal({ orderId, expireUs }: Placement, nowUs: TimeUs): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    if (this.#earlier.has(orderId)) return 'an earlier run sent an order with this id';
    if (clientOrderIds.encode(orderId) === undefined) return `${orderId} does not fit clientOid`;
    if (nowUs >= expireUs) return 'its deadline has passed';
    return this.#rest.refusal();
  }

  async #place(order: TrackedOrder, request: object, stampMs: number): Promise<void> {
    try {
      const result = await this.#rest.placement(ORDERS, request, this.#answerMs, stampMs);
      const id: unknown = isObject(result) ? result['orderId'] : undefined;
      // It was taken in: what became of it the private connection says.
      if (typeof id === 'string' && id !== '') this.#orders.accept(order, id);
      else this.#orders.doubt(order, 'the answer has no order id');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof VenueRefused) this.#onRefused(order, error.code, reason);
      else if (error instanceof Throttled || error instanceof NotSent) this.#orders.reject(order, [], reason);
      else this.#orders.doubt(order, reason);
    }
  }

  #onRefused(order: TrackedOrder, code: string, reason: string): void {
    if (outcomeOf(code) === 'unknown') this.#orders.doubt(order, reason);
    else this.#orders.reject(order, [code], reason);
    if (code !== CLOCK_IS_OFF) return;
    // The clock was set: the next one needs the time of the venue.
    this.#skew.doubt();
    this.#measure();
  }

  async #cancel(orderId: OrderId): Promise<void> {
    try {
      const symbol =
        this.#orders.find(orderId)?.symbol ?? this.#earlier.get(orderId) ?? (await this.#symbolOf(orderId));
      if (symbol === undefined) throw new Error('the venue shows no open order with this id');
      await this.#rest.cancel(BY_CLIENT_ID + orderId, { symbol });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#sink({ kind: 'cancel-rejected', orderId, reason, atUs: this.#options.clock.nowUs() });
    }
  }

  /** Of an order that neither this run nor an earlier one is known to have sent. */
  async #symbolOf(orderId: OrderId): Promise<string | undefined> {
    for (const row of await openRows(this.#rest)) {
      if (isObject(row) && row['clientOid'] === orderId && typeof row['symbol'] === 'string')
        return row['symbol'];
    }
    return undefined;
  }

  /** Venue's ids and symbols of orders that are not known to be over. */
  #alive(): { readonly id: string; readonly symbol: string }[] {
    return [...this.#orders.byVenueId].flatMap(([id, orderId]) => {
      const order = this.#orders.find(orderId);
      return order === undefined || order.state === 'ended' ? [] : [{ id, symbol: order.symbol }];
    });
  }

  async #readAccount(asked: AskedAccount): Promise<VenueAccount> {
    const { venue } = this;
    const [known, alive] = [this.#orders.byVenueId, this.#alive()];
    const [nowUs, skewUs] = [this.#options.clock.nowUs(), this.#skew.skewUs ?? 0];
    const recent = [...this.#traded].flatMap(([symbol, atUs]) => (atUs >= asked.sinceUs ? [symbol] : []));
    const symbols = new Set([...recent, ...this.#orders.symbolsAlive(), ...this.#earlier.values()]);
    const account = await readAccount(this.#rest, { ...asked, venue, nowUs, skewUs, symbols, known, alive });
    this.#keep(account.balances ?? []);
    return account;
  }

  #onOrder(data: Json, receivedUs: TimeUs): void {
    const report = orderReportOf(data, receivedUs);
    const { venueOrderId, cumulativeQty, symbol } = report;
    const orderId = report.orderId ?? this.#orders.byVenueId.get(venueOrderId);
    const unread = this.#orders.onReport(report, false);
    if (unread !== undefined) return this.#reportUnread([unread]);
    if (orderId === undefined || cumulativeQty === undefined) return;
    this.#traded.set(symbol, receivedUs);
    this.#fills.want({ orderId, venueOrderId, symbol }, cumulativeQty);
  }

  #onBalance(data: Json): void {
    const balance = balanceOf(data);
    if (balance !== undefined) this.#keep([balance]);
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

  #keep(balances: readonly Pick<VenueBalance, 'asset' | 'total'>[]): void {
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
