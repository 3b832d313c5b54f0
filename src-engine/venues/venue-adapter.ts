/** What a venue is to the rest of the engine: one folder that makes one of these, and one line of the registry. */
import type { BookVerifier } from '../books/book-verifier.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { Instrument, InstrumentSpec } from '../domain/instrument.ts';
import type { InstrumentId, OrderId, VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { CaptureRecord } from './capture/capture-record.ts';
import type { CaptureCheck } from './capture/check-report.ts';
import type { MarketFeed, MarketSink } from './market-feed.ts';
import type { Network } from './network.ts';
import type { PerpetualSource } from './perpetual-source.ts';
import type { RequestPause } from './toolkit/request-pause.ts';
import type {
  AccountVenue,
  Credential,
  CredentialSchema,
  NonceStore,
  OpenEmergencyCancel,
} from './venue-account.ts';

export type VenueContext = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of retries. */
  readonly random: () => number;
  /** What the venue asks of this address: one for all that ask it. Of each part alone when left out. */
  readonly pause?: RequestPause | undefined;
  /** Addresses other than the venue's own: a test, a proxy, a local exchange. */
  readonly urls?: VenueUrls | undefined;
  /** The name to appear under where it is not the venue's own: a local exchange that speaks its protocol. */
  readonly venue?: VenueName | undefined;
};

export type VenueUrls = {
  readonly rest?: string | undefined;
  /** Public market data. */
  readonly stream?: string | undefined;
  /** The private connection: orders, fills, balances. */
  readonly account?: string | undefined;
};

export type AccountContext = VenueContext & {
  readonly credential: Credential;
  /** Orders of earlier runs that may be open, or may have ended while nothing listened: where to look for them. */
  readonly earlierOrders?:
    | readonly {
        readonly orderId: OrderId;
        readonly symbol: string;
        readonly createdUs?: TimeUs | undefined;
      }[]
    | undefined;
  readonly nonces: NonceStore;
  /** One of the adapter's `accountTiers`; the first when left out. */
  readonly tier?: string | undefined;
};

/** All instruments of a venue that can be read; what cannot be is named, and keeps nothing else out. */
export type InstrumentListing = {
  readonly instruments: readonly InstrumentSpec[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
};

/** The same, with the trades of the last 24 hours by symbol: what a run watches is chosen by them. */
export type ActiveListing = InstrumentListing & { readonly activity: ReadonlyMap<string, number> };

/** How the venue's books can be trusted, what its orders are like, and what stands between an account and a dead engine. */
export type VenueCapabilities = {
  /** What shows that a change of a book was missed. */
  readonly bookIntegrity: 'checksum' | 'sequence' | 'connection-sequence' | 'none';
  /** What shows that a quiet connection lives: a message of the venue's own, or the answer to a question of ours. */
  readonly liveness: 'heartbeat' | 'ping' | 'none';
  /** Which asset a fee is charged in: the quote, what the fill brought, or one of the venue's own where that is switched on. */
  readonly feeAsset: 'quote' | 'received' | 'received-or-native';
  readonly clientOrderId: {
    /** @returns undefined for an id that the venue cannot carry. */
    readonly encode: (id: OrderId) => string | undefined;
    readonly maxLength: number;
    /** The venue refuses a second order under the id of one that has ended. */
    readonly isUniqueForever: boolean;
  };
  /** Bounds of a countdown at the venue that cancels everything unless it is renewed; undefined: there is none. */
  readonly deadMan?: { readonly minMs: number; readonly maxMs: number } | undefined;
  /** What one call cancels at most. */
  readonly cancelAll: 'account' | 'symbol' | 'none';
  readonly ioc: boolean;
};

/** The venue's published fees, for trading without an account there. */
export type FeeSchedule = {
  /** Shown beside such a fee: that it is assumed, and the date of the schedule. */
  readonly basis: string;
  /** Taker fee as a fraction of a pair whose fee is listed nowhere, at this volume of the last 30 days in USD. */
  readonly assumed: (symbol: string, volumeUsd: number) => Decimal;
  /** The fee at this volume of a pair whose fee without volume is `listed`; undefined: it begins no schedule that is known. */
  readonly atVolume: (listed: Decimal, volumeUsd: number) => Decimal | undefined;
  /** The same of makers, whose orders rested; a rebate counts as no fee. Left out where it is not known: they are taken to pay as takers do. */
  readonly maker?: Pick<FeeSchedule, 'assumed' | 'atVolume'> | undefined;
};

/** What the text of one book frame says of an instrument that nothing else describes. */
export type BookShape = {
  readonly symbol: string;
  readonly isSnapshot: boolean;
  /** Most digits behind the point that any level is written with. */
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
};

export type FrameDecoder = {
  /** Reads one recorded frame, the JSON string between the quotes at `start` − 1 and `end`. Answers what was wrong; empty: nothing. */
  (bytes: Buffer, start: number, end: number, receivedUs: TimeUs): string;
  /** As `MarketFeed.bookFrame`, of a book of the frames so far. */
  readonly bookFrame?: ((id: InstrumentId) => string | undefined) | undefined;
};

/** Price and quantity of each level as decimals, best first. */
export type BookLevels = readonly (readonly [price: string, qty: string])[];

/** A frame as a recording keeps it, and its symbol; an empty symbol: of no instrument, and always kept. */
export type CaptureFrame = { readonly symbol: string; readonly text: string };

/** Makes frames of a recording from one capture, record by record. */
export type CaptureFrames = {
  read(record: CaptureRecord): readonly CaptureFrame[];
  /** The venue's list of instruments, where it stood in the capture. */
  readonly listing?: InstrumentListing | undefined;
  /** What was left out, as nothing here reads it: how often, by the name of its stream. */
  readonly others: ReadonlyMap<string, number>;
};

/** Reads the venue's frames again as a recording kept them: a replay sees what the live run saw. */
export type FrameCodec = {
  /** @param venue under which the frames were recorded. */
  decoder(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName): FrameDecoder;
  /** What one frame says of the depth of the recording: the depth itself, or the levels of a snapshot. */
  depthOf(frame: string): { readonly depth?: number; readonly snapshotLevels: number };
  /** The smallest depth on offer that holds so many levels a side. */
  depthFor(levels: number): number;
  /**
   * A whole book as a frame of a recording, where the frames that follow join on to nothing else: `seq` is the number that it
   * holds. Left out where a plain snapshot does.
   */
  readonly bookFrame?: (symbol: string, seq: number, bids: BookLevels, asks: BookLevels) => string;
  /** Where a wire has more than frames to keep word for word: answers of REST calls, frames that nothing reads. */
  readonly captureFrames?: () => CaptureFrames;
  /** Undefined for a frame that is not a book. */
  readonly bookShape?: (frame: string) => BookShape | undefined;
};

/** A venue whose recordings can be checked. */
export type CaptureVenue = {
  readonly id: VenueName;
  readonly title: string;
  /** A check of recorded frames by the venue's own rule. */
  checkCapture(): CaptureCheck;
};

export type VenueAdapter = CaptureVenue & {
  readonly capabilities: VenueCapabilities;
  /** Levels a side of a book for arbitrage: deep enough for what is traded, and cheap enough for hundreds of books. */
  readonly bookDepth: number;
  /** Most instruments that its feed carries; undefined: more than any venue lists. */
  readonly maxInstruments?: number | undefined;
  /** What a trader should know of its books that is worse than elsewhere, in words; undefined: nothing. */
  readonly weaker?: string | undefined;
  /** The venue's own rule for one new book: what shows that it is what the venue has. */
  bookVerifier(): BookVerifier;
  readonly feeSchedule: FeeSchedule;
  readonly frames: FrameCodec;
  /** The venue's clock, and the step in which it is given. Rejects when the venue cannot be asked. */
  readTime(context: VenueContext): Promise<{ readonly timeUs: TimeUs; readonly stepUs: number }>;
  /** @throws UserError when no instrument can be read; rejects when the venue cannot be asked. */
  listInstruments(context: VenueContext): Promise<InstrumentListing>;
  /** The same, with what is traded most. */
  listActive(context: VenueContext): Promise<ActiveListing>;
  /** The venue's list of instruments as a file. @param file its name, for messages. @throws UserError when it is none. */
  readListing(text: string, file: string): InstrumentListing;
  openFeed(context: VenueContext): MarketFeed;
  /**
   * It is rehearsed on a local chain in place of a local exchange: the name of the folder, in the data folder, that describes that chain and keeps what
   * wallets signed there. `localUrls` is given that folder.
   */
  readonly localChain?: string | undefined;
  /** Addresses of a local exchange that speaks this venue's protocols at this URL. */
  localUrls(url: string): VenueUrls;
  /** Its perpetuals, watched and never traded; undefined: none are read. Its calls are the spot market's pause where `isShared`. */
  readonly perpetuals?: PerpetualAccess | undefined;
  /** Undefined: orders cannot be sent there yet. */
  readonly account?: AccountAccess | undefined;
  /** The venue whose local exchange stands for it; its own when left out. */
  readonly face?: VenueName | undefined;
};

/** What it takes to trade a venue. */
export type AccountAccess = {
  readonly credentials: CredentialSchema;
  /** Levels of an account to which the venue ties its limits, the lowest first; empty: all accounts have the same. */
  readonly tiers: readonly string[];
  /** Why no real account may be traded so, and what to do instead; undefined: it may. A rehearsal may. */
  readonly rehearsedOnly?: { readonly message: string; readonly remedy: string } | undefined;
  /** Not connected yet. @throws UserError when the credential is not of the venue's form. */
  open(context: AccountContext): AccountVenue;
  readonly emergencyCancel: OpenEmergencyCancel;
};

/** What it takes to watch a venue's perpetuals. */
export type PerpetualAccess = {
  /** They are asked for at the spot market's host: what it asks of this address holds for both. */
  readonly isShared: boolean;
  open(context: VenueContext): PerpetualSource;
};
