/**
 * Whether quotes may rest, asked again and again: an order that is gone at once takes its risk when it is let through, one that rests when
 * it fills, and by then the day's loss, a breaker, a limit or a size may be another.
 */
import type { Asset, ExecutionId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Order } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Denial, StandingContext } from '../risk/check.ts';
import { MonitorContext, type MonitorSource } from '../risk/monitor-context.ts';
import { reviewStanding } from '../risk/risk-engine.ts';
import type { OrderReviewer } from './order-reviewer.ts';

/** What quotes of one market hedged elsewhere rest as. */
export type QuotedMarket = {
  readonly maker: Instrument;
  readonly hedge: Instrument;
  readonly quotes: string;
};

export type QuoteReviewParts = {
  readonly monitor: MonitorSource;
  readonly reviewer: Pick<OrderReviewer, 'exposure' | 'rejudge'>;
  readonly homeAsset: Asset;
  limits(): RiskLimits;
};

/** What stands against quotes of a market, whatever each of them is. */
class QuotesStanding extends MonitorContext implements StandingContext {
  readonly reducesExposure = false;
  readonly homeAsset: Asset;
  readonly limits: RiskLimits;
  readonly #hedgeRefusal: () => string | undefined;

  constructor(
    parts: QuoteReviewParts,
    { maker, hedge, quotes }: QuotedMarket,
    executionId: ExecutionId,
    nowUs: TimeUs,
  ) {
    super(parts.monitor, maker, executionId, undefined, nowUs, quotes);
    this.homeAsset = parts.homeAsset;
    this.limits = parts.limits();
    this.#hedgeRefusal = () => parts.monitor.breakers.refusal(hedge.venue, executionId);
  }

  /** By a breaker of either venue: what fills at one is hedged at the other. */
  override get tripped(): string | undefined {
    return super.tripped ?? this.#hedgeRefusal();
  }
}

export class QuoteReview {
  readonly #parts: QuoteReviewParts;

  constructor(parts: QuoteReviewParts) {
    this.#parts = parts;
  }

  /**
   * Why no quote of a market may rest; undefined: all that rest may. @param resting its quotes that are to stay.
   * @param executionId that they belong to: the trial of a breaker may be theirs.
   */
  obstacle(
    market: QuotedMarket,
    resting: readonly Order[],
    executionId: ExecutionId,
    nowUs: TimeUs,
  ): string | undefined {
    const denial =
      reviewStanding(new QuotesStanding(this.#parts, market, executionId, nowUs)) ??
      this.#ofOrders(resting, nowUs);
    return denial && `${denial.code}: ${denial.detail}`;
  }

  #ofOrders(resting: readonly Order[], nowUs: TimeUs): Denial | undefined {
    if (resting.length === 0) return undefined;
    const { reviewer } = this.#parts;
    const exposure = reviewer.exposure();
    for (const order of resting) {
      const denial = reviewer.rejudge(order, exposure, nowUs);
      if (denial !== undefined) return denial;
    }
    return undefined;
  }
}
