/** The market of a session: a venue itself, or a local exchange that speaks its protocols under a name of its own. */
import type { Asset, VenueName } from '../domain/ids.ts';
import { UserError } from '../domain/errors.ts';
import { cashAmong } from '../domain/universe.ts';
import type { MarketSource } from '../engine/market/market-source.ts';
import { selectInstruments } from '../engine/market/instrument-selection.ts';
import { decimal } from '../domain/decimal.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Clock } from '../lib/clock.ts';
import type { Network } from '../venues/network.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import type {
  ActiveListing,
  FeeSchedule,
  VenueAdapter,
  VenueContext,
  VenueUrls,
} from '../venues/venue-adapter.ts';

/** Pairs to watch unless told otherwise: the liveliest triangles around the home asset. */
const DEFAULT_INSTRUMENTS = 150;

export type VenueMarketOptions = {
  readonly adapter: VenueAdapter;
  /** The name to appear under. */
  readonly venue: VenueName;
  readonly title: string;
  readonly isSimulated: boolean;
  /** The venue's own addresses when left out. */
  readonly urls?: VenueUrls | undefined;
  readonly homeAsset: Asset;
  /** Most pairs to watch. */
  readonly maxInstruments?: number | undefined;
  /**
   * Without an account's own fees: the trader's volume of the last 30 days in USD, whose tier of the published schedule is
   * taken. Undefined: an account says its fees, and what it does not say is not known.
   */
  readonly feeVolumeUsd?: number | undefined;
  readonly clock: Clock;
  /** The machine's own when left out. */
  readonly network?: Network | undefined;
  /** Uniform in [0, 1): jitter of retries. */
  readonly random: () => number;
  stop(): Promise<void>;
};

/** Reads the venue's pairs and prepares its feed. @throws UserError when the venue cannot be reached. */
export async function openVenueMarket(options: VenueMarketOptions): Promise<MarketSource> {
  const { adapter, venue, clock, random, homeAsset, urls } = options;
  const network = options.network ?? new SystemNetwork();
  const context: VenueContext = { clock, network, random, urls, venue };
  const { instruments: all, leftOut: unread, activity } = await read(adapter, context, options.title);
  // Such a code would be taken for an asset at another venue.
  const isOdd = ({ base, quote }: InstrumentSpec): boolean => `${base}${quote}`.includes('@');
  const listed = all.filter((spec) => !isOdd(spec));
  const odd = all.filter(isOdd).map(({ symbol }) => ({ name: symbol, reason: 'its asset code holds "@"' }));
  const leftOut = [...unread, ...odd];
  const { feeVolumeUsd } = options;
  const { feeSchedule } = adapter;
  const specs =
    feeVolumeUsd === undefined ? listed : listed.map((spec) => withFee(spec, feeSchedule, feeVolumeUsd));
  const instruments = selectInstruments(specs, {
    venue,
    homeAsset: cashAmong(specs, homeAsset),
    maxInstruments: options.maxInstruments ?? DEFAULT_INSTRUMENTS,
    activity,
  });
  if (instruments.length === 0) {
    throw new UserError({
      code: 'no-triangles',
      field: 'home asset',
      value: homeAsset,
      message: `is part of no triangle on ${options.title}`,
      remedy: 'Choose a capital in an asset that the venue trades against two others.',
    });
  }
  return {
    venue,
    adapter: adapter.id,
    title: options.title,
    isSimulated: options.isSimulated,
    homeAsset,
    instruments,
    leftOut,
    bookDepth: adapter.bookDepth,
    feed: adapter.openFeed(context),
    readTime: () => adapter.readTime(context),
    stop: () => options.stop(),
  };
}

/** The fee of a trader with this volume: by the venue's list where it has one, else by the published schedule. */
function withFee(
  spec: InstrumentSpec,
  { basis, assumed, atVolume }: FeeSchedule,
  volumeUsd: number,
): InstrumentSpec {
  const { symbol, takerFee } = spec;
  if (takerFee === undefined || takerFee === null) {
    return { ...spec, takerFee: assumed(symbol, volumeUsd).toFixed(), feeBasis: basis };
  }
  const ofTier = volumeUsd === 0 ? undefined : atVolume(decimal(takerFee), volumeUsd);
  return ofTier === undefined ? spec : { ...spec, takerFee: ofTier.toFixed(), feeBasis: basis };
}

async function read(adapter: VenueAdapter, context: VenueContext, title: string): Promise<ActiveListing> {
  try {
    return await adapter.listActive(context);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({
      code: 'venue-unreachable',
      field: 'venue',
      value: title,
      message: `cannot be reached (${error instanceof Error ? error.message : String(error)})`,
      remedy: 'Check the connection to the internet, or choose the demo.',
    });
  }
}
