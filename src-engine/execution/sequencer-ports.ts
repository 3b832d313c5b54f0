/** What the sequencer needs of its surroundings. */
import type { Decimal } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { ExecutionSettings } from '../domain/limits.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Review } from '../risk/risk-engine.ts';
import type { OrderManager } from './order-manager.ts';
import type { TradableBooks } from './way-home.ts';

export type SequencerPorts = {
  readonly market: TradableBooks;
  readonly orders: OrderManager;
  readonly portfolio: Portfolio;
  readonly outbox: Outbox;
  readonly runId: string;
  /** Judges one intent by every risk check. */
  review(intent: OrderIntent, nowUs: TimeUs): Review;
  /** A cycle ended: for cool-downs and counters. */
  finished(cycleId: number, execution: ExecutionRecord): void;
  /** Something is held that could not be brought home. */
  halt(reason: string, nowUs: TimeUs, venue: VenueName): void;
  readonly isKilled: () => boolean;
  /** True while new cycles may begin at a venue. */
  readonly mayTrade: (venue: VenueName) => boolean;
  /** True while orders of cycles under way may go to a venue: it is connected, and its account was compared. */
  readonly isCompared: (venue: VenueName) => boolean;
  settings(): ExecutionSettings;
  /** Largest value of all cycles under way together, orders of unknown fate included, in the home currency. */
  maxInFlightHome(): Decimal;
  /** Largest start amount of one cycle, in the home currency. */
  maxStartHome(): Decimal;
  /** By how much less of a coin the account holds than it holds on purpose, over all venues; 0 or less: by none. */
  lacking(asset: Asset): Decimal;
  /** Furthest that risk lets an order's price lie beyond the best one. */
  collarBps(): number;
};
