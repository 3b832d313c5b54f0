/** The local exchange as Bybit: the core with Bybit's names, ids, fees and limits. */
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { ExchangeCore } from '../../core/exchange-core.ts';
import type { Market } from '../../core/market.ts';
import { NumberIds } from '../../core/number-ids.ts';
import type { ClientOrder } from '../../core/orders/client-order.ts';
import type { FeeSchedule, Pair } from '../../core/pair.ts';
import { UNKNOWN_SYMBOL } from './bybit-problem.ts';
import { ASSETS, type BybitPair } from './pairs.ts';
import { RequestLimits } from './request-limits.ts';

export type BybitExchangeOptions = {
  readonly pairs: readonly BybitPair[];
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
};

/** What the face keeps of an order beyond what the core does. */
export type OrderNote = {
  /** A market order whose quantity was an amount of quote. */
  readonly marketUnit?: 'quoteCoin' | 'baseCoin';
  readonly quoteQty?: string;
  updatedUs?: TimeUs;
};

export class BybitExchange extends ExchangeCore {
  readonly limits = new RequestLimits();
  readonly #notes = new WeakMap<ClientOrder, OrderNote>();
  readonly #usedIds = new Set<string>();
  /** Counts everything that happens in all books: `seq`. */
  #sequence: number;

  constructor({ pairs, fees, accounts, clock }: BybitExchangeOptions) {
    super({
      pairs,
      fees,
      accounts,
      clock,
      assets: ASSETS,
      ids: new NumberIds(clock.nowUs()),
      feeRule: { chargedIn: 'received' },
      namesOf: (pair: Pair) => [(pair as BybitPair).name, pair.symbol],
    });
    this.#sequence = Math.trunc(clock.nowUs() / 1_000);
    this.faults.onBan = (forUs) => {
      this.limits.ban(forUs, this.clock.nowUs());
      if (forUs > 0) this.faults.dropConnections();
    };
    // Receives every change before it is sent on: numbers and times are those of the change that is sent.
    this.listen({
      onBook: () => void this.#sequence++,
      onExecution: ({ order, atUs }) => {
        this.note(order).updatedUs = atUs;
        if (order.clOrdId !== undefined) this.#usedIds.add(usedId(order.account.number, order.clOrdId));
      },
    });
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** A listed market by Bybit's name of it: the core's own symbol has a slash, which no name of Bybit has. */
  named(name: string): Market | undefined {
    return name.includes('/') ? undefined : this.find(name);
  }

  /** @throws BybitProblem 170121. */
  byName(name: string): Market {
    const market = this.named(name);
    if (market === undefined) throw UNKNOWN_SYMBOL();
    return market;
  }

  note(order: ClientOrder): OrderNote {
    let note = this.#notes.get(order);
    if (note === undefined) {
      note = order.terms.note ?? {};
      this.#notes.set(order, note);
    }
    return note;
  }

  /** The account has had an order of this id, open or not: it is never taken again. */
  hasUsed(account: number, orderLinkId: string): boolean {
    return this.#usedIds.has(usedId(account, orderLinkId));
  }
}

function usedId(account: number, orderLinkId: string): string {
  return `${account} ${orderLinkId}`;
}
