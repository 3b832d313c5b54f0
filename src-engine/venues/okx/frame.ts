/** What a frame of OKX's public connection says, in our words. */
import type { TradePrint } from '../../domain/market-data.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';

export type Frame =
  /** A snapshot or a change of a book: in the parser's `update`. */
  | { readonly kind: 'book' }
  /** A snapshot by REST, as a recording keeps it: in the parser's `update`. */
  | { readonly kind: 'rest-book' }
  | { readonly kind: 'trades'; readonly trades: readonly TradePrint[] }
  /** Answer to a request of ours, of one symbol where it names one. `error` is empty where it was taken. */
  | {
      readonly kind: 'ack';
      readonly id: number;
      readonly symbol: string | undefined;
      readonly code: number;
      readonly error: string;
    }
  | { readonly kind: 'pong' }
  /** The venue is about to end the connection. */
  | { readonly kind: 'shutdown' }
  /** Well-formed, but nothing that is used here. */
  | { readonly kind: 'other' }
  | FrameFault;
