/** The figures of the day (UTC) in progress: what the database held of it when the session began, and every durable fact since. */
import { CaptureTally } from '../../backtest/metrics/capture.ts';
import type { TodayFigures } from '../../contract/today-records.ts';
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { EngineEvent, ExecutionOutcome, ExecutionRecord } from '../../domain/event.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Kernel } from '../../kernel/kernel.ts';

export const DAY_US = 86_400 * US_PER_SECOND;
const SECONDS = 60;
/** Outcomes of what sent an order for an opportunity: not what risk denied before, nor what is sold or filled afterwards. */
const ATTEMPTS: ReadonlySet<ExecutionOutcome> = new Set(['completed', 'missed', 'unwound', 'stranded']);

export type DayRow = Pick<ExecutionRecord, 'outcome' | 'profitHome'>;

export function dayOf(atUs: TimeUs): TimeUs {
  return atUs - (atUs % DAY_US);
}

export class DayTally {
  readonly #kernel: Pick<Kernel, 'portfolio' | 'risk' | 'config'>;
  #dayUs: TimeUs;
  #edgesSinceUs: TimeUs;
  readonly #capture = new CaptureTally();
  #profit = ZERO;
  #unwindCost = ZERO;
  #executions = 0;
  #attempts = 0;
  #completed = 0;
  #missed = 0;
  /** Opportunities that opened, by second, in a ring of one minute. */
  readonly #opened = new Uint32Array(SECONDS);
  #second = 0;

  /** @param before executions of the day that finished before the session. */
  constructor(
    kernel: Pick<Kernel, 'portfolio' | 'risk' | 'config'>,
    before: readonly DayRow[],
    nowUs: TimeUs,
  ) {
    this.#kernel = kernel;
    this.#dayUs = dayOf(nowUs);
    this.#edgesSinceUs = nowUs;
    this.#capture.begin(kernel.portfolio);
    this.#second = secondOf(nowUs);
    for (const row of before) this.#finished(row);
  }

  /** Takes a fact that is durable. */
  take(event: EngineEvent): void {
    this.#turn(event.atUs);
    const isOver = event.type === 'executionFinished' || event.type === 'opportunityClosed';
    const overUs = event.type === 'executionFinished' ? event.execution.finishedUs : event.atUs;
    // It happened before midnight and became durable after it.
    const isOfDayBefore = isOver && dayOf(overUs) < this.#dayUs;
    if (!isOfDayBefore) this.#capture.onEvents([event]);
    else if (event.type === 'executionFinished') this.#capture.forget(event.execution.executionId);
    if (event.type === 'executionFinished' && !isOfDayBefore) this.#finished(event.execution);
    else if (event.type === 'opportunityOpened') {
      this.#advance(secondOf(event.atUs));
      const at = this.#second % SECONDS;
      this.#opened[at] = (this.#opened[at] ?? 0) + 1;
    }
  }

  figures(nowUs: TimeUs): TodayFigures {
    this.#turn(nowUs);
    this.#advance(secondOf(nowUs));
    const { risk, config } = this.#kernel;
    const { escalation, exposure, equityHome } = risk;
    const { detected, captured, share, lost } = this.#capture.figures();
    return {
      homeAsset: config.homeAsset,
      dayUs: this.#dayUs,
      profit: this.#profit.toFixed(),
      executions: this.#executions,
      attempts: this.#attempts,
      completed: this.#completed,
      missed: this.#missed,
      unwindCost: this.#unwindCost.toFixed(),
      edgesPerMinute: this.#opened.reduce((sum, count) => sum + count, 0),
      edgesSinceUs: this.#edgesSinceUs,
      edges: { detected, captured, share, lost: [...lost] },
      exposure: equityHome === undefined ? null : exposure.gross().toFixed(),
      riskLevel: escalation.level,
      lossPct: escalation.lossPct.toNumber(),
    };
  }

  #finished({ outcome, profitHome }: DayRow): void {
    const profit: Decimal = decimal(profitHome);
    this.#profit = this.#profit.plus(profit);
    this.#executions++;
    if (ATTEMPTS.has(outcome)) this.#attempts++;
    if (outcome === 'completed') this.#completed++;
    if (outcome === 'missed') this.#missed++;
    const isUnwound = outcome === 'unwound' || outcome === 'stranded';
    if (isUnwound && profit.isNegative()) this.#unwindCost = this.#unwindCost.plus(profit);
  }

  /** Another day begins with nothing. */
  #turn(atUs: TimeUs): void {
    const dayUs = dayOf(atUs);
    if (dayUs <= this.#dayUs) return;
    this.#dayUs = dayUs;
    this.#edgesSinceUs = dayUs;
    this.#capture.startAgain();
    this.#profit = ZERO;
    this.#unwindCost = ZERO;
    this.#executions = 0;
    this.#attempts = 0;
    this.#completed = 0;
    this.#missed = 0;
  }

  /** Seconds that have passed without an opening are empty. */
  #advance(second: number): void {
    const passed = Math.min(SECONDS, second - this.#second);
    for (let k = 1; k <= passed; k++) this.#opened[(this.#second + k) % SECONDS] = 0;
    this.#second = Math.max(this.#second, second);
  }
}

function secondOf(atUs: TimeUs): number {
  return Math.floor(atUs / US_PER_SECOND);
}
