/** What a frame of Binance's market streams says, in our words. */
import type { TradePrint } from '../../domain/market-data.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';

export type Frame =
  /** A change of a book: in the parser's `update`; its ids are `firstId` and `update.seq`. */
  | { readonly kind: 'depth' }
  /** A REST snapshot, as a recording keeps it: in the parser's `update`; its id is `update.seq`. */
  | { readonly kind: 'snapshot' }
  /** Best prices, as they change: in the parser's `update`. */
  | { readonly kind: 'touch' }
  | { readonly kind: 'trade'; readonly trade: TradePrint }
  /** Answer to a request of ours. `error` is empty where it was taken. */
  | { readonly kind: 'ack'; readonly id: number; readonly code: number; readonly error: string }
  /** The venue is about to end the connection. */
  | { readonly kind: 'shutdown' }
  /** Well-formed, but nothing that is used here. */
  | { readonly kind: 'other' }
  | FrameFault;
