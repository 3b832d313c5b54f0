/** Looks once a minute how the engine stands, and keeps what it saw in the database. */
import type { OperationHandlers } from '../contract/operations.ts';
import type { sloOperations, SloView } from '../contract/slo-operations.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';
import {
  FEWEST_PAIRS,
  GOOD_CALL_US,
  GOOD_TRACKING_BPS,
  MINUTE_US,
  SloBook,
  type StoredSlos,
} from './slo-book.ts';

/** Minutes between two times that it is stored: so much is forgotten by an engine that ends by itself. */
const KEEP_MINUTES = 5;
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
  #minutes = 0;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: SloParts) {
    this.#parts = parts;
    this.#book = new SloBook(parts.stored, parts.clock.nowUs());
    this.handlers = { getSlos: () => this.read() };
  }

  start(): void {
    const { clock } = this.#parts;
    this.#cancel = clock.schedule(clock.nowUs() + MINUTE_US, () => {
      void this.#look().finally(() => {
        if (!this.#isStopped) this.start();
      });
    });
  }

  read(): SloView {
    return this.#book.read(this.#parts.clock.nowUs());
  }

  /** A call of the API that was answered. @param us from its head to the end of its answer. */
  called(us: number): void {
    this.#calls += 1;
    if (us < GOOD_CALL_US) this.#goodCalls += 1;
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
    const { pairs = 0, trackingErrorBps = null } = tracking() ?? {};
    const isMeasured = pairs >= FEWEST_PAIRS && trackingErrorBps !== null;
    this.#book.add(clock.nowUs(), {
      isReady: ready,
      calls: this.#calls,
      goodCalls: this.#goodCalls,
      isTracked: isMeasured ? trackingErrorBps < GOOD_TRACKING_BPS : undefined,
    });
    [this.#calls, this.#goodCalls] = [0, 0];
    this.#minutes += 1;
    if (this.#minutes % KEEP_MINUTES === 1) await this.#keep(false);
  }

  /** A database that refuses costs this history alone. */
  async #keep(isStopped: boolean): Promise<void> {
    try {
      await this.#parts.save(this.#book.stored(isStopped));
    } catch (error) {
      this.#parts.note(`the service levels could not be stored: ${String(error)}`);
    }
  }
}
