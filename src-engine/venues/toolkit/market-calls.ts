import type { TimeUs } from '../../domain/time.ts';
import type { InstrumentListing, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { type DayTicker, turnoverInDollars } from './turnover.ts';

/** The public calls of a venue that do not belong to its feed. */
export type MarketCalls = {
  instruments(): Promise<InstrumentListing>;
  /** What was traded in the last 24 hours, by symbol. */
  dayTickers(): Promise<Map<string, DayTicker>>;
  time(): Promise<TimeUs>;
};

/** What an adapter answers by them. @param stepUs in which the venue gives its time. */
export function marketCalls(
  open: (context: VenueContext) => MarketCalls,
  stepUs: number,
): Pick<VenueAdapter, 'readTime' | 'listInstruments' | 'listActive'> {
  return {
    readTime: async (context) => ({ timeUs: await open(context).time(), stepUs }),
    listInstruments: (context) => open(context).instruments(),
    listActive: async (context) => {
      const calls = open(context);
      const listing = await calls.instruments();
      return { ...listing, activity: turnoverInDollars(listing.instruments, await calls.dayTickers()) };
    },
  };
}
