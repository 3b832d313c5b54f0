/** Stories of finished executions on their way into the database: in groups, after the facts, and bounded where it takes none. */
import type { FinishedStory } from '../../runner/story-keeper.ts';
import type { Clock } from '../../lib/clock.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import type { StoryRow } from '../../storage/queries/stories.ts';

/** Stories that wait; beyond, the oldest are let go: an execution then shows its records alone. */
const MAX_WAITING = 500;
const STORE_AFTER_US = US_PER_SECOND;

type ShelfParts = {
  readonly clock: Clock;
  readonly save: (rows: readonly StoryRow[]) => Promise<void>;
  /** Hears once of a failure, until one succeeds. */
  readonly note: (text: string) => void;
};

export class StoryShelf {
  readonly #parts: ShelfParts;
  #waiting: StoryRow[] = [];
  #storing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  #isFailing = false;
  #dropped = 0;

  constructor(parts: ShelfParts) {
    this.#parts = parts;
  }

  /** Stories that were let go, as the database took none. */
  get dropped(): number {
    return this.#dropped;
  }

  take({ execution, receivedUs, opportunity, books, fillBooks, times }: FinishedStory): void {
    // A late fill is a record of its own, which nothing has begun.
    if (books.length === 0 && times.length === 0) return;
    const { executionId, finishedUs } = execution;
    const story = {
      receivedUs,
      opportunity,
      books: [...books],
      fillBooks: [...fillBooks],
      times: [...times],
    };
    this.#waiting.push({ executionId, finishedUs, story });
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
    }
    const { clock } = this.#parts;
    this.#cancel ??= clock.schedule(clock.nowUs() + STORE_AFTER_US, () => void this.flush());
  }

  /** Resolves when what waits now is stored, or could not be. */
  async flush(): Promise<void> {
    await this.#storing;
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#waiting.length === 0) return;
    this.#storing = this.#store(this.#waiting);
    this.#waiting = [];
    await this.#storing;
  }

  async #store(rows: readonly StoryRow[]): Promise<void> {
    try {
      await this.#parts.save(rows);
      this.#isFailing = false;
    } catch (error) {
      this.#dropped += rows.length;
      if (!this.#isFailing) this.#parts.note(`stories of executions could not be stored: ${String(error)}`);
      this.#isFailing = true;
    } finally {
      this.#storing = undefined;
    }
  }
}
