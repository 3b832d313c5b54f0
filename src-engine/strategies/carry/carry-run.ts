/**
 * One carry over one market: the strategy behind its port, what it decided carried out at the next step, and its exact book. A backtest and a session
 * run this same machine: time comes with every call.
 */
import { CARRY_REASONS, type CarryReason } from '../../domain/carry-reason.ts';
import { type Decimal, decimal, type DecimalText, divide, ZERO } from '../../domain/decimal.ts';
import { feeToReckon, type Instrument, isTradable } from '../../domain/instrument.ts';
import type { FundingPayment, PerpetualReading } from '../../domain/perpetual.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import { emptyStep, type MarketStep } from '../../features/market-step.ts';
import { StrategyHost } from '../strategy-host.ts';
import type { FundingNow } from '../strategy-port.ts';
import {
  CarryBook,
  type CarryCosts,
  type CarryTrade,
  netOf,
  openGain,
  storedAmount,
  type StoredTrade,
  storedTrade,
  tradeOf,
} from './carry-book.ts';
import { perpetualValue, roundTripBps } from './carry-costs.ts';
import { carry, type CarryParameters, MAX_AGE_US } from './carry-strategy.ts';
import type { SpotBook } from './spot-book.ts';

/** Marks that are kept to value a payment by: an hour of readings. */
const MAX_MARKS = 400;
/** A payment is valued by a mark that is at most so much older. */
const MARK_AGE_US: DurationUs = 300_000_000;
/** An announced payment that is not known after this is missing. */
const MISSING_AFTER_US: DurationUs = 900_000_000;
/** Both are one payment where they differ by less. */
const SAME_TIME_US: DurationUs = 60_000_000;
/** Trades and payments that are kept. */
const MAX_KEPT = 200;
const QTY_PLACES = 12;

export type CarryRunParts = {
  /** Of the spot market; its taker fee is known. */
  readonly instrument: Instrument;
  readonly parameters: CarryParameters;
  /** Of the perpetual; that of the spot market is its instrument's. */
  readonly costs: Omit<CarryCosts, 'spotFee'>;
  /** In quote, of each leg. */
  readonly stake: Decimal;
  readonly stepUs: DurationUs;
};

export type CarryFigures = {
  readonly isHeld: boolean;
  /** Why it stands as it does: what it lacks to decide, or the last decision, or why that was not carried out. */
  readonly reason: CarryReason;
  readonly openTrade: CarryTrade | undefined;
  readonly closedTrades: readonly CarryTrade[];
  /** All positions together, in quote. */
  readonly funding: Decimal;
  readonly fees: Decimal;
  /** Of positions that were left. */
  readonly realized: Decimal;
  /** Of the open one at the last step; undefined: none is open, or its book or mark was not known then. */
  readonly unrealized: Decimal | undefined;
  readonly payments: number;
  /** Announced while a position was held, and not known since; and known without a mark to value them by: the sums lack them. */
  readonly missingPayments: number;
  readonly unvaluedPayments: number;
  readonly decisions: number;
};

type Mark = { readonly atUs: TimeUs; readonly mark: DecimalText };

type StoredRun = {
  readonly open: StoredTrade | null;
  readonly closed: readonly StoredTrade[];
  readonly older: Readonly<Record<'funding' | 'fees' | 'realized', DecimalText>> & {
    readonly payments: number;
  };
  readonly paid: readonly TimeUs[];
  readonly expected: readonly TimeUs[];
  /** When the next payment is, as announced last. States of earlier versions lack it. */
  readonly announced?: TimeUs | null;
  /** By which what is due will be valued, the oldest first. States of earlier versions lack them. */
  readonly marks?: readonly Mark[];
  readonly unvalued: number;
  readonly decisions: number;
};

export class CarryRun {
  readonly #parts: CarryRunParts;
  readonly #costs: CarryCosts;
  readonly #host: StrategyHost;
  readonly #book: CarryBook;
  readonly #steps: readonly [MarketStep, MarketStep] = [emptyStep(), emptyStep()];
  #reading: PerpetualReading | undefined;
  #readUs: TimeUs = 0;
  #marks: Mark[] = [];
  /** What is wanted from the next step on; undefined: nothing was decided. */
  #due: { readonly isHeld: boolean } | undefined;
  #reason: CarryReason = 'waiting';
  /** Why what was decided last was not carried out; undefined: it was. */
  #obstacle: CarryReason | undefined;
  /** What the last step lacked to decide anything; undefined: nothing. */
  #lacks: CarryReason | undefined;
  #paid: TimeUs[] = [];
  #expected: TimeUs[] = [];
  /** When the next payment is, as announced last: it falls due whether or not the venue is heard of again. */
  #announcedUs: TimeUs | undefined;
  #unvalued = 0;
  #decisions = 0;
  #unrealized: Decimal | undefined;
  #lastUs: TimeUs = 0;
  #figures: CarryFigures | undefined;
  /** Of positions that are kept no longer. */
  #older = { funding: ZERO, fees: ZERO, realized: ZERO, payments: 0 };

  constructor(parts: CarryRunParts) {
    this.#parts = parts;
    const { instrument, costs, parameters, stepUs } = parts;
    const atFirst = feeToReckon(instrument);
    this.#costs = {
      ...costs,
      // A reading of the account, a fill, or a line of a recording may change it: each fill pays what holds then, and is decided by it.
      get spotFee() {
        return instrument.takerFee ?? atFirst;
      },
    };
    this.#book = new CarryBook(this.#costs);
    this.#host = new StrategyHost({ module: carry, parameters, stepUs, seed: 1 });
  }

  /** What the perpetual shows. */
  read(reading: PerpetualReading, receivedUs: TimeUs): void {
    const { nextUs, venueUs, mark } = reading;
    this.#expectDue(receivedUs);
    this.#expectMissed(reading, receivedUs);
    this.#announcedUs = nextUs ?? this.#announcedUs;
    this.#reading = reading;
    this.#readUs = receivedUs;
    this.#marks.push({ atUs: venueUs ?? receivedUs, mark });
    if (this.#marks.length > MAX_MARKS) this.#marks.splice(0, MAX_MARKS / 2);
  }

  /** A payment became known. One that is reported again counts once. */
  pay({ paidUs, rate, mark }: FundingPayment): void {
    if (this.#isPaid(paidUs) || !this.#book.isHeldAt(paidUs)) return;
    this.#figures = undefined;
    this.#paid.push(paidUs);
    if (this.#paid.length > MAX_KEPT) this.#paid.shift();
    this.#expected = this.#expected.filter((atUs) => Math.abs(atUs - paidUs) > SAME_TIME_US);
    const valuedAt = mark ?? this.#markAt(paidUs)?.mark;
    if (valuedAt === undefined) this.#unvalued++;
    else this.#book.pay(paidUs, decimal(rate), decimal(valuedAt));
  }

  /** A step is over. @param spot undefined: its book is not live: nothing is done, and nothing decided. */
  step(atUs: TimeUs, spot: SpotBook | undefined): void {
    this.#lastUs = atUs;
    this.#figures = undefined;
    this.#expectDue(atUs);
    const reading = this.#reading;
    const isRecent = reading !== undefined && atUs - this.#readUs <= MAX_AGE_US;
    this.#lacks = isRecent ? (spot === undefined ? 'book-not-live' : undefined) : 'no-reading';
    if (spot === undefined || reading === undefined) return;
    if (isRecent) this.#carryOut(atUs, spot, reading);
    const { open } = this.#book;
    this.#unrealized = open && openGain(open, spot.bid, decimal(reading.top?.ask ?? reading.mark));
    this.#decide(atUs, spot, reading);
  }

  /** Worked out again only after a step or a payment. */
  get figures(): CarryFigures {
    this.#figures ??= this.#reckoned();
    return this.#figures;
  }

  /** Since when payments are wanted, so that none of a time without readings is lost; undefined: nothing is held, and none is missing. */
  get paymentsSinceUs(): TimeUs | undefined {
    const { open } = this.#book;
    const wanted = [...this.#expected];
    if (open !== undefined) wanted.push(Math.max(open.fromUs, ...this.#paid));
    return wanted.length === 0 ? undefined : Math.min(...wanted);
  }

  /** SHA-256 over its decisions. */
  digest(): string {
    return this.#host.digest();
  }

  #reckoned(): CarryFigures {
    const { open, closed } = this.#book;
    const all = open === undefined ? closed : [...closed, open];
    const sum = (of: (trade: CarryTrade) => Decimal, trades: readonly CarryTrade[], from: Decimal): Decimal =>
      trades.reduce((total, trade) => total.plus(of(trade)), from);
    return {
      isHeld: open !== undefined,
      reason: this.#lacks ?? this.#reason,
      openTrade: open,
      closedTrades: [...closed],
      funding: sum(({ funding }) => funding, all, this.#older.funding),
      fees: sum(({ fees }) => fees, all, this.#older.fees),
      realized: sum(netOf, closed, this.#older.realized),
      unrealized: open === undefined || this.#lacks !== undefined ? undefined : this.#unrealized,
      payments: all.reduce((total, { payments }) => total + payments, this.#older.payments),
      missingPayments: this.#expected.filter((dueUs) => this.#lastUs - dueUs > MISSING_AFTER_US).length,
      unvaluedPayments: this.#unvalued,
      decisions: this.#decisions,
    };
  }

  /** All that a restart needs, as JSON. */
  save(): string {
    const { open, closed } = this.#book;
    const { funding, fees, realized, payments } = this.#older;
    const stored: StoredRun = {
      open: open === undefined ? null : storedTrade(open),
      closed: closed.map(storedTrade),
      older: { funding: funding.toFixed(), fees: fees.toFixed(), realized: realized.toFixed(), payments },
      paid: this.#paid,
      expected: this.#expected,
      announced: this.#announcedUs ?? null,
      marks: this.#marksOfDue(),
      unvalued: this.#unvalued,
      decisions: this.#decisions,
    };
    return JSON.stringify(stored);
  }

  /** @throws Error for a text that `save` did not make. */
  load(text: string): void {
    const { open, closed, older, paid, expected, announced, marks, unvalued, decisions } = JSON.parse(
      text,
    ) as StoredRun;
    this.#book.open = open === null ? undefined : tradeOf(open);
    this.#book.closed.splice(0, Number.POSITIVE_INFINITY, ...closed.map(tradeOf));
    this.#older = {
      funding: storedAmount(older.funding),
      fees: storedAmount(older.fees),
      realized: storedAmount(older.realized),
      payments: older.payments,
    };
    this.#paid = [...paid];
    this.#expected = [...expected];
    this.#announcedUs = announced ?? undefined;
    this.#marks = (marks ?? []).map(({ atUs, mark }) => ({ atUs, mark: storedAmount(mark).toFixed() }));
    this.#unvalued = unvalued;
    this.#decisions = decisions;
    this.#reason = open === null ? 'waiting' : 'funding-pays';
    this.#figures = undefined;
  }

  /** What was announced for a time that has come, while a position was held, is to become known. */
  #expectDue(atUs: TimeUs): void {
    const dueUs = this.#announcedUs;
    if (dueUs === undefined || dueUs > atUs) return;
    this.#announcedUs = undefined;
    this.#expect(dueUs);
  }

  /** So is what fell due since the reading before, or since the last payment that is known, while nothing was read. */
  #expectMissed({ nextUs, everyUs }: PerpetualReading, receivedUs: TimeUs): void {
    const { open } = this.#book;
    if (open === undefined || nextUs === undefined || everyUs === undefined) return;
    const afterUs = Math.max(open.fromUs, this.#readUs, ...this.#expected, ...this.#paid);
    let dueUs = nextUs - everyUs;
    for (let count = 0; count < MAX_KEPT && dueUs > afterUs; count++, dueUs -= everyUs)
      if (dueUs <= receivedUs) this.#expect(dueUs);
  }

  #expect(dueUs: TimeUs): void {
    const isExpected = this.#expected.some((other) => Math.abs(other - dueUs) <= SAME_TIME_US);
    if (isExpected || this.#isPaid(dueUs) || !this.#book.isHeldAt(dueUs)) return;
    this.#expected.push(dueUs);
    if (this.#expected.length > MAX_KEPT) this.#expected.shift();
  }

  #isPaid(atUs: TimeUs): boolean {
    return this.#paid.some((paidUs) => Math.abs(paidUs - atUs) <= SAME_TIME_US);
  }

  #markAt(paidUs: TimeUs): Mark | undefined {
    const found = this.#marks.findLast(({ atUs }) => atUs <= paidUs);
    return found !== undefined && paidUs - found.atUs <= MARK_AGE_US ? found : undefined;
  }

  /**
   * A payment that a restart lies across is valued by the mark before it, where the venue keeps none. Of other times none is kept: a state that changed
   * each minute would be stored each minute.
   */
  #marksOfDue(): readonly Mark[] {
    const dueUs = [...this.#expected];
    if (this.#book.open !== undefined && this.#announcedUs !== undefined) dueUs.push(this.#announcedUs);
    const kept = new Set(dueUs.map((atUs) => this.#markAt(atUs)));
    return this.#marks.filter((mark) => kept.has(mark));
  }

  #carryOut(atUs: TimeUs, spot: SpotBook, shown: PerpetualReading): void {
    const due = this.#due;
    const { open } = this.#book;
    if (due === undefined || due.isHeld === (open !== undefined)) {
      this.#due = undefined;
      return;
    }
    this.#obstacle = undefined;
    if (open === undefined) this.#enter(atUs, spot, shown);
    else this.#leave(atUs, open, spot, shown);
  }

  #enter(atUs: TimeUs, spot: SpotBook, shown: PerpetualReading): void {
    // An entry is not tried again at other prices: the next step decides anew.
    this.#due = undefined;
    const { instrument, stake } = this.#parts;
    const { lotSize, minQty, minNotional } = instrument;
    const lots = divide(divide(stake, spot.ask, QTY_PLACES, 'down'), lotSize, 0, 'down');
    const qty = lots.times(lotSize);
    const cost = spot.costOf(qty);
    if (!isTradable(instrument)) this.#obstacle = 'not-tradable';
    else if (qty.isZero() || qty.lt(minQty)) this.#obstacle = 'below-minimum';
    else if (cost === undefined) this.#obstacle = 'no-depth';
    else if (cost.lt(minNotional)) this.#obstacle = 'below-minimum';
    else {
      const sold = perpetualValue('sell', qty, shown, this.#costs.perpetualSlip);
      this.#book.enter(atUs, qty, cost, sold, instrument.orderCost);
    }
  }

  /** What is to be left is tried at every step until the book takes all of it. */
  #leave(atUs: TimeUs, open: CarryTrade, spot: SpotBook, shown: PerpetualReading): void {
    const value = spot.valueOf(open.qty);
    if (value === undefined) {
      this.#obstacle = 'no-depth';
      this.#reason = 'no-depth';
      return;
    }
    this.#due = undefined;
    const { instrument } = this.#parts;
    const bought = perpetualValue('buy', open.qty, shown, this.#costs.perpetualSlip);
    this.#book.leave(atUs, value, bought, instrument.orderCost);
    if (this.#book.closed.length <= MAX_KEPT) return;
    const [oldest] = this.#book.closed.splice(0, 1);
    if (oldest === undefined) return;
    const { funding, fees, realized, payments } = this.#older;
    this.#older = {
      funding: funding.plus(oldest.funding),
      fees: fees.plus(oldest.fees),
      realized: realized.plus(netOf(oldest)),
      payments: payments + oldest.payments,
    };
  }

  #decide(atUs: TimeUs, spot: SpotBook, reading: PerpetualReading): void {
    if (this.#due !== undefined) return;
    const [own, other] = this.#steps;
    const [bid, ask] = [spot.bid.toNumber(), spot.ask.toNumber()];
    Object.assign(own, { endUs: atUs, close: (bid + ask) / 2, bid, ask });
    Object.assign(other, { endUs: atUs, close: Number(reading.mark) });
    const held = this.#book.open === undefined ? 0 : 1;
    const funding = [undefined, this.#fundingNow(atUs, spot, reading)];
    this.#host.step(this.#steps, [held, -held], { funding });
    const { wanted } = this.#host;
    const reason = CARRY_REASONS.find((code) => code === this.#host.reason);
    if (reason === undefined) return;
    const isHeld = (wanted[0] ?? 0) > 0;
    const isChange = isHeld !== held > 0;
    // What is wanted still, and could not be had, says why.
    this.#reason = isChange ? (this.#obstacle ?? reason) : reason;
    if (!isChange) return;
    this.#due = { isHeld };
    this.#decisions++;
  }

  #fundingNow(
    atUs: TimeUs,
    spot: SpotBook,
    { rate, everyUs, nextUs, index, top }: PerpetualReading,
  ): FundingNow {
    const { stake, instrument } = this.#parts;
    return {
      rate: Number(rate),
      everyUs: everyUs ?? Number.NaN,
      nextUs: nextUs ?? Number.NaN,
      index: index === undefined ? Number.NaN : Number(index),
      ageUs: atUs - this.#readUs,
      costBps: roundTripBps(this.#costs, stake, instrument.orderCost, spot, top),
    };
  }
}
