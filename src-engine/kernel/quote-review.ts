/**
 * Whether quotes may rest, asked again and again: an order that is gone at once takes its risk when it is let through, one that rests when
 * it fills, and by then the day's loss, a breaker, a limit or a size may be another.
 */
import type { ExecutionId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Order } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import { quoteStrategyOf } from '../domain/venue-asset.ts';
import type { OrderReviewer } from './order-reviewer.ts';

/** What quotes of one market hedged elsewhere rest as. */
export type QuotedMarket = { readonly maker: Instrument; readonly hedge: Instrument };

/** The risk engine, as far as quotes are judged by it. */
export type QuoteSource = Pick<RiskMonitor, 'breakers' | 'equityHome' | 'tradesToday' | 'stopOf'> & {
  readonly escalation: Pick<RiskMonitor['escalation'], 'level'>;
};

export type QuoteReviewParts = {
  readonly monitor: QuoteSource;
  readonly reviewer: Pick<OrderReviewer, 'exposure' | 'rejudge'>;
  limits(): RiskLimits;
};

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
    { maker, hedge }: QuotedMarket,
    resting: readonly Order[],
    executionId: ExecutionId,
    nowUs: TimeUs,
  ): string | undefined {
    const { monitor, reviewer } = this.#parts;
    const { level } = monitor.escalation;
    if (level !== 'normal' && level !== 'caution') return `trading is ${level} after the day’s loss`;
    for (const { venue } of [maker, hedge]) {
      const tripped = monitor.breakers.refusal(venue, executionId);
      if (tripped !== undefined) return tripped;
    }
    const stop = monitor.stopOf(quoteStrategyOf(maker, hedge));
    if (stop !== undefined) return `${stop.strategy}: ${stop.reason}; enable it to quote it again`;
    if (monitor.equityHome === undefined) return 'what the account is worth is not known';
    const most = this.#parts.limits().maxTradesPerDay;
    if (!(monitor.tradesToday < most))
      return `${monitor.tradesToday} cycles and fills of quotes today, the limit is ${most}`;
    const exposure = reviewer.exposure();
    for (const order of resting) {
      const denial = reviewer.rejudge(order, exposure, nowUs);
      if (denial !== undefined) return `${denial.code}: ${denial.detail}`;
    }
    return undefined;
  }
}
