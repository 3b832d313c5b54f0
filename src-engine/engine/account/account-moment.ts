/**
 * The account at one moment, for every view of it: balances, equity, positions and risk are read from the kernel together
 * and shown until the next moment, so that two panels never show two figures for the same thing.
 */
import type { PositionsView } from '../../contract/position-records.ts';
import type { RiskStatus } from '../../contract/risk-records.ts';
import type { TopicView } from '../../contract/topics.ts';
import type { DecimalText } from '../../domain/decimal.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { InventoryView } from '../../domain/inventory-schemas.ts';
import { inventoryView } from './inventory-view.ts';
import { positionsView } from './positions.ts';
import { riskStatus } from '../risk/risk-view.ts';
import { portfolioView } from '../views.ts';

/** Moments begin on a grid of this length, in µs: the views are sent as often. */
const MOMENT_US = 500_000;

type Moment = { readonly portfolio: TopicView<'portfolio'>; readonly positions: PositionsView };

export class AccountMoment {
  /** What all finished executions of the profile booked, in the home currency. */
  readonly #cycles: () => DecimalText;
  #kernel: Kernel | undefined;
  #number = -1;
  #now: Moment | undefined;

  constructor(cycles: () => DecimalText) {
    this.#cycles = cycles;
  }

  portfolio(kernel: Kernel, nowUs: number): TopicView<'portfolio'> {
    return this.#at(kernel, nowUs).portfolio;
  }

  positions(kernel: Kernel, nowUs: number): PositionsView {
    return this.#at(kernel, nowUs).positions;
  }

  /** As of now: it changes with transfers and targets, and says nothing of equity. */
  inventory(kernel: Kernel, nowUs: number): InventoryView {
    return inventoryView(kernel, nowUs);
  }

  /** Equity is that of the moment; levels, breakers and holds are those of now. */
  risk(kernel: Kernel, nowUs: number): RiskStatus {
    return riskStatus(kernel, nowUs, this.#at(kernel, nowUs).positions.equity);
  }

  #at(kernel: Kernel, nowUs: number): Moment {
    const number = Math.floor(nowUs / MOMENT_US);
    if (this.#now === undefined || kernel !== this.#kernel || number !== this.#number) {
      this.#kernel = kernel;
      this.#number = number;
      const portfolio = portfolioView(kernel, nowUs, this.#cycles());
      this.#now = { portfolio, positions: positionsView(kernel, nowUs, portfolio.equity) };
    }
    return this.#now;
  }
}
