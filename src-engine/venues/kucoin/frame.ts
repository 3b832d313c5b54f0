/** What a frame of KuCoin's public socket says, in our words. */
import type { TradePrint } from '../../domain/market-data.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';

export type Frame =
  /** A change of a book: in the parser's `update`; its numbers are `firstSeq` and `update.seq`. */
  | { readonly kind: 'change' }
  /** A REST order book, as a recording keeps it: in the parser's `update`; its number is `update.seq`. */
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'trade'; readonly trade: TradePrint }
  /** Answer to a request of ours. `error` is empty where it was taken. */
  | { readonly kind: 'ack'; readonly id: number; readonly code: number; readonly error: string }
  | { readonly kind: 'pong' }
  /** Well-formed, but nothing that is used here. */
  | { readonly kind: 'other' }
  | FrameFault;
