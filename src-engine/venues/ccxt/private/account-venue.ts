/** An account through a class of ccxt: every question goes to a process of its own, and how orders stand is asked again and again. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { UnreadRow, VenueAccount, VenueBalance, VenueOrderEvent } from '../../../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../../../domain/time.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import { CancelEverything } from '../../toolkit/cancel-everything.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { ClockWatch } from '../../toolkit/clock-watch.ts';
import { OrderTracker, type TrackedOrder } from '../../toolkit/order-tracker.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import { VenueRefused } from '../../toolkit/public-rest.ts';
import { SettledFills } from '../../toolkit/settled-fills.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import type { SocketTiming } from '../../toolkit/venue-socket.ts';
import type { AccountCheck, AccountFees, AccountVenue, LimitUse } from '../../venue-account.ts';
import { ccxtAccountAddress } from '../address.ts';
import { checkAccount, measureSkew, readFees, type VenueClock } from './account.ts';
import { AccountLink } from './account-link.ts';
import { LinkState } from './link-state.ts';
import { Countdown } from './countdown.ts';
import type { CcxtCredentials } from './credentials.ts';
import { cancelAll, countOpen, FILLS, fillRows } from './lists.ts';
import { OrderPoll } from './order-poll.ts';
import { OrderMemory } from './order-memory.ts';
import { fillOf, reportOf } from './order-rows.ts';
import { readAccount, readBalances, type SoughtOrder } from './read-account.ts';
import { SteppedClock } from './stepped-clock.ts';

export type CcxtAccountVenueOptions = {
  readonly venue: VenueName;
  /** Of ccxt’s class. */
  readonly id: string;
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
  readonly credentials: CcxtCredentials;
  /** Takes the place of the origin of the class’s own addresses. */
  readonly origin?: string | undefined;
  /** Its class has a call for the venue’s dead-man switch. */
  readonly hasDeadMan?: boolean | undefined;
  readonly earlierOrders?: readonly { readonly orderId: OrderId; readonly symbol: string }[] | undefined;
  readonly socket?: SocketTiming | undefined;
};

/** ccxt waits so long for the answer to a placement, and for its throttle before that. */
const ANSWER_MS = 8_000;
/** What has left may be taken in until the answer is given up. */
const ON_THE_WAY_US: DurationUs = 6 * US_PER_SECOND;
/** An order is sent at most so long before its deadline. */
const MAX_WINDOW_MS = 10_000;
/** An order is looked for once its answer takes so long. */
const SLOW_ANSWER_US: DurationUs = 500 * US_PER_MS;
const CANCEL_MS = 10_000;
/** Fills of one order. */
const MOST_FILLS = 1_000;
/** Of ccxt’s throttle, as its process sums it. */
const USAGE_S = 10;

export class CcxtAccountVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: CcxtAccountVenueOptions;
  readonly #skew = new ClockSkew();
  readonly #time: VenueClock;
  readonly #link: AccountLink;
  readonly #orders: OrderTracker;
  readonly #fills: SettledFills;
  readonly #poll: OrderPoll;
  readonly #cancelEverything: CancelEverything;
  readonly #account: AccountReader;
  readonly #clockWatch: ClockWatch;
  readonly #countdown: Countdown | undefined;
  readonly #balances = new Map<Asset, DecimalText>();
  readonly #earlier: ReadonlyMap<OrderId, string>;
  readonly #memory = new OrderMemory();
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  readonly #linkState: LinkState;
  #isConnected = false;
  #isStopped = false;

  constructor(options: CcxtAccountVenueOptions) {
    const { venue, id, clock, network, random, credentials, origin, socket } = options;
    this.venue = venue;
    this.#options = options;
    this.#earlier = new Map(options.earlierOrders?.map(({ orderId, symbol }) => [orderId, symbol]));
    const link = new AccountLink({
      clock,
      network,
      random,
      credentials,
      url: ccxtAccountAddress(id, origin),
      rights: 'trade',
      socket,
      onUp: () => this.#isConnected && this.#linkState.begin(),
      onDown: (reason) => this.#isConnected && this.#linkState.onDown(reason),
    });
    this.#link = link;
    this.#linkState = new LinkState({
      clock,
      isOpen: () => link.isOpen,
      isIdle: () => this.#poll.isIdle,
      look: async () => {
        await measureSkew(link, this.#time);
        await countOpen(link);
      },
      report: (state, reason) => {
        if (state === 'up') this.#clockWatch.start();
        else this.#clockWatch.stop();
        this.#sink({ kind: 'link', venue, state, reason, atUs: clock.nowUs() });
      },
    });
    this.#countdown = options.hasDeadMan === true ? new Countdown(link, clock) : undefined;
    this.#time = { clock, skew: this.#skew, stepped: new SteppedClock() };
    this.#clockWatch = new ClockWatch(clock, this.#skew, () => this.#measure());
    this.#orders = new OrderTracker({
      clock,
      skew: this.#skew,
      // ccxt’s own throttle is what holds calls back.
      budget: { adopt: () => undefined, onEnded: () => undefined, onRefused: () => undefined },
      source: 'fetchOrder',
      report: (event) => this.#sink(event),
      onChangedElsewhere: () => undefined,
    });
    this.#fills = new SettledFills({
      clock,
      source: FILLS,
      list: async ({ orderId, symbol }) => (await this.#fillsSince(orderId, symbol)).map(fillOf),
      onFill: (orderId, { venueOrderId, venueUs: atUs, ...fill }) =>
        void this.#orders.onReport(
          { kind: 'fill', orderId, venueOrderId, symbol: '', reason: '', atUs, fill },
          false,
        ),
      onUnread: (rows) => this.#reportUnread(rows),
    });
    this.#poll = new OrderPoll({
      clock,
      ask: ({ orderId, symbol, venueOrderId }) =>
        link.ask({ what: 'order', symbol, clientId: orderId, venueOrderId }),
      onRow: (order, row) => this.#onRow(order, row),
      onFailed: (reason) => this.#linkState.onBlind(reason),
      onIdle: () => this.#linkState.onIdle(),
    });
    this.#cancelEverything = new CancelEverything({
      clock,
      sendCancel: () => false,
      cancelAll: async () => void (await cancelAll(link)),
      countOpen: () => countOpen(link, true),
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
    this.#isConnected = true;
    if (this.#link.isOpen) this.#linkState.begin();
    else this.#link.start();
  }

  checkAccount(symbols: readonly string[]): Promise<AccountCheck> {
    return checkAccount(this.#link, this.#options.id, this.#time, symbols);
  }

  readFees(symbols: readonly string[]): Promise<AccountFees> {
    return readFees(this.#link, symbols);
  }

  async readBalances(): Promise<readonly VenueBalance[]> {
    const { balances } = await readBalances(this.#link);
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
    const { usage } = this.#link;
    return usage === undefined ? [] : [{ name: 'calls by ccxt’s throttle', intervalS: USAGE_S, ...usage }];
  }

  place(placement: Placement): void {
    const { orderId, symbol, expireUs } = placement;
    // An order is sent at most once, and what became of it has been reported or will be.
    if (this.#orders.has(orderId)) return;
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    const refusal = this.#refusal(placement, nowUs);
    if (refusal !== undefined) {
      const reason = `not sent: ${refusal}`;
      clock.schedule(nowUs, () => this.#sink({ kind: 'rejected', orderId, reason, atUs: nowUs }));
      return;
    }
    this.#memory.sent(orderId, symbol, nowUs);
    const windowMs = Math.max(1, Math.min(MAX_WINDOW_MS, Math.floor((expireUs - nowUs) / US_PER_MS)));
    const order = this.#orders.onSent(orderId, symbol, nowUs + windowMs * US_PER_MS + ON_THE_WAY_US);
    void this.#place(order, placement, windowMs);
    // A slow answer keeps nothing from being seen.
    this.#poll.watch(order, SLOW_ANSWER_US);
  }

  cancel(orderId: OrderId): void {
    void this.#cancel(orderId);
  }

  cancelAll(): void {
    this.#cancelEverything.start();
  }

  reconcile(sinceUs: TimeUs, withHistory: boolean): void {
    this.#account.ask({ sinceUs, withHistory });
  }

  keepAlive(timeoutMs: number): void {
    void this.#countdown?.set(timeoutMs).then((refusal) => {
      const atUs = this.#options.clock.nowUs();
      this.#sink({ kind: 'guarded', venue: this.venue, timeoutMs, refusal, atUs });
    });
  }

  async stop(isLeft = false): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#linkState.stop();
    this.#clockWatch.stop();
    this.#fills.stop();
    this.#poll.stop();
    this.#cancelEverything.stop();
    // Where something of ours may be open it goes on, and cancels that.
    if (!isLeft && this.#orders.symbolsAlive().size === 0) await this.#countdown?.end();
    await this.#link.stop();
  }

  /** Why an order is not sent; undefined when it may be. */
  #refusal({ orderId, expireUs }: Placement, nowUs: TimeUs): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    if (this.#earlier.has(orderId)) return 'an earlier run sent an order with this id';
    if (orderIdOf(orderId) === undefined) return `${orderId} does not fit the venue’s client order id`;
    if (nowUs >= expireUs) return 'its deadline has passed';
    return this.#link.isOpen ? undefined : 'the process of ccxt is not there';
  }

  async #place(order: TrackedOrder, placement: Placement, withinMs: number): Promise<void> {
    const { orderId, symbol, side, price, qty, timeInForce, postOnly } = placement;
    const kind = postOnly === true ? 'post-only' : timeInForce === 'ioc' ? 'ioc' : 'rests';
    // By the clock that the process reads too: a line that is read late must not give the order more time.
    const untilMs = Date.now() + withinMs;
    const amounts = { side, price: price.toFixed(), qty: qty.toFixed() } as const;
    const ask = { what: 'place', symbol, ...amounts, kind, clientId: orderId, withinMs, untilMs } as const;
    try {
      const id = await this.#link.once(ask, ANSWER_MS);
      if (typeof id === 'string' && id !== '') this.#orders.accept(order, id);
      else this.#orders.doubt(order, 'the answer has no order id');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof VenueRefused) this.#orders.reject(order, [error.code], reason);
      else if (error instanceof NotSent) this.#orders.reject(order, [], `not sent: ${reason}`);
      else this.#orders.doubt(order, reason);
    }
    this.#poll.watch(order);
  }

  async #cancel(orderId: OrderId): Promise<void> {
    const order = this.#orders.find(orderId);
    try {
      const symbol = order?.symbol ?? this.#earlier.get(orderId);
      if (symbol === undefined)
        throw new Error('neither this run nor an earlier one is known to have sent it');
      const { venueOrderId } = order ?? {};
      await this.#link.ask({ what: 'cancel', symbol, clientId: orderId, venueOrderId }, CANCEL_MS);
      if (order !== undefined) this.#poll.watch(order);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#sink({ kind: 'cancel-rejected', orderId, reason, atUs: this.#options.clock.nowUs() });
    }
  }

  #fillsSince(orderId: OrderId, symbol: string): Promise<readonly unknown[]> {
    const [fromUs, toUs] = this.#memory.timeOf(orderId, this.#options.clock.nowUs());
    const ms = (us: TimeUs): number => Math.floor((us + (this.#skew.skewUs ?? 0)) / US_PER_MS);
    return fillRows(this.#link, symbol, [ms(fromUs), ms(toUs)], MOST_FILLS);
  }

  #onRow(order: TrackedOrder, row: unknown): void {
    this.#linkState.onSeen();
    // In no list: it may come yet, and its absence settles nothing.
    if (row !== null) this.#take(order.orderId, row);
  }

  #take(ours: OrderId, row: unknown): void {
    const nowUs = this.#options.clock.nowUs();
    const report = reportOf(row, ours, nowUs);
    if (report === undefined) return;
    const { kind, venueOrderId, symbol, cumulativeQty } = report;
    const unread = this.#orders.onReport(report, false);
    if (unread !== undefined) {
      if (this.#memory.isNews(ours, unread.problem)) this.#reportUnread([unread]);
      return;
    }
    this.#memory.traded(symbol, nowUs);
    if (kind !== 'accepted') this.#memory.ended(venueOrderId, row);
    this.#fills.want({ orderId: ours, venueOrderId, symbol }, cumulativeQty);
  }

  async #readAccount(asked: AskedAccount): Promise<VenueAccount> {
    const { venue } = this;
    const [nowUs, skewUs] = [this.#options.clock.nowUs(), this.#skew.skewUs ?? 0];
    const recent = this.#memory.symbolsSince(asked.sinceUs);
    const symbols = new Set([...recent, ...this.#orders.symbolsAlive(), ...this.#earlier.values()]);
    const known = this.#orders.byVenueId;
    const alive = this.#alive();
    const endedRow = (id: string): unknown => this.#memory.endedRow(id);
    const moment = { venue, nowUs, skewUs, symbols, known, alive, endedRow };
    const account = await readAccount(this.#link, { ...asked, ...moment });
    this.#keep(account.balances ?? []);
    for (const { orderId, venueOrderId, symbol, state, problem } of account.orders) {
      if (orderId === undefined || state !== 'open' || problem !== undefined) continue;
      // An order of an earlier run that rests: nothing else would see it end.
      if (this.#orders.has(orderId)) continue;
      const common = { orderId, venueOrderId, symbol, reason: '', atUs: nowUs, fill: undefined };
      this.#orders.onReport({ ...common, kind: 'accepted' }, false);
      const order = this.#orders.find(orderId);
      if (order !== undefined) this.#poll.watch(order);
    }
    return account;
  }

  /** Orders of this run that are not known to be over, and those of an earlier run. */
  #alive(): readonly SoughtOrder[] {
    const earlier = [...this.#earlier].flatMap(([orderId, symbol]) =>
      this.#orders.has(orderId) ? [] : [{ orderId, symbol }],
    );
    return [...this.#orders.alive(), ...earlier];
  }

  #keep(balances: readonly Pick<VenueBalance, 'asset' | 'total'>[]): void {
    for (const { asset, total } of balances) this.#balances.set(asset, total);
  }

  #measure(): void {
    const { clock, random } = this.#options;
    // At another part of a second each time: some venues say whole ones.
    clock.schedule(clock.nowUs() + Math.floor(random() * US_PER_SECOND), () => {
      if (!this.#isStopped) void measureSkew(this.#link, this.#time).catch(() => undefined);
    });
  }

  #reportUnread(rows: readonly UnreadRow[]): void {
    this.#sink({ kind: 'unread-rows', venue: this.venue, rows, atUs: this.#options.clock.nowUs() });
  }
}
