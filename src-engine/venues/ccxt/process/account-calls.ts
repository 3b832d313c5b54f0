/** An account of one class of ccxt: what the engine may ask of it, and what each answer and each failure is worth. */
import {
  balanceRows,
  type BalanceRow,
  fillRow,
  type FillRow,
  orderRow,
  type OrderRow,
} from './account-rows.ts';
import { type CallRecord, currentCall, guardCalls, NotSent, type Placement, recorded } from './call-guard.ts';
import { exactText } from './exact-number.ts';
import { shown } from './exact-row.ts';
import { type CcxtAccount, type Key, member, openAccountClass, type OpenOptions } from './exchange.ts';
import { failureOf } from './failure.ts';
import { readTime } from './listing.ts';
import { type Sought, type TradingClass, tradingClass } from './trading-classes.ts';

export type AccountAsk =
  | ({ readonly what: 'place'; readonly symbol: string; readonly withinMs: number } & Omit<
      Placement,
      'untilMs'
    >)
  | ({ readonly what: 'cancel' } & Sought)
  | ({ readonly what: 'order' } & Sought)
  | { readonly what: 'fills'; readonly symbol: string; readonly fromMs: number; readonly toMs: number }
  | { readonly what: 'countdown'; readonly ms: number }
  | { readonly what: 'fees'; readonly symbols: readonly string[] }
  | { readonly what: 'open' | 'cancel-all' | 'balances' | 'time' | 'rights' };

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
]);
const TIMEOUT_MS = 5_000;
/** Rounds of listing and canceling what is open: each reaches a page of it. */
const CANCEL_ROUNDS = 20;
/** Usage of the throttle is summed over so long. */
export const USAGE_MS = 10_000;

export type CcxtAccountOptions = OpenOptions & {
  readonly key: Key;
  /** `cancel`: it can only ask what is open, and cancel it. */
  readonly rights: 'trade' | 'cancel';
  readonly nowMs: () => number;
  /** Takes the key out of what a failure says. */
  readonly mask?: ((text: string) => string) | undefined;
  /** False: ccxt’s throttle is off, as a double of a venue has no limits. */
  readonly isThrottled?: boolean | undefined;
};

export class AccountCalls {
  readonly #class: TradingClass;
  readonly #options: CcxtAccountOptions;
  /** Orders and cancels do not wait behind questions in ccxt’s queue. */
  readonly #urgent: CcxtAccount;
  readonly #exchange: CcxtAccount;
  readonly #spent: { readonly ms: number; readonly cost: number }[] = [];
  #lastNonce = 0;

  private constructor(options: CcxtAccountOptions, exchange: CcxtAccount, urgent: CcxtAccount) {
    this.#options = options;
    this.#class = tradingClass(options.id);
    this.#exchange = exchange;
    this.#urgent = urgent;
    for (const one of [exchange, urgent]) this.#setUp(one);
  }

  /** @throws what ccxt throws, and Error for a class that is not offered. */
  static async open(options: CcxtAccountOptions): Promise<AccountCalls> {
    const exchange = await openAccountClass(options, options.key);
    return new AccountCalls(options, exchange, await openAccountClass(options, options.key));
  }

  #setUp(exchange: CcxtAccount): void {
    const { nowMs } = this.#options;
    guardCalls(exchange, nowMs);
    const wait = exchange.throttle.bind(exchange);
    Object.assign(exchange, {
      timeout: TIMEOUT_MS,
      enableRateLimit: this.#options.isThrottled !== false,
      maxRetriesOnFailure: 0,
      // Two clients of one key: a time that is used as a number that counts must not stand twice.
      nonce: () => (this.#lastNonce = Math.max(nowMs(), this.#lastNonce + 1)),
      throttle: async (cost = 1) => {
        if (currentCall()?.isTimed !== true) await wait(cost);
        this.#spent.push({ ms: nowMs(), cost });
      },
    });
    Object.assign(exchange.options, { maxRetriesOnFailure: 0, warnOnFetchOpenOrdersWithoutSymbol: false });
  }

  /** What ccxt’s throttle let through of late, in its own units, and what it lets through at most. */
  usage(): { readonly used: number; readonly limit: number } {
    const sinceMs = this.#options.nowMs() - USAGE_MS;
    while (this.#spent[0] !== undefined && this.#spent[0].ms < sinceMs) this.#spent.shift();
    const used = this.#spent.reduce((sum, { cost }) => sum + cost, 0);
    return { used: Math.ceil(used), limit: Math.floor(USAGE_MS / Math.max(1, this.#exchange.rateLimit)) };
  }

  /** Never rejects. */
  async answer(ask: AccountAsk): Promise<AccountReply> {
    const isTimed = ask.what === 'time';
    const record: CallRecord = { sent: 0, rows: 0, isTimed, placement: this.#placementOf(ask) };
    try {
      return { ok: true, value: await recorded(record, () => this.#answer(ask, record)) };
    } catch (error) {
      return this.#failure(ask, record, error);
    }
  }

  #placementOf(ask: AccountAsk): Placement | undefined {
    if (ask.what !== 'place') return undefined;
    return { ...ask, untilMs: this.#options.nowMs() + ask.withinMs };
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
      case 'fills':
        return this.#fills(ask, record);
      case 'fees':
        return this.#fees(ask.symbols);
      case 'open':
        return this.#open(this.#exchange, record);
      case 'cancel-all':
        return this.#cancelAll();
      case 'countdown':
        return this.#urgent.cancelAllOrdersAfter(ask.ms).then(() => null);
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
    const placed = await this.#urgent.createOrder(symbol, 'limit', side, qty, price, {
      ...terms,
      clientOrderId: clientId,
    });
    const id = member(placed, 'id');
    if (typeof id === 'string' && id !== '') return id;
    throw new Error('the answer has no order id');
  }

  async #cancel(sought: Sought): Promise<null> {
    const row = sought.venueOrderId === undefined ? await this.#find(sought) : undefined;
    const id = sought.venueOrderId ?? row?.venueOrderId;
    if (id === undefined) throw new Error('the venue shows no order with this id');
    await this.#urgent.cancelOrder(id, sought.symbol);
    return null;
  }

  /** Null: no list has it, which settles nothing. */
  async #find(sought: Sought): Promise<OrderRow | null> {
    for (const ask of this.#class.find) {
      const found = await ask(this.#exchange, sought).catch((error: unknown) => {
        if (failureOf(error).name === 'OrderNotFound') return [];
        throw error;
      });
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
    exchange: CcxtAccount,
    record: CallRecord,
  ): Promise<{ readonly rows: readonly OrderRow[]; readonly isWhole: boolean }> {
    const { openPage, clientIdKey } = this.#class;
    record.rows = 0;
    const limit = Number.isFinite(openPage) ? openPage : undefined;
    const found = listOf(await exchange.fetchOpenOrders(undefined, undefined, limit), 'open orders');
    const rows = found.flatMap((order) => orderRow(order, clientIdKey) ?? []);
    if (rows.length < found.length) throw new Error('an open order has no id');
    return { rows, isWhole: record.rows < openPage };
  }

  /** All that is open, one by one: of cancels of everything ccxt does not say which orders they reach. @returns how many were asked for. */
  async #cancelAll(): Promise<number> {
    let asked = 0;
    let failure: unknown;
    for (let round = 0; round < CANCEL_ROUNDS; round++) {
      const record: CallRecord = { sent: 0, rows: 0 };
      const { rows, isWhole } = await recorded(record, () => this.#open(this.#urgent, record));
      failure = undefined;
      for (const { venueOrderId, symbol } of rows) {
        asked++;
        // One that has ended by now is refused, and the next list does not have it.
        await this.#urgent.cancelOrder(venueOrderId, symbol).catch((error: unknown) => {
          if (failureOf(error).name !== 'OrderNotFound') failure ??= error;
        });
      }
      if (isWhole) break;
    }
    if (failure !== undefined) throw failure;
    return asked;
  }

  async #balances(): Promise<readonly BalanceRow[]> {
    return balanceRows(await this.#exchange.fetchBalance({ type: 'spot' }));
  }

  /** Of those that the venue lists. What it does not say of a symbol is null. */
  async #fees(symbols: readonly string[]): Promise<readonly object[]> {
    await this.#exchange.loadMarkets();
    const listed = symbols.filter((symbol) => this.#exchange.markets?.[symbol] !== undefined);
    if (listed.length === 0) return [];
    // A rebate counts as no fee.
    const part = (value: unknown): string | null =>
      exactText(typeof value === 'string' && value.startsWith('-') ? '0' : value) ?? null;
    return (await this.#class.fees(this.#exchange, listed)).map(({ symbol, taker, maker }) => ({
      symbol,
      taker: part(taker),
      maker: part(maker),
    }));
  }

  #failure(ask: AccountAsk, record: CallRecord, error: unknown): AccountFailure {
    const { name, text } = failureOf(error, this.#options.mask);
    const kind = (): AccountFailure['kind'] => {
      if (ask.what === 'place' && record.sent === 0) return 'not-sent';
      if (error instanceof NotSent) return 'not-sent';
      return this.#isRefusal(record, error, name) ? 'refused' : 'unknown';
    };
    return { ok: false, kind: kind(), name, text: error instanceof NotSent ? error.message : text };
  }

  /** The venue itself answered, with one of its codes that are certain, and ccxt reads it as a refusal too. */
  #isRefusal({ refusal }: CallRecord, error: unknown, name: string): boolean {
    if (refusal === undefined || refusal.error !== error || refusal.status >= 500) return false;
    return REFUSALS.has(name) && [...refusal.said].some((word) => this.#class.refused.has(word));
  }
}

/** @throws Error for what is no list. */
function listOf(found: unknown, what: string): readonly unknown[] {
  if (Array.isArray(found)) return found as unknown[];
  throw new Error(`the answer is no list of ${what} (${shown(found)})`);
}
