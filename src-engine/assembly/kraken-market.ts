/** A market that speaks Kraken's protocols: Kraken itself, or the local exchange under its own name. */
import type { Asset, VenueName } from '../domain/ids.ts';
import { UserError } from '../domain/errors.ts';
import type { MarketSource } from '../engine/market-source.ts';
import { selectInstruments } from '../engine/instrument-selection.ts';
import { decimal } from '../domain/decimal.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Clock } from '../lib/clock.ts';
import { ASSUMED_BASIS, assumedKrakenFee, krakenTakerFee } from '../venues/kraken/fee-schedule.ts';
import { KrakenFeed } from '../venues/kraken/feed.ts';
import type { LeftOutPair } from '../venues/kraken/instruments.ts';
import { KrakenRest } from '../venues/kraken/rest.ts';
import type { Network } from '../venues/network.ts';
import { SystemNetwork } from '../venues/system-network.ts';

/** Deep enough for the sizes that are traded, and cheap enough for hundreds of pairs. */
const BOOK_DEPTH = 25;
/** Pairs to watch unless told otherwise: the liveliest triangles around the home asset. */
const DEFAULT_INSTRUMENTS = 150;

export type KrakenMarketOptions = {
  readonly venue: VenueName;
  readonly title: string;
  readonly isSimulated: boolean;
  /** Kraken's own addresses when left out. */
  readonly restUrl?: string | undefined;
  readonly wsUrl?: string | undefined;
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
export async function krakenMarket(options: KrakenMarketOptions): Promise<MarketSource> {
  const { venue, clock, random, homeAsset } = options;
  const network = options.network ?? new SystemNetwork();
  const rest = new KrakenRest({ clock, network, random, baseUrl: options.restUrl });
  const leftOut: LeftOutPair[] = [];
  const [listed, tickers] = await read(rest, options.title, leftOut);
  const { feeVolumeUsd } = options;
  const specs = feeVolumeUsd === undefined ? listed : listed.map((spec) => withFee(spec, feeVolumeUsd));
  const activity = new Map([...tickers].map(([symbol, ticker]) => [symbol, ticker.trades24h]));
  const instruments = selectInstruments(specs, {
    venue,
    homeAsset,
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
    title: options.title,
    isSimulated: options.isSimulated,
    homeAsset,
    instruments,
    leftOut,
    bookDepth: BOOK_DEPTH,
    feed: new KrakenFeed({ venue, clock, network, random, depth: BOOK_DEPTH, url: options.wsUrl }),
    stop: () => options.stop(),
  };
}

/** The fee of a trader with this volume: by the venue's list where it has one, else by the published schedule. */
function withFee(spec: InstrumentSpec, volumeUsd: number): InstrumentSpec {
  const { symbol, takerFee } = spec;
  if (takerFee === undefined || takerFee === null) {
    return { ...spec, takerFee: assumedKrakenFee(symbol, volumeUsd).toFixed(), feeBasis: ASSUMED_BASIS };
  }
  const ofTier = volumeUsd === 0 ? undefined : krakenTakerFee(decimal(takerFee), volumeUsd);
  return ofTier === undefined ? spec : { ...spec, takerFee: ofTier.toFixed(), feeBasis: ASSUMED_BASIS };
}

async function read(rest: KrakenRest, title: string, leftOut: LeftOutPair[]) {
  try {
    return [await rest.assetPairs((pair) => leftOut.push(pair)), await rest.ticker()] as const;
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
