/** The lives of opportunities: opened when a cycle pays after fees, closed when it no longer does. */
import { Decimal, type DecimalText, textOf } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { assert } from '../domain/errors.ts';
import type { CycleId } from '../domain/ids.ts';
import type { Capture, DecisionCode, Opportunity } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import type { CyclePlan } from './cycle-sizing.ts';

export type Decision = {
  readonly code: DecisionCode;
  readonly detail: string;
  /** Where a scorer was asked. */
  readonly capture?: Capture | undefined;
};

type Life = {
  readonly opportunityId: string;
  readonly openedUs: TimeUs;
  /** The plan and decision to report: the best so far, or the one that was taken. */
  plan: CyclePlan;
  decision: Decision;
  peakNetBps: number;
  /** As it was reported last; undefined: something of it has changed since. */
  record: Opportunity | undefined;
};

/** Significant digits of an estimate, and places. */
const DIGITS = 12;
/** A number as plain digits: those before the point, and those behind it. */
const PLAIN = /^-?(\d+)(?:\.(\d+))?$/;

/** An estimate as plain decimal text: at most 12 significant digits and 12 places, the rest cut off. */
export function estimateText(value: number): DecimalText {
  const text = String(value);
  const [, whole = '', places = ''] = PLAIN.exec(text) ?? [];
  const digits = whole === '0' ? 0 : whole.length;
  if (whole === '' || digits > DIGITS || value === 0)
    return new Decimal(value).toSignificantDigits(DIGITS).toDecimalPlaces(DIGITS).toString();
  const most = DIGITS - digits;
  if (places.length <= most) return text;
  let end = text.length - places.length + most;
  // A point that nothing follows goes too.
  while (text[end - 1] === '0') end--;
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}

/** The profit that a plan promises, in its start asset: exact where it is known, else an estimate by its net edge. */
export function promisedBy({ profit, startAmount, waterfall }: CyclePlan): DecimalText {
  return profit?.toString() ?? estimateText((startAmount * waterfall.netBps) / 10_000);
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
      life = { opportunityId, openedUs: nowUs, plan, decision, peakNetBps: netBps, record: undefined };
      this.#lives.set(plan.cycle.id, life);
      this.#outbox.emit({ type: 'opportunityOpened', atUs: nowUs, opportunity: record(life) });
      return;
    }
    const better = netBps > life.peakNetBps;
    if (better) {
      life.peakNetBps = netBps;
      life.record = undefined;
    }
    if (stands(decision.code, life.decision.code) || (better && !isFinal(life.decision.code))) {
      life.plan = plan;
      life.decision = decision;
      life.record = undefined;
    }
  }

  /** Of a cycle's open life; undefined: it has none. */
  lifeOf(cycleId: CycleId): { readonly openedUs: TimeUs; readonly peakNetBps: number } | undefined {
    return this.#lives.get(cycleId);
  }

  /** The record of a cycle's open life. */
  recordOf(cycleId: CycleId): Opportunity {
    const life = this.#lives.get(cycleId);
    assert(life !== undefined, `cycle ${cycleId} has an open opportunity`);
    return record(life);
  }

  /** Whether this opportunity is the cycle's open life. */
  isOpen(cycleId: CycleId, opportunityId: string): boolean {
    return this.#lives.get(cycleId)?.opportunityId === opportunityId;
  }

  /** The cycle whose open life this opportunity is; undefined: it has closed. */
  cycleOf(opportunityId: string): CycleId | undefined {
    for (const [cycleId, life] of this.#lives) if (life.opportunityId === opportunityId) return cycleId;
    return undefined;
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

/** What the engine did about a life, or that a scorer kept it from doing so: a better moment of the same life does not hide it. */
function isFinal(code: DecisionCode): boolean {
  return code === 'taken' || code === 'capture-unlikely';
}

function stands(code: DecisionCode, before: DecisionCode): boolean {
  return code === 'taken' || (code === 'capture-unlikely' && !isFinal(before));
}

/** One record for all facts between two changes of it. */
function record(life: Life): Opportunity {
  return (life.record ??= recordNow(life));
}

function recordNow(life: Life): Opportunity {
  const { plan, decision } = life;
  return {
    opportunityId: life.opportunityId,
    cycleId: plan.cycle.id,
    venue: plan.cycle.venue,
    path: plan.cycle.path,
    legs: plan.legs.map((leg) => ({
      symbol: leg.symbol,
      side: leg.side,
      limitPrice: textOf(leg.limitPrice),
      qty: textOf(leg.qty),
      ...(leg.venue === undefined ? {} : { venue: leg.venue }),
    })),
    startAmount: estimateText(plan.startAmount),
    expectedProfit: promisedBy(plan),
    waterfall: plan.waterfall,
    decision: decision.code,
    decisionDetail: decision.detail,
    openedUs: life.openedUs,
    peakNetBps: life.peakNetBps,
    ...(decision.capture === undefined ? {} : { capture: decision.capture }),
  };
}
