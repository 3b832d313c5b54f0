/** What an operator asks for by hand: see by-hand.ts. */
import type { Asset, VenueName } from '../domain/ids.ts';

export type HandCommand =
  /** `minNetBps`: the least net edge in bps, by the books of the moment, for which it is still taken. */
  | { readonly type: 'takeOpportunity'; readonly opportunityId: string; readonly minNetBps: number }
  /** Sells what is free of a coin at a venue, or of every coin there, for the venue's cash. */
  | { readonly type: 'flatten'; readonly venue: VenueName; readonly coin?: Asset | undefined }
  /** Cancels the engine's own open orders of a symbol, a venue, or all of them; no other program's. */
  | {
      readonly type: 'cancelOrders';
      readonly venue?: VenueName | undefined;
      readonly symbol?: string | undefined;
    }
  | { readonly type: 'disableStrategy'; readonly strategy: string }
  | { readonly type: 'pauseVenue'; readonly venue: VenueName };
