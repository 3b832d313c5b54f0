/** Several market logs as one stream of events: by time, and at equal times in the order of the logs. */
import { resolve } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { type MarketLog, readMarketLog } from '../storage/market-log.ts';
import type { MarketLogEvent, MarketLogHeader } from '../storage/market-log-types.ts';

/** Most logs of one run: each holds an open file. A week of hourly files fits. */
const MAX_LOGS = 200;

/** One log and where it is being read. */
class Cursor {
  readonly log: MarketLog;
  readonly #batches: AsyncIterator<readonly MarketLogEvent[]>;
  #batch: readonly MarketLogEvent[] = [];
  #at = 0;

  constructor(log: MarketLog) {
    this.log = log;
    this.#batches = log.batches[Symbol.asyncIterator]();
  }

  /** The next event; undefined when the current batch is used up: `load`, and then when the log has ended. */
  get head(): MarketLogEvent | undefined {
    return this.#batch[this.#at];
  }

  /** What of the log is in memory now. */
  get batch(): readonly MarketLogEvent[] {
    return this.#batch;
  }

  /** Goes on to the next event. False when the batch is used up. */
  step(): boolean {
    this.#at++;
    return this.#at < this.#batch.length;
  }

  async load(): Promise<void> {
    const next = await this.#batches.next();
    this.#batch = next.done === true ? [] : next.value;
    this.#at = 0;
  }
}

export class MergedLogs {
  readonly #cursors: readonly Cursor[];

  private constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
  }

  /** @throws UserError when there is no log, one is given twice, or one cannot be read. */
  static async open(paths: readonly string[], allowUnfinished: boolean): Promise<MergedLogs> {
    checkPaths(paths);
    const cursors: Cursor[] = [];
    try {
      for (const path of paths) {
        const cursor = new Cursor(await readMarketLog(path, { allowUnfinished }));
        cursors.push(cursor);
        await cursor.load();
      }
    } catch (error) {
      await Promise.all(cursors.map((cursor) => cursor.log.close()));
      throw error;
    }
    return new MergedLogs(cursors);
  }

  get logs(): readonly MarketLog[] {
    return this.#cursors.map((cursor) => cursor.log);
  }

  /** Each log with the time of its own first event, once they are open and before they are iterated. */
  get headed(): readonly {
    readonly path: string;
    readonly header: MarketLogHeader;
    readonly firstUs: number | undefined;
  }[] {
    return this.#cursors.map(({ log: { path, header }, head }) => ({ path, header, firstUs: head?.tUs }));
  }

  /** Time of the first event of all; undefined when there is none. */
  get firstUs(): number | undefined {
    return this.#earliest()?.head?.tUs;
  }

  /** The first events of each log, as many as are in memory once it is open. */
  get openings(): readonly (readonly MarketLogEvent[])[] {
    return this.#cursors.map((cursor) => cursor.batch);
  }

  /** Every event with the position of its log, for those who wait in between. To be iterated once. @throws UserError */
  async *events(): AsyncGenerator<readonly [event: MarketLogEvent, logIndex: number]> {
    for (let next = this.#earliest(); next !== undefined; next = this.#earliest()) {
      const { head } = next;
      if (head !== undefined) yield [head, this.#cursors.indexOf(next)];
      if (!next.step()) await next.load();
    }
  }

  /**
   * Hands every event to `take`, with the position of its log. To be called once. @throws UserError, and what `between` throws.
   * @param between awaited before a log is read on.
   */
  async forEach(
    take: (event: MarketLogEvent, logIndex: number) => void,
    between?: () => Promise<void>,
  ): Promise<void> {
    for (let next = this.#earliest(); next !== undefined; next = this.#earliest()) {
      const { head } = next;
      if (head !== undefined) take(head, this.#cursors.indexOf(next));
      if (next.step()) continue;
      await between?.();
      await next.load();
    }
  }

  /** Lets go of all files. */
  async close(): Promise<void> {
    await Promise.all(this.#cursors.map((cursor) => cursor.log.close()));
  }

  #earliest(): Cursor | undefined {
    let earliest: Cursor | undefined;
    let earliestUs = Number.POSITIVE_INFINITY;
    for (const cursor of this.#cursors) {
      const atUs = cursor.head?.tUs;
      if (atUs === undefined || atUs >= earliestUs) continue;
      earliest = cursor;
      earliestUs = atUs;
    }
    return earliest;
  }
}

function checkPaths(paths: readonly string[]): void {
  if (paths.length === 0 || paths.length > MAX_LOGS) {
    throw new UserError({
      code: 'bad-logs',
      field: 'market logs',
      value: String(paths.length),
      message: `is not between 1 and ${MAX_LOGS}`,
      remedy: 'Give the market logs to replay.',
    });
  }
  const seen = new Set<string>();
  for (const path of paths) {
    const whole = resolve(path);
    if (seen.has(whole)) {
      throw new UserError({
        code: 'bad-logs',
        field: 'market log',
        value: path,
        message: 'is given twice',
        remedy: 'Name every log once.',
      });
    }
    seen.add(whole);
  }
}
