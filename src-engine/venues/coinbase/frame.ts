/** What a frame of Coinbase's market data says, in our words. */
import type { InstrumentId } from '../../domain/ids.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { FrameErrorCode } from '../toolkit/frame-error.ts';

export type Frame =
  /** A snapshot or a change of a book: in the parser's `rows`. */
  | { readonly kind: 'book' }
  /** The beginning of a snapshot: `more` reads on. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'trades'; readonly trades: readonly TradePrint[] }
  /** Every subscription of the connection: products by channel. */
  | { readonly kind: 'subscriptions'; readonly channels: ReadonlyMap<string, ReadonlySet<string>> }
  /** The refusal of a request, which it does not name. */
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'heartbeat' }
  /** Well-formed, but nothing that is used here. */
  | { readonly kind: 'other' }
  | {
      readonly kind: 'error';
      readonly code: FrameErrorCode;
      readonly detail: string;
      /** The book that can no longer be trusted, where the frame was one of a known instrument. */
      readonly instrumentId: InstrumentId | undefined;
    };
