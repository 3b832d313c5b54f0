/** What the desk of cycles, routes and quotes is made of. */
import type { BookStore } from '../books/book-store.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { VenueName } from '../domain/ids.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { OrderManager } from '../execution/order-manager.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Armings } from '../risk/armings.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import type { Blockers } from './blockers.ts';
import type { KernelConfig } from './kernel-config.ts';
import type { MakerParts } from './maker-desk.ts';
import type { Settings } from './settings.ts';

export type TradingDeskParts = {
  readonly config: MakerParts['config'] &
    Pick<KernelConfig, 'runId' | 'feesInReceived' | 'freshAt' | 'mustReconcile' | 'scorer'>;
  readonly store: BookStore;
  readonly cycles: readonly Cycle[];
  readonly portfolio: Portfolio;
  readonly orders: OrderManager;
  /** The run's instruments, and those that only orders of earlier runs are in. */
  readonly known: readonly Instrument[];
  readonly killSwitch: KillSwitch;
  readonly armings: Armings;
  readonly monitor: RiskMonitor;
  readonly outbox: Outbox;
  readonly settings: Settings;
  readonly inventory: Inventory;
  /** @param venue that alone is halted; undefined: all. */
  halt(code: string, reason: string, nowUs: TimeUs, venue: VenueName | undefined): void;
  readonly blockers: Blockers;
  /** Why nothing new may be sent to this venue until it was compared with the ledger; empty: it was. */
  unreconciled(venue: VenueName, isUnderWay?: boolean): string;
  /** Why no order may rest at a venue, which would outlast this engine; undefined: the venue cancels it by itself then, or it is simulated. */
  unguardedRest(venue: VenueName, isNew: boolean, nowUs: TimeUs): string | undefined;
};
