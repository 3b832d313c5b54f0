/** What one order's review takes from the monitor. Each figure is computed when a check asks for it: an order that brings risk back needs few. */
import type { Decimal } from '../domain/decimal.ts';
import type { ExecutionId, InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { RiskLevel } from '../domain/risk.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Reference, RiskContext, Volatility } from './check.ts';

/** The monitor, as far as one order is judged by it. */
export type MonitorSource = {
  readonly samples: {
    reference(id: InstrumentId, nowUs: TimeUs): Reference | undefined;
    volatility(id: InstrumentId): Volatility;
  };
  readonly escalation: { readonly level: RiskLevel; readonly lossPct: Decimal };
  readonly breakers: { refusal(venue: VenueName, executionId: ExecutionId): string | undefined };
  readonly equityHome: Decimal | undefined;
  readonly kellyNotional: Decimal | undefined;
  /** Cycles begun since the UTC day began. */
  readonly tradesToday: number;
  isUnderWay(executionId: ExecutionId): boolean;
  sizeFactor(id: InstrumentId): number;
  stoppedFor(strategy: Cycle | string): string | undefined;
  relatedTo(cycle: Cycle, executionId: ExecutionId): number;
};

type FromMonitor = Pick<
  RiskContext,
  | 'reference'
  | 'volatility'
  | 'equityHome'
  | 'sizeFactor'
  | 'level'
  | 'lossPct'
  | 'tripped'
  | 'stopped'
  | 'tradesToday'
  | 'related'
  | 'kellyNotional'
>;

export class MonitorContext implements FromMonitor {
  readonly instrument: Instrument;
  readonly nowUs: TimeUs;
  readonly #monitor: MonitorSource;
  readonly #executionId: ExecutionId;
  readonly #cycle: Cycle | undefined;
  readonly #strategy: Cycle | string | undefined;

  /**
   * @param cycle that the order belongs to or would begin; undefined for one that stands alone.
   * @param quotes what the quotes are called that the order is one of; undefined: it is none.
   */
  constructor(
    monitor: MonitorSource,
    instrument: Instrument,
    executionId: ExecutionId,
    cycle: Cycle | undefined,
    nowUs: TimeUs,
    quotes?: string,
  ) {
    this.instrument = instrument;
    this.nowUs = nowUs;
    this.#monitor = monitor;
    this.#executionId = executionId;
    this.#cycle = cycle;
    this.#strategy = cycle ?? quotes;
  }

  get reference(): Reference | undefined {
    return this.#monitor.samples.reference(this.instrument.id, this.nowUs);
  }

  get volatility(): Volatility {
    return this.#monitor.samples.volatility(this.instrument.id);
  }

  get equityHome(): Decimal | undefined {
    return this.#monitor.equityHome;
  }

  get sizeFactor(): number {
    return this.#monitor.sizeFactor(this.instrument.id);
  }

  get level(): RiskLevel {
    return this.#monitor.escalation.level;
  }

  get lossPct(): Decimal {
    return this.#monitor.escalation.lossPct;
  }

  get tripped(): string | undefined {
    return this.#monitor.breakers.refusal(this.instrument.venue, this.#executionId);
  }

  get stopped(): string | undefined {
    return this.#strategy === undefined ? undefined : this.#monitor.stoppedFor(this.#strategy);
  }

  get tradesToday(): number {
    return this.#monitor.tradesToday - (this.#monitor.isUnderWay(this.#executionId) ? 1 : 0);
  }

  get related(): number {
    return this.#cycle === undefined ? 0 : this.#monitor.relatedTo(this.#cycle, this.#executionId);
  }

  get kellyNotional(): Decimal | undefined {
    return this.#monitor.kellyNotional;
  }
}
