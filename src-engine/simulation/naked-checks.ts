/** Legs of a route that filled against each other are even again within the time to unwind, and what it rested for a venue, or are reported as stranded. */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent, FillRecord } from '../domain/event.ts';
import type { Asset, ExecutionId } from '../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';

/** A coin of which so small a part of what moved is left is even: lots, minimums and fees in what is received leave that. */
const EVEN_SHARE = new Decimal('0.02');
/** A minute at most of rests for a venue that was not compared (execution/retries.ts), and as long again as an order's report may take. */
const REST_US: DurationUs = 60 * US_PER_SECOND;

type Route = {
  readonly start: Asset;
  /** What came less what left of each coin, and all that moved of it. */
  readonly net: Map<Asset, { readonly sum: Decimal; readonly moved: Decimal }>;
  unevenUs: TimeUs | undefined;
  /** An order of it has no known end: only its venue can say what is open. */
  isDoubted: boolean;
};

export class NakedChecks {
  readonly #routes = new Map<ExecutionId, Route>();
  readonly #deadlineMs: () => number;
  readonly #breach: (what: string) => void;
  /** Longest time in which a route was uneven, in ms. */
  longestMs = 0;

  /** @param deadlineMs the setting `unwindDeadlineMs`. */
  constructor(deadlineMs: () => number, breach: (what: string) => void) {
    this.#deadlineMs = deadlineMs;
    this.#breach = breach;
  }

  onEvent(event: EngineEvent): void {
    if (event.type === 'runStarted') this.#routes.clear();
    else if (event.type === 'killed') this.#routes.clear();
    else if (event.type === 'executionStarted') {
      const { venue, path } = event.opportunity;
      if (!venue.includes('+')) return;
      const start = assetName(path[0] ?? '');
      this.#routes.set(event.executionId, { start, net: new Map(), unevenUs: undefined, isDoubted: false });
    } else if (event.type === 'orderUnknown') {
      const route = this.#routes.get(event.order.executionId);
      if (route !== undefined) route.isDoubted = true;
    } else if (event.type === 'orderFilled') this.#onFill(event.fill, event.atUs);
    else if (event.type === 'executionFinished') {
      const { executionId, outcome } = event.execution;
      const route = this.#routes.get(executionId);
      if (route !== undefined && outcome !== 'stranded') this.#look(executionId, route, event.atUs);
      this.#routes.delete(executionId);
    }
  }

  #onFill({ executionId, symbol, side, qty, price }: FillRecord, atUs: TimeUs): void {
    const route = this.#routes.get(executionId);
    if (route === undefined) return;
    const [base = '', quote = ''] = symbol.split('/');
    const signed = side === 'buy' ? decimal(qty) : decimal(qty).negated();
    this.#move(route, base, signed);
    this.#move(route, quote, signed.times(price).negated());
    const isUneven = [...route.net].some(
      ([coin, { sum, moved }]) => coin !== route.start && sum.abs().gt(moved.times(EVEN_SHARE)),
    );
    if (!isUneven) this.#look(executionId, route, atUs);
    route.unevenUs = isUneven ? (route.unevenUs ?? atUs) : undefined;
  }

  #move({ net }: Route, coin: Asset, amount: Decimal): void {
    const { sum, moved } = net.get(coin) ?? { sum: ZERO, moved: ZERO };
    net.set(coin, { sum: sum.plus(amount), moved: moved.plus(amount.abs()) });
  }

  #look(executionId: ExecutionId, { unevenUs, isDoubted }: Route, nowUs: TimeUs): void {
    if (unevenUs === undefined || isDoubted) return;
    const lastedMs = (nowUs - unevenUs) / US_PER_MS;
    this.longestMs = Math.max(this.longestMs, lastedMs);
    const mostMs = 2 * this.#deadlineMs() + REST_US / US_PER_MS;
    if (lastedMs > mostMs)
      this.#breach(
        `${executionId} was open for ${Math.round(lastedMs)} ms; at most ${mostMs} ms are allowed`,
      );
  }
}
