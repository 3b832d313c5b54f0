/**
 * Carries on paper beside a session: the machine of the backtest, fed by the session's own books and readings. Both legs are simulated in a book of their own:
 * no order leaves, at no venue and for neither leg, and no balance of the account is touched. Off unless a trader sets a line.
 */
import type { CarryLine, CarryStanding } from '../../contract/funding-records.ts';
import type { BookStore } from '../../books/book-store.ts';
import type { CarryReason } from '../../domain/carry-reason.ts';
import { Decimal, decimal } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { CarryCall } from '../../strategies/carry/carry-calls.ts';
import { DEFAULT_PERPETUAL_FEE_BPS, DEFAULT_PERPETUAL_SLIP_BPS } from '../../strategies/carry/carry-costs.ts';
import { CarryRun } from '../../strategies/carry/carry-run.ts';
import { DEFAULT_CARRY } from '../../strategies/carry/carry-strategy.ts';
import { spotBook } from '../../strategies/carry/spot-book.ts';
import type { PerpetualBatch } from '../../venues/toolkit/perpetual-feed.ts';

/** As in the backtest: decisions at the end of a minute, carried out at the end of the next. */
const BAR_US: DurationUs = 60 * US_PER_SECOND;
const BPS = 10_000;
/** Places of an amount in a view; the book itself has all. */
const SHOWN_PLACES = 12;

/** A line as it rests in the settings, with the state of its run. */
export type StoredCarryLine = CarryLine & {
  readonly state: string | null;
  /** Where the coins of an open position lie; null: none is open. States of earlier versions lack it. */
  readonly spotVenue?: string | null | undefined;
};

export type CarryDeskParts = {
  readonly clock: Clock;
  readonly store: BookStore;
  /**
   * The spot market that a perpetual of this venue is held against; undefined: the session has none.
   * @param venue the only one that may be it; null: any.
   */
  readonly spotOf: (line: CarryLine, venue: string | null) => Instrument | undefined;
  readonly lines: readonly StoredCarryLine[];
  /** Stores the lines with their states. Never throws. */
  readonly save: (lines: readonly StoredCarryLine[]) => void;
  /** Writes down what it is given, before it is carried out, and what it stores; absent: it is not replayed. */
  readonly record?: ((call: CarryCall) => void) | undefined;
};

type Running = {
  readonly line: CarryLine;
  readonly instrument: Instrument | undefined;
  readonly run: CarryRun | undefined;
  /** Why there is no run. */
  readonly obstacle: CarryReason;
  /** Of a line that cannot run now: kept for a session in which it can. */
  readonly kept: string | null;
  readonly keptVenue: string | null;
  saved: string | null;
};

/** Two lines of one key are one. */
export const keyOf = ({ venue, symbol, stake }: Pick<CarryLine, 'venue' | 'symbol' | 'stake'>): string =>
  `${venue} ${symbol} ${stake}`;

export class CarryDesk {
  readonly #parts: CarryDeskParts;
  #running: readonly Running[];
  #cancel: () => void = () => undefined;

  constructor(parts: CarryDeskParts) {
    this.#parts = parts;
    this.#running = parts.lines.map((line) => this.#made(line, line.state, line.spotVenue));
    this.#recordLines('carry-begin', parts.lines);
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    this.#cancel();
    this.#parts.record?.({ call: 'carry-end' });
    this.#store();
  }

  /** From here on these lines run. One that stays goes on; one that is left out is forgotten with what it held. */
  set(lines: readonly CarryLine[]): void {
    const before = new Map(this.#running.map((one) => [keyOf(one.line), one]));
    this.#running = lines.map((line) => before.get(keyOf(line)) ?? this.#made(line, null));
    this.#recordLines(
      'carry-set',
      lines.map((line) => ({ ...line, state: null })),
    );
    this.#save(this.#stored().lines);
  }

  /** Since when payments of a venue's perpetuals are wanted, by symbol, so that a carry that is held lacks none of the time in which nothing was read. */
  wantedSince(venue: string): ReadonlyMap<string, TimeUs> {
    const wanted = new Map<string, TimeUs>();
    for (const { line, run } of this.#running) {
      const sinceUs = line.venue === venue ? run?.paymentsSinceUs : undefined;
      if (sinceUs !== undefined)
        wanted.set(line.symbol, Math.min(sinceUs, wanted.get(line.symbol) ?? sinceUs));
    }
    return wanted;
  }

  /** What a venue's perpetuals show; payments first, as a recording has them. */
  take(venue: string, batch: Pick<PerpetualBatch, 'receivedUs' | 'readings' | 'payments'>): void {
    this.#recordBatch(venue, batch);
    const { receivedUs, readings, payments } = batch;
    for (const { line, run } of this.#running) {
      if (run === undefined || line.venue !== venue) continue;
      for (const payment of payments) if (payment.symbol === line.symbol) run.pay(payment);
      for (const reading of readings) if (reading.symbol === line.symbol) run.read(reading, receivedUs);
    }
  }

  view(): CarryStanding[] {
    return this.#running.map(({ line, run, obstacle, instrument }) => {
      const { symbol, venue, stake } = line;
      const spotVenue = instrument?.venue ?? null;
      if (run === undefined) return { ...EMPTY, symbol, venue, stake, spotVenue, reason: obstacle };
      const { isHeld, reason, openTrade, closedTrades, funding, fees, realized, unrealized } = run.figures;
      const { payments, missingPayments, unvaluedPayments } = run.figures;
      return {
        symbol,
        venue,
        stake,
        spotVenue,
        isHeld,
        reason,
        sinceUs: openTrade?.fromUs ?? null,
        qty: openTrade === undefined ? null : shown(openTrade.qty),
        trades: closedTrades.length,
        funding: shown(funding),
        fees: shown(fees),
        realized: shown(realized),
        unrealized: unrealized === undefined ? null : shown(unrealized),
        payments,
        missingPayments: missingPayments + unvaluedPayments,
      };
    });
  }

  #made(line: CarryLine, state: string | null, keptVenue: string | null = null): Running {
    const { symbol, venue, stake } = line;
    const plain = { symbol, venue, stake };
    // What was bought at one venue is not sold at another, whichever book is live first.
    const instrument = this.#parts.spotOf(line, keptVenue);
    if (instrument?.takerFee === undefined) {
      const obstacle = instrument === undefined ? 'no-spot-market' : 'fee-unknown';
      return { line: plain, instrument, run: undefined, obstacle, kept: state, keptVenue, saved: state };
    }
    const costs = {
      perpetualFee: new Decimal(DEFAULT_PERPETUAL_FEE_BPS).div(BPS),
      perpetualSlip: new Decimal(DEFAULT_PERPETUAL_SLIP_BPS).div(BPS),
    };
    const run = new CarryRun({
      instrument,
      parameters: DEFAULT_CARRY,
      costs,
      stake: decimal(stake),
      stepUs: BAR_US,
    });
    try {
      if (state !== null) run.load(state);
    } catch {
      const kept = { kept: state, keptVenue, saved: state };
      return { line: plain, instrument, run: undefined, obstacle: 'damaged-state', ...kept };
    }
    return { line: plain, instrument, run, obstacle: 'waiting', kept: null, keptVenue: null, saved: state };
  }

  #schedule(): void {
    const { clock } = this.#parts;
    const atUs = (Math.floor(clock.nowUs() / BAR_US) + 1) * BAR_US;
    this.#cancel = clock.schedule(atUs, () => {
      this.step(atUs);
      this.#schedule();
    });
  }

  /** A minute is over. */
  step(atUs: TimeUs): void {
    if (this.#running.length === 0) return;
    this.#parts.record?.({ call: 'carry-step', atUs });
    for (const { run, instrument } of this.#running) {
      if (run === undefined || instrument === undefined) continue;
      const { state, lastAliveUs, book } = this.#parts.store.sync(instrument.id);
      const isLive = state === 'live' && lastAliveUs > atUs - BAR_US;
      run.step(atUs, isLive ? spotBook(book, instrument) : undefined);
    }
    this.#store();
  }

  /** Only where something changed: most minutes decide nothing. */
  #store(): void {
    const { lines, isChanged } = this.#stored();
    if (isChanged) this.#save(lines);
  }

  #save(lines: readonly StoredCarryLine[]): void {
    this.#parts.record?.({ call: 'carry-stored', lines });
    this.#parts.save(lines);
  }

  /** @param lines those that run, in the same order. */
  #recordLines(call: 'carry-begin' | 'carry-set', lines: readonly StoredCarryLine[]): void {
    this.#parts.record?.({
      call,
      lines: lines.map((line, at) => {
        const instrument = this.#running[at]?.instrument;
        return {
          ...line,
          spot: instrument === undefined ? null : { venue: instrument.venue, symbol: instrument.symbol },
        };
      }),
    });
  }

  /** Of what a line is about alone: a venue shows hundreds. */
  #recordBatch(venue: string, batch: Pick<PerpetualBatch, 'receivedUs' | 'readings' | 'payments'>): void {
    const { record } = this.#parts;
    if (record === undefined) return;
    const own = new Set(this.#running.flatMap(({ line }) => (line.venue === venue ? [line.symbol] : [])));
    const isOwn = ({ symbol }: { readonly symbol: string }): boolean => own.has(symbol);
    const [readings, payments] = [batch.readings.filter(isOwn), batch.payments.filter(isOwn)];
    if (readings.length + payments.length === 0) return;
    record({ call: 'carry-batch', venue, receivedUs: batch.receivedUs, readings, payments });
  }

  /** Each run is made text once. @returns with whether one differs from what was stored last. */
  #stored(): { readonly lines: StoredCarryLine[]; readonly isChanged: boolean } {
    let isChanged = false;
    const lines = this.#running.map((one) => {
      const { line, run, instrument, keptVenue, kept, saved } = one;
      const state = run?.save() ?? kept;
      if (state !== saved) isChanged = true;
      one.saved = state;
      const heldAt = run?.figures.isHeld === true ? (instrument?.venue ?? null) : null;
      return { ...line, state, spotVenue: run === undefined ? keptVenue : heldAt };
    });
    return { lines, isChanged };
  }
}

const EMPTY = {
  isHeld: false,
  sinceUs: null,
  qty: null,
  trades: 0,
  funding: '0',
  fees: '0',
  realized: '0',
  unrealized: null,
  payments: 0,
  missingPayments: 0,
};

/** Cut against the trader: an amount that is shown is never more than what is booked. */
function shown(amount: Decimal): string {
  return amount.toDecimalPlaces(SHOWN_PLACES, Decimal.ROUND_FLOOR).toFixed();
}
