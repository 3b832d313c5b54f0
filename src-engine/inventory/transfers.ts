/**
 * Transfers between venues. Parallax cannot withdraw: the trader makes a transfer and declares it. What a venue shows as missing, or as
 * more than before, is held against what was declared: where it fits, it is the transfer and no difference. On the way a coin lies in the
 * ledger under a place of its own (`BTC@in-transit`), so that positions and equity count it like everything else. At simulated venues a
 * declared transfer leaves at once and arrives after its time, less its fee. Reads no clock.
 */
import { Decimal, type DecimalText, decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Actor, BalanceDifference } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Transfer } from '../domain/inventory-schemas.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { inTransit } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { type Candidate, explaining } from './matching.ts';

/** Transfers that are under way at once, and ended ones that are kept to be shown. */
export const MAX_OPEN_TRANSFERS = 16;
const MAX_ENDED = 20;
const US_PER_MINUTE = 60 * US_PER_SECOND;
const ENGINE: Actor = { kind: 'engine', via: 'transfers' };

export type TransferRequest = Pick<
  Transfer,
  'coin' | 'amount' | 'fee' | 'from' | 'to' | 'network' | 'minutes'
>;

export type TransfersParts = {
  readonly portfolio: Portfolio;
  readonly outbox: Outbox;
  /** The first part of a transfer's id; unique among all runs, and shared with the run's simulated twin. */
  readonly idPrefix: string;
  /** The venues keep no account of their own: what is declared happens here. */
  readonly isSimulated: boolean;
  /** Money lies elsewhere now. */
  moved(from: Asset, to: Asset, amount: Decimal): void;
  /** A fee was taken out of what lies there. */
  charged(asset: Asset, fee: Decimal): void;
};

export class Transfers {
  readonly #parts: TransfersParts;
  readonly #open: Transfer[] = [];
  readonly #ended: Transfer[] = [];
  #count = 0;

  constructor(parts: TransfersParts) {
    this.#parts = parts;
  }

  /** Goes on with what an earlier run had under way. */
  recall(left: readonly Transfer[]): void {
    for (const one of left)
      if (isOver(one)) this.#ended.push(one);
      else {
        this.#open.push(one);
        if (one.state === 'declared') this.#reserve(one);
      }
  }

  get open(): readonly Transfer[] {
    return this.#open;
  }

  /** Open ones first, then those that ended, newest first. */
  get all(): Transfer[] {
    return [...this.#open, ...this.#ended];
  }

  /** Why it cannot be declared now; undefined: it can. */
  obstacle({ coin, amount, fee, from, to }: TransferRequest): Obstacle | undefined {
    const { universe, balances } = this.#parts.portfolio;
    const { venues } = universe;
    const known = `Choose among ${venues.join(', ')}.`;
    if (venues.length < 2)
      return { field: 'to', value: to, message: 'has no second venue in this session', remedy: NO_SECOND };
    if (!venues.includes(from)) return { field: 'from', value: from, message: NOT_OF_SESSION, remedy: known };
    if (!venues.includes(to)) return { field: 'to', value: to, message: NOT_OF_SESSION, remedy: known };
    if (from === to)
      return { field: 'to', value: to, message: 'is where the transfer begins', remedy: known };
    if (decimal(fee).gte(amount))
      return { field: 'fee', value: fee, message: `is not below the amount, ${amount}`, remedy: CHECK_UNITS };
    const free = balances.free(universe.at(coin, from));
    if (free.lt(amount)) {
      const message = `is more than the ${free.toString()} ${coin} that are free at ${from}`;
      return { field: 'amount', value: amount, message, remedy: 'Declare at most what is free there.' };
    }
    if (this.#open.length >= MAX_OPEN_TRANSFERS) {
      const message = `would be one transfer more than ${MAX_OPEN_TRANSFERS} at once`;
      return { field: 'coin', value: coin, message, remedy: 'Cancel one that will not arrive.' };
    }
    return undefined;
  }

  /** The trader says that it was made. Nothing happens where there is an obstacle. */
  declare(request: TransferRequest, actor: Actor, nowUs: TimeUs): void {
    // Counted even where it is refused: an account and its twin call the same declaration by the same id.
    this.#count++;
    if (this.obstacle(request) !== undefined) return;
    const declared: Transfer = {
      ...request,
      transferId: `${this.#parts.idPrefix}-t${this.#count}`,
      state: 'declared',
      declaredUs: nowUs,
      expectedUs: nowUs + Math.round(request.minutes * US_PER_MINUTE),
      departedUs: null,
      endedUs: null,
      left: '0',
      arrived: '0',
      isLate: false,
      isPresumed: false,
    };
    this.#open.push(declared);
    this.#report(declared, actor, nowUs);
    if (this.#parts.isSimulated) this.#depart(declared, decimal(request.amount), nowUs);
    else this.#reserve(declared);
  }

  /**
   * The trader withdraws it: what was in flight is back at the source.
   * @returns where more is counted than the venue showed last; undefined: nowhere, or no such transfer is open.
   */
  cancel(transferId: string, actor: Actor, nowUs: TimeUs): VenueName | undefined {
    const one = this.#openOne(transferId);
    if (one === undefined) return undefined;
    const isBack = one.state === 'departed';
    if (isBack) this.#move(inTransit(one.coin), this.#at(one, one.from), decimal(one.left));
    this.#end({ ...one, state: 'canceled' }, actor, nowUs);
    return isBack ? one.from : undefined;
  }

  /** True while a transfer of this asset to or from the venue is open: a difference there may be part of it. */
  isUnderWay(venue: VenueName, asset: Asset): boolean {
    return this.#open.some(
      (one) => (one.from === venue || one.to === venue) && this.#at(one, venue) === asset,
    );
  }

  /** Time passes: simulated ones arrive, and what is overdue is late. */
  onTick(nowUs: TimeUs): void {
    // Declared to an account, and recalled by its twin.
    if (this.#parts.isSimulated)
      for (const one of this.#open.filter(({ state }) => state === 'declared'))
        this.#depart(one, decimal(one.amount), nowUs);
    for (const one of this.#open.filter(({ expectedUs }) => nowUs >= expectedUs))
      if (this.#parts.isSimulated) this.#arrive(one, decimal(one.left).minus(one.fee), nowUs);
      else if (!one.isLate) this.#report(this.#put({ ...one, isLate: true }), ENGINE, nowUs);
  }

  /**
   * Takes differences between the ledger and a venue for declared transfers where they fit: what left lies between the amount and the
   * amount with its fee, what came between the amount less its fee and the amount. True when anything was booked.
   */
  explain(venue: VenueName, differences: readonly BalanceDifference[], nowUs: TimeUs): boolean {
    let isBooked = false;
    for (const { asset, ledger, venue: shown } of differences) {
      const change = decimal(shown).minus(ledger);
      const found = explaining(change, this.#candidates(asset, venue));
      for (const [{ transfer, isArrival }, part] of found ?? []) {
        isBooked = true;
        if (isArrival) this.#arrive(transfer, part, nowUs);
        else if (transfer.isPresumed) this.#seen(transfer, part.negated(), nowUs);
        else this.#depart(transfer, part.negated(), nowUs);
      }
    }
    return isBooked;
  }

  /** A look at a venue: where its balance agrees, the source of a presumed transfer has shown all that left it. No news: it has arrived. */
  onLook(venue: VenueName, differences: readonly BalanceDifference[]): void {
    for (const [at, one] of this.#ended.entries()) {
      if (!one.isPresumed || one.from !== venue) continue;
      const asset = this.#at(one, venue);
      if (differences.some((difference) => difference.asset === asset)) continue;
      this.#ended[at] = { ...one, isPresumed: false };
    }
  }

  #candidates(asset: Asset, venue: VenueName): Candidate[] {
    const candidates: Candidate[] = [];
    for (const transfer of [...this.#open, ...this.#ended]) {
      const { state, from, to, fee, left, amount, arrived, isPresumed } = transfer;
      const most = decimal(state === 'departed' ? left : amount);
      if (from === venue && this.#at(transfer, from) === asset) {
        if (state === 'declared')
          candidates.push({
            transfer,
            isArrival: false,
            least: most.plus(fee).negated(),
            most: most.negated(),
          });
        // It arrived before its source showed that it had left: what its destination did not bear of the fee may be missing there.
        const owed = decimal(fee).minus(left).plus(arrived);
        if (isPresumed && state === 'arrived' && owed.gt(0))
          candidates.push({ transfer, isArrival: false, least: owed.negated(), most: ZERO });
      }
      if (to === venue && this.#at(transfer, to) === asset && !isOver(transfer))
        candidates.push({ transfer, isArrival: true, least: most.minus(fee), most });
    }
    return candidates;
  }

  #depart(one: Transfer, amount: Decimal, nowUs: TimeUs): void {
    this.#parts.portfolio.balances.release(keyOf(one));
    this.#move(this.#at(one, one.from), inTransit(one.coin), amount);
    const departed = { ...one, state: 'departed', departedUs: nowUs, left: amount.toString() } as const;
    this.#report(this.#put(departed), ENGINE, nowUs);
  }

  #arrive({ transferId }: Transfer, amount: Decimal, nowUs: TimeUs): void {
    // As it is now: another arrival of the same look may have changed it.
    const before = this.#openOne(transferId);
    const isPresumed = before?.state === 'declared' && !this.#takeDeparture(before, amount, nowUs);
    if (isPresumed) this.#depart(before, decimal(before.amount), nowUs);
    const one = this.#openOne(transferId);
    if (one === undefined) return;
    const transit = inTransit(one.coin);
    this.#move(transit, this.#at(one, one.to), amount);
    this.#charge(transit, decimal(one.left).minus(amount));
    this.#end({ ...one, state: 'arrived', arrived: amount.toString(), isPresumed }, ENGINE, nowUs);
  }

  /**
   * What left one source is given to the oldest transfer that it fits. Where another one of them arrives, it was that one which left, and the
   * one that was taken for it is still to leave. True when there is such a departure.
   */
  #takeDeparture(one: Transfer, arrived: Decimal, nowUs: TimeUs): boolean {
    const { coin, from, amount, fee } = one;
    const taken = this.#open.find(
      ({ state, left, ...other }) =>
        state === 'departed' &&
        other.coin === coin &&
        other.from === from &&
        isWithin(decimal(left), decimal(amount), fee) &&
        isWithin(decimal(left), arrived, fee),
    );
    if (taken === undefined) return false;
    const { state, departedUs, left } = taken;
    this.#parts.portfolio.balances.release(keyOf(one));
    this.#report(this.#put({ ...taken, state: 'declared', departedUs: null, left: '0' }), ENGINE, nowUs);
    this.#reserve(taken);
    this.#report(this.#put({ ...one, state, departedUs, left }), ENGINE, nowUs);
    return true;
  }

  /** The source shows at last what left it: the part beyond the amount was a fee. */
  #seen(one: Transfer, extra: Decimal, nowUs: TimeUs): void {
    this.#charge(this.#at(one, one.from), extra);
    const seen = { ...one, isPresumed: false, left: decimal(one.left).plus(extra).toString() };
    this.#ended.splice(this.#ended.indexOf(one), 1, seen);
    this.#report(seen, ENGINE, nowUs);
  }

  #move(from: Asset, to: Asset, amount: Decimal): void {
    this.#parts.portfolio.move(from, to, amount);
    this.#parts.moved(from, to, amount);
  }

  #charge(asset: Asset, fee: Decimal): void {
    this.#parts.portfolio.payTransferFee(asset, fee);
    this.#parts.charged(asset, fee);
  }

  #openOne(id: string): Transfer | undefined {
    return this.#open.find(({ transferId }) => transferId === id);
  }

  /** As long as the source shows it, no order may use what the trader is sending away. */
  #reserve(one: Transfer): void {
    this.#parts.portfolio.balances.reserve(keyOf(one), this.#at(one, one.from), decimal(one.amount));
  }

  #put(changed: Transfer): Transfer {
    const at = this.#open.findIndex(({ transferId }) => transferId === changed.transferId);
    this.#open.splice(at, 1, changed);
    return changed;
  }

  #end(one: Transfer, actor: Actor, nowUs: TimeUs): void {
    const ended = { ...one, endedUs: nowUs, isLate: false };
    this.#open.splice(
      this.#open.findIndex(({ transferId }) => transferId === one.transferId),
      1,
    );
    this.#parts.portfolio.balances.release(keyOf(one));
    this.#ended.unshift(ended);
    if (this.#ended.length > MAX_ENDED) this.#ended.pop();
    this.#report(ended, actor, nowUs);
  }

  #report(transfer: Transfer, actor: Actor, nowUs: TimeUs): void {
    this.#parts.outbox.emit({ type: 'transferChanged', atUs: nowUs, transfer, actor });
  }

  #at({ coin }: Transfer, venue: VenueName): Asset {
    return this.#parts.portfolio.universe.at(coin, venue);
  }
}

export type Obstacle = {
  readonly field: keyof TransferRequest;
  readonly value: string;
  readonly message: string;
  readonly remedy: string;
};

const NOT_OF_SESSION = 'is not a venue of this session';
const NO_SECOND = 'Choose a plan with the venues between which you transfer.';
const CHECK_UNITS = 'Enter the fee in units of the coin, as the venue shows it.';

const keyOf = ({ transferId }: Transfer): string => `transfer ${transferId}`;

/** From `least` to `least` and `more`. */
function isWithin(amount: Decimal, least: Decimal, more: DecimalText): boolean {
  return amount.gte(least) && amount.lte(least.plus(more));
}

function isOver({ state }: Transfer): boolean {
  return state === 'arrived' || state === 'canceled';
}
