/** The lives of opportunities: opened when a cycle pays after fees, closed when it no longer does. */
import { Decimal, type DecimalText } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { assert } from '../domain/errors.ts';
import type { CycleId } from '../domain/ids.ts';
import type { DecisionCode, Opportunity } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import type { CyclePlan } from './cycle-sizing.ts';

export type Decision = { readonly code: DecisionCode; readonly detail: string };

type Life = {
  readonly opportunityId: string;
  readonly openedUs: TimeUs;
  /** The plan and decision to report: the best so far, or the one that was taken. */
  plan: CyclePlan;
  decision: Decision;
  peakNetBps: number;
};

/** An estimate as plain decimal text: at most 12 significant digits and 12 places. */
function estimateText(value: number): DecimalText {
  return new Decimal(value).toSignificantDigits(12).toDecimalPlaces(12).toString();
}

export class OpportunityTracker {
  readonly #lives = new Map<CycleId, Life>();
  readonly #outbox: Outbox;
  readonly #runId: string;
  #count = 0;

  constructor(runId: string, outbox: Outbox) {
    this.#runId = runId;
    this.#outbox = outbox;
  }

  /** Lives that began so far, in this run. */
  get count(): number {
    return this.#count;
  }

  /** Records what was decided on this cycle's plan; the first time, an opportunity opens. */
  observe(plan: CyclePlan, decision: Decision, nowUs: TimeUs): void {
    const netBps = plan.waterfall.netBps;
    let life = this.#lives.get(plan.cycle.id);
    if (life === undefined) {
      this.#count++;
      const opportunityId = `${this.#runId}-o${this.#count}`;
      life = { opportunityId, openedUs: nowUs, plan, decision, peakNetBps: netBps };
      this.#lives.set(plan.cycle.id, life);
      this.#outbox.emit({ type: 'opportunityOpened', atUs: nowUs, opportunity: record(life) });
      return;
    }
    const better = netBps > life.peakNetBps;
    if (better) life.peakNetBps = netBps;
    if (decision.code === 'taken' || (better && life.decision.code !== 'taken')) {
      life.plan = plan;
      life.decision = decision;
    }
  }

  /** The record of a cycle's open life. */
  recordOf(cycleId: CycleId): Opportunity {
    const life = this.#lives.get(cycleId);
    assert(life !== undefined, `cycle ${cycleId} has an open opportunity`);
    return record(life);
  }

  /** Ends the cycle's life, if it has one. */
  close(cycleId: CycleId, nowUs: TimeUs): void {
    const life = this.#lives.get(cycleId);
    if (life === undefined) return;
    this.#lives.delete(cycleId);
    const opportunity = { ...record(life), closedUs: nowUs };
    this.#outbox.emit({ type: 'opportunityClosed', atUs: nowUs, opportunity });
  }

  closeAll(nowUs: TimeUs): void {
    for (const cycleId of this.#lives.keys()) this.close(cycleId, nowUs);
  }

  /** Every open life, for the screen. */
  open(): Opportunity[] {
    return [...this.#lives.values()].map(record);
  }
}

function record(life: Life): Opportunity {
  const { plan, decision } = life;
  return {
    opportunityId: life.opportunityId,
    cycleId: plan.cycle.id,
    venue: plan.cycle.venue,
    path: plan.cycle.path,
    legs: plan.legs.map((leg) => ({
      symbol: leg.symbol,
      side: leg.side,
      limitPrice: leg.limitPrice.toString(),
      qty: leg.qty.toString(),
    })),
    startAmount: estimateText(plan.startAmount),
    expectedProfit: estimateText((plan.startAmount * plan.waterfall.netBps) / 10_000),
    waterfall: plan.waterfall,
    decision: decision.code,
    decisionDetail: decision.detail,
    openedUs: life.openedUs,
    peakNetBps: life.peakNetBps,
  };
}
