/** What a frame of Kraken's WebSocket v2 says, in our words. */
import type { InstrumentStatus } from '../../domain/instrument.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { InstrumentRow } from './instrument-row.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';

/** Depths that Kraken's book channel can be subscribed to. */
export const BOOK_DEPTHS = [10, 25, 100, 500, 1_000] as const;
export type BookDepth = (typeof BOOK_DEPTHS)[number];

/** Answer to a request of ours. Kraken answers once for each symbol of a request. */
export type Ack = {
  readonly kind: 'ack';
  readonly method: string;
  readonly isSuccess: boolean;
  readonly channel: string;
  /** Our own number of the request; 0 where there was none. */
  readonly requestId: number;
  /** Empty where the answer names none. */
  readonly symbol: string;
  /** Book depth of a subscription, else 0. */
  readonly depth: number;
  readonly error: string;
};

/** What the instrument channel says of a pair while a run goes on. */
export type InstrumentPair = {
  readonly symbol: string;
  readonly status: InstrumentStatus;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  /** Its grid and minimums; or why they cannot be read. */
  readonly rules: InstrumentRow | string;
};

export type Frame =
  /** The message is in the parser's `update`. */
  | { readonly kind: 'book' }
  | { readonly kind: 'trades'; readonly isSnapshot: boolean; readonly trades: readonly TradePrint[] }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'status'; readonly system: string }
  | {
      readonly kind: 'instruments';
      readonly isSnapshot: boolean;
      readonly pairs: readonly InstrumentPair[];
    }
  | Ack
  /** Well-formed, but nothing that we know: a channel that Kraken added. */
  | { readonly kind: 'other' }
  | FrameFault;
