/**
 * What a strategy holds of one market, and how a decision gets there: from the next tick on, never at the price that it was decided on. In shadow the book as it stands fills it, level by
 * level, with the taker's fee; on paper and at an account an order goes through risk. Nothing is sold that is not held.
 */
import { gridOf } from '../../detection/instrument-grid.ts';
import { limitUnitsOf } from '../../detection/limit-price.ts';
import {
  compare,
  Decimal,
  decimal,
  divide,
  fromUnits,
  roundToStep,
  toUnits,
  ZERO,
} from '../../domain/decimal.ts';
import { type Instrument, ruleFaultOf, takerFeeOf } from '../../domain/instrument.ts';
import type { Order, Side } from '../../domain/order.ts';
import type { StrategyHolding, StrategySetup, StrategyWay } from '../../domain/strategy-schemas.ts';
import type { TimeUs } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { DecisionTries, SELL_AGAIN_US } from './decision-tries.ts';
import { Holding } from './holding.ts';
import type { MarketBars } from './market-bars.ts';
import { isAtAccount, MOST_STAKES, stakeOf, withinStake } from './at-account.ts';
import {
  affordable,
  BLOCKED,
  filledTexts,
  movedBy,
  type FillOf,
  type MovedBefore,
  NOTHING_BEFORE,
  type PositionPorts,
  spentOf,
} from './position-ports.ts';
import type { StrategyFigures } from './strategy-figures.ts';
import { TakenDepth } from './taken-depth.ts';

const STAKE_PLACES = 18;

export class MarketPosition {
  readonly instrument: Instrument;
  readonly bars: MarketBars;
  readonly holding = new Holding();
  /** Of an order under way. */
  orderId: string | undefined;
  /** Switched off: what is held is sold. */
  isClosing = false;
  /** Position that was last aimed at, in stakes; undefined: that aim was dropped. */
  aimed: number | undefined = 0;
  /** Most that the order under way spends of what is quoted. */
  spending = ZERO;
  /** What a position of 1 was worth in base as it was decided. */
  #unitQty = ZERO;
  #wanted = 0;
  /** Of one that trades a capital of its own and no more: what is left of it. Undefined: it may always spend. */
  readonly #cash: (() => Decimal) | undefined;
  /** What is held stays, whatever an order under way still fills. */
  #isResting = false;
  readonly #tries = new DecisionTries();
  readonly #taken = new TakenDepth();
  readonly #setup: Pick<StrategySetup, 'strategy' | 'stake' | 'maxSlippageBps'>;
  #way: StrategyWay;
  readonly #figures: StrategyFigures;
  readonly #ports: PositionPorts;

  constructor(
    market: { readonly instrument: Instrument; readonly bars: MarketBars },
    setup: StrategySetup,
    way: StrategyWay,
    figures: StrategyFigures,
    ports: PositionPorts,
    cash?: () => Decimal,
  ) {
    this.instrument = market.instrument;
    this.bars = market.bars;
    this.#setup = setup;
    this.#way = way;
    this.#figures = figures;
    this.#ports = ports;
    this.#cash = cash;
  }

  get isFlat(): boolean {
    return this.holding.isFlat && this.orderId === undefined;
  }

  /** In stakes: exactly what was wanted where all of it is held. */
  get position(): number {
    const { holding } = this;
    if (holding.isFlat) return 0;
    if (this.#wanted > 0 && compare(holding.qty, this.#wantedQty) === 0) return this.#wanted;
    return this.#unitQty.isZero() ? 0 : holding.qty.div(this.#unitQty).toNumber();
  }

  /** @param wanted in stakes. @param price of the bar that it was decided on. */
  aim(wanted: number, price: number, nowUs: TimeUs): void {
    const { instrument, holding } = this;
    this.aimed = wanted;
    const most = isAtAccount(this.#way) ? MOST_STAKES : Infinity;
    this.#wanted = Math.min(most, Math.max(0, wanted));
    this.#begin(nowUs);
    if (wanted > most) this.miss('above-stake', `${wanted} stakes of at most ${most} at an account`, nowUs);
    if (wanted < 0) this.miss('cannot-short', 'nothing is sold that is not held', nowUs);
    const stake = stakeOf(this.#setup, this.#way);
    this.#unitQty = stake.div(price).toDecimalPlaces(STAKE_PLACES, Decimal.ROUND_DOWN);
    const all = this.#wantedQty;
    holding.target = isAtAccount(this.#way) ? withinStake(all, stake, holding, price, instrument) : all;
    // Nothing is left behind that is too small to be sold.
    if (this.#wanted === 0) return;
    const change = holding.target.minus(holding.qty).abs();
    const isNothing = holding.target.isZero() && holding.isFlat;
    if (!isNothing && (change.isZero() || compare(change, instrument.minQty) >= 0)) return;
    const least = `${instrument.minQty.toFixed()} ${instrument.base}`;
    const amount = isNothing ? this.#unitQty.times(this.#wanted) : change;
    this.#giveUp('below-minimum', `${amount.toFixed()} of at least ${least}`, nowUs);
  }

  /** All that is held is sold. */
  close(nowUs: TimeUs): void {
    this.isClosing = true;
    this.aimed = 0;
    this.#wanted = 0;
    this.holding.target = ZERO;
    this.#begin(nowUs);
  }

  /** Switched on again: what is left of it stays until the next bar says what is wanted. */
  reopen(): void {
    this.isClosing = false;
    if (this.isFlat) return;
    this.aimed = undefined;
    this.rest();
  }

  /** What is held stays as it is. */
  rest(): void {
    this.#isResting = true;
    this.holding.target = this.holding.qty;
  }

  save(): StrategyHolding {
    const { qty, cost } = this.holding;
    const [unit, base] = [this.#unitQty.toFixed(), assetName(this.instrument.base)];
    const saved = { qty: qty.toFixed(), cost: cost.toFixed(), wanted: this.#wanted, unit };
    return isAtAccount(this.#way) ? { ...saved, base } : saved;
  }

  /** As `save` gave it. What was left to buy then is not bought at the prices of now; what was left to sell is sold. */
  load({ qty, cost, wanted, unit }: StrategyHolding, nowUs: TimeUs): void {
    const { holding } = this;
    holding.qty = decimal(qty);
    holding.cost = decimal(cost);
    this.#wanted = wanted;
    this.#unitQty = decimal(unit);
    this.aimed = wanted;
    const most = this.#wantedQty;
    if (compare(holding.qty, most) <= 0) this.rest();
    else {
      this.#begin(nowUs);
      holding.target = most;
    }
    this.keep();
  }

  /** An order of the run before, whose end is not known yet: what it moves is this market's. */
  adopt({ orderId, side, price, qty }: Order): void {
    this.orderId = orderId;
    if (side === 'buy') this.spending = spentOf(this.instrument, price.times(qty));
  }

  /** At this share of its stake: of a larger one from the next decision on; of a smaller one at once, and what is held beyond it is sold. */
  goOn(way: StrategyWay, nowUs: TimeUs): void {
    const [was, is] = [this.#way, way].map((each) => stakeOf(this.#setup, each)) as [Decimal, Decimal];
    this.#way = way;
    if (!is.lt(was)) return;
    const { instrument, holding } = this;
    this.#unitQty = divide(this.#unitQty.times(is), was, STAKE_PLACES, 'down');
    const wanted = this.#wantedQty;
    // What a purchase under way brings beyond it is sold as well.
    if (compare(holding.target, wanted) <= 0 && this.spending.isZero()) return;
    this.#begin(nowUs);
    // What could not be sold later is not kept.
    const most = compare(wanted, instrument.minQty) < 0 ? ZERO : wanted;
    holding.target = Decimal.min(most, holding.target);
    const change = holding.target.minus(holding.qty).abs();
    if (this.orderId === undefined && change.lt(instrument.minQty)) this.rest();
  }

  /** Where its orders are real, on paper or at an account, what is held is set aside. */
  keep(): void {
    if (this.#way !== 'shadow') this.#ports.keep(this.#key, this.instrument, this.holding.qty);
  }

  /** Another one goes on with what is held. */
  drop(): void {
    if (this.#way !== 'shadow') this.#ports.keep(this.#key, this.instrument, ZERO);
  }

  /** Goes on with what was decided, as far as the book allows. */
  work(nowUs: TimeUs): void {
    const { holding, instrument } = this;
    if (this.orderId !== undefined || !this.#tries.isDue(nowUs)) return;
    if (compare(holding.qty, holding.target) === 0) return;
    if (this.isClosing && instrument.status === 'delisted') {
      this.#leave(`${instrument.symbol} is delisted`, nowUs);
      return;
    }
    const { book, state } = this.#ports.store.sync(instrument.id);
    if (state !== 'live' || book.isOneSided || book.isCrossed) {
      this.#wait('no-book', `the book of ${instrument.symbol} is not live`, nowUs);
      return;
    }
    if (instrument.takerFee === undefined) {
      this.#refused('fee-unknown', `the fee of ${instrument.symbol} is not known`, nowUs);
      return;
    }
    const side: Side = compare(holding.target, holding.qty) > 0 ? 'buy' : 'sell';
    const best = side === 'buy' ? book.bestAsk : book.bestBid;
    const slip = this.#setup.maxSlippageBps / 10_000;
    const limitUnits = limitUnitsOf(side, best, gridOf(instrument).tickUnits, slip);
    const limit = fromUnits(limitUnits, instrument.priceDecimals);
    const missing = roundToStep(holding.target.minus(holding.qty).abs(), instrument.lotSize, 'down');
    const cash = side === 'buy' ? this.#cash?.() : undefined;
    const qty = cash === undefined ? missing : Decimal.min(missing, affordable(cash, limit, instrument));
    const fault = ruleFaultOf(instrument, limit, qty);
    if (fault !== undefined && qty.lt(missing)) {
      this.#refused('no-cash', 'its cash does not pay for it', nowUs);
      return;
    }
    // At the price of the order: the next bar sees what is left.
    if (qty.lt(missing)) holding.target = holding.qty.plus(qty);
    if (this.isClosing && (qty.isZero() || fault?.code === 'below-minimum')) {
      this.#leave(fault?.detail ?? '', nowUs);
      return;
    }
    if (fault !== undefined) {
      this.#refused(fault.code, fault.detail, nowUs);
      return;
    }
    this.#tries.onTry();
    if (this.#way === 'shadow') this.#shadow(side, qty, limitUnits, nowUs);
    else this.#order(side, qty, limit, nowUs);
  }

  /** Its order is over; what it did not fill is looked at again by the next tick. */
  onOrderEnded(order: Order, nowUs: TimeUs): void {
    this.orderId = undefined;
    this.spending = ZERO;
    const { state, reason } = order;
    this.onFilled(order, NOTHING_BEFORE, nowUs);
    // An order that was under way as this market came to rest fills what it fills, and nothing trades that back.
    if (this.#isResting) this.rest();
    if (compare(this.holding.qty, this.holding.target) === 0) return;
    if (state === 'denied' || state === 'rejected') this.#refused(state, reason ?? '', nowUs);
    else this.#wait('not-filled', 'the book moved before the order came', nowUs);
  }

  /** What an order moved beyond what is booked already: all of it at its end, the rest of it where it was filled after that. */
  onFilled(order: Order, before: MovedBefore, nowUs: TimeUs): void {
    const { qty, quote, ...fill } = movedBy(order, before);
    if (fill.notional.gt(0)) this.#book(order.side, qty, quote, fill, nowUs);
    else if (fill.fee.gt(0)) {
      // Gas of a swap that was reverted.
      this.#figures.onCharge(fill.fee);
      this.#ports.booked();
    }
    this.keep();
  }

  #begin(nowUs: TimeUs): void {
    this.#isResting = false;
    this.#tries.begin(nowUs);
  }

  #order(side: Side, qty: Decimal, limit: Decimal, nowUs: TimeUs): void {
    const { instrument, holding } = this;
    // What a sale gives must be free for its own order.
    if (side === 'sell') this.#ports.keep(this.#key, instrument, holding.qty.minus(qty));
    // Of several coins held at shares a sale ends nothing: it is half of a new decision.
    const isEnding = side === 'sell' && (this.isClosing || this.#cash === undefined);
    const [{ strategy }, way, { record }] = [this.#setup, this.#way, this.#figures];
    const sent = this.#ports.trade({ strategy, way, record, instrument, side, qty, limit, isEnding }, nowUs);
    if (typeof sent === 'string') {
      this.orderId = sent;
      if (side === 'buy') this.spending = spentOf(instrument, limit.times(qty));
      return;
    }
    this.keep();
    this.#refused(sent.code, sent.detail, nowUs);
  }

  #shadow(side: Side, qty: Decimal, limitUnits: number, nowUs: TimeUs): void {
    const { instrument, holding } = this;
    const { maxSlippageBps } = this.#setup;
    const { book } = this.#ports.store.sync(instrument.id);
    const isBuy = side === 'buy';
    const within = this.#taken.within(book, isBuy, limitUnits, nowUs);
    const { lotUnits } = gridOf(instrument);
    const units = Math.min(toUnits(qty, instrument.qtyDecimals), Math.floor(within / lotUnits) * lotUnits);
    if (units === 0) {
      this.#wait('no-depth', `nothing is offered within ${maxSlippageBps} bps`, nowUs);
      return;
    }
    const notional = this.#taken.traded(book, limitUnits, units, nowUs, instrument);
    // The fee is taken of the sum, as a venue takes it of an order.
    const fee = takerFeeOf(instrument, notional);
    const filled = fromUnits(units, instrument.qtyDecimals);
    this.#book(side, filled, isBuy ? notional.plus(fee) : notional.minus(fee), { notional, fee }, nowUs);
    if (compare(holding.qty, holding.target) === 0) return;
    this.#wait('no-depth', `only a part was offered within ${maxSlippageBps} bps`, nowUs);
  }

  /** @param quote what was paid or came in, fee included. */
  #book(side: Side, qty: Decimal, quote: Decimal, { notional, fee, orderId }: FillOf, nowUs: TimeUs): void {
    const { holding } = this;
    const figures = this.#figures;
    let gain = ZERO;
    if (side === 'buy') holding.buy(qty, quote);
    else {
      gain = holding.sell(qty, quote);
      figures.onSale(gain);
    }
    this.#tries.onFill();
    this.#ports.booked();
    figures.fees = figures.fees.plus(fee);
    figures.fills++;
    const amounts = filledTexts({ qty, notional, fee, gain });
    const order = orderId === undefined ? {} : { orderId };
    this.#ports.outbox.emit({
      type: 'strategyFilled',
      atUs: nowUs,
      ...this.#where,
      side,
      ...amounts,
      ...order,
    });
  }

  /** The rest of what is closed cannot be sold: it is given up at a loss of all that it cost, and stays in the account. */
  #leave(why: string, nowUs: TimeUs): void {
    const { holding, instrument } = this;
    const { qty } = holding;
    const lost = holding.sell(qty, ZERO);
    if (lost.lt(0)) this.#figures.onSale(lost);
    this.keep();
    this.#ports.booked();
    this.miss('left-behind', `${qty.toFixed()} ${instrument.base}: ${why}`, nowUs);
  }

  /** More is held than is to be: a sale is never dropped, as what it is to end may be a loss that grows. */
  get #isLeaving(): boolean {
    return compare(this.holding.target, this.holding.qty) < 0;
  }

  /** Tried again with the next tick, until it has taken too long or was tried too often. */
  #wait(code: string, detail: string, nowUs: TimeUs): void {
    if (this.#isLeaving) {
      if (this.#tries.isOver(nowUs) || this.isClosing) this.#later(code, detail, SELL_AGAIN_US, nowUs);
    } else if (this.#tries.isOver(nowUs)) this.#giveUp(code, detail, nowUs);
  }

  #refused(code: string, detail: string, nowUs: TimeUs): void {
    if (!this.#isLeaving) {
      this.#giveUp(code, detail, nowUs);
      return;
    }
    this.#later(code, detail, code === BLOCKED ? SELL_AGAIN_US : this.#tries.onRefused(), nowUs);
  }

  /** What is to be sold is tried until it is; the reason why it is not yet is reported once. */
  #later(code: string, detail: string, restUs: number, nowUs: TimeUs): void {
    if (this.#tries.later(code, restUs, nowUs)) this.miss(code, detail, nowUs);
  }

  #giveUp(code: string, detail: string, nowUs: TimeUs): void {
    this.rest();
    this.miss(code, detail, nowUs);
  }

  miss(code: string, text: string, nowUs: TimeUs): void {
    const { detail } = this.#figures.onMiss(code, text, nowUs);
    this.#ports.outbox.emit({ type: 'strategyMissed', atUs: nowUs, ...this.#where, code, detail });
  }

  get #where() {
    const { venue, symbol } = this.instrument;
    return { strategy: this.#setup.strategy, mode: this.#way, venue, symbol };
  }

  get #wantedQty(): Decimal {
    return roundToStep(this.#unitQty.times(this.#wanted), this.instrument.lotSize, 'down');
  }

  get #key(): string {
    return `strategy ${this.#setup.strategy} ${this.instrument.id}`;
  }
}
