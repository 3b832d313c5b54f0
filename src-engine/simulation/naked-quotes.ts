/**
 * What quotes were filled for is hedged in time. While nothing is wrong with the world that is by the deadline, and the time that one more order takes;
 * whatever befalls it, trading halts for it by name once it is late by as long again. A kill keeps hedges back, and a restart leaves them to the sweep.
 */
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { ExecutionId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { MakerMarket } from '../domain/maker-settings.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';
import { minimumFault } from '../strategies/maker-taker/quote-rule.ts';

/** An order on its way to the venue and back, and the rest after one that found nothing. */
const MOMENTS_US: DurationUs = 2 * US_PER_SECOND;
/** What is enough for a hedge at a fill's price may not be at that of the book a moment later. */
const PRICE_ROOM = '0.98';

export type NakedParts = {
  readonly markets: readonly MakerMarket[];
  nowUs(): TimeUs;
  instruments(): readonly Instrument[];
  /** The setting `makerDeadlineMs`. */
  deadlineMs(): number;
  /** Nothing is wrong with the world, and there is a book to hedge in and what pays for it. */
  isCalm(hedge: Instrument): boolean;
};

type Line = MakerMarket & {
  /** Base that its fills brought since the engine began, signed; what hedges took back is off. */
  net: Decimal;
  /** As the quoted venue writes it. */
  quotedSymbol: string;
  hedge: Instrument | undefined;
  nakedUs: TimeUs | undefined;
  isCalm: boolean;
  isReported: boolean;
  isBreached: boolean;
};

export class NakedQuotes {
  /** Longest time for which a fill was not hedged, in ms: while nothing was wrong, and in any case. */
  readonly longestMs = { calm: 0, any: 0 };
  readonly #parts: NakedParts;
  readonly #breach: (what: string) => void;
  #lines: Line[] = [];
  readonly #lineOf = new Map<ExecutionId, Line>();

  constructor(parts: NakedParts, breach: (what: string) => void) {
    this.#parts = parts;
    this.#breach = breach;
    this.#begin();
  }

  onEvent(event: EngineEvent): void {
    if (event.type === 'runStarted' || event.type === 'killed') this.#begin();
    else if (event.type === 'orderFilled') this.#onFill(event);
    else if (event.type === 'tradingHalted' && event.code === 'stranded') {
      for (const line of this.#lines)
        if (
          line.nakedUs !== undefined &&
          event.venue === line.hedgedAt &&
          event.reason.includes(saidOf(line))
        )
          line.isReported = true;
    }
  }

  /** Time has passed. */
  look(): void {
    for (const line of this.#lines) if (line.nakedUs !== undefined) this.#lookAt(line, line.nakedUs);
  }

  #begin(): void {
    this.#lineOf.clear();
    this.#lines = this.#parts.markets.map((market) => ({
      ...market,
      net: ZERO,
      quotedSymbol: market.symbol,
      hedge: undefined,
      nakedUs: undefined,
      isCalm: true,
      isReported: false,
      isBreached: false,
    }));
  }

  #onFill({ fill, order, atUs }: Extract<EngineEvent, { type: 'orderFilled' }>): void {
    const instrument = this.#parts
      .instruments()
      .find(({ venue, symbol }) => venue === fill.venue && symbol === fill.symbol);
    if (instrument === undefined) return;
    if (order.timeInForce === 'gtc' && !this.#lineOf.has(fill.executionId)) {
      const quoted = this.#lines.find((one) => isOf(instrument, one.symbol, one.quotedAt));
      if (quoted !== undefined) {
        quoted.quotedSymbol = instrument.symbol;
        this.#lineOf.set(fill.executionId, quoted);
      }
    }
    const line = this.#lineOf.get(fill.executionId);
    if (line === undefined) return;
    line.hedge ??= this.#parts.instruments().find((one) => isOf(one, line.symbol, line.hedgedAt));
    const { spent, received } = fillFlows(fill.side, instrument, fill);
    line.net = fill.side === 'buy' ? line.net.plus(received) : line.net.minus(spent);
    const { hedge } = line;
    if (hedge === undefined) return;
    const amount = line.net.abs().times(PRICE_ROOM);
    if (minimumFault(amount, decimal(fill.price), hedge) === undefined) {
      line.nakedUs ??= atUs;
      return;
    }
    if (line.nakedUs !== undefined) this.#lookAt(line, line.nakedUs);
    line.nakedUs = undefined;
    [line.isCalm, line.isReported, line.isBreached] = [true, false, false];
  }

  #lookAt(line: Line, sinceUs: TimeUs): void {
    const { hedge, net, symbol, quotedAt, hedgedAt } = line;
    const deadlineUs = this.#parts.deadlineMs() * US_PER_MS;
    const lastedUs = this.#parts.nowUs() - sinceUs;
    if (hedge === undefined || !this.#parts.isCalm(hedge)) line.isCalm = false;
    this.longestMs.any = Math.max(this.longestMs.any, lastedUs / US_PER_MS);
    if (line.isCalm) this.longestMs.calm = Math.max(this.longestMs.calm, lastedUs / US_PER_MS);
    const isLate = line.isCalm && lastedUs > deadlineUs + MOMENTS_US;
    const isUnsaid = !line.isReported && lastedUs > 2 * deadlineUs + MOMENTS_US;
    if (line.isBreached || !(isLate || isUnsaid)) return;
    line.isBreached = true;
    const why = isLate ? 'nothing kept it from being hedged' : 'trading was not halted for it';
    this.#breach(
      `${net.toFixed()} of ${symbol} filled at ${quotedAt} were not hedged at ${hedgedAt} for ${Math.round(lastedUs / US_PER_MS)} ms, the deadline is ${this.#parts.deadlineMs()} ms, and ${why}`,
    );
  }
}

/** What a halt for it says. */
function saidOf({ quotedSymbol, quotedAt, hedgedAt }: Line): string {
  return ` of ${quotedSymbol} filled at ${quotedAt} and not hedged at ${hedgedAt} `;
}

/** By its coins: venues write symbols each in their own way. */
function isOf({ venue, base, quote }: Instrument, symbol: string, at: string): boolean {
  return venue === at && `${assetName(base)}/${assetName(quote)}` === symbol;
}
