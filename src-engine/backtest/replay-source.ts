/** Where a replay comes from: market logs as they were recorded, or a tape that was made of them. */
import type { BookDepth } from '../domain/book-depth.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { TimeUs } from '../domain/time.ts';
import type { MarketSink } from '../venues/market-feed.ts';

/** What was played, once it has ended. */
export type Played = {
  readonly events: number;
  /** Raw frames that the venue's adapter could not read, and what was wrong with the first. */
  readonly unreadableFrames: number;
  readonly firstFault: string;
  /** Logs that broke off and were read up to their last complete line. */
  readonly unfinishedLogs: readonly string[];
};

/** How much of a source was read, of all that it has. */
export type OnRead = (done: number, total: number, unit: 'bytes' | 'events') => void;

export type ReplaySource = {
  readonly instruments: readonly Instrument[];
  /** Levels a side that books keep. */
  readonly bookDepth: BookDepth;
  /** Time of the first event. */
  readonly firstUs: TimeUs;
  /**
   * Makes the calls of a live feed, event by event, each after time has been moved to it. To be called once.
   * @throws UserError naming file, line, field and value of an event at fault.
   */
  play(sink: MarketSink, advanceTo: (atUs: TimeUs) => void): Promise<Played>;
  close(): Promise<void>;
};
