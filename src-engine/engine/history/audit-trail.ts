/**
 * Calls on their way into the audit trail. What changed something is written at once and waited for. Refusals and failures are
 * bounded: the same one again, and more than a few of one role, become one row with their count when the minute is over, so that
 * a client without rights, or with failing calls, cannot fill the trail either.
 */
import type { LogLevel } from '../../contract/log-operations.ts';
import type { AuditEntry } from '../../contract/records.ts';
import type { Clock } from '../../lib/clock.ts';

/** How long refusals are gathered before their count is written. */
const WINDOW_US = 60_000_000;
/** Rows of refusals and failures a minute that one role may have, and one more for all the rest of each outcome. */
export const MAX_REFUSALS_PER_ROLE = 20;

type Gathered = { readonly first: AuditEntry; last: AuditEntry; count: number };

type TrailParts = {
  readonly clock: Clock;
  /** Durable when it resolves. */
  readonly write: (entry: AuditEntry) => Promise<void>;
  readonly onFault: (entry: AuditEntry, error: unknown) => void;
};

export class AuditTrail {
  readonly #parts: TrailParts;
  /** Refusals of this minute, by caller, operation, outcome and reason. */
  readonly #gathered = new Map<string, Gathered>();
  #cancel: (() => void) | undefined;

  constructor(parts: TrailParts) {
    this.#parts = parts;
  }

  /**
   * Resolves to true when the row is durable, to false when it could not be written. A refusal is not waited for; the first of
   * equal failures is, as it may have changed something.
   */
  async take(entry: AuditEntry): Promise<boolean> {
    if (entry.outcome === 'ok') return this.#write(entry);
    const role = entry.actor.split(' ', 1)[0] ?? '';
    const key = JSON.stringify([entry.actor, entry.action, entry.outcome, entry.detail]);
    const known = this.#gathered.get(key) ?? this.#gathered.get(overflowOf(entry));
    if (known !== undefined) {
      known.count += 1;
      known.last = entry;
      return true;
    }
    if (this.#countOf(role) >= MAX_REFUSALS_PER_ROLE) {
      const others = { ...entry, actor: role, action: 'other calls' };
      this.#gathered.set(overflowOf(entry), { first: others, last: entry, count: 1 });
      this.#flushLater();
      return true;
    }
    this.#gathered.set(key, { first: entry, last: entry, count: 0 });
    this.#flushLater();
    const written = this.#write(entry);
    return entry.outcome === 'denied' ? true : written;
  }

  #flushLater(): void {
    this.#cancel ??= this.#parts.clock.schedule(
      this.#parts.clock.nowUs() + WINDOW_US,
      () => void this.flush(),
    );
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const gathered = [...this.#gathered.values()].filter(({ count }) => count > 0);
    this.#gathered.clear();
    await Promise.all(gathered.map((one) => this.#write(summaryOf(one))));
  }

  #countOf(role: string): number {
    return [...this.#gathered.values()].filter(({ first }) => first.actor.split(' ', 1)[0] === role).length;
  }

  async #write(entry: AuditEntry): Promise<boolean> {
    try {
      await this.#parts.write(entry);
      return true;
    } catch (error) {
      this.#parts.onFault(entry, error);
      return false;
    }
  }
}

/** Where what is beyond a role's rows is counted. */
function overflowOf({ actor, outcome }: AuditEntry): string {
  return `${actor.split(' ', 1)[0]} ${outcome}`;
}

function summaryOf({ first, last, count }: Gathered): AuditEntry {
  const span = `${timeOf(first.atUs)} to ${timeOf(last.atUs)}`;
  return { ...first, atUs: last.atUs, detail: `${count} more from ${span}, the last one: ${last.detail}` };
}

/** How the engine's log reports a changing call. */
export function callLine({ action, actor, outcome, detail }: AuditEntry): [LogLevel, string, string] {
  const why = outcome === 'ok' ? '' : `: ${detail}`;
  return [outcome === 'ok' ? 'info' : 'warn', 'call', `${action} by ${actor}: ${outcome}${why}`];
}

function timeOf(atUs: number): string {
  return new Date(atUs / 1_000).toISOString();
}
