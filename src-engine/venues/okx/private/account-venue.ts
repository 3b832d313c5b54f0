/** OKX's spot market as the venue of an account: orders over the private connection, REST where that is down. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { VenueAccount, VenueBalance, VenueOrderEvent } from '../../../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { Clock } from '../../../lib/clock.ts';
import { within } from '../../../lib/within.ts';
import type { Network } from '../../network.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import { CANCEL_ANSWER_MS, CancelEverything } from '../../toolkit/cancel-everything.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { ClockWatch } from '../../toolkit/clock-watch.ts';
import type { Json } from '../../toolkit/json.ts';
import { notSent } from '../../toolkit/not-sent.ts';
import { OrderTracker, type TrackedOrder } from '../../toolkit/order-tracker.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { Silent } from '../../toolkit/pending-requests.ts';
import { VenueRefused } from '../../toolkit/public-rest.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { Throttled } from '../../toolkit/throttled.ts';
import type { SocketTiming } from '../../toolkit/venue-socket.ts';
import type { AccountCheck, AccountFees, AccountVenue, LimitUse } from '../../venue-account.ts';
import { checkAccount, readFees } from './account.ts';
import { BATCH, cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { clientOrderIds } from './client-order-id.ts';
import type { OkxCredentials } from './credentials.ts';
import { CLOCK_IS_OFF, IS_OVER, outcomeOf } from './error-codes.ts';
import { InstrumentCodes } from './instrument-codes.ts';
import { OrderRate } from './order-rate.ts';
import { orderRequest } from './order-request.ts';
import { balancesOf, reportsOf } from './order-rows.ts';
import { openRows } from './pages.ts';
import { PrivateRest } from './private-rest.ts';
import { type Answer, failureOf, PrivateSocket } from './private-socket.ts';
import { readAccount } from './read-account.ts';

export type OkxAccountVenueOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly credentials: OkxCredentials;
  /** What the venue asks of this address; one of the account's own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly restUrl: string;
  readonly accountUrl: string;
  readonly earlierOrders?: readonly { readonly orderId: OrderId; readonly symbol: string }[] | undefined;
  /** How long the answer to a placement may take. */
  readonly answerMs?: number | undefined;
  readonly socket?: SocketTiming | undefined;
};

/** OKX looks at the deadline of a request when it takes it in: it may reach the book a little later. */
const ON_THE_WAY_US: DurationUs = 1_000_000;
/** The countdown is ended before a session is, if that takes no longer. */
const MAX_STOP_US: DurationUs = 1_000_000;
const PLACE = '/api/v5/trade/order';
/** Orders whose end may have been missed are forgotten first. */
const MAX_ALIVE = 1_000;

export class OkxAccountVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: OkxAccountVenueOptions;
  readonly #answerMs: number;
  readonly #skew = new ClockSkew();
  readonly #rate = new OrderRate();
  readonly #pause: RequestPause;
  readonly #rest: PrivateRest;
  readonly #codes: InstrumentCodes;
  readonly #socket: PrivateSocket;
  readonly #orders: OrderTracker;
  readonly #cancelEverything: CancelEverything;
  readonly #account: AccountReader;
  readonly #clockWatch: ClockWatch;
  readonly #balances = new Map<Asset, DecimalText>();
  /** Symbol of each order of an earlier run. */
  readonly #earlier: ReadonlyMap<OrderId, string>;
  /** Orders that the venue may have open, with their symbols: a kill reaches them at once. */
  readonly #alive = new Map<OrderId, string>();
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #linkState: 'up' | 'down' | undefined;
  #isStopped = false;
  /** A countdown may run at the venue. */
  #mayCountDown = false;
  /** Counts connections and their ends: what was begun for an earlier one is of no use. */
  #connections = 0;

  constructor(options: OkxAccountVenueOptions) {
    const { venue, clock, network, random, credentials, restUrl, accountUrl, socket } = options;
    const { pause = new RequestPause() } = options;
    this.venue = venue;
    this.#options = options;
    this.#pause = pause;
    this.#answerMs = options.answerMs ?? 5_000;
    this.#earlier = new Map(options.earlierOrders?.map(({ orderId, symbol }) => [orderId, symbol]));
    const skew = this.#skew;
    const rest = new PrivateRest({ clock, network, credentials, skew, pause, baseUrl: restUrl });
    this.#rest = rest;
    this.#codes = new InstrumentCodes(rest);
    const measureSkew = (): Promise<unknown> => rest.measureSkew();
    this.#socket = new PrivateSocket(
      { clock, network, random, credentials, skew, pause, measureSkew, socket, url: accountUrl },
      {
        onUp: () => void this.#onUp(),
        onDown: (reason) => this.#onDown(reason),
        onRow: (channel, row) => this.#onRow(channel, row),
      },
    );
    this.#clockWatch = new ClockWatch(clock, skew, () => void measureSkew().catch(() => undefined));
    this.#orders = new OrderTracker({
      clock,
      skew,
      budget: {
        adopt: (orderId, symbol) => this.#onAlive(orderId, symbol),
        onEnded: (orderId) => void this.#alive.delete(orderId),
        onRefused: () => undefined,
      },
      source: 'orders',
      report: (event) => this.#sink(event),
      onChangedElsewhere: (id) => this.#socket.reconnect(`order ${id} was changed by another program`),
    });
    this.#cancelEverything = new CancelEverything({
      clock,
      sendCancel: (onAnswer) => this.#sendCancel(onAnswer),
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
    this.#socket.start();
  }

  checkAccount(symbols: readonly string[]): Promise<AccountCheck> {
    return checkAccount(this.#rest, symbols);
  }

  readFees(symbols: readonly string[]): Promise<AccountFees> {
    return readFees(this.#rest, symbols);
  }

  async readBalances(): Promise<readonly VenueBalance[]> {
    return balancesOf(await this.#rest.get('/api/v5/account/balance')).balances;
  }

  get clockSkew(): AccountVenue['clockSkew'] {
    const { skewUs, errorUs } = this.#skew;
    return skewUs === undefined ? undefined : { skewUs, errorUs };
  }

  get balances(): ReadonlyMap<Asset, DecimalText> {
    return this.#balances;
  }

  limitsUsed(): readonly LimitUse[] {
    return this.#rate.list(this.#options.clock.nowUs());
  }

  place(placement: Placement): void {
    const { orderId, symbol, expireUs } = placement;
    // An order is sent at most once, and what became of it has been reported or will be.
    if (this.#orders.has(orderId)) return;
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    const rate = (): string | undefined => this.#rate.refusal(symbol, nowUs);
    const refused = notSent(orderId, this.#refusal(placement, nowUs), rate, nowUs);
    if (refused !== undefined) {
      clock.schedule(nowUs, () => this.#sink(refused));
      return;
    }
    const order = this.#orders.onSent(orderId, symbol, expireUs + ON_THE_WAY_US);
    this.#onAlive(orderId, symbol);
    this.#rate.onOrder(symbol, nowUs);
    const expiresMs = Math.floor((expireUs + (this.#skew.skewUs ?? 0)) / US_PER_MS);
    const request = orderRequest(placement);
    const instrument = this.#codes.find(symbol);
    const isSent =
      instrument !== undefined &&
      this.#socket.request(
        'order',
        [{ ...instrument, ...request }],
        this.#answerMs,
        (answer) => this.#onPlaced(order, answer),
        expiresMs,
      );
    if (!isSent) void this.#placeByRest(order, { instId: symbol, ...request }, expiresMs);
  }

  /** On the connection that orders take, so that it comes before an order that follows it; by REST where that is down. */
  cancel(orderId: OrderId): void {
    const symbol = this.#orders.find(orderId)?.symbol ?? this.#earlier.get(orderId);
    const instrument = symbol === undefined ? undefined : this.#codes.find(symbol);
    const args = [{ ...instrument, clOrdId: orderId }];
    const isSent =
      instrument !== undefined &&
      this.#socket.request('cancel-order', args, this.#answerMs, (answer) => {
        const failure = answer.kind === 'silent' ? undefined : failureOf(answer);
        // A cancel may be repeated: the second one finds nothing at worst.
        if (answer.kind === 'silent') void this.#cancelByRest(orderId);
        else if (failure !== undefined) this.#onCancelRefused(orderId, failure.reason);
      });
    if (!isSent) void this.#cancelByRest(orderId);
  }

  cancelAll(): void {
    this.#cancelEverything.start();
  }

  /** One reading at a time: a question that waits for it gives way to a later one, whose answer serves both. */
  reconcile(sinceUs: TimeUs, withHistory: boolean): void {
    this.#account.ask({ sinceUs, withHistory });
  }

  /** "Cancel All After": all orders of the account, those of other programs too, unless it is renewed. */
  keepAlive(timeoutMs: number): void {
    this.#mayCountDown ||= timeoutMs > 0;
    void this.#countDown(timeoutMs).then((refusal) => {
      const atUs = this.#options.clock.nowUs();
      this.#sink({ kind: 'guarded', venue: this.venue, timeoutMs, refusal, atUs });
    });
  }

  async stop(isLeft = false): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#clockWatch.stop();
    this.#cancelEverything.stop();
    // Where something of ours may be open it goes on, and cancels that.
    if (!isLeft && this.#mayCountDown && this.#orders.symbolsAlive().size === 0) {
      await within(this.#options.clock, MAX_STOP_US, this.#endCountdown(), undefined);
    }
    await this.#socket.stop();
  }

  /** Why an order is not sent; undefined when it may be. */
  #refusal({ orderId, expireUs }: Placement, nowUs: TimeUs): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    if (this.#earlier.has(orderId)) return 'an earlier run sent an order with this id';
    if (clientOrderIds.encode(orderId) === undefined) return `${orderId} does not fit clOrdId`;
    if (nowUs >= expireUs) return 'its deadline has passed';
    return this.#pause.refusal(nowUs);
  }

  #onAlive(orderId: OrderId, symbol: string): void {
    this.#alive.set(orderId, symbol);
    const [oldest] = this.#alive.keys();
    if (this.#alive.size > MAX_ALIVE && oldest !== undefined) this.#alive.delete(oldest);
  }

  #onPlaced(order: TrackedOrder, answer: Answer | Silent): void {
    if (answer.kind === 'silent') return this.#orders.doubt(order, answer.reason);
    const failure = failureOf(answer);
    if (failure === undefined) this.#onTaken(order, answer.rows);
    else this.#onFailed(order, failure.code, failure.reason);
  }

  #onFailed(order: TrackedOrder, code: string, reason: string): void {
    if (outcomeOf(code) === 'unknown') this.#orders.doubt(order, reason);
    else this.#orders.reject(order, [code], reason);
    // It was late, or the clock was set: the next one needs the time of the venue.
    if (CLOCK_IS_OFF.has(code)) void this.#rest.measureSkew().catch(() => undefined);
  }

  #onTaken(order: TrackedOrder, rows: readonly Json[]): void {
    const id: unknown = rows[0]?.['ordId'];
    if (typeof id === 'string' && id !== '') this.#orders.accept(order, id);
    else this.#orders.doubt(order, 'the answer has no order id');
  }

  /** Only for an order of which nothing was sent yet; once. */
  async #placeByRest(order: TrackedOrder, request: object, expiresMs: number): Promise<void> {
    try {
      this.#onTaken(order, await this.#rest.post(PLACE, request, expiresMs));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof VenueRefused) this.#onFailed(order, error.code, reason);
      else if (error instanceof Throttled || error instanceof NotSent) this.#orders.reject(order, [], reason);
      else this.#orders.doubt(order, reason);
    }
  }

  async #cancelByRest(orderId: OrderId): Promise<void> {
    try {
      const instId =
        this.#orders.find(orderId)?.symbol ?? this.#earlier.get(orderId) ?? (await this.#symbolOf(orderId));
      if (instId === undefined) throw new Error('the venue shows no open order with this id');
      await this.#rest.post('/api/v5/trade/cancel-order', { instId, clOrdId: orderId });
    } catch (error) {
      this.#onCancelRefused(orderId, error instanceof Error ? error.message : String(error));
    }
  }

  #onCancelRefused(orderId: OrderId, reason: string): void {
    this.#sink({ kind: 'cancel-rejected', orderId, reason, atUs: this.#options.clock.nowUs() });
  }

  /** Of an order that nothing here knows: a cancel needs its symbol. */
  async #symbolOf(orderId: OrderId): Promise<string | undefined> {
    const row = (await openRows(this.#rest)).find(({ clOrdId }) => clOrdId === orderId);
    return typeof row?.['instId'] === 'string' ? row['instId'] : undefined;
  }

  /** Our own orders leave at once, as many as one request takes; what else is open, REST finds. */
  #sendCancel(onAnswer: (isConfirmed: boolean) => void): boolean {
    const orders = [...this.#alive].slice(-BATCH).flatMap(([clOrdId, symbol]) => {
      const instrument = this.#codes.find(symbol);
      return instrument === undefined ? [] : [{ ...instrument, clOrdId }];
    });
    if (orders.length === 0) return false;
    const isAll = orders.length === this.#alive.size;
    return this.#socket.request('batch-cancel-orders', orders, CANCEL_ANSWER_MS, (answer) => {
      const isDone =
        answer.kind === 'answer' &&
        answer.rows.length === orders.length &&
        answer.rows.every(({ sCode }) => sCode === '0' || (typeof sCode === 'string' && IS_OVER.has(sCode)));
      onAnswer(isAll && isDone);
    });
  }

  /** Only once the venue has shown that nothing of ours is open: this run may not know what an earlier one left. */
  async #endCountdown(): Promise<void> {
    const open = await openRows(this.#rest).catch(() => undefined);
    if (open?.every(({ clOrdId }) => orderIdOf(clOrdId) === undefined) === true) await this.#countDown(0);
  }

  /** @returns why the venue, or we ourselves, did not; empty: done. */
  async #countDown(timeoutMs: number): Promise<string> {
    try {
      const timeOut = String(Math.ceil(timeoutMs / 1_000));
      await this.#rest.post('/api/v5/trade/cancel-all-after', { timeOut });
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #readAccount(asked: AskedAccount): Promise<VenueAccount> {
    const { venue } = this;
    const known = this.#orders.byVenueId;
    const [nowUs, skewUs] = [this.#options.clock.nowUs(), this.#skew.skewUs ?? 0];
    return readAccount(this.#rest, { ...asked, venue, nowUs, skewUs, known });
  }

  #onRow(channel: string, row: Json): void {
    if (channel === 'account') {
      for (const { asset, total } of balancesOf([row]).balances) this.#balances.set(asset, total);
    }
    if (channel !== 'orders') return;
    const rows = reportsOf(row).flatMap((report) => this.#orders.onReport(report, false) ?? []);
    const atUs = this.#options.clock.nowUs();
    if (rows.length > 0) this.#sink({ kind: 'unread-rows', venue: this.venue, rows, atUs });
  }

  /** Orders leave on the connection once the numbers of instruments are there: before, REST would carry them. */
  async #onUp(): Promise<void> {
    const connection = ++this.#connections;
    this.#clockWatch.start();
    const isRead = this.#codes.read();
    if (!this.#codes.isKnown) await isRead;
    if (connection !== this.#connections) return;
    // The connection repeats no open orders: one that it did not name yet may be open all the same.
    this.#reportLink('up', '');
  }

  #onDown(reason: string): void {
    this.#connections++;
    this.#clockWatch.stop();
    this.#orders.onDown();
    this.#reportLink('down', reason);
  }

  /** When it changes: repeated failures are not reported. */
  #reportLink(state: 'up' | 'down', reason: string): void {
    if (this.#linkState === state) return;
    this.#linkState = state;
    this.#sink({ kind: 'link', venue: this.venue, state, reason, atUs: this.#options.clock.nowUs() });
  }
}
