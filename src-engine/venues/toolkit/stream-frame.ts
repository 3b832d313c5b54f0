/** What a frame of a venue's public market data says, in our words: all that the shared decoders and connections act upon. */
import type { TradePrint } from '../../domain/market-data.ts';
import type { Verb } from './channel-subscriptions.ts';
import type { FrameFault } from './frame-error.ts';

/** What is subscribed to of each symbol. */
export type StreamChannel = 'books' | 'trades';

/** Answer to a request of ours; what it does not name is of any. Without an id it is of the oldest request that it fits. */
export type StreamAck = {
  readonly kind: 'ack';
  readonly id?: number | undefined;
  readonly channel?: StreamChannel | undefined;
  readonly symbol?: string | undefined;
  readonly verb?: Verb | undefined;
  /** Empty where it was taken. */
  readonly error: string;
  /** No repetition changes this refusal: the venue has no such symbol. */
  readonly isFinal: boolean;
};

export type StreamFrame =
  /** A snapshot or a change of a book: in the parser's `update`. */
  | { readonly kind: 'book' }
  /** A book that was asked for, as a recording keeps it: in the parser's `update`. */
  | { readonly kind: 'rest-book' }
  | { readonly kind: 'trades'; readonly trades: readonly TradePrint[] }
  | StreamAck
  /** A question of the venue that is answered at once, with this text: else it ends the connection. */
  | { readonly kind: 'question'; readonly answer: string }
  /** The venue ends the connection, or what it sends can no longer be trusted. */
  | { readonly kind: 'reconnect'; readonly reason: string }
  /** The connection goes on otherwise than before: see `MarketSink.onNote`. */
  | { readonly kind: 'note'; readonly text: string; readonly isByRest: boolean }
  /** Well-formed, and nothing that is acted upon: an answer to a ping, other channels. */
  | { readonly kind: 'other' }
  | FrameFault;

export const BOOK: StreamFrame = { kind: 'book' };
export const REST_BOOK: StreamFrame = { kind: 'rest-book' };
export const OTHER: StreamFrame = { kind: 'other' };
