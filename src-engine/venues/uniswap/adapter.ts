/** Uniswap’s pools as two venues, read through a JSON-RPC endpoint of the trader’s. They are traded on a local chain alone, in a rehearsal. */
import { UncrossedLinks } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { ProcessLineReader } from '../capture/process-line-reader.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { walletAccess } from './account/access.ts';
import { localChainAddress } from './address.ts';
import { BOOK_DEPTH, MOST_POOLS, poolFeed } from './feed.ts';
import { instrumentsFromPools } from './instruments.ts';
import { CHAIN_FOLDER } from './local-chain.ts';
import { poolFrames } from './recorded-frames.ts';
import { PoolRest } from './rest.ts';

const BASIS = 'inside the price; gas beside it';

/** What a trader should know of pools as books. */
export const POOLS_WEAKER =
  'through a JSON-RPC endpoint of your own, on a chain: a book is the state of one block, its age that of the block; levels are cut from the curve and never better than it; the pool’s fee is inside the price, gas is a fixed cost of each order; a swap is public before it is mined; orders on a local chain alone, in a rehearsal; no public trades';

export const uniswapV2Adapter = adapterOf('v2', 'uniswap-v2', 'Uniswap v2');
export const uniswapV3Adapter = adapterOf('v3', 'uniswap-v3', 'Uniswap v3');

function adapterOf(version: 'v2' | 'v3', id: string, title: string): VenueAdapter {
  return {
    id,
    title,
    bookDepth: BOOK_DEPTH,
    maxInstruments: MOST_POOLS,
    // Each message is a whole book: only a crossed one shows that something is wrong.
    bookVerifier: () => new UncrossedLinks(),
    capabilities: {
      bookIntegrity: 'none',
      liveness: 'ping',
      feeAsset: 'quote',
      clientOrderId: {
        encode: orderIdOf,
        maxLength: 32,
        isUniqueForever: true,
      },
      cancelAll: 'none',
      ioc: true,
    },
    // No volume changes it: the pool takes what it takes, and it is in the price already.
    feeSchedule: flatFees('0', BASIS),
    frames: poolFrames,
    weaker: POOLS_WEAKER,
    readTime: (context) => new PoolRest(version, restOptions(context)).time(),
    listInstruments: (context) => new PoolRest(version, restOptions(context)).instruments(),
    listActive: async (context) => {
      const { listing, depths } = await new PoolRest(version, restOptions(context)).active();
      return { ...listing, activity: turnoverInDollars(listing.instruments, depths) };
    },
    readListing: (text, file) => instrumentsFromPools(listingFile(text, file, 'the list of pools')),
    openFeed: (context) => poolFeed(version, id, feedOptions(context)),
    // Its rehearsals are on a chain, which the folder of this name describes.
    localChain: CHAIN_FOLDER,
    account: walletAccess(id),
    localUrls: (folder) => {
      const address = localChainAddress(version, folder);
      return { rest: address, stream: address, account: address };
    },
    checkCapture: () => new BookCheck(new ProcessLineReader(id)),
  };
}
