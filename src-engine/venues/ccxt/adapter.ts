/** Any venue of ccxt, for its books: what is weaker than at a venue with an adapter of its own is said wherever it is listed. */
import { UncrossedLinks } from '../../books/book-verifier.ts';
import { UserError } from '../../domain/errors.ts';
import { BookCheck } from '../capture/book-check.ts';
import { ProcessLineReader } from '../capture/process-line-reader.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { BOOK_DEPTH, ccxtFeed, MOST_PAIRS } from './feed.ts';
import { CCXT_IDS, CCXT_PREFIX, nearestIds } from './ids.ts';
import { instrumentsFromMarkets } from './instruments.ts';
import { ccxtFrames } from './recorded-frames.ts';
import { CcxtRest } from './rest.ts';
import { ccxtAccess, ccxtFace, ccxtOrders, CCXT_ORDERS } from './trading.ts';

/** What a trader should know of books that come through ccxt. */
export const CCXT_WEAKER =
  'through ccxt: nothing shows a missed message; ages by our own clock; slower, at most 10 books a second and a pair, or every few seconds where ccxt has no connection; no public trades; minimums that ccxt does not list are taken for none';

/** Stands for any of them where venues are listed. */
export const CCXT_ANY = 'ccxt:ID';

export const isCcxtName = (name: string): boolean => name.startsWith(CCXT_PREFIX);

/**
 * The venue of this name. The same one for the same name: it is known by what it is.
 * @param name `ccxt:poloniex`. @param field what named it, for the error. @throws UserError that names the nearest ids.
 */
export function ccxtVenue(name: string, field: string): VenueAdapter {
  const known = ADAPTERS.get(name);
  if (known !== undefined) return known;
  const id = name.slice(CCXT_PREFIX.length);
  if (!CCXT_IDS.includes(id)) {
    const near = nearestIds(id).map((one) => CCXT_PREFIX + one);
    throw new UserError({
      code: 'unknown-venue',
      field,
      value: name.slice(0, 60),
      message: 'names no exchange of ccxt',
      remedy:
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : `Write ${CCXT_PREFIX} and one of ccxt’s ids, such as ${CCXT_PREFIX}poloniex; ${CCXT_IDS.length} are known.`,
    });
  }
  const adapter = adapterOf(id);
  ADAPTERS.set(name, adapter);
  return adapter;
}

const ADAPTERS = new Map<string, VenueAdapter>();

function adapterOf(id: string): VenueAdapter {
  const venue = CCXT_PREFIX + id;
  const account = ccxtAccess(id);
  return {
    id: venue,
    title: `${id} (ccxt)`,
    bookDepth: BOOK_DEPTH,
    maxInstruments: MOST_PAIRS,
    // Each message is a whole book: only a crossed one shows that something is wrong.
    bookVerifier: () => new UncrossedLinks(),
    capabilities: {
      bookIntegrity: 'none',
      liveness: 'none',
      ...ccxtOrders(id),
      clientOrderId: {
        encode: orderIdOf,
        maxLength: 32,
        isUniqueForever: true,
      },
      cancelAll: 'none',
      ioc: true,
    },
    feeSchedule: flatFees('0.005', 'assumed: ccxt lists no fee of this pair'),
    frames: ccxtFrames,
    weaker: account === undefined ? CCXT_WEAKER : `${CCXT_WEAKER}; ${CCXT_ORDERS}`,
    face: ccxtFace(id),
    account,
    readTime: (context) => new CcxtRest(id, restOptions(context)).time(),
    listInstruments: (context) => new CcxtRest(id, restOptions(context)).instruments(),
    listActive: async (context) => {
      const { listing, tickers } = await new CcxtRest(id, restOptions(context)).active();
      return { ...listing, activity: turnoverInDollars(listing.instruments, tickers) };
    },
    readListing: (text, file) =>
      instrumentsFromMarkets(listingFile(text, file, 'ccxt’s markets and tickers')),
    openFeed: (context) => ccxtFeed(id, feedOptions(context)),
    localUrls: (url) => ({ rest: url }),
    checkCapture: () => new BookCheck(new ProcessLineReader(venue)),
  };
}
