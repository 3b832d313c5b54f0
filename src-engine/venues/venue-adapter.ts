/** What a venue is to the rest of the engine: one folder that makes one of these, and one line of the registry. */
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { CaptureCheck } from './capture/check-report.ts';
import type { MarketFeed } from './market-feed.ts';
import type { Network } from './network.ts';

export type VenueContext = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of retries. */
  readonly random: () => number;
  /** Addresses other than the venue's own: a test, a proxy, a local exchange. */
  readonly urls?: VenueUrls | undefined;
};

export type VenueUrls = { readonly rest?: string | undefined; readonly stream?: string | undefined };

/** All instruments of a venue that can be read; what cannot be is named, and keeps nothing else out. */
export type InstrumentListing = {
  readonly instruments: readonly InstrumentSpec[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
};

export type VenueAdapter = {
  readonly id: VenueName;
  readonly title: string;
  /** Levels a side of a book for arbitrage: deep enough for what is traded, and cheap enough for hundreds of books. */
  readonly bookDepth: number;
  /** The venue's clock, and the step in which it is given. Rejects when the venue cannot be asked. */
  readTime(context: VenueContext): Promise<{ readonly timeUs: TimeUs; readonly stepUs: number }>;
  /** @throws UserError when no instrument can be read; rejects when the venue cannot be asked. */
  listInstruments(context: VenueContext): Promise<InstrumentListing>;
  openFeed(context: VenueContext): MarketFeed;
  /** A check of recorded frames by the venue's own rule. */
  checkCapture(): CaptureCheck;
};
