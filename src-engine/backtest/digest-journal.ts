/** The journal of a backtest: keeps no events, but their digest and what a report counts. */
import { createHash, type Hash } from 'node:crypto';
import type { EngineEvent, ExecutionOutcome } from '../domain/event.ts';
import type { DecisionCode } from '../domain/opportunity.ts';
import type { Journal } from '../runner/journal.ts';

/** How many opportunity lives ended under this decision, and the numbers behind one of them. */
export type DecisionCount = { count: number; readonly example: string };

export class DigestJournal implements Journal {
  readonly executions: Record<ExecutionOutcome, number> = {
    completed: 0,
    missed: 0,
    unwound: 0,
    stranded: 0,
    denied: 0,
    swept: 0,
    late: 0,
    quoted: 0,
  };
  readonly decisions = new Map<DecisionCode, DecisionCount>();
  /** Orders that we denied ourselves, by code; and that the venue rejected, by its words. */
  readonly denials = new Map<string, number>();
  readonly rejections = new Map<string, number>();
  /** Why trading was halted, in order; each reason once. */
  readonly halts = new Set<string>();
  events = 0;
  readonly #hash: Hash | undefined;
  readonly #watch: (events: readonly EngineEvent[]) => void;

  /** @param watch sees every event once it is in the digest. @param isDigested false: only counts, and has no digest. */
  constructor(watch: (events: readonly EngineEvent[]) => void, isDigested = true) {
    this.#hash = isDigested ? createHash('sha256') : undefined;
    this.#watch = watch;
  }

  append(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.events++;
      this.#hash?.update(`${JSON.stringify(event)}\n`);
      this.#count(event);
    }
    this.#watch(events);
  }

  /** Counts the decision on one opportunity's whole life. */
  decided(code: DecisionCode, detail: string): void {
    const known = this.decisions.get(code);
    if (known === undefined) this.decisions.set(code, { count: 1, example: detail });
    else known.count++;
  }

  /** SHA-256 over all events so far, a JSON line each, in order; empty where none is made. */
  digest(): string {
    return this.#hash?.copy().digest('hex') ?? '';
  }

  #count(event: EngineEvent): void {
    if (event.type === 'opportunityClosed') {
      this.decided(event.opportunity.decision, event.opportunity.decisionDetail);
    } else if (event.type === 'executionFinished') this.executions[event.execution.outcome]++;
    else if (event.type === 'orderDenied') add(this.denials, event.code);
    else if (event.type === 'orderRejected') add(this.rejections, event.order.reason);
    else if (event.type === 'tradingHalted') this.halts.add(`${event.code}: ${event.reason}`);
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
