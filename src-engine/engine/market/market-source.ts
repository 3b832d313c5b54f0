import type { Instrument } from '../../domain/instrument.ts';
import type { Asset, VenueName } from '../../domain/ids.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { MarketFeed } from '../../venues/market-feed.ts';
import type { SinceStart } from './joining-pairs.ts';

/** Where a session's prices come from, ready to be started. */
export type MarketSource = {
  readonly venue: VenueName;
  /** Id of the adapter that speaks its protocol. */
  readonly adapter: VenueName;
  /** For people: `Demo market (simulated)`. */
  readonly title: string;
  /** True when no real venue stands behind it. */
  readonly isSimulated: boolean;
  /** What is worse about its books than at other venues, in words. */
  readonly weaker?: string | undefined;
  /** That profits are counted in. */
  readonly homeAsset: Asset;
  readonly instruments: readonly Instrument[];
  /** Pairs of the venue that cannot be traded, whatever they are called, each with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly bookDepth: number;
  readonly feed: MarketFeed;
  /** The venue's time, and the step in which it is given; left out where its clock is not asked. */
  readonly readTime?: (() => Promise<{ readonly timeUs: TimeUs; readonly stepUs: DurationUs }>) | undefined;
  /** Symbols that the plan would select now beside `instruments`; left out where the list cannot be read again. Rejects when the venue cannot be asked. */
  readonly readJoining?: ((since: SinceStart) => Promise<readonly string[]>) | undefined;
  /** Ends what was started for it, besides the feed. */
  stop(): Promise<void>;
};
