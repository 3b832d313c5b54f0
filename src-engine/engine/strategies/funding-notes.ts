/**
 * Gives the session's strategies what its perpetuals say: once a minute, of the coins that a strategy which is on looks at, the middle of all rates and of all bases. The kernel makes each a fact, so that a
 * replay has it and asks no venue.
 */
import type { FundingRow, FundingView } from '../../contract/funding-records.ts';
import { type FundingReading, MOST_FUNDING_SECONDS } from '../../domain/funding-reading.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { median } from '../../lib/median.ts';
import type { RunningStrategy } from '../../strategies/session/running-strategy.ts';

const EVERY_US = 60 * US_PER_SECOND;
/** A reading holds through two that are missed. */
const HOLDS_US = 180 * US_PER_SECOND;
const EIGHT_HOURS_US = 8 * 3_600 * US_PER_SECOND;
const MOST_BPS = 10_000;

export type FundingNotesParts = {
  readonly clock: Clock;
  readonly strategies: () => Iterable<RunningStrategy>;
  readonly view: (nowUs: TimeUs) => Pick<FundingView, 'rows'>;
  readonly give: (reading: FundingReading) => Promise<void>;
};

export class FundingNotes {
  readonly #parts: FundingNotesParts;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: FundingNotesParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock } = this.#parts;
    if (this.#isStopped) return;
    this.#cancel = clock.schedule(clock.nowUs() + EVERY_US, () => {
      void this.note()
        // The journal has failed: the session ends or goes on without it, and the next minute tries again.
        .catch(() => undefined)
        .finally(() => this.start());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async note(): Promise<void> {
    const { clock, strategies, view, give } = this.#parts;
    const nowUs = clock.nowUs();
    const coins = new Set(
      [...strategies()].flatMap(({ isOn, host, markets }) =>
        isOn && host !== undefined ? markets.map(({ instrument }) => assetName(instrument.base)) : [],
      ),
    );
    if (coins.size === 0) return;
    const { rows } = view(nowUs);
    for (const coin of coins) {
      const reading = readingOf(coin, rows);
      if (reading !== undefined && !this.#isStopped) await give(reading);
    }
  }
}

/** Undefined: no perpetual of it can be counted on. */
export function readingOf(coin: string, rows: readonly FundingRow[]): FundingReading | undefined {
  const usable = rows.filter(
    ({ base, isStale, isDoubtful, everyUs }) => base === coin && !isStale && !isDoubtful && everyUs !== null,
  );
  if (usable.length === 0) return undefined;
  const rates = usable.map(
    ({ rate, everyUs }) => (Number(rate) * 10_000 * EIGHT_HOURS_US) / (everyUs as number),
  );
  const bases = usable.flatMap(({ basisBps }) => basisBps ?? []);
  const readUs = Math.min(...usable.map(({ receivedUs }) => receivedUs));
  return {
    about: coin,
    rateBps: bounded(median(rates)),
    basisBps: bases.length === 0 ? null : bounded(median(bases)),
    perpetuals: usable.length,
    readUs,
    validUntilUs: readUs + Math.min(HOLDS_US, MOST_FUNDING_SECONDS * US_PER_SECOND),
  };
}

const bounded = (bps: number): number => Number(Math.max(-MOST_BPS, Math.min(MOST_BPS, bps)).toFixed(4));
