/** An account of one class of ccxt: what the engine may ask of it, and what each answer and each failure is worth. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  balanceRows,
  type BalanceRow,
  fillRow,
  type FillRow,
  listOf,
  orderRow,
  type OrderRow,
} from './account-rows.ts';
import { type CallRecord, currentCall, guardCalls, NotSent, type Placement, recorded } from './call-guard.ts';
import { CallLine, CallPace, type Lane, withinLimit } from './call-pace.ts';
import { exactText } from './exact-number.ts';
import { type CcxtAccount, type Key, member, openAccountClass, type OpenOptions } from './exchange.ts';
import { failureOf } from './failure.ts';
import { readTime } from './listing.ts';
import { type Sought, type TradingClass, tradingClass } from './trading-classes.ts';

export type AccountAsk =
  | ({
      readonly what: 'place';
      readonly symbol: string;
      /** Nothing leaves later than so long after it was read, nor after `untilMs`: a line may be read long after it was written. */
      readonly withinMs: number;
    } & Omit<Placement, 'market'>)
  | ({ readonly what: 'cancel' } & Sought)
  | ({ readonly what: 'order' } & Sought)
  | { readonly what: 'orders'; readonly of: readonly Sought[] }
  | { readonly what: 'fills'; readonly symbol: string; readonly fromMs: number; readonly toMs: number }
  | { readonly what: 'countdown'; readonly ms: number }
  | { readonly what: 'fees'; readonly symbols: readonly string[] }
  /** `isForKill`: it waits for no other question. */
  | { readonly what: 'open'; readonly isForKill?: boolean | undefined }
  | { readonly what: 'cancel-all' | 'balances' | 'time' | 'rights' };

/** What a cancel of everything came to, and why that was not all; empty: it was. */
export type CanceledAll = { readonly canceled: number; readonly problem: string };

export type AccountReply = { readonly ok: true; readonly value: unknown } | AccountFailure;
/** `not-sent`: nothing left. `refused`: the venue refused it for certain. `unknown`: all else; what became of it must be looked for. */
export type AccountFailure = {
  readonly ok: false;
  readonly kind: 'not-sent' | 'refused' | 'unknown';
  readonly name: string;
  readonly text: string;
};

/** ccxt’s classes of errors that may be a refusal, where the venue’s own code is one as well. */
const REFUSALS: ReadonlySet<string> = new Set([
  'InsufficientFunds',
  'InvalidOrder',
  'OrderNotFillable',
  'OrderImmediatelyFillable',
  'AuthenticationError',
  'PermissionDenied',
  'AccountNotEnabled',
  'AccountSuspended',
  'RestrictedLocation',
  'BadSymbol',
  'InvalidNonce',
]);
const LANES: Partial<Readonly<Record<AccountAsk['what'], Lane>>> = {
  place: 'orders',
  cancel: 'orders',
  'cancel-all': 'orders',
  countdown: 'countdown',
};
const TIMEOUT_MS = 5_000;
/** ccxt’s own limit ends with the headers of an answer. */
const WHOLE_ANSWER_MS = 6_000;
/** Rounds of listing and canceling what is open: each reaches a page of it. */
const CANCEL_ROUNDS = 20;
/** Less than the 60 s that whoever asks waits: it hears what was canceled, and why that was not all. */
const CANCEL_ALL_MS = 50_000;
/** Orders of one question by their ids. */
const MOST_TOGETHER = 20;

export type CcxtAccountOptions = OpenOptions & {
  readonly key: Key;
  /** `cancel`: it can only ask what is open, and cancel it. */
  readonly rights: 'trade' | 'cancel';
  readonly nowMs: () => number;
  /** Takes the key out of what a failure says, before that is cut. */
  readonly mask?: ((text: string) => string) | undefined;
  /** False: ccxt’s throttle is off, as a double of a venue has no limits. */
  readonly isThrottled?: boolean | undefined;
  /** By which the throttle waits; this machine’s when left out. */
  readonly tickMs?: (() => number) | undefined;
  readonly wait?: ((ms: number) => Promise<unknown>) | undefined;
  /** A double of it, in tests. */
  readonly openClass?: typeof openAccountClass | undefined;
};

export class AccountCalls {
  readonly #class: TradingClass;
  readonly #options: CcxtAccountOptions;
  readonly #exchange: CcxtAccount;
  readonly #tickMs: () => number;
  readonly #pace: CallPace;
  readonly #line = new CallLine();
  #lastNonce = 0;
  /** The cancel of everything that is under way, by its number. */
  #cancelRun = 0;

  private constructor(options: CcxtAccountOptions, exchange: CcxtAccount) {
    const { id, isThrottled = true, tickMs = () => performance.now(), wait = sleep } = options;
    this.#options = options;
    this.#class = tradingClass(id);
    this.#exchange = exchange;
    this.#tickMs = tickMs;
    const unitMs = isThrottled ? exchange.rateLimit : 0;
    this.#pace = new CallPace({ unitMs, burst: this.#class.burst, tickMs, wait });
    this.#setUp(exchange);
  }

  /**
   * With its list of markets: ccxt keeps a list that could not be read as a failure for ever, and every later call would end with it.
   * @throws what ccxt throws, and Error for a class that is not offered.
   */
  static async open(options: CcxtAccountOptions): Promise<AccountCalls> {
    const { openClass = openAccountClass, key } = options;
    const exchange = await openClass(options, key);
    const calls = new AccountCalls(options, exchange);
    await exchange.loadMarkets();
    return calls;
  }

  #setUp(exchange: CcxtAccount): void {
    const { nowMs } = this.#options;
    const { isInOrder } = this.#class;
    guardCalls(exchange, nowMs);
    const send = exchange.fetch2.bind(exchange);
    Object.assign(exchange, {
      timeout: TIMEOUT_MS,
      // The pace is ours: ccxt’s throttle pays nothing back while nothing waits, so that an order would wait for what left long ago.
      enableRateLimit: false,
      maxRetriesOnFailure: 0,
      // A time that is used as a number that counts must not stand twice.
      nonce: () =>
        (this.#lastNonce = Math.max(nowMs() * (isInOrder === true ? 1_000 : 1), this.#lastNonce + 1)),
      fetch2: async (...call: readonly unknown[]) => {
        await this.#waitTurn(call);
        const sent = (): Promise<unknown> => withinLimit(send(...call), WHOLE_ANSWER_MS);
        const isSigned = call[1] === 'private';
        if (isInOrder !== true || !isSigned) return await sent();
        return await this.#line.run((currentCall()?.lane ?? 'questions') !== 'questions', sent);
      },
    });
    Object.assign(exchange.options, { maxRetriesOnFailure: 0, warnOnFetchOpenOrdersWithoutSymbol: false });
  }

  /** @throws NotSent for an order that would wait until after its deadline. */
  async #waitTurn([path, api, method, params, , , settings]: readonly unknown[]): Promise<void> {
    const { lane = 'questions', isTimed, placement } = currentCall() ?? {};
    if (isTimed === true) return;
    const cost = Number(this.#exchange.calculateRateLimiterCost(api, method, path, params, settings));
    const mostMs = placement && placement.untilMs - this.#options.nowMs();
    const isLet = await this.#pace.pass(lane, Number.isFinite(cost) ? Math.max(0, cost) : 1, mostMs);
    if (!isLet) throw new NotSent('its deadline passes before ccxt’s throttle lets it through');
  }

  /** What ccxt’s throttle let through of late, in its own units, and what it lets through at most. */
  usage(): { readonly used: number; readonly limit: number } {
    return this.#pace.usage();
  }

  /** Never rejects. */
  async answer(ask: AccountAsk): Promise<AccountReply> {
    const placement = this.#placementOf(ask);
    const lane = ask.what === 'open' && ask.isForKill === true ? 'kill' : LANES[ask.what];
    const record: CallRecord = { sent: 0, rows: 0, lane, isTimed: ask.what === 'time', placement };
    try {
      return { ok: true, value: await recorded(record, () => this.#answer(ask, record)) };
    } catch (error) {
      return this.#failure(ask, record, error);
    }
  }

  #placementOf(ask: AccountAsk): Placement | undefined {
    if (ask.what !== 'place') return undefined;
    const untilMs = Math.min(ask.untilMs, this.#options.nowMs() + ask.withinMs);
    const id = this.#exchange.markets?.[ask.symbol]?.['id'];
    return { ...ask, untilMs, market: typeof id === 'string' ? id : '' };
  }

  #answer(ask: AccountAsk, record: CallRecord): Promise<unknown> {
    if (this.#options.rights === 'cancel' && ask.what !== 'open' && ask.what !== 'cancel-all')
      throw new NotSent('this process may only cancel');
    switch (ask.what) {
      case 'place':
        return this.#place(ask);
      case 'cancel':
        return this.#cancel(ask);
      case 'order':
        return this.#find(ask);
      case 'orders':
        return this.#findEach(ask.of);
      case 'fills':
        return this.#fills(ask, record);
      case 'fees':
        return this.#fees(ask.symbols);
      case 'open':
        return this.#open(record);
      case 'cancel-all':
        return this.#cancelAll();
      case 'countdown':
        return this.#exchange.cancelAllOrdersAfter(ask.ms).then(() => null);
      case 'balances':
        return this.#balances();
      case 'time':
        return readTime(this.#exchange);
      case 'rights':
        return this.#class.rights?.(this.#exchange) ?? Promise.resolve(null);
    }
  }

  async #place(ask: Extract<AccountAsk, { readonly what: 'place' }>): Promise<string> {
    const { symbol, side, qty, price, kind, clientId } = ask;
    const terms = kind === 'ioc' ? { timeInForce: 'IOC' } : kind === 'post-only' ? { postOnly: true } : {};
    const placed = await this.#exchange.createOrder(symbol, 'limit', side, qty, price, {
      ...terms,
      clientOrderId: clientId,
    });
    const id = member(placed, 'id');
    if (typeof id === 'string' && id !== '') return id;
    throw new Error('the answer has no order id');
  }

  /** By our own id where the venue’s is not known yet: it waits for no question. */
  async #cancel({ symbol, clientId, venueOrderId }: Sought): Promise<null> {
    if (venueOrderId === undefined && clientId === undefined) throw new NotSent('the order has no id');
    const params = venueOrderId === undefined ? this.#class.byOwnId(clientId ?? '') : {};
    await this.#exchange.cancelOrder(venueOrderId, symbol, params);
    return null;
  }

  /** Null: no list has it, which settles nothing. */
  async #find(sought: Sought): Promise<OrderRow | null> {
    for (const ask of this.#class.find) {
      const found = await ask(this.#exchange, sought).catch((error: unknown) => this.#noneOr(error));
      for (const order of Array.isArray(found) ? (found as unknown[]) : [found]) {
        const row = orderRow(order, this.#class.clientIdKey);
        if (row === undefined) continue;
        const isSought =
          sought.venueOrderId === undefined
            ? row.clientId === sought.clientId
            : row.venueOrderId === sought.venueOrderId;
        if (isSought) return row;
      }
    }
    return null;
  }

  /** A row for each of them, or null. */
  async #findEach(sought: readonly Sought[]): Promise<readonly (OrderRow | null)[]> {
    const { findMany, clientIdKey } = this.#class;
    const ids = sought.flatMap(({ venueOrderId }) => venueOrderId ?? []);
    const known = new Map<string, OrderRow>();
    // One that the venue does not show may end a whole question: each is then asked by itself.
    const list = async (part: readonly string[]): Promise<readonly unknown[]> =>
      listOf(await findMany?.(this.#exchange, part).catch((error: unknown) => this.#noneOr(error)), 'orders');
    const together = findMany === undefined ? 0 : ids.length;
    for (let k = 0; k < together; k += MOST_TOGETHER) {
      for (const order of await list(ids.slice(k, k + MOST_TOGETHER))) {
        const row = orderRow(order, clientIdKey);
        if (row !== undefined) known.set(row.venueOrderId, row);
      }
    }
    const rows: (OrderRow | null)[] = [];
    for (const one of sought) rows.push(known.get(one.venueOrderId ?? '') ?? (await this.#find(one)));
    return rows;
  }

  /** @returns an empty list where the venue says that it has no such order. @throws the failure otherwise. */
  #noneOr(error: unknown): readonly unknown[] {
    if (failureOf(error).name === 'OrderNotFound') return [];
    const refusal = currentCall()?.refusal;
    const { notFound } = this.#class;
    const isMissing = [...(refusal?.said ?? [])].some((word) => notFound?.has(word) === true);
    if (refusal?.error === error && isMissing) return [];
    throw error;
  }

  /** One page of a symbol’s fills in a time. Not whole: the time holds more of them than a page. */
  async #fills(
    { symbol, fromMs, toMs }: Extract<AccountAsk, { readonly what: 'fills' }>,
    record: CallRecord,
  ): Promise<{ readonly rows: readonly FillRow[]; readonly isWhole: boolean }> {
    const { fillsPage, fillsWindowMs, fillsMarginMs } = this.#class;
    if (toMs - fromMs > fillsWindowMs) return { rows: [], isWhole: false };
    const [since, until] = [Math.max(0, fromMs - fillsMarginMs), toMs + fillsMarginMs];
    const found = await this.#exchange.fetchMyTrades(symbol, since, fillsPage, { until });
    return { rows: listOf(found, 'fills').map(fillRow), isWhole: record.rows < fillsPage };
  }

  async #open(
    record: CallRecord,
  ): Promise<{ readonly rows: readonly OrderRow[]; readonly isWhole: boolean }> {
    const { nameless, ...page } = await this.#listOpen(record);
    if (nameless > 0) throw new Error('an open order has no id');
    return page;
  }

  async #listOpen(record: CallRecord): Promise<{
    readonly rows: readonly OrderRow[];
    readonly isWhole: boolean;
    /** Rows without an id. */
    readonly nameless: number;
  }> {
    const { openPage, clientIdKey, openParams } = this.#class;
    record.rows = 0;
    const limit = Number.isFinite(openPage) ? openPage : undefined;
    const found = await this.#exchange.fetchOpenOrders(undefined, undefined, limit, openParams);
    const list = listOf(found, 'open orders');
    const rows = list.flatMap((order) => orderRow(order, clientIdKey) ?? []);
    return { rows, isWhole: record.rows < openPage, nameless: list.length - rows.length };
  }

  /**
   * All that is open, one by one: of cancels of everything ccxt does not say which orders they reach. Another call of it ends this one.
   * @throws what went wrong before anything was canceled.
   */
  async #cancelAll(): Promise<CanceledAll> {
    const done = { canceled: 0 };
    try {
      await this.#cancelOpen(done);
      return { ...done, problem: '' };
    } catch (error) {
      if (done.canceled === 0) throw error;
      return { ...done, problem: failureOf(error, this.#options.mask).text };
    }
  }

  async #cancelOpen(done: { canceled: number }): Promise<void> {
    const [run, untilMs] = [++this.#cancelRun, this.#tickMs() + CANCEL_ALL_MS];
    let failure: unknown;
    let isAll = false;
    for (let round = 0; round < CANCEL_ROUNDS && !isAll; round++) {
      const record: CallRecord = { sent: 0, rows: 0, lane: 'kill' };
      const { rows, isWhole, nameless } = await recorded(record, () => this.#listOpen(record));
      failure = nameless > 0 ? new Error('an open order has no id') : undefined;
      for (const { venueOrderId, symbol } of rows) {
        if (run !== this.#cancelRun) throw new Error('a later cancel of everything has taken its place');
        if (this.#tickMs() >= untilMs) throw new Error(`not all were canceled within ${CANCEL_ALL_MS} ms`);
        await this.#exchange.cancelOrder(venueOrderId, symbol).then(
          () => done.canceled++,
          // One that has ended by now is refused, and the next list does not have it.
          (error: unknown) => {
            if (failureOf(error).name !== 'OrderNotFound') failure ??= error;
          },
        );
      }
      isAll = isWhole;
    }
    if (failure !== undefined) throw failure;
    if (!isAll) throw new Error(`more may be open than ${CANCEL_ROUNDS} lists showed`);
  }

  async #balances(): Promise<readonly BalanceRow[]> {
    return balanceRows(await this.#exchange.fetchBalance({ type: 'spot' }));
  }

  /** Of those that the venue lists. What it does not say of a symbol is null. */
  async #fees(symbols: readonly string[]): Promise<readonly object[]> {
    const listed = symbols.filter((symbol) => this.#exchange.markets?.[symbol] !== undefined);
    if (listed.length === 0) return [];
    // A rebate counts as no fee, where the class gives it as a text; one that it gives as no number is not known.
    const part = (value: unknown): string | null =>
      exactText(typeof value === 'string' && value.startsWith('-') ? '0' : value) ?? null;
    return (await this.#class.fees(this.#exchange, listed)).map(({ symbol, taker, maker }) => ({
      symbol,
      taker: part(taker),
      maker: part(maker),
    }));
  }

  #failure(ask: AccountAsk, record: CallRecord, error: unknown): AccountFailure {
    const { mask = (words: string) => words } = this.#options;
    const { name, text } = failureOf(error, mask);
    const kind = (): AccountFailure['kind'] => {
      // What has left may rest, whatever stopped the class when it tried again.
      if (ask.what === 'place') {
        if (record.sent === 0) return 'not-sent';
        if (error instanceof NotSent) return 'unknown';
      }
      if (error instanceof NotSent) return 'not-sent';
      return this.#isRefusal(record, error, name) ? 'refused' : 'unknown';
    };
    return { ok: false, kind: kind(), name, text: error instanceof NotSent ? mask(error.message) : text };
  }

  /** The venue itself answered, with one of its codes that are certain, and ccxt reads it as a refusal too. */
  #isRefusal({ refusal }: CallRecord, error: unknown, name: string): boolean {
    if (refusal === undefined || refusal.error !== error || refusal.status >= 500) return false;
    return REFUSALS.has(name) && [...refusal.said].some((word) => this.#class.refused.has(word));
  }
}
