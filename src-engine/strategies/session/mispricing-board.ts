/**
 * What opportunities that were detected say of a market's price: one whose trade buys there found it cheap, one whose trade sells found it dear. Each counts with its net edge, times the share
 * of the last executions that came home as planned: what nobody could capture was hardly a price. It follows from facts of the kernel alone.
 */
import { isCaptured } from '../../detection/capture-features.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Mispricing } from '../strategy-port.ts';

/** For so long an opportunity says something. */
const HEARD_US = 60 * US_PER_SECOND;
/** Kept of each market, and executions that the share rests on. */
const MOST_KEPT = 100;
const MOST_OUTCOMES = 20;
/** A larger edge is a mistake of a price rather than a price. */
const MOST_BPS = 100;

type Seen = { readonly atUs: TimeUs; readonly signedBps: number };

export class MispricingBoard {
  readonly #seen = new Map<string, Seen[]>();
  #outcomes: boolean[] = [];
  #isHeard = false;

  onFacts(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.type === 'opportunityOpened') {
        this.#isHeard = true;
        const { venue, legs, waterfall } = event.opportunity;
        const bps = Math.min(MOST_BPS, waterfall.netBps);
        for (const leg of legs)
          this.#keep(`${leg.venue ?? venue} ${leg.symbol}`, {
            atUs: event.atUs,
            signedBps: leg.side === 'buy' ? bps : -bps,
          });
      } else if (event.type === 'executionFinished' && OF_OPPORTUNITIES.has(event.execution.outcome)) {
        this.#outcomes.push(isCaptured(event.execution));
        if (this.#outcomes.length > MOST_OUTCOMES) this.#outcomes.shift();
      }
    }
  }

  /** Undefined: no opportunity was detected in this session, so that nothing is known of any. */
  of(venue: string, symbol: string, nowUs: TimeUs): Mispricing | undefined {
    if (!this.#isHeard) return undefined;
    const recent = (this.#seen.get(`${venue} ${symbol}`) ?? []).filter(
      ({ atUs }) => atUs <= nowUs && nowUs - atUs <= HEARD_US,
    );
    const captured = this.#outcomes.filter(Boolean).length;
    const outcomes = this.#outcomes.length;
    // Laplace's rule: one half while nothing was tried.
    const share = (captured + 1) / (outcomes + 2);
    const sum = recent.reduce((total, { signedBps }) => total + signedBps, 0);
    return {
      pressureBps: recent.length === 0 ? 0 : (sum / recent.length) * share,
      opportunities: recent.length,
      captured,
      outcomes,
    };
  }

  #keep(key: string, seen: Seen): void {
    const list = this.#seen.get(key) ?? [];
    list.push(seen);
    if (list.length > MOST_KEPT) list.shift();
    this.#seen.set(key, list);
  }
}

/** Ends of what began with an opportunity: sweeps and quotes did not. */
const OF_OPPORTUNITIES: ReadonlySet<string> = new Set(['completed', 'missed', 'unwound', 'stranded', 'late']);
