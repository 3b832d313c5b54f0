/** Legs of a route that filled against each other are even again within the time to unwind, and what it rested for a venue, or are reported as stranded. */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent, FillRecord } from '../domain/event.ts';
import type { Asset, ExecutionId, OrderId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { assetName, venuesNamed } from '../domain/venue-asset.ts';

/** A coin of which so small a part of what moved is left is even: lots, minimums and fees in what is received leave that. */
const EVEN_SHARE = new Decimal('0.02');
/** The same by value, of what the route began with: what pays for a missing coin is offered with headroom (execution/evening.ts), and a rest of it stays. */
const EVEN_VALUE_SHARE = new Decimal('0.03');
/** A minute at most of rests for a venue that was not compared (execution/retries.ts), and as long again as an order's report may take. */
const REST_US: DurationUs = 60 * US_PER_SECOND;
/** The engine looks at its orders each 100 ms, and what it sends then takes its way. */
const MOMENT_US: DurationUs = 250 * US_PER_MS;

type Route = {
  readonly start: Asset;
  /** What it began with, in the start coin. */
  readonly startAmount: string;
  readonly venues: readonly VenueName[];
  /** What came less what left of each coin, and all that moved of it. */
  readonly net: Map<Asset, { readonly sum: Decimal; readonly moved: Decimal }>;
  unevenUs: TimeUs | undefined;
  /** Of the time since then: so long nothing could be done. */
  heldUpUs: DurationUs;
  /** An order of it had no known end: only its venue could say what was open. */
  isDoubted: boolean;
  /** Orders of which that is so now. */
  readonly doubted: Set<OrderId>;
  isBreached: boolean;
};

/** Looked at again and again: what delays a route from outside does not count, what it takes by itself does. */
export type Strictness = {
  /** Nothing can be sent or known there now. */
  isHeldUp(venue: VenueName): boolean;
  /** What an amount of a coin is worth; undefined: nothing says so. */
  valueOf(coin: Asset, amount: Decimal): Decimal | undefined;
};

export type NakedParts = {
  /** The setting `unwindDeadlineMs`. */
  deadlineMs(): number;
  /** Of the run: venues write symbols each in their own way. */
  instruments(): readonly Pick<Instrument, 'venue' | 'symbol' | 'base' | 'quote'>[];
  /** Given: routes may be uneven for the time to unwind alone, and as long again where an order's end was not reported. */
  readonly strictness?: Strictness | undefined;
};

export class NakedChecks {
  readonly #routes = new Map<ExecutionId, Route>();
  readonly #parts: NakedParts;
  readonly #breach: (what: string) => void;
  readonly #strictness: Strictness | undefined;
  #lookedUs: TimeUs = 0;
  /** Longest time in which a route was uneven, in ms; without what held it up, where that is known. */
  longestMs = 0;
  /** Routes that were uneven at all. */
  uneven = 0;

  constructor(parts: NakedParts, breach: (what: string) => void) {
    this.#parts = parts;
    this.#breach = breach;
    this.#strictness = parts.strictness;
  }

  onEvent(event: EngineEvent): void {
    if (event.type === 'runStarted') this.#routes.clear();
    else if (event.type === 'killed') this.#routes.clear();
    else if (event.type === 'executionStarted') this.#onStarted(event);
    else if (event.type === 'orderUnknown') {
      const route = this.#routes.get(event.order.executionId);
      if (route === undefined) return;
      route.isDoubted = true;
      route.doubted.add(event.order.orderId);
    } else if (event.type === 'orderFilled') {
      if (event.order.state === 'filled') this.#onEnd(event.order);
      this.#onFill(event.fill, event.atUs);
    } else if (
      event.type === 'orderCanceled' ||
      event.type === 'orderRejected' ||
      event.type === 'orderDenied' ||
      event.type === 'orderSettled'
    )
      this.#onEnd(event.order);
    else if (event.type === 'executionFinished') this.#onFinished(event);
  }

  /** Time has passed; needed where delays from outside do not count. */
  look(nowUs: TimeUs): void {
    const passedUs = this.#lookedUs === 0 ? 0 : nowUs - this.#lookedUs;
    this.#lookedUs = nowUs;
    for (const [executionId, route] of this.#routes) {
      if (route.unevenUs === undefined) continue;
      const isHeldUp =
        route.doubted.size > 0 || route.venues.some((venue) => this.#strictness?.isHeldUp(venue) === true);
      if (isHeldUp) route.heldUpUs += Math.min(passedUs, nowUs - route.unevenUs);
      this.#look(executionId, route, nowUs);
    }
  }

  #onStarted({ executionId, opportunity }: Extract<EngineEvent, { type: 'executionStarted' }>): void {
    const { venue, path, startAmount } = opportunity;
    if (!venue.includes('+')) return;
    this.#routes.set(executionId, {
      start: assetName(path[0] ?? ''),
      startAmount,
      venues: venuesNamed(venue),
      net: new Map(),
      unevenUs: undefined,
      heldUpUs: 0,
      isDoubted: false,
      doubted: new Set(),
      isBreached: false,
    });
  }

  #onFinished({ execution, atUs }: Extract<EngineEvent, { type: 'executionFinished' }>): void {
    const { executionId, outcome, detail } = execution;
    const route = this.#routes.get(executionId);
    this.#routes.delete(executionId);
    if (route === undefined) return;
    if (outcome !== 'stranded') this.#look(executionId, route, atUs);
    else if (this.#strictness !== undefined && route.unevenUs !== undefined)
      this.#breach(`${executionId} was left uneven: ${detail}`);
  }

  #onEnd({ executionId, orderId }: { readonly executionId: ExecutionId; readonly orderId: OrderId }): void {
    this.#routes.get(executionId)?.doubted.delete(orderId);
  }

  #onFill({ executionId, venue, symbol, side, qty, price }: FillRecord, atUs: TimeUs): void {
    const route = this.#routes.get(executionId);
    if (route === undefined) return;
    const instrument = this.#parts.instruments().find((one) => one.venue === venue && one.symbol === symbol);
    if (instrument === undefined) return this.#breach(`${symbol} of ${venue} is no instrument of this run`);
    const [base, quote] = [assetName(instrument.base), assetName(instrument.quote)];
    const signed = side === 'buy' ? decimal(qty) : decimal(qty).negated();
    this.#move(route, base, signed);
    this.#move(route, quote, signed.times(price).negated());
    if (this.#isUneven(route)) {
      if (route.unevenUs === undefined) this.uneven++;
      route.unevenUs ??= atUs;
      return;
    }
    this.#look(executionId, route, atUs);
    route.unevenUs = undefined;
    route.heldUpUs = 0;
  }

  /** By value where that is known: a coin on the way between two others may have moved a little, and all of that be left. */
  #isUneven({ net, start, startAmount }: Route): boolean {
    const whole = this.#strictness?.valueOf(start, decimal(startAmount));
    return [...net].some(([coin, { sum, moved }]) => {
      if (coin === start) return false;
      const value = this.#strictness?.valueOf(coin, sum.abs());
      return value === undefined || whole === undefined
        ? sum.abs().gt(moved.times(EVEN_SHARE))
        : value.gt(whole.times(EVEN_VALUE_SHARE));
    });
  }

  #move({ net }: Route, coin: Asset, amount: Decimal): void {
    const { sum, moved } = net.get(coin) ?? { sum: ZERO, moved: ZERO };
    net.set(coin, { sum: sum.plus(amount), moved: moved.plus(amount.abs()) });
  }

  #look(executionId: ExecutionId, route: Route, nowUs: TimeUs): void {
    const { unevenUs, heldUpUs, isDoubted, isBreached } = route;
    const isStrict = this.#strictness !== undefined;
    if (unevenUs === undefined || isBreached || (isDoubted && !isStrict)) return;
    const lastedMs = (nowUs - unevenUs - heldUpUs) / US_PER_MS;
    this.longestMs = Math.max(this.longestMs, lastedMs);
    const deadlineMs = this.#parts.deadlineMs();
    const strictMs = (isDoubted ? 2 * deadlineMs : deadlineMs) + MOMENT_US / US_PER_MS;
    const mostMs = isStrict ? strictMs : 2 * deadlineMs + REST_US / US_PER_MS;
    if (lastedMs <= mostMs) return;
    route.isBreached = true;
    this.#breach(`${executionId} was open for ${Math.round(lastedMs)} ms; at most ${mostMs} ms are allowed`);
  }
}
