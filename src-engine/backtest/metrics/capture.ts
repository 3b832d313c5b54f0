/**
 * What share of the edge that was seen came home, and where the rest went. What an opportunity promised is the
 * profit that its best plan expected after fees, depth and rounding; opportunities that promised nothing count as none.
 */
import { decimal } from '../../domain/decimal.ts';
import type { EngineEvent, ExecutionRecord } from '../../domain/event.ts';
import type { ExecutionId } from '../../domain/ids.ts';
import type { Opportunity } from '../../domain/opportunity.ts';
import type { Portfolio } from '../../portfolio/portfolio.ts';

export type CaptureRow = { readonly reason: string; readonly opportunities: number; readonly home: number };

export type CaptureFigures = {
  readonly detected: number;
  readonly captured: number;
  readonly share: number | null;
  readonly lost: readonly CaptureRow[];
};

export class CaptureTally {
  readonly #open = new Map<ExecutionId, Opportunity>();
  #portfolio: Pick<Portfolio, 'valueOf'> | undefined;
  #detected = 0;
  #captured = 0;
  readonly #lost = new Map<string, { opportunities: number; home: number }>();

  /** Before the first event. */
  begin(portfolio: Pick<Portfolio, 'valueOf'>): void {
    this.#portfolio = portfolio;
  }

  /** Counts from nothing again; executions under way keep what they promised. */
  startAgain(): void {
    this.#detected = 0;
    this.#captured = 0;
    this.#lost.clear();
  }

  /** An execution that is counted elsewhere. */
  forget(executionId: ExecutionId): void {
    this.#open.delete(executionId);
  }

  /** Valued at the marks of the moment: the events of one step, before the market moves on. */
  onEvents(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.type === 'opportunityClosed')
        this.#closed(event.opportunity, this.#homeOf(event.opportunity));
      else if (event.type === 'executionStarted') this.#open.set(event.executionId, event.opportunity);
      else if (event.type === 'executionFinished' && event.execution.outcome !== 'quoted') {
        const { executionId } = event.execution;
        const opportunity = this.#open.get(executionId);
        this.#open.delete(executionId);
        this.#finished(event.execution, opportunity === undefined ? null : this.#homeOf(opportunity));
      }
    }
  }

  /** What an opportunity promised, in the home currency; null while it has no price. */
  #homeOf({ path, expectedProfit }: Opportunity): number | null {
    return this.#portfolio?.valueOf(path[0] ?? '', decimal(expectedProfit))?.toNumber() ?? null;
  }

  /** An opportunity closed; one that was taken is counted by its execution. @param promisedHome null: it had no price. */
  #closed({ decision }: Pick<Opportunity, 'decision'>, promisedHome: number | null): void {
    if (decision === 'taken' || promisedHome === null || promisedHome <= 0) return;
    this.#detected += promisedHome;
    this.#lose(decision, promisedHome);
  }

  /** @param promisedHome null for a sale of what earlier trades had left. */
  #finished({ outcome, profitHome }: ExecutionRecord, promisedHome: number | null): void {
    const profit = Number(profitHome);
    this.#captured += profit;
    const promised = Math.max(0, promisedHome ?? 0);
    this.#detected += promised;
    // A trade that brought more than it promised lessens what execution took.
    this.#lose(outcome, promised - profit);
  }

  figures(): CaptureFigures {
    const lost = [...this.#lost].map(([reason, row]) => ({ reason, ...row }));
    return {
      detected: this.#detected,
      captured: this.#captured,
      share: this.#detected === 0 ? null : this.#captured / this.#detected,
      lost: lost.sort((a, b) => b.home - a.home || (a.reason < b.reason ? -1 : 1)),
    };
  }

  #lose(reason: string, home: number): void {
    const row = this.#lost.get(reason) ?? { opportunities: 0, home: 0 };
    row.opportunities++;
    row.home += home;
    this.#lost.set(reason, row);
  }
}
