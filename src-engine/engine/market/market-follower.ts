import type { MarketSink } from '../../venues/market-feed.ts';

/** Hears what the market did after the kernel has taken it in. */
export type MarketFollower = Partial<Omit<MarketSink, 'onRaw'>>;

/** What a simulated venue has to hear of the market to fill orders. */
export type PaperFollower = Required<Pick<MarketFollower, 'onBook' | 'onTrade' | 'onInstrumentStatus'>>;
