/** What the bench and the processes of a tick to wire say to each other. */
import type { Durability } from '../../src-engine/domain/durability.ts';
import type { FaceName } from '../../src-engine/venues/local-exchange/face-names.ts';
import type { WayFigures } from './way-record.ts';

/** Clients of the bench's exchange, each with an account of its own. */
export const CLIENTS = {
  ours: { key: 'ours-key-of-the-bench', secret: 'a-secret-of-ours-for-the-bench' },
  ccxt: { key: 'ccxt-key-of-the-bench', secret: 'a-secret-of-the-peer-for-the-bench' },
} as const;

/** The secret as the venue of that face hands it out. */
export function secretOf(face: FaceName, secret: string): string {
  return face === 'kraken' ? Buffer.from(secret).toString('base64') : secret;
}

export type VenueStart = { readonly face: FaceName };
export type VenueReady = { readonly url: string; readonly wsUrl: string };

export type PhaseOptions = {
  readonly framesPerSecond: number;
  readonly seconds: number;
  /** How often a frame makes a cycle pay; at 0 none does. */
  readonly ticksPerSecond: number;
};

/** By the exchange's clock: from the book change being sent until the first order's bytes came, in µs, and how many ticks no order answered. */
export type PhaseDone = { readonly answeredUs: readonly number[]; readonly unanswered: number };

export type ClientStart = { readonly face: FaceName; readonly url: string; readonly wsUrl: string };

/** What a client does with frames from here on. */
export type ClientPhase =
  /** Three legs at once, or one after the other; what their intents survive before they are sent. */
  | { readonly kind: 'ours'; readonly atOnce: boolean; readonly level: Durability }
  /** Watches, and sends one order: over the WebSocket, or REST. */
  | { readonly kind: 'ccxt'; readonly by: 'socket' | 'rest' }
  /** Parses the text of every frame, and nothing else. */
  | { readonly kind: 'parse' };

export type ClientDone = WayFigures;
