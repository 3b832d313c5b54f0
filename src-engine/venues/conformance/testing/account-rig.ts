/** The venue's side of an account, scripted: what every adapter's conformance test plays, in the venue's own protocol. */
import type { VenueOrderEvent } from '../../../domain/order.ts';
import type { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { VenueAdapter } from '../../venue-adapter.ts';
import type { AccountVenue } from '../../venue-account.ts';

export type RigFill = {
  /** Number of the execution; the same one twice is one fill. */
  readonly number: number;
  readonly price: string;
  readonly qty: string;
  readonly fee: string;
  readonly feeAsset: string;
};

export type AccountRig = {
  readonly adapter: VenueAdapter;
  readonly clock: SimulatedClock;
  readonly venue: AccountVenue;
  readonly events: VenueOrderEvent[];
  /** A symbol of the venue. */
  readonly symbol: string;
  /** Where a fee is always charged in the same asset of `symbol`, and no message names it. */
  readonly feeAsset?: string | undefined;
  /** Codes of each class, each as the venue sends it. */
  readonly codes: { readonly refused: readonly string[]; readonly unknown: readonly string[] };
  /** Connects, and answers what a session asks until it is up. */
  up(): Promise<void>;
  /** Client ids of the placements that reached the venue, in order, each as often as it came. */
  placed(): readonly string[];
  /** Symbols, or `account`, that a cancel of everything reached. */
  canceledAll(): readonly string[];
  /** The answer to the placement of this order; heard once all has settled. */
  ack(orderId: string): void;
  refuse(orderId: string, code: string): void;
  /** What the private connection says of the order. */
  opened(orderId: string): void;
  fill(orderId: string, fill: RigFill): void;
  canceled(orderId: string, filledQty: string): void;
  /** A message of the private connection about this order with a field that cannot be read. */
  unreadable(orderId: string): void;
  /** The connection is cut. */
  cut(): void;
  /** Orders that the venue shows open when it is asked; none at first. */
  open: string[];
  /** Lets all that is under way have its say. */
  settle(): Promise<void>;
};

/** Asks the venue about a key with these rights. */
export type KeyRig = {
  /** Rights of a key that may trade. */
  readonly fit: readonly string[];
  /** Of one that may take money out. */
  readonly withdraws: readonly string[];
  check(rights: readonly string[]): Promise<unknown>;
};

/** Lets promises that are settled have their say. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 120; i++) await Promise.resolve();
}
