/** The market of a session: a venue itself, or a local exchange that speaks its protocols under a name of its own. */
import { UserError } from '../domain/errors.ts';
import type { KnownPairs } from '../engine/market/joining-pairs.ts';
import type { MarketSource } from '../engine/market/market-source.ts';
import type { Clock } from '../lib/clock.ts';
import type { Network } from '../venues/network.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import type { RequestPause } from '../venues/toolkit/request-pause.ts';
import type { VenueAdapter, VenueContext, VenueUrls } from '../venues/venue-adapter.ts';
import { readJoining } from './read-joining.ts';
import { readSelection, type Selection, type SelectionPlan } from './venue-selection.ts';

export type VenueMarketOptions = SelectionPlan & {
  readonly adapter: VenueAdapter;
  readonly title: string;
  readonly isSimulated: boolean;
  /** The venue's own addresses when left out. */
  readonly urls?: VenueUrls | undefined;
  readonly clock: Clock;
  /** The machine's own when left out. */
  readonly network?: Network | undefined;
  /** What the venue asks of this address. */
  readonly pause?: RequestPause | undefined;
  /** Uniform in [0, 1): jitter of retries. */
  readonly random: () => number;
  stop(): Promise<void>;
};

/** Reads the venue's pairs and prepares its feed. @throws UserError when the venue cannot be reached. */
export async function openVenueMarket(options: VenueMarketOptions): Promise<MarketSource> {
  const { adapter, venue, clock, random, homeAsset, urls, maxInstruments, feeVolumeUsd, pause } = options;
  const network = options.network ?? new SystemNetwork();
  const context: VenueContext = { clock, network, random, pause, urls, venue };
  const plan: SelectionPlan = { venue, homeAsset, maxInstruments, feeVolumeUsd };
  const { instruments, leftOut, online } = await read(adapter, context, plan, options.title);
  const known: KnownPairs = {
    online: new Set(online),
    watched: new Map(
      instruments.map(({ symbol, priceDecimals, qtyDecimals }) => [symbol, { priceDecimals, qtyDecimals }]),
    ),
  };
  if (online.length === 0) {
    const [first] = leftOut;
    const named =
      first === undefined ? '' : `, and ${leftOut.length} left out, such as ${first.name}: ${first.reason}`;
    throw new UserError({
      code: 'no-open-pairs',
      field: 'venue',
      value: options.title,
      message: `lists no pair that is open for trading${named}`,
      remedy: 'Wait until the venue trades again, or choose another one.',
    });
  }
  if (instruments.length === 0) {
    throw new UserError({
      code: 'no-triangles',
      field: 'home asset',
      value: homeAsset,
      message: `is part of no triangle on ${options.title}`,
      remedy: 'Choose a capital in an asset that the venue trades against at least two others.',
    });
  }
  return {
    venue,
    adapter: adapter.id,
    title: options.title,
    isSimulated: options.isSimulated,
    weaker: adapter.weaker,
    homeAsset,
    instruments,
    leftOut,
    bookDepth: adapter.bookDepth,
    feed: adapter.openFeed(context),
    readTime: () => adapter.readTime(context),
    // A network that is given is this thread's alone.
    readJoining: options.network
      ? undefined
      : (since) => readJoining({ adapter: adapter.id, urls, plan, known, since }, clock, pause),
    stop: () => options.stop(),
  };
}

async function read(
  adapter: VenueAdapter,
  context: VenueContext,
  plan: SelectionPlan,
  title: string,
): Promise<Selection> {
  try {
    return await readSelection(adapter, context, plan);
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
