/**
 * What risk must know of one order. Each figure is computed when a check asks for it, so that an order pays for the checks that it is
 * held to; nothing of the account or the market changes while a review runs.
 */
import type { BookSync } from '../books/book-sync.ts';
import type { OrderBook } from '../books/order-book.ts';
import { type Decimal, ZERO } from '../domain/decimal.ts';
import type { BookState } from '../domain/event.ts';
import type { Asset, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { ExposureView } from '../risk/account-exposure.ts';
import type { RiskContext } from '../risk/check.ts';
import { MonitorContext, type MonitorSource } from '../risk/monitor-context.ts';

/** Where the leg of a plan stands in it: the first is paid for from the account, as every leg of a route. */
export type PlannedLeg = { readonly isFirst: boolean; readonly isLast: boolean };

export type ContextParts = {
  readonly monitor: MonitorSource;
  readonly portfolio: Portfolio;
  readonly account: ExposureView;
  readonly instrument: Instrument;
  readonly sync: BookSync;
  /** The cycle that the order belongs to or would begin. */
  readonly cycle: Cycle | undefined;
  /** What the quotes are called that the order is one of; undefined: it is none. */
  readonly quotes: string | undefined;
  /** Undefined: the order is about to be sent. */
  readonly leg: PlannedLeg | undefined;
  readonly isUnderWay: boolean;
  readonly limits: RiskLimits;
  readonly killed: boolean;
  readonly arming: RiskContext['arming'];
  readonly unreconciled: string;
  readonly isOpen: boolean;
  readonly tokens: number;
  /** Messages that the order's plan and cycles under way still need beside it. */
  readonly tokensKept: number;
  readonly seenUs: TimeUs | undefined;
  /** The own resting order that this one would trade with. */
  ownQuote(): OrderId | undefined;
};

export class OrderContext extends MonitorContext implements RiskContext {
  readonly limits: RiskLimits;
  readonly killed: boolean;
  readonly arming: RiskContext['arming'];
  readonly unreconciled: string;
  readonly isOpen: boolean;
  readonly tokens: number;
  readonly tokensKept: number;
  readonly seenUs: TimeUs | undefined;
  readonly reducesExposure: boolean;
  readonly #intent: OrderIntent;
  readonly #parts: ContextParts;
  readonly #bought: Asset;

  constructor(intent: OrderIntent, parts: ContextParts, nowUs: TimeUs) {
    const { instrument, leg, portfolio } = parts;
    super(parts.monitor, instrument, intent.executionId, parts.cycle, nowUs, parts.quotes);
    this.#intent = intent;
    this.#parts = parts;
    this.#bought = intent.side === 'buy' ? instrument.base : instrument.quote;
    this.limits = parts.limits;
    this.killed = parts.killed;
    this.arming = parts.arming;
    this.unreconciled = parts.unreconciled;
    this.isOpen = parts.isOpen;
    this.tokens = parts.tokens;
    this.tokensKept = parts.tokensKept;
    this.seenUs = parts.seenUs;
    // Every leg of a plan is judged as if it were the one that takes the risk, and so is a quote: its fill has to be hedged, whatever it buys.
    this.reducesExposure =
      leg === undefined &&
      (parts.isUnderWay || (intent.postOnly !== true && portfolio.universe.isCash(this.#bought)));
  }

  get ownQuote(): OrderId | undefined {
    return this.#parts.ownQuote();
  }

  get homeAsset(): Asset {
    return this.#parts.portfolio.homeAsset;
  }

  get book(): OrderBook {
    return this.#parts.sync.book;
  }

  get bookState(): BookState {
    return this.#parts.sync.state;
  }

  get bookAgeUs(): DurationUs {
    return this.nowUs - this.#parts.sync.lastAliveUs;
  }

  get notionalHome(): Decimal | undefined {
    return this.#parts.portfolio.notionalHome(this.#intent, this.instrument);
  }

  get openNotionalHome(): Decimal {
    return this.#parts.account.openNotionalHome;
  }

  get grossHome(): Decimal | undefined {
    return this.notionalHome?.plus(this.#parts.account.grossHome);
  }

  /** Value of the position in what it buys once it has filled; none in the home currency. */
  get positionHome(): Decimal | undefined {
    // The last leg brings back what the first one gave: no position that was not there before.
    if (this.#parts.leg?.isLast === true || this.#parts.portfolio.universe.isCash(this.#bought)) return ZERO;
    const held = this.#parts.account.positionHome(this.#bought);
    return held && this.notionalHome?.plus(held);
  }

  get required(): Decimal {
    return this.#parts.portfolio.requirement(this.#intent, this.instrument).amount;
  }

  get free(): Decimal {
    const { portfolio, leg } = this.#parts;
    const { asset, amount } = portfolio.requirement(this.#intent, this.instrument);
    // Later legs are paid for by the ones before.
    if (leg !== undefined && !leg.isFirst) return amount;
    return this.#parts.isUnderWay ? portfolio.balances.free(asset) : portfolio.balances.spendable(asset);
  }

  get kept(): Decimal {
    const { portfolio, isUnderWay } = this.#parts;
    if (isUnderWay) return ZERO;
    return portfolio.balances.kept(portfolio.requirement(this.#intent, this.instrument).asset);
  }
}
