/** What a frame of Bybit's public spot connection says, in our words. */
import type { TradePrint } from '../../domain/market-data.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';

export type Frame =
  /** A snapshot or a change of a book: in the parser's `update`. */
  | { readonly kind: 'book' }
  | { readonly kind: 'trades'; readonly trades: readonly TradePrint[] }
  /** Answer to a request of ours. `error` is empty where it was taken. */
  | { readonly kind: 'ack'; readonly id: number; readonly error: string }
  | { readonly kind: 'pong' }
  /** Well-formed, but nothing that is used here. */
  | { readonly kind: 'other' }
  | FrameFault;
