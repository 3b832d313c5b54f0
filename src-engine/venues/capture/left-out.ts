/** What a check of a recording leaves out: lines that cannot be read, and messages that are no book. Counted and named. */
import { UserError } from '../../domain/errors.ts';
import type { CheckReport, UnreadableLine } from './check-report.ts';

/** Unreadable lines that are named; more are counted. */
const MAX_NAMED_LINES = 20;
/** Names that are counted apart; further ones share one place. */
const MAX_NAMES = 200;
const REST = 'others';

export class LeftOut {
  readonly #lines: UnreadableLine[] = [];
  #count = 0;
  readonly #others = new Map<string, number>();

  /** Does what may find a line unreadable, and keeps which it was. @throws what is wrong with more than a line. */
  attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof UserError) || error.problem.code !== 'bad-line') throw error;
      this.#count++;
      if (this.#lines.length >= MAX_NAMED_LINES) return;
      const line = Number(/\d+/.exec(error.problem.field ?? '')?.[0] ?? 0);
      this.#lines.push({ line, reason: error.problem.message });
    }
  }

  other(name: string): void {
    const place = this.#others.has(name) || this.#others.size < MAX_NAMES ? name : REST;
    this.#others.set(place, (this.#others.get(place) ?? 0) + 1);
  }

  get report(): Pick<CheckReport, 'unreadable' | 'others'> {
    const others = [...this.#others].sort(([a], [b]) => (a < b ? -1 : 1));
    return { unreadable: { count: this.#count, lines: this.#lines }, others: Object.fromEntries(others) };
  }
}
