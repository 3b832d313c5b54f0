/** Kraken as the venue of an account: orders over the private WebSocket, REST where that is down. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type {
  RejectCause,
  UnreadRow,
  VenueAccount,
  VenueBalance,
  VenueOrderEvent,
} from '../../../domain/order.ts';
import { type DurationUs, formatTimeUs, type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { within } from '../../../lib/within.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { AccountCheck, AccountFees, AccountVenue } from '../../venue-account.ts';
import { KrakenRest } from '../rest.ts';
import { VenueRefused } from '../rest-errors.ts';
import type { SocketTiming } from '../../toolkit/venue-socket.ts';
import { checkAccount, readFees } from './account.ts';
import { isClientOrderId } from './client-order-id.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import { CANCEL_ANSWER_MS, CancelEverything } from '../../toolkit/cancel-everything.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { notSent } from '../../toolkit/not-sent.ts';
import { OrderTracker, type TrackedOrder } from '../../toolkit/order-tracker.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { type Answer, PrivateFeed } from './private-feed.ts';
import type { HeldBalance } from './private-frames.ts';
import { PrivateRest, type RestPlacement } from './private-rest.ts';
import { type KrakenTier, TradingBudget } from './rate-counter.ts';
import { readAccount } from './read-account.ts';
import { PrivateCaller, type PrivateRestOptions } from './rest-caller.ts';
import { addOrder, cancelAll, cancelAllOrdersAfter, cancelOrder } from './trading-requests.ts';

export type KrakenAccountVenueOptions = Omit<PrivateRestOptions, 'tier'> & {
  /** Name of the venue that speaks this protocol: Kraken, or the local exchange. */
  readonly venue: VenueName;
  /** Uniform in [0, 1): the jitter of reconnects and retries. */
  readonly random: () => number;
  readonly wsUrl?: string | undefined;
  /** Verification level of the account, to which Kraken ties its limits: the lowest by default. */
  readonly tier?: KrakenTier | undefined;
  /** How long the answer to a request on the socket may take. */
  readonly answerMs?: number | undefined;
  readonly socket?: SocketTiming | undefined;
};

/** Bounds of an order's deadline, ahead of the venue's time (docs.kraken.com, `add_order` and AddOrder). */
const MIN_DEADLINE_US = { socket: 500_000, rest: 2_000_000 } as const;
const MAX_DEADLINE_US = 60_000_000;
const RATE_LIMIT = 'EOrder:Rate limit exceeded';
const POST_ONLY = 'EOrder:Post only order';
/** Longest time that stopping spends on the countdown: left alone it runs out by itself. */
const MAX_STOP_US = 3_000_000;
/** Kept from either bound: for the way there, and for what we know of the venue's clock. */
const DEADLINE_MARGIN_US = 150_000;

/** When the venue shall no longer match an order, by our clock, within the bounds that the venue sets. */
function deadlineUs(expireUs: TimeUs, nowUs: TimeUs, minUs: DurationUs): TimeUs {
  const earliestUs = nowUs + minUs + DEADLINE_MARGIN_US;
  return Math.min(nowUs + MAX_DEADLINE_US - DEADLINE_MARGIN_US, Math.max(expireUs, earliestUs));
}

/** How a call ended: what the sink does with it afterwards is not part of the call. */
async function settled<T>(call: Promise<T>): Promise<{ readonly value: T } | { readonly error: Error }> {
  try {
    return { value: await call };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

export class KrakenAccountVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: KrakenAccountVenueOptions;
  readonly #publicRest: KrakenRest;
  readonly #rest: PrivateRest;
  readonly #feed: PrivateFeed;
  readonly #budget: TradingBudget;
  readonly #skew = new ClockSkew();
  readonly #orders: OrderTracker;
  readonly #cancelEverything: CancelEverything;
  readonly #account: AccountReader;
  readonly #balances = new Map<Asset, DecimalText>();
  readonly #answerMs: number;
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #systemStatus = '';
  #linkState: 'up' | 'down' | undefined;
  #isStopped = false;
  /** The dead-man switch was set by this adapter. */
  #mayCountDown = false;

  constructor(options: KrakenAccountVenueOptions) {
    const { venue, clock, network, random, restUrl, wsUrl, tier = 'starter' } = options;
    this.venue = venue;
    this.#options = options;
    this.#answerMs = options.answerMs ?? 5_000;
    const { pause = new RequestPause() } = options;
    this.#publicRest = new KrakenRest({ clock, network, random, pause, baseUrl: restUrl });
    this.#rest = new PrivateRest(new PrivateCaller({ ...options, pause, tier }), () =>
      this.#publicRest.names(),
    );
    this.#budget = new TradingBudget(tier);
    this.#feed = new PrivateFeed(
      {
        clock,
        network,
        random,
        url: wsUrl,
        token: () => this.#rest.webSocketsToken(),
        skew: this.#skew,
        socket: options.socket,
      },
      {
        onUp: () => {
          this.#orders.onUp();
          this.#reportLink('up', '');
        },
        onDown: (reason) => {
          this.#orders.onDown();
          this.#reportLink('down', reason);
        },
        onReports: (reports, isSnapshot) => {
          this.#onUnread(reports.flatMap((report) => this.#orders.onReport(report, isSnapshot) ?? []));
        },
        onBalances: (balances, isSnapshot) => this.#onBalances(balances, isSnapshot),
        onUnread: (rows) => this.#onUnread(rows),
        onStatus: (system) => {
          this.#systemStatus = system;
        },
      },
    );
    this.#orders = new OrderTracker({
      clock,
      skew: this.#skew,
      budget: {
        adopt: (orderId, symbol, nowUs) => this.#budget.adopt(orderId, symbol, nowUs),
        onEnded: (orderId) => this.#budget.onEnded(orderId),
        onRefused: (symbol, codes, nowUs) => {
          if (codes.includes(RATE_LIMIT)) this.#budget.onRefused(symbol, nowUs);
        },
      },
      source: 'executions',
      report: (event) => this.#sink(event),
      onChangedElsewhere: (venueOrderId) =>
        this.#feed.reconnect(`order ${venueOrderId} was changed by another program`),
    });
    this.#cancelEverything = new CancelEverything({
      clock,
      sendCancel: (onAnswer) =>
        this.#feed.send(cancelAll(), CANCEL_ANSWER_MS, (answer) => onAnswer(answer.kind === 'done')),
      cancelAll: () => this.#rest.cancelAll(),
      countOpen: async () => (await this.#rest.openOrderIds()).length,
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

  /** The account's fees in force; a pair whose fee it does not say is absent. @throws VenueRefused, VenueUnreachable. */
  readFees(symbols: readonly string[]): Promise<AccountFees> {
    return readFees(this.#rest, symbols);
  }

  /** Connects; `link` events report when orders can be seen. */
  connect(sink: (event: VenueOrderEvent) => void): void {
    this.#sink = sink;
    // The names are needed by REST alone, and a kill must not wait for them.
    this.#rest.prepare().catch(() => undefined);
    this.#feed.start();
  }

  /**
   * What must hold before this account trades: see `checkAccount`.
   * @throws UserError when the key may withdraw or lacks a permission.
   */
  checkAccount(symbols: readonly string[]): Promise<AccountCheck> {
    return checkAccount(this.#rest, this.#publicRest, this.#options.clock, symbols);
  }

  /** What the account holds, in orders or not, asked over REST. @throws Error when the venue refused or cannot be reached. */
  async readBalances(): Promise<readonly VenueBalance[]> {
    return (await this.#rest.balances()).balances;
  }

  /** Venue's clock minus ours, to within `errorUs`; undefined before its first answer on the socket. */
  get clockSkew(): { readonly skewUs: DurationUs; readonly errorUs: DurationUs } | undefined {
    const { skewUs, errorUs } = this.#skew;
    return skewUs === undefined ? undefined : { skewUs, errorUs };
  }

  /** Kraken's answers do not say what is used of its limits: they are counted here, and not shown. */
  limitsUsed(): readonly [] {
    return [];
  }

  get restingMessages(): number {
    return this.#budget.restingMessages;
  }

  /** What the account holds, as the venue last reported on the socket. */
  get balances(): ReadonlyMap<Asset, DecimalText> {
    return this.#balances;
  }

  place(placement: Placement): void {
    const { orderId, symbol, side, timeInForce, postOnly, expireUs } = placement;
    // An order is sent at most once, and its outcome has been reported or will be.
    if (this.#orders.has(orderId)) return;
    const nowUs = this.#options.clock.nowUs();
    const refused = notSent(
      orderId,
      this.#refusal(placement, nowUs),
      () => this.#rateRefusal(placement, nowUs),
      nowUs,
    );
    if (refused !== undefined) {
      this.#reportLater(refused);
      return;
    }
    const order = this.#orders.onSent(orderId, symbol, deadlineUs(expireUs, nowUs, MIN_DEADLINE_US.socket));
    const [price, qty] = [placement.price.toFixed(), placement.qty.toFixed()];
    const terms = { side, timeInForce, postOnly, price, qty };
    const request = addOrder(symbol, { ...terms, clOrdId: orderId }, this.#deadlineText(order.deadlineUs));
    if (this.#feed.send(request, this.#answerMs, (answer) => this.#onPlaced(order, answer))) return;
    order.deadlineUs = deadlineUs(expireUs, nowUs, MIN_DEADLINE_US.rest);
    const deadline = this.#deadlineText(order.deadlineUs);
    void this.#placeByRest(order, { ...terms, orderId, symbol, deadline });
  }

  cancel(orderId: OrderId): void {
    const { clock } = this.#options;
    this.#budget.cancel(orderId, clock.nowUs());
    const sent = this.#feed.send(cancelOrder(orderId), this.#answerMs, (answer) => {
      if (answer.kind === 'refused') this.#reportCancelRejected(orderId, answer.error);
      // A cancel may be repeated: the second one finds nothing at worst.
      else if (answer.kind === 'silent') void this.#cancelByRest(orderId);
    });
    if (!sent) void this.#cancelByRest(orderId);
  }

  /**
   * Kraken's own "cancel all" takes every order of the account, those placed elsewhere too; as the dead-man
   * switch does.
   */
  cancelAll(): void {
    this.#budget.cancelAll(this.#options.clock.nowUs());
    this.#cancelEverything.start();
  }

  /** One reading at a time: a question that waits for it gives way to a later one, whose answer serves both. */
  reconcile(sinceUs: TimeUs, withHistory: boolean): void {
    this.#account.ask({ sinceUs, withHistory });
  }

  /** Without an answer the countdown goes on as it was: the venue errs on the safe side. */
  keepAlive(timeoutMs: number): void {
    const seconds = Math.ceil(timeoutMs / 1_000);
    this.#mayCountDown ||= seconds > 0;
    const sent = this.#feed.send(cancelAllOrdersAfter(seconds), this.#answerMs, (answer) => {
      const refusal =
        answer.kind === 'refused' ? answer.error : answer.kind === 'silent' ? answer.reason : '';
      this.#reportGuarded(timeoutMs, refusal);
    });
    if (!sent) void this.#keepAliveByRest(timeoutMs, seconds);
  }

  /** Reports nothing more. Orders that rest stay at the venue; where none of ours does, the countdown is ended. */
  async stop(isLeft = false): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#cancelEverything.stop();
    await within(
      this.#options.clock,
      MAX_STOP_US,
      settled(isLeft ? Promise.resolve() : this.#endCountdown()),
      undefined,
    );
    await this.#feed.stop();
  }

  /** Why an order is not sent, but for the rate limit; undefined when it may be. */
  #refusal({ orderId, expireUs }: Placement, nowUs: TimeUs): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    if (!isClientOrderId(orderId)) return `${orderId} does not fit Kraken's cl_ord_id`;
    if (nowUs >= expireUs) return 'its deadline has passed';
    const status = this.#systemStatus;
    if (status !== '' && status !== 'online' && status !== 'limit_only') {
      return `Kraken reports its status as ${status}`;
    }
    return undefined;
  }

  /** Why the rate limit keeps it back; undefined when it does not, and then it is counted. */
  #rateRefusal({ orderId, symbol, timeInForce }: Placement, nowUs: TimeUs): string | undefined {
    const waitUs = this.#budget.place(orderId, symbol, timeInForce === 'gtc', nowUs);
    return waitUs === undefined
      ? undefined
      : `Kraken's rate limit for ${symbol} is exhausted for ${Math.ceil(waitUs / US_PER_MS)} ms`;
  }

  /** By the venue's clock, to the millisecond. */
  #deadlineText(deadlineUs: TimeUs): string {
    const venueUs = deadlineUs + (this.#skew.skewUs ?? 0);
    return `${formatTimeUs(Math.floor(venueUs / US_PER_MS) * US_PER_MS).slice(0, -4)}Z`;
  }

  #onPlaced(order: TrackedOrder, answer: Answer): void {
    if (answer.kind === 'done') {
      const id = answer.result['order_id'];
      if (typeof id === 'string') this.#orders.accept(order, id);
      else this.#orders.doubt(order, 'the answer has no order id');
    } else if (answer.kind === 'silent') this.#orders.doubt(order, answer.reason);
    else if (answer.isDefinite)
      this.#orders.reject(order, [answer.error], answer.error, causeOf([answer.error]));
    else this.#orders.doubt(order, answer.error);
  }

  /** Only for an order of which nothing was sent yet. */
  async #placeByRest(order: TrackedOrder, placement: RestPlacement): Promise<void> {
    const outcome = await settled(this.#rest.addOrder(placement));
    if ('value' in outcome) {
      this.#orders.accept(order, outcome.value);
      return;
    }
    const { error } = outcome;
    const refused = error instanceof VenueRefused ? error : undefined;
    const isUnknown = refused === undefined ? !(error instanceof NotSent) : !refused.isDefinite;
    if (isUnknown) this.#orders.doubt(order, error.message);
    else this.#orders.reject(order, refused?.codes ?? [], error.message, causeOf(refused?.codes ?? []));
  }

  async #cancelByRest(orderId: OrderId): Promise<void> {
    const outcome = await settled(this.#rest.cancelOrder(orderId));
    if ('error' in outcome) this.#reportCancelRejected(orderId, outcome.error.message);
  }

  async #keepAliveByRest(timeoutMs: number, seconds: number): Promise<void> {
    const outcome = await settled(this.#rest.cancelAllOrdersAfter(seconds));
    this.#reportGuarded(timeoutMs, 'error' in outcome ? outcome.error.message : '');
  }

  /** Only once the venue has shown that nothing of ours is open, and nothing can still arrive there. */
  async #endCountdown(): Promise<void> {
    if (!this.#mayCountDown || this.#orders.doubtUntilUs() > this.#options.clock.nowUs()) return;
    if ((await this.#rest.openOrderIds()).every((id) => id === undefined))
      await this.#rest.cancelAllOrdersAfter(0);
  }

  #readAccount(asked: AskedAccount): Promise<VenueAccount> {
    return readAccount(this.#rest, this.venue, { ...asked, skewUs: this.#skew.skewUs ?? 0 });
  }

  #onUnread(rows: readonly UnreadRow[]): void {
    if (rows.length > 0)
      this.#sink({ kind: 'unread-rows', venue: this.venue, rows, atUs: this.#options.clock.nowUs() });
  }

  #onBalances(balances: readonly HeldBalance[], isSnapshot: boolean): void {
    if (isSnapshot) this.#balances.clear();
    for (const { asset, total } of balances) this.#balances.set(asset, total);
  }

  #reportCancelRejected(orderId: OrderId, reason: string): void {
    this.#sink({ kind: 'cancel-rejected', orderId, reason, atUs: this.#options.clock.nowUs() });
  }

  #reportGuarded(timeoutMs: number, refusal: string): void {
    const atUs = this.#options.clock.nowUs();
    this.#sink({ kind: 'guarded', venue: this.venue, timeoutMs, refusal, atUs });
  }

  /** Reported when it changes: repeated failures are not reported. */
  #reportLink(state: 'up' | 'down', reason: string): void {
    if (this.#linkState === state) return;
    this.#linkState = state;
    this.#sink({ kind: 'link', venue: this.venue, state, reason, atUs: this.#options.clock.nowUs() });
  }

  /** After the call under way: a venue never answers within a question. */
  #reportLater(event: VenueOrderEvent): void {
    const { clock } = this.#options;
    clock.schedule(clock.nowUs(), () => this.#sink(event));
  }
}

/** What is everyday business of an order that must not take; undefined: anything else. */
function causeOf(codes: readonly string[]): RejectCause | undefined {
  return codes.some((code) => code === POST_ONLY || code.startsWith(`${POST_ONLY}:`))
    ? 'would-take'
    : undefined;
}
