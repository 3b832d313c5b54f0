/** The recordings of a session: a file a venue for its books, and one for its perpetuals where they are watched. */
import { rm } from 'node:fs/promises';
import type { BookStore } from '../../books/book-store.ts';
import { UserError } from '../../domain/errors.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { Serial } from '../../lib/serial.ts';
import type { RecordingSummary } from '../../storage/market-log-writer.ts';
import type { PerpetualsDesk } from '../perpetuals/perpetuals-desk.ts';
import { MarketRecorder } from './market-recorder.ts';
import type { MarketSource } from './market-source.ts';

export type SessionRecordingParts = {
  readonly recordingsDir: string;
  readonly store: BookStore;
  readonly clock: Clock;
  readonly markets: readonly MarketSource[];
  readonly instrumentsOf: (venue: VenueName) => readonly Instrument[];
  readonly perpetuals: Pick<
    PerpetualsDesk,
    'recording' | 'recordingFault' | 'startRecording' | 'stopRecording'
  >;
};

export class SessionRecording {
  readonly #parts: SessionRecordingParts;
  /** One a venue while a recording runs: each venue's frames are a file of their own. */
  readonly #recorders = new Map<VenueName, MarketRecorder>();
  #fault = '';
  /** Two that start at once would write two files a venue, of which one is never ended. */
  readonly #changes = new Serial();

  constructor(parts: SessionRecordingParts) {
    this.#parts = parts;
  }

  /** Files that are being written, or undefined. */
  get files(): string | undefined {
    const files = [...this.#recorders.values()].map(({ file }) => file);
    return files.length === 0 ? undefined : [...files, ...this.#parts.perpetuals.recording].join(', ');
  }

  /** Why the last recording ended by itself; empty when it did not. */
  get fault(): string {
    return this.#fault === '' ? this.#parts.perpetuals.recordingFault : this.#fault;
  }

  of(venue: VenueName): MarketRecorder | undefined {
    return this.#recorders.get(venue);
  }

  has(venue: VenueName): boolean {
    return this.#recorders.has(venue);
  }

  onInstruments(atUs: TimeUs): void {
    for (const recorder of this.#recorders.values()) recorder.onInstruments(atUs);
  }

  /** One that cannot begin whole leaves none of the files that it began. @returns the names of its files. */
  start(): Promise<string> {
    return this.#changes.run(() => this.#start());
  }

  async #start(): Promise<string> {
    if (this.#recorders.size > 0) return this.files ?? '';
    const { perpetuals } = this.#parts;
    // Where each file of books failed, those of the perpetuals are there yet, and may have failed too.
    await perpetuals.stopRecording();
    this.#fault = '';
    perpetuals.startRecording();
    const begun: MarketRecorder[] = [];
    try {
      await this.#startBooks(begun);
    } catch (error) {
      this.#recorders.clear();
      const books = await Promise.all(begun.map((recorder) => recorder.stop()));
      await removeFiles([...books, ...(await perpetuals.stopRecording())]);
      throw error;
    }
    return this.files ?? '';
  }

  /** @param begun gets each recorder, also one whose file fails before the last is there. */
  async #startBooks(begun: MarketRecorder[]): Promise<void> {
    const { recordingsDir, store, clock, markets, instrumentsOf } = this.#parts;
    for (const { venue, feed } of markets) {
      const bookFrame = (id: InstrumentId): string | undefined => feed.bookFrame?.(id);
      const own = { store, instruments: instrumentsOf(venue), bookFrame };
      const recorder = await MarketRecorder.start(recordingsDir, own, clock, (error) => {
        this.#fault = error.message;
        this.#recorders.delete(venue);
      });
      begun.push(recorder);
      this.#recorders.set(venue, recorder);
    }
  }

  /** @throws UserError when nothing is being recorded. */
  stop(): Promise<RecordingSummary> {
    return this.#changes.run(() => this.#stop());
  }

  async #stop(): Promise<RecordingSummary> {
    const { perpetuals } = this.#parts;
    if (this.#recorders.size === 0) {
      const { fault } = this;
      await perpetuals.stopRecording();
      const message = fault === '' ? 'is not running' : `has ended: ${fault}`;
      throw new UserError({ code: 'not-recording', field: 'recording', message, remedy: 'Start one first.' });
    }
    const books = await this.#endBooks();
    const parts = [...(await perpetuals.stopRecording()), ...books];
    return {
      files: parts.flatMap(({ files }) => files),
      events: parts.reduce((sum, { events }) => sum + events, 0),
      dropped: parts.reduce((sum, { dropped }) => sum + dropped, 0),
    };
  }

  /** The session ends. */
  async end(): Promise<void> {
    await this.#changes.run(() => this.#endBooks());
  }

  #endBooks(): Promise<readonly RecordingSummary[]> {
    const recorders = [...this.#recorders.values()];
    this.#recorders.clear();
    return Promise.all(recorders.map((recorder) => recorder.stop()));
  }
}

/** Files of a recording that is none. One that cannot be removed stays: why the recording could not begin is what is reported. */
async function removeFiles(recordings: readonly RecordingSummary[]): Promise<void> {
  const files = recordings.flatMap((recording) => recording.files);
  await Promise.allSettled(files.map((file) => rm(file, { force: true })));
}
