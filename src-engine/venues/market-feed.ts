import type { Instrument, InstrumentChange, InstrumentStatus } from '../domain/instrument.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import type { BookUpdate, FeedEvent, TradePrint } from '../domain/market-data.ts';
import type { FundingPayment, PerpetualReading } from '../domain/perpetual.ts';

/** Where a feed puts what it read. Direct calls, in the order of arrival. */
export type MarketSink = {
  /** `update` is the feed's scratch object: valid during the call only. */
  onBook(update: BookUpdate): void;
  onTrade(trade: TradePrint): void;
  onFeed(event: FeedEvent): void;
  onInstrumentStatus(instrumentId: InstrumentId, status: InstrumentStatus, atUs: number): void;
  /** The venue changed rules that the run can take over at once: only what changed is named. */
  onInstrumentChange?(instrumentId: InstrumentId, change: InstrumentChange, atUs: number): void;
  /**
   * The run cannot trade this instrument any longer, whatever its status, and why; with an empty reason: it can again. Its
   * book is not asked for meanwhile.
   */
  onInstrumentStopped?(instrumentId: InstrumentId, reason: string, atUs: number): void;
  /**
   * A sign of life of the venue's connection, a few a second at most. Messages of one connection stay in
   * order, so a book without changes is as good as this is young. Only from feeds whose protocol has heartbeats.
   */
  onAlive(venue: VenueName, receivedUs: number): void;
  /**
   * This book is no longer the venue's: a message of it could not be read, or its subscription was refused. The
   * feed asks for a fresh snapshot by itself, unless refused.
   */
  onBookLost(instrumentId: InstrumentId, reason: string, atUs: number): void;
  /** What a person should know of a feed that goes on: how it reads its books from now on, until it is closed. @param isByRest books are asked for by REST. */
  onNote?(text: string, isByRest: boolean): void;
  /**
   * Every frame of the market, word for word, before it is parsed: what a recording keeps. The bytes are valid during
   * the call only.
   */
  onRaw(receivedUs: number, frame: Buffer): void;
  /** What a venue's perpetuals show, of a recording that is replayed: live they come by a way of their own, beside the books. */
  onPerpetual?(venue: VenueName, reading: PerpetualReading, receivedUs: number): void;
  onFunding?(venue: VenueName, payment: FundingPayment, receivedUs: number): void;
  /** False while nothing keeps the frames: they are counted, and need not be turned into what a recording keeps. True when left out. */
  isRecording?(): boolean;
};

/** Market data of one venue. Reconnects by itself until stopped. */
export type MarketFeed = {
  readonly venue: VenueName;
  /** Connects and subscribes to all of `instruments`; answers go to `sink`. */
  start(instruments: readonly Instrument[], sink: MarketSink): void;
  /** Asks for a fresh snapshot of this one book; all others go on. */
  resubscribe(instrumentId: InstrumentId): void;
  /**
   * What a recording that begins now must know of this book: where the feed knows it deeper than the run sees it. Undefined: what
   * the run sees is all, or the book is not live.
   */
  bookFrame?(instrumentId: InstrumentId): string | undefined;
  stop(): Promise<void>;
};
