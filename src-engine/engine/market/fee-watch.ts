/**
 * Keeps the account's fees true while a session trades: they are read again once a day, and at once when a fill cost more
 * than planned. The kernel has raised the fee of that instrument by then; what the account says of the others follows.
 */
import type { EngineEvent } from '../../domain/event.ts';
import type { Instrument, InstrumentChange } from '../../domain/instrument.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import {
  ACCOUNT_BASIS,
  ACCOUNT_EARLIER_MAKER_BASIS,
  ACCOUNT_TAKER_BASIS,
  type AccountFees,
} from '../../venues/venue-account.ts';

const DAY_US: DurationUs = 86_400_000_000;
/** Not more often, however many fills cost more; and so long after a read that failed. */
const PAUSE_US: DurationUs = 60_000_000;

export type FeeWatchParts = {
  readonly clock: Clock;
  /** Those that trade: their fees are the ones in force. */
  readonly instruments: readonly Pick<Instrument, 'id' | 'symbol' | 'makerFee'>[];
  /** Asks the venue. A pair whose fee it does not say is absent, and keeps the fee that is known. */
  readonly read: (symbols: readonly string[]) => Promise<AccountFees>;
  readonly apply: (id: InstrumentId, change: InstrumentChange, atUs: TimeUs) => void;
  readonly note: (text: string) => void;
};

export class FeeWatch {
  readonly #parts: FeeWatchParts;
  #dueUs = 0;
  #readUs = Number.NEGATIVE_INFINITY;
  #isReading = false;
  #isStopped = true;
  #cancel: () => void = () => undefined;

  constructor(parts: FeeWatchParts) {
    this.#parts = parts;
  }

  /** The fees were read a moment ago: the next reading is in a day, or with the first fill that shows that they changed since. */
  start(): void {
    const nowUs = this.#parts.clock.nowUs();
    this.#isStopped = false;
    this.#schedule(nowUs + DAY_US);
  }

  onFacts(events: readonly EngineEvent[]): void {
    if (!events.some((event) => event.type === 'instrumentChanged' && event.cause === 'fill')) return;
    const soonUs = Math.max(this.#parts.clock.nowUs(), this.#readUs + PAUSE_US);
    if (!this.#isStopped && soonUs < this.#dueUs) this.#schedule(soonUs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(atUs: TimeUs): void {
    this.#cancel();
    this.#dueUs = atUs;
    this.#cancel = this.#parts.clock.schedule(atUs, () => void this.#read());
  }

  async #read(): Promise<void> {
    if (this.#isReading || this.#isStopped) return;
    const { clock, instruments, read, apply, note } = this.#parts;
    this.#isReading = true;
    let nextUs: DurationUs = DAY_US;
    try {
      const fees = await read(instruments.map(({ symbol }) => symbol));
      if (this.#isStopped) return;
      for (const instrument of instruments) {
        const change = feeChangeOf(fees, instrument);
        if (change !== undefined) apply(instrument.id, change, clock.nowUs());
      }
    } catch (error) {
      note(
        `the account's fees could not be read again: ${error instanceof Error ? error.message : String(error)}`,
      );
      nextUs = PAUSE_US;
    } finally {
      this.#isReading = false;
      this.#readUs = clock.nowUs();
      if (!this.#isStopped) this.#schedule(this.#readUs + nextUs);
    }
  }
}

/** What the account says of a pair. A maker's fee that it does not say stays as it is known. Undefined: it says nothing of the pair. */
function feeChangeOf(
  { takers, makers }: AccountFees,
  { symbol, makerFee: known }: FeeWatchParts['instruments'][number],
): InstrumentChange | undefined {
  const [takerFee, makerFee] = [takers.get(symbol)?.toFixed(), makers.get(symbol)?.toFixed()];
  if (takerFee === undefined) return undefined;
  if (makerFee !== undefined) return { takerFee, makerFee, feeBasis: ACCOUNT_BASIS };
  return { takerFee, feeBasis: known === undefined ? ACCOUNT_TAKER_BASIS : ACCOUNT_EARLIER_MAKER_BASIS };
}
