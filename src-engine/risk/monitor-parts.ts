/** What the risk engine is made from: the account it watches, the settings it goes by, and how it stops trading. */
import type { BookSync } from '../books/book-sync.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { InventoryStanding } from '../domain/inventory-schemas.ts';
import type { DetectionSettings, RiskLimits } from '../domain/limits.ts';
import type { TimeUs } from '../domain/time.ts';
import type { OpeningAccount, Portfolio } from '../portfolio/portfolio.ts';
import type { ExposureParts } from './exposure.ts';

export type MonitorParts = Pick<ExposureParts, 'openOrders' | 'heldByStrategies'> & {
  readonly instruments: readonly Instrument[];
  /** These, and after them the pairs that only orders of earlier runs are in; as `instruments` when left out. */
  readonly known?: readonly Instrument[] | undefined;
  readonly syncs: readonly BookSync[];
  readonly portfolio: Portfolio;
  readonly outbox: Outbox;
  /** What lies at venues that were no part of the runs before: brought along, and no gain of the day. */
  readonly joined?: OpeningAccount['balances'] | undefined;
  limits(): RiskLimits;
  detection(): DetectionSettings;
  /** What the next run must know of inventory; undefined: nothing. */
  inventory(): InventoryStanding | undefined;
  owed?(asset: Asset): Decimal;
  /** Throws the kill switch. */
  kill(reason: string, nowUs: TimeUs): void;
  halt(code: string, reason: string, nowUs: TimeUs): void;
};
