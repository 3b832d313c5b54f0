/** What a quoted market needs of its surroundings. */
import type { Decimal } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { Asset, ExecutionId, VenueName } from '../domain/ids.ts';
import type { Order, OrderIntent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { OrderManager } from '../execution/order-manager.ts';
import type { Review } from '../risk/risk-engine.ts';
import type { MessageBudget } from '../strategies/maker-taker/message-budget.ts';
import type { ViewPorts } from './maker-view.ts';
import type { QuotedMarket } from './quote-review.ts';

export type MakerPorts = ViewPorts & {
  readonly orders: OrderManager;
  readonly outbox: Outbox;
  /** @param quotes what the quotes of the market are called. */
  review(intent: OrderIntent, nowUs: TimeUs, quotes: string): Review;
  nextId(): ExecutionId;
  isKilled(): boolean;
  /** Why nothing new begins at a venue; undefined: nothing is against it. */
  blocker(venue: VenueName): string | undefined;
  /** Why coins are not to be traded (quarantine, off its peg); undefined: nothing is known against them. */
  doubt(assets: readonly Asset[]): string | undefined;
  halt(reason: string, nowUs: TimeUs, venue: VenueName): void;
  /** An execution under way, or a hedge of another market, trades what is quoted: a quote that is placed meanwhile could meet its next order. */
  isTraded(): boolean;
  /** What hedges may need has changed. */
  keep(): void;
  /** Messages of what was quoted at this market before count with those of now. */
  readonly budget: MessageBudget;
  /** Why nothing is quoted at all; undefined: quotes may rest. */
  closedFor(): string | undefined;
  /** Why no quote of a market may rest by what risk knows now; undefined: those that rest may. */
  forbids(
    market: QuotedMarket,
    resting: readonly Order[],
    executionId: ExecutionId,
    nowUs: TimeUs,
  ): string | undefined;
  /** Why no order may rest at a venue; undefined: one may. */
  unguardedRest(venue: VenueName, isNew: boolean, nowUs: TimeUs): string | undefined;
  /** A record of what quotes did. @param isHedged a fill was hedged, and nothing is left that could be. */
  finished(execution: ExecutionRecord, isHedged: boolean): void;
  /** What is left for a sweep when a line ends. */
  leave(asset: Asset, amount: Decimal): void;
};
