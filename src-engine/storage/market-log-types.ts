/** The market log's vocabulary: header and events as the reader yields them and the writer takes them. */
import type { DecimalText } from '../domain/decimal.ts';
import type { VenueName } from '../domain/ids.ts';
import type { InstrumentChange, InstrumentSpec, InstrumentStatus } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';
import type { FundingPayment, PerpetualContract, PerpetualReading } from '../domain/perpetual.ts';
import type { TimeUs } from '../domain/time.ts';

export const MARKET_LOG_FORMAT = 'parallax-market-log';
export const MARKET_LOG_VERSION = 1;

export type MarketLogHeader = {
  readonly format: typeof MARKET_LOG_FORMAT;
  readonly version: typeof MARKET_LOG_VERSION;
  /** The log has checksum lines, and one at its end (market-log-sums.ts); older ones and those of others have none. */
  readonly sums?: 'crc32';
  readonly venue: VenueName;
  /** Empty in a log of perpetuals alone. */
  readonly instruments: readonly InstrumentSpec[];
  /** Whose readings and payments follow; left out: none. */
  readonly perpetuals?: readonly PerpetualContract[];
};

/** Price above zero; quantity zero removes the level. */
export type LogLevel = readonly [price: DecimalText, qty: DecimalText];

/** `line` counts from 1 (the header), for messages about this event. `tUs`: when it arrived; never decreases. */
export type MarketLogBook = {
  readonly kind: 'snapshot' | 'delta';
  readonly line: number;
  readonly tUs: TimeUs;
  readonly symbol: string;
  /** Position of the symbol in the header's `instruments`. */
  readonly instrumentIndex: number;
  readonly bids: readonly LogLevel[];
  readonly asks: readonly LogLevel[];
  /** The venue's sequence number of this message and of the one before; NONE where it has none. */
  readonly seq: number;
  readonly prevSeq: number;
  /** When the venue says it happened, which may lie on either side of `tUs`, where it says so. */
  readonly venueUs: TimeUs | undefined;
};

export type MarketLogTrade = {
  readonly kind: 'trade';
  readonly line: number;
  readonly tUs: TimeUs;
  readonly symbol: string;
  readonly instrumentIndex: number;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  /** The taker's. */
  readonly side: Side;
  /** As of a book. */
  readonly venueUs: TimeUs | undefined;
};

/** The venue changed an instrument, or the session's knowledge of its fee: what holds from here on. */
export type MarketLogRules = {
  readonly kind: 'rules';
  readonly line: number;
  readonly tUs: TimeUs;
  readonly symbol: string;
  readonly instrumentIndex: number;
  /** Only what changed; undefined: none of it. */
  readonly change: InstrumentChange | undefined;
  readonly status: InstrumentStatus | undefined;
  /** Why it could not be traded whatever its status; empty: it could again. */
  readonly stopped: string | undefined;
};

/** A venue's own frame, word for word, for that venue's adapter to parse. */
export type MarketLogRaw = {
  readonly kind: 'raw';
  readonly line: number;
  readonly tUs: TimeUs;
  /** The frame as the log keeps it: bytes[start … end) are what stands between the quotes of a JSON string. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** The frame as text, made when asked for. @throws UserError when it is not a JSON string. */
  readonly frame: string;
};

/** What a venue showed of a perpetual (market-log-perpetuals.ts). */
export type MarketLogPerpetual = {
  readonly kind: 'perpetual';
  readonly line: number;
  readonly tUs: TimeUs;
  readonly reading: PerpetualReading;
};

/** A funding payment that became known. */
export type MarketLogFunding = {
  readonly kind: 'funding';
  readonly line: number;
  readonly tUs: TimeUs;
  readonly payment: FundingPayment;
};

export type MarketLogEvent =
  | MarketLogBook
  | MarketLogTrade
  | MarketLogRules
  | MarketLogRaw
  | MarketLogPerpetual
  | MarketLogFunding;
