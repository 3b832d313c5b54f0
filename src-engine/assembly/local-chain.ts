/** What stands for a venue in a rehearsal: a local exchange, or for pools the local chain that a folder of the data folder describes. */
import { join } from 'node:path';
import type { VenueAdapter } from '../venues/venue-adapter.ts';
import { attachedExchange } from './attached-exchange.ts';

/** For `VenueAdapter.localUrls`; undefined: the venue is rehearsed at a local exchange. */
export function chainFolder(
  { localChain }: Pick<VenueAdapter, 'localChain'>,
  dataDir: string,
): string | undefined {
  return localChain === undefined ? undefined : join(dataDir, localChain);
}

/** What stands for it beside a session: a chain, or an exchange that runs already. Undefined: nothing does. */
export function standingIn(
  adapter: VenueAdapter,
  { dataDir, exchangeUrl }: { readonly dataDir: string; readonly exchangeUrl?: string | undefined },
): string | undefined {
  return chainFolder(adapter, dataDir) ?? attachedExchange(exchangeUrl, adapter);
}
