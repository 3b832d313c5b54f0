/** Looks once a minute how the engine stands, and keeps what it saw in the database. */
import type { OperationHandlers } from '../contract/operations.ts';
import type { CallEnd, SloName, sloOperations, SloView } from '../contract/slo-operations.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';
import {
  type BurningLevel,
  FEWEST_PAIRS,
  GOOD_CALL_US,
  GOOD_TRACKING_BPS,
  MINUTE_US,
  SloBook,
  type StoredSlos,
} from './slo-book.ts';

const STOP_US = 2_000_000;

export type SloParts = {
  readonly clock: Clock;
  readonly stored: StoredSlos | undefined;
  readonly save: (slos: StoredSlos) => Promise<void>;
  /** Undefined: no plan was chosen yet, so that nothing is to be ready. */
  readonly isReady: () => Promise<boolean | undefined>;
  /** Of account and ghost; undefined: there are no two. */
  readonly tracking: () => { readonly pairs: number; readonly trackingErrorBps: number | null } | undefined;
  readonly note: (text: string) => void;
};

export class SloWatch {
  readonly handlers: Pick<OperationHandlers, keyof typeof sloOperations>;
  readonly #parts: SloParts;
  readonly #book: SloBook;
  #calls = 0;
  #goodCalls = 0;
  #wasReady: boolean | undefined;
  /** It is being stored: what this does not hold, the next minute stores. */
  #isKeeping = false;
  /** The last try to store failed, which was said. */
  #isRefused = false;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: SloParts) {
    this.#parts = parts;
    this.#book = new SloBook(parts.stored, parts.clock.nowUs());
    this.handlers = { getSlos: () => this.read() };
  }

  start(): void {
    // From now on an end that was no stop shows, as what is stored says so.
    void this.#keepSoon();
    this.#lookLater();
  }

  #lookLater(): void {
    const { clock } = this.#parts;
    this.#cancel = clock.schedule(clock.nowUs() + MINUTE_US, () => {
      void this.#look().finally(() => {
        if (!this.#isStopped) this.#lookLater();
      });
    });
  }

  read(): SloView {
    return this.#book.read(this.#parts.clock.nowUs());
  }

  since(name: SloName, afterUs: number): ReturnType<SloBook['since']> {
    return this.#book.since(name, afterUs);
  }

  burning(afterUs = 0): BurningLevel[] {
    return this.#book.burning(this.#parts.clock.nowUs(), afterUs);
  }

  /** Of the last minute that was looked at; undefined: there was none, or no plan was chosen. */
  get wasReady(): boolean | undefined {
    return this.#wasReady;
  }

  /**
   * A call of the API that ended. @param us from its last byte to the first of its answer.
   * @param end what its client gave up says something only once a good answer would have been there.
   */
  called(us: number, end: CallEnd): void {
    const isFast = us < GOOD_CALL_US;
    if (end === 'givenUp' && isFast) return;
    this.#calls += 1;
    if (end === 'answered' && isFast) this.#goodCalls += 1;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    // A disk that hangs keeps no engine from ending.
    await within(this.#parts.clock, STOP_US, this.#keep(true), undefined);
  }

  async #look(): Promise<void> {
    const { clock, isReady, tracking } = this.#parts;
    const ready = await isReady().catch(() => false);
    this.#wasReady = ready;
    const { pairs = 0, trackingErrorBps = null } = tracking() ?? {};
    const isMeasured = pairs >= FEWEST_PAIRS && trackingErrorBps !== null;
    this.#book.add(clock.nowUs(), {
      isReady: ready,
      calls: this.#calls,
      goodCalls: this.#goodCalls,
      isTracked: isMeasured ? trackingErrorBps < GOOD_TRACKING_BPS : undefined,
    });
    [this.#calls, this.#goodCalls] = [0, 0];
    // Not waited for: minutes are counted while a disk hangs.
    void this.#keepSoon();
  }

  async #keepSoon(): Promise<void> {
    if (this.#isKeeping || this.#isStopped) return;
    this.#isKeeping = true;
    await this.#keep(false);
    this.#isKeeping = false;
  }

  /** A database that refuses costs this history alone. */
  async #keep(isStopped: boolean): Promise<void> {
    try {
      await this.#parts.save(this.#book.stored(isStopped));
      this.#isRefused = false;
    } catch (error) {
      if (!this.#isRefused) this.#parts.note(`the service levels could not be stored: ${String(error)}`);
      this.#isRefused = true;
    }
  }
}
