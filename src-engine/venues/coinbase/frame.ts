/** What a frame of Coinbase's market data says, in our words. */
import type { InstrumentId } from '../../domain/ids.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';

export type Frame =
  /** A snapshot or a change of a book: in the parser's `rows`. */
  | { readonly kind: 'book' }
  /** Several snapshots or changes in one message: each is read by its place, in order. */
  | { readonly kind: 'events'; readonly count: number }
  /** As `events`, once the decoder has read them: which books they were of, which were replaced, and what could not be read. */
  | {
      readonly kind: 'books';
      readonly books: readonly InstrumentId[];
      readonly snapshots: readonly InstrumentId[];
      readonly errors: readonly FrameFault[];
    }
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
  | FrameFault;
