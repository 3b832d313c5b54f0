/**
 * What the venue changes of an instrument while the run goes on: its grid and minimums, its status, its fee. The kernel owns
 * its instruments, so that every room sees the new rules with the next decision. A fill that cost more than the known fee
 * raises it at once: the venue charges what it charges, whatever it listed.
 */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { InstrumentCause } from '../domain/event.ts';
import type { InstrumentId, OrderId } from '../domain/ids.ts';
import {
  type Instrument,
  type InstrumentChange,
  type InstrumentStatus,
  specOf,
  takeChange,
  takeStatus,
  makerFeeToReckon,
  takeStop,
} from '../domain/instrument.ts';
import type { Fill, Order, VenueOrderEvent } from '../domain/order.ts';
import { formatTimeUs, type TimeUs } from '../domain/time.ts';
import type { Input } from './input.ts';

/** A fee is higher when its rate exceeds the known one by more than 0.02 basis points, which rounding may cause. */
const RATE_SLACK = decimal('0.000002');
/** Some venues charge in whole or hundredth units of money: with so few places one unit of the last is rounding. */
const COARSE_PLACES = 2;
/** With so many places too: of a very small trade one unit is more than the rate's slack. */
const FINE_PLACES = 8;
/** Places of a rate that was worked out of a fill, rounded up. */
const RATE_PLACES = 6;
/** Earlier fixed costs of an instrument that are kept: one that changes each minute, for longer than an order lives. */
const MOST_COSTS = 16;

export type InstrumentInput = Extract<
  Input,
  { readonly kind: 'instrument-status' | 'instrument-change' | 'instrument-stopped' }
>;

export class InstrumentRules {
  readonly #instruments: readonly Instrument[];
  readonly #outbox: Outbox;
  readonly #onChanged: (id: InstrumentId, nowUs: TimeUs) => void;
  /** Highest rates that fills were charged in this run: no list brings a fee below it. */
  readonly #charged = new Map<InstrumentId, Decimal>();
  readonly #chargedAsMaker = new Map<InstrumentId, Decimal>();
  /** What its orders cost before, whatever their size, and until when: an order costs what it did when it was placed. */
  readonly #costsBefore = new Map<InstrumentId, { readonly cost: Decimal; readonly untilUs: TimeUs }[]>();

  /** @param onChanged hears of each instrument whose cycles must be looked at under its new rules. */
  constructor(
    instruments: readonly Instrument[],
    outbox: Outbox,
    onChanged: (id: InstrumentId, nowUs: TimeUs) => void,
  ) {
    this.#instruments = instruments;
    this.#outbox = outbox;
    this.#onChanged = onChanged;
  }

  onInput(input: InstrumentInput): void {
    const { instrumentId: id, atUs } = input;
    if (input.kind === 'instrument-change') this.#change(id, input.change, input.cause, atUs);
    else if (input.kind === 'instrument-stopped') this.#stop(id, input.reason, atUs);
    else this.#onStatus(id, input.status, atUs);
  }

  #onStatus(id: InstrumentId, status: InstrumentStatus, nowUs: TimeUs): void {
    const instrument = this.#instruments[id];
    if (instrument === undefined) return;
    takeStatus(instrument, status);
    this.#onChanged(id, nowUs);
  }

  /** No new order is sent there until a call with an empty reason lifts the stop. */
  #stop(id: InstrumentId, reason: string, nowUs: TimeUs): void {
    const instrument = this.#instruments[id];
    if (instrument === undefined || instrument.stoppedFor === reason) return;
    takeStop(instrument, reason);
    const { venue, symbol } = instrument;
    this.#outbox.emit({ type: 'instrumentStopped', atUs: nowUs, venue, symbol, reason });
    this.#onChanged(id, nowUs);
  }

  #change(id: InstrumentId, change: InstrumentChange, cause: InstrumentCause, nowUs: TimeUs): void {
    const instrument = this.#instruments[id];
    if (instrument === undefined) return;
    const { takerFee, makerFee } = change;
    const isBelowCharged = takerFee !== undefined && this.#charged.get(id)?.gt(takerFee) === true;
    const isMakersBelow = makerFee !== undefined && this.#chargedAsMaker.get(id)?.gt(makerFee) === true;
    const costBefore = instrument.orderCost;
    const changes = takeChange(instrument, {
      ...change,
      ...(isBelowCharged ? { takerFee: undefined, feeBasis: undefined } : {}),
      ...(isMakersBelow ? { makerFee: undefined } : {}),
    });
    if (changes.length === 0) return;
    if (costBefore !== undefined && costBefore !== instrument.orderCost) {
      const before = this.#costsBefore.get(id) ?? [];
      this.#costsBefore.set(id, [...before, { cost: costBefore, untilUs: nowUs }].slice(-MOST_COSTS));
    }
    const { venue, symbol } = instrument;
    const spec = specOf(instrument);
    this.#outbox.emit({ type: 'instrumentChanged', atUs: nowUs, venue, symbol, cause, changes, spec });
    this.#onChanged(id, nowUs);
  }

  onEvent(event: VenueOrderEvent, orders: { get(id: OrderId): Order | undefined }): void {
    if (event.kind !== 'fill') return;
    const order = orders.get(event.orderId);
    this.onFill(order?.instrumentId, event.fill, order);
  }

  /** A fill as the venue reports it. One that cost more than planned makes the fee what was charged. */
  onFill(
    id: InstrumentId | undefined,
    { price, qty, fee, feeAsset, atUs }: Fill,
    order?: Pick<Order, 'postOnly'> & Partial<Pick<Order, 'createdUs'>>,
  ): void {
    const instrument = id === undefined ? undefined : this.#instruments[id];
    if (id === undefined || instrument?.takerFee === undefined) return;
    const { base, quote, takerFee } = instrument;
    // What rested pays the maker's fee, which a quote was priced with.
    const isMaker = order?.postOnly === true && instrument.makerFee !== undefined;
    const expected = isMaker ? makerFeeToReckon(instrument) : takerFee;
    const notional = decimal(price).times(qty);
    const traded = feeAsset === quote ? notional : feeAsset === base ? decimal(qty) : undefined;
    if (traded === undefined || traded.lte(0)) return;
    const byValue = traded.times(expected);
    // One of an order’s fills has what the order costs whatever its size: reckoned in quote, and charged in base where that is the coin of its gas.
    const cost = this.#fixedCostOf(instrument, order?.createdUs);
    const fixed = feeAsset === quote || cost.isZero() ? cost : cost.div(price);
    const planned = byValue.plus(fixed);
    const places = decimal(fee).decimalPlaces();
    const unit = decimal(1).div(10 ** places);
    const ofRate = traded.times(RATE_SLACK);
    const slack = places <= COARSE_PLACES ? unit : places < FINE_PLACES ? ofRate : Decimal.max(unit, ofRate);
    if (decimal(fee).minus(planned).lte(slack)) return;
    // The fixed cost goes on being counted beside the rate.
    const rate = decimal(fee).minus(fixed).div(traded).toDecimalPlaces(RATE_PLACES, Decimal.ROUND_UP);
    const feeBasis = `charged by a fill of ${formatTimeUs(atUs).slice(0, 16).replace('T', ' ')}`;
    if (isMaker) {
      this.#chargedAsMaker.set(id, rate);
      // The basis is shown beside the taker's fee, which this says nothing of.
      this.#change(id, { makerFee: rate.toFixed() }, 'fill', atUs);
      if (rate.lte(takerFee)) return;
    }
    if (this.#charged.get(id)?.gte(rate) !== true) this.#charged.set(id, rate);
    this.#change(id, { takerFee: rate.toFixed(), feeBasis }, 'fill', atUs);
  }

  /** The highest that was in force while the order lived. */
  #fixedCostOf({ id, orderCost = ZERO }: Instrument, createdUs = Number.POSITIVE_INFINITY): Decimal {
    let most = orderCost;
    for (const { cost, untilUs } of this.#costsBefore.get(id) ?? [])
      if (untilUs >= createdUs) most = Decimal.max(most, cost);
    return most;
  }
}
