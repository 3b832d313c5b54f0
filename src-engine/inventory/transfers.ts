/**
 * Transfers between venues. Parallax cannot withdraw: the trader makes a transfer and declares it. What a venue shows as missing, or as
 * more than before, is held against what was declared: where it fits, it is the transfer and no difference. On the way a coin lies in the
 * ledger under a place of its own (`BTC@in-transit`), so that positions and equity count it like everything else. At simulated venues a
 * declared transfer leaves at once and arrives after its time, less its fee. Reads no clock.
 */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
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
  /** The first part of a transfer's id; unique among all runs. */
  readonly runId: string;
  /** The venues keep no account of their own: what is declared happens here. */
  readonly isSimulated: boolean;
  /** Money lies elsewhere now. */
  moved(from: Asset, to: Asset, amount: Decimal): void;
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
    if (this.obstacle(request) !== undefined) return;
    this.#count++;
    const declared: Transfer = {
      ...request,
      transferId: `${this.#parts.runId}-t${this.#count}`,
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

  /** The trader withdraws it: what was in flight is back at the source. False where no such transfer is open. */
  cancel(transferId: string, actor: Actor, nowUs: TimeUs): boolean {
    const one = this.#open.find((each) => each.transferId === transferId);
    if (one === undefined) return false;
    if (one.state === 'departed') this.#move(inTransit(one.coin), this.#at(one, one.from), decimal(one.left));
    this.#end({ ...one, state: 'canceled' }, actor, nowUs);
    return true;
  }

  /** Time passes: simulated ones arrive, and what is overdue is late. */
  onTick(nowUs: TimeUs): void {
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

  #candidates(asset: Asset, venue: VenueName): Candidate[] {
    const candidates: Candidate[] = [];
    for (const transfer of [...this.#open, ...this.#ended]) {
      const { state, from, to, fee, left, amount, isPresumed } = transfer;
      const most = decimal(state === 'departed' ? left : amount);
      if (from === venue && this.#at(transfer, from) === asset) {
        if (state === 'declared')
          candidates.push({
            transfer,
            isArrival: false,
            least: most.plus(fee).negated(),
            most: most.negated(),
          });
        // It arrived before its source showed that it had left: a fee on top may still be missing there.
        if (isPresumed && state === 'arrived' && !decimal(fee).isZero())
          candidates.push({ transfer, isArrival: false, least: decimal(fee).negated(), most: ZERO });
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

  #arrive(declared: Transfer, amount: Decimal, nowUs: TimeUs): void {
    const isPresumed = declared.state === 'declared';
    if (isPresumed) this.#depart(declared, decimal(declared.amount), nowUs);
    const one = this.#open.find(({ transferId }) => transferId === declared.transferId) ?? declared;
    const { portfolio } = this.#parts;
    const transit = inTransit(one.coin);
    this.#move(transit, this.#at(one, one.to), amount);
    portfolio.payTransferFee(transit, decimal(one.left).minus(amount));
    this.#end({ ...one, state: 'arrived', arrived: amount.toString(), isPresumed }, ENGINE, nowUs);
  }

  /** The source shows at last what left it: the part beyond the amount was a fee. */
  #seen(one: Transfer, extra: Decimal, nowUs: TimeUs): void {
    this.#parts.portfolio.payTransferFee(this.#at(one, one.from), extra);
    const seen = { ...one, isPresumed: false, left: decimal(one.left).plus(extra).toString() };
    this.#ended.splice(this.#ended.indexOf(one), 1, seen);
    this.#report(seen, ENGINE, nowUs);
  }

  #move(from: Asset, to: Asset, amount: Decimal): void {
    this.#parts.portfolio.move(from, to, amount);
    this.#parts.moved(from, to, amount);
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

function isOver({ state }: Transfer): boolean {
  return state === 'arrived' || state === 'canceled';
}
