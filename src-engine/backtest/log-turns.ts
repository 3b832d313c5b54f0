/** Several logs may hold one book one after the other, not at the same time: every change would be replayed twice. */
import { UserError } from '../domain/errors.ts';
import type { InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { formatTimeUs, type TimeUs } from '../domain/time.ts';

const NONE = -1;

export class LogTurns {
  readonly #paths: readonly string[];
  readonly #instruments: readonly Instrument[];
  /** By instrument: the log that held it last. */
  readonly #lastLog: Int32Array;
  /** `instrument log` of turns that are over. */
  readonly #over = new Set<string>();

  constructor(paths: readonly string[], instruments: readonly Instrument[]) {
    this.#paths = paths;
    this.#instruments = instruments;
    this.#lastLog = new Int32Array(instruments.length).fill(NONE);
  }

  /** A log holds a change of a book. @throws UserError when another log has held one since this log did. */
  take(id: InstrumentId, logIndex: number, atUs: TimeUs): void {
    const last = this.#lastLog[id] ?? NONE;
    if (last === logIndex) return;
    this.#lastLog[id] = logIndex;
    if (last === NONE) return;
    this.#over.add(`${id} ${last}`);
    if (!this.#over.has(`${id} ${logIndex}`)) return;
    throw new UserError({
      code: 'recordings-overlap',
      field: this.#paths[logIndex] ?? 'market log',
      value: this.#instruments[id]?.symbol ?? '',
      message: `is in ${this.#paths[last] ?? 'another log'} at the same time (${formatTimeUs(atUs)})`,
      remedy: 'Leave one of them out, or trim it first.',
    });
  }
}
