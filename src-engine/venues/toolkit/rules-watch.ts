/**
 * For venues whose streams say nothing of an instrument's rules: their list is read again once a minute. What
 * changed is passed on: grid and minimums, status, symbols that left the list, rows that can no longer be read.
 */
import type { InstrumentId } from '../../domain/ids.ts';
import type { Instrument, InstrumentStatus } from '../../domain/instrument.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketSink } from '../market-feed.ts';
import { changedRules, obstacleTo } from './rule-changes.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { Throttled } from './throttled.ts';

export type RulesWatchOptions = {
  readonly clock: Clock;
  readonly instruments: readonly Instrument[];
  readonly sink: MarketSink;
  /** Reads the list; rejects when it cannot be had. */
  readonly read: (symbols: readonly string[]) => Promise<InstrumentListing>;
};

/** Often enough for a change of rules, and little of any venue's limits: weight 20 of 6,000 a minute at Binance. */
const PERIOD_US = 60 * US_PER_SECOND;

export class RulesWatch {
  readonly #options: RulesWatchOptions;
  /** As it was passed on last. */
  readonly #statuses = new Map<InstrumentId, InstrumentStatus>();
  readonly #stopped = new Map<InstrumentId, string>();
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(options: RulesWatchOptions) {
    this.#options = options;
    for (const { id, status } of options.instruments) this.#statuses.set(id, status);
  }

  start(): void {
    this.#schedule(this.#options.clock.nowUs() + PERIOD_US);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(atUs: TimeUs): void {
    if (!this.#isStopped) this.#cancel = this.#options.clock.schedule(atUs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const { clock, instruments, read } = this.#options;
    let waitUs = PERIOD_US;
    try {
      const listing = await read(instruments.map(({ symbol }) => symbol));
      if (!this.#isStopped) this.#compare(listing, clock.nowUs());
    } catch (error) {
      // What cannot be read now is read again: the rules that are known stand until then.
      if (error instanceof Throttled) waitUs = Math.max(waitUs, error.retryAfterMs * US_PER_MS);
    }
    this.#schedule(clock.nowUs() + waitUs);
  }

  #compare({ instruments: listed, leftOut }: InstrumentListing, atUs: TimeUs): void {
    const specs = new Map(listed.map((spec) => [spec.symbol, spec]));
    const problems = new Map(leftOut.map(({ name, reason }) => [name, reason]));
    for (const instrument of this.#options.instruments) {
      const { id, symbol } = instrument;
      const spec = specs.get(symbol);
      const problem = problems.get(symbol);
      if (spec === undefined) {
        if (problem === undefined) this.#status(id, 'delisted', atUs);
        else this.#stop(id, `the venue’s rules of ${symbol} cannot be read: ${problem}`, atUs);
        continue;
      }
      this.#status(id, spec.status ?? 'online', atUs);
      const obstacle = obstacleTo(instrument, spec);
      this.#stop(id, obstacle, atUs);
      const change = obstacle === '' ? changedRules(instrument, spec) : undefined;
      if (change !== undefined) this.#options.sink.onInstrumentChange?.(id, change, atUs);
    }
  }

  #status(id: InstrumentId, status: InstrumentStatus, atUs: TimeUs): void {
    if (this.#statuses.get(id) === status) return;
    this.#statuses.set(id, status);
    this.#options.sink.onInstrumentStatus(id, status, atUs);
  }

  /** With an empty reason: it can be traded again, where it had been stopped from here. */
  #stop(id: InstrumentId, reason: string, atUs: TimeUs): void {
    if ((this.#stopped.get(id) ?? '') === reason) return;
    this.#stopped.set(id, reason);
    this.#options.sink.onInstrumentStopped?.(id, reason, atUs);
  }
}
