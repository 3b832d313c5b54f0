/**
 * What the account holds, what of it is promised, and what is kept for hedges. Exact. Promises are ours and never exceed what is free; amounts
 * are the venue's: when it moves more than was there, a balance is negative here and an operator has to check.
 */
import { type Decimal, ZERO } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { Asset } from '../domain/ids.ts';

type Holding = {
  total: Decimal;
  reserved: Decimal;
  /** What the venue holds back of the total for orders that are none of ours, or that gas is paid from. */
  held: Decimal;
  /** What is held pays gas. */
  isGas: boolean;
};

/** Whom an amount is promised to: an order by its id, or a holding on its way between two orders. */
export type ReservationKey = string;

const NOTHING: readonly Asset[] = [];

export class Balances {
  readonly #holdings = new Map<Asset, Holding>();
  readonly #reservations = new Map<ReservationKey, { readonly asset: Asset; amount: Decimal }>();
  /** What hedges of quotes that rest, and of fills that wait for theirs, may still spend: part of what is free, and of no order yet. */
  readonly #kept = new Map<Asset, Decimal>();
  /** Assets whose total or reservation moved since the last `takeTouched`. */
  readonly #touched = new Set<Asset>();
  /** Counts changes: whoever reckoned with balances sees by it whether they still stand. */
  version = 0;

  constructor(initial: Iterable<readonly [Asset, Decimal]>) {
    for (const [asset, total] of initial)
      this.#holdings.set(asset, { total, reserved: ZERO, held: ZERO, isGas: false });
  }

  total(asset: Asset): Decimal {
    return this.#holdings.get(asset)?.total ?? ZERO;
  }

  reserved(asset: Asset): Decimal {
    return this.#holdings.get(asset)?.reserved ?? ZERO;
  }

  /** What the venue holds back of the total for orders that were placed elsewhere. */
  held(asset: Asset): Decimal {
    return this.#holdings.get(asset)?.held ?? ZERO;
  }

  /** What an order may still use, a hedge or one that brings risk back among them; below zero when the venue took, or holds back, more than was there. */
  free(asset: Asset): Decimal {
    const holding = this.#holdings.get(asset);
    if (holding === undefined) return ZERO;
    const { total, reserved, held } = holding;
    const unpromised = reserved.isZero() ? total : total.minus(reserved);
    return held.isZero() ? unpromised : unpromised.minus(held);
  }

  /** Of what is free, what an order of new risk may use; below zero when less is free than hedges may need. */
  spendable(asset: Asset): Decimal {
    const kept = this.#kept.get(asset);
    return kept === undefined ? this.free(asset) : this.free(asset).minus(kept);
  }

  /** What is kept for hedges to come. */
  kept(asset: Asset): Decimal {
    return this.#kept.get(asset) ?? ZERO;
  }

  /** Says what is kept of each asset from now on; of those that are not named nothing is. */
  keep(amounts: Iterable<readonly [Asset, Decimal]>): void {
    this.#kept.clear();
    for (const [asset, amount] of amounts) if (amount.gt(0)) this.#kept.set(asset, amount);
  }

  assets(): IterableIterator<Asset> {
    return this.#holdings.keys();
  }

  /** Sets `amount` aside. The caller has checked that it is free, or knows why it is promised anyway. */
  reserve(key: ReservationKey, asset: Asset, amount: Decimal): void {
    assert(!this.#reservations.has(key), `${key} reserves once`);
    this.#reservations.set(key, { asset, amount });
    const holding = this.#touch(asset);
    holding.reserved = holding.reserved.plus(amount);
  }

  /** Sets `amount` of an asset aside under a key that may hold some of it already. */
  reserveMore(key: ReservationKey, asset: Asset, amount: Decimal): void {
    const reservation = this.#reservations.get(key);
    if (reservation === undefined) {
      this.reserve(key, asset, amount);
      return;
    }
    assert(reservation.asset === asset, `${key} reserves ${reservation.asset} only`);
    reservation.amount = reservation.amount.plus(amount);
    const holding = this.#touch(asset);
    holding.reserved = holding.reserved.plus(amount);
  }

  /** What of an asset is set aside under a key. */
  promised(key: ReservationKey, asset: Asset): Decimal {
    const reservation = this.#reservations.get(key);
    return reservation?.asset === asset ? reservation.amount : ZERO;
  }

  /** Gives back what is no longer needed. Harmless when nothing is held. */
  release(key: ReservationKey): void {
    const reservation = this.#reservations.get(key);
    if (reservation === undefined) return;
    this.#reservations.delete(key);
    const holding = this.#touch(reservation.asset);
    holding.reserved = holding.reserved.minus(reservation.amount);
  }

  /** Pays `amount` out of a reservation as far as that goes. */
  pay(key: ReservationKey, asset: Asset, amount: Decimal): void {
    const holding = this.#touch(asset);
    const reservation = this.#reservations.get(key);
    if (reservation?.asset === asset) {
      const part = amount.lt(reservation.amount) ? amount : reservation.amount;
      reservation.amount = reservation.amount.minus(part);
      holding.reserved = holding.reserved.minus(part);
    }
    holding.total = holding.total.minus(amount);
  }

  /** The venue holds back so much for orders that are none of ours. @param isGas fees are paid from it instead. */
  hold(asset: Asset, amount: Decimal, isGas = false): void {
    if (!this.held(asset).eq(amount)) this.#touch(asset).held = amount;
    const holding = this.#holdings.get(asset);
    if (holding !== undefined) holding.isGas = isGas;
  }

  /** A fee was paid from what is held for fees: that much less is held. Where something else is held nothing changes. */
  burn(asset: Asset, amount: Decimal): void {
    const holding = this.#holdings.get(asset);
    if (holding?.isGas !== true || amount.lte(0)) return;
    this.#touch(asset).held = amount.gt(holding.held) ? ZERO : holding.held.minus(amount);
  }

  receive(asset: Asset, amount: Decimal): void {
    const holding = this.#touch(asset);
    holding.total = holding.total.plus(amount);
  }

  /** Assets whose total or reservation moved since the last call. */
  takeTouched(): readonly Asset[] {
    if (this.#touched.size === 0) return NOTHING;
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  #touch(asset: Asset): Holding {
    this.#touched.add(asset);
    this.version++;
    let holding = this.#holdings.get(asset);
    if (holding === undefined) {
      holding = { total: ZERO, reserved: ZERO, held: ZERO, isGas: false };
      this.#holdings.set(asset, holding);
    }
    return holding;
  }
}

/** For the words of a refusal of new risk: empty where nothing of the asset is kept for hedges. */
export function besideKept(balances: Pick<Balances, 'kept'>, asset: Asset): string {
  return balances.kept(asset).gt(0) ? ' beside what is kept for hedges of quotes' : '';
}
