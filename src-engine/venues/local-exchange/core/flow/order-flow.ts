/**
 * The simulated crowd: makers that quote every pair around fair prices that agree with each other, takers that
 * trade against them, now and then a burst, and dislocations that open triangles. Driven by the exchange's
 * clock and seeded random numbers alone: the same seed and clock give the same market.
 */
import type { Asset } from '../../../../domain/ids.ts';
import type { Side } from '../../../../domain/order.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import { SeededRandom } from '../../../../lib/random.ts';
import type { ExchangeCore } from '../exchange-core.ts';
import type { Market } from '../market.ts';
import { EngineOrder, HOUSE } from '../matching/book-side.ts';
import { DEFAULT_EDGE_SECONDS, Dislocations } from './dislocations.ts';
import type { FairSource } from './fair-source.ts';
import { FairValues } from './fair-values.ts';
import { MarketMaker } from './market-maker.ts';
import type { Peers } from './peer-fees.ts';
import { type PairProfile, profileOf } from './pair-profile.ts';

/** Share of the steps with a taker order. */
const TAKER_SHARE = 0.06;
/** Median value of a taker's order in US dollars, and the most it may be. */
const TAKER_USD = { median: 180, max: 20_000 } as const;
/** Mean time between bursts, steps in one, and how far the news moves the asset. */
const BURST = { meanIntervalUs: 25_000_000, minSteps: 4, maxSteps: 14, maxJumpBps: 8 } as const;
/** A process that slept through more steps than this skips the rest, rather than replay them in one go. */
const MAX_CATCH_UP = 20_000;

type Station = { readonly market: Market; readonly maker: MarketMaker; readonly profile: PairProfile };
type Burst = { readonly asset: Asset; readonly side: Side; steps: number };

export type FlowOptions = {
  readonly seed: number;
  readonly updatesPerSecond: number;
  /** Mean time from one mispriced triangle to the next; 7 when left out. */
  readonly edgeSeconds?: number | undefined;
  /** Most mispriced triangles at a time; 3 when left out. */
  readonly edgesAtOnce?: number | undefined;
  /** What most of the venue's trading is quoted in; USD when left out. */
  readonly home?: string;
  /** What assets are worth, where several exchanges share a market; a walk of its own when left out. */
  readonly fairs?: FairSource | undefined;
  /** Those that it shares its market with. */
  readonly peers?: Peers | undefined;
};

export class OrderFlow {
  readonly #core: ExchangeCore;
  readonly #meanGapUs: number;
  readonly #timing: SeededRandom;
  readonly #takers: SeededRandom;
  readonly #fairs: FairSource;
  readonly #dislocations: Dislocations;
  readonly #stations: readonly Station[];
  /** Sums of the weights up to and including each station. */
  readonly #cumulated: readonly number[];
  #burst: Burst | undefined;
  #nextBurstUs: TimeUs;
  #nextUs: TimeUs;
  #cancelTimer: () => void = () => undefined;

  constructor(core: ExchangeCore, options: FlowOptions) {
    const { seed, edgeSeconds = DEFAULT_EDGE_SECONDS, edgesAtOnce, peers } = options;
    const nowUs = core.clock.nowUs();
    this.#core = core;
    this.#meanGapUs = 1_000_000 / options.updatesPerSecond;
    this.#timing = new SeededRandom(seed, 1);
    this.#takers = new SeededRandom(seed, 2);
    const assets = new Set(core.markets.flatMap(({ pair }) => [pair.base, pair.quote]));
    this.#fairs = options.fairs ?? new FairValues(assets, new SeededRandom(seed, 3), nowUs);
    const edges = new SeededRandom(seed, 4);
    this.#dislocations = new Dislocations(core.markets, edges, nowUs, edgeSeconds, edgesAtOnce, peers);
    this.#stations = core.markets.map((market, index) => {
      const profile = profileOf(market.pair, options.home ?? 'USD');
      return {
        market,
        profile,
        maker: new MarketMaker(market, profile, new SeededRandom(seed, 100 + index)),
      };
    });
    let sum = 0;
    this.#cumulated = this.#stations.map(({ profile }) => (sum += profile.weight));
    this.#nextBurstUs = nowUs + this.#takers.exponential(BURST.meanIntervalUs);
    this.#nextUs = nowUs;
  }

  /** Fills the books, then steps until stopped. */
  start(): void {
    // A market that is a function of time needs the time before its first quote.
    this.#fairs.advance(this.#core.clock.nowUs());
    for (const station of this.#stations) {
      this.#quoteAll(station);
      // One trade each, so that every ticker has a last price.
      this.#take(station, this.#anySide());
      this.#core.publish(station.market);
    }
    this.#nextUs = this.#core.clock.nowUs();
    this.#run();
  }

  stop(): void {
    this.#cancelTimer();
  }

  /** Takes all steps that are due: a timer of the system fires late and rarely. */
  #run(): void {
    const nowUs = this.#core.clock.nowUs();
    for (let steps = 1; this.#nextUs <= nowUs; steps++) {
      this.#step(nowUs);
      if (steps === MAX_CATCH_UP) this.#nextUs = nowUs;
      this.#nextUs += this.#timing.exponential(this.#meanGapUs);
    }
    this.#cancelTimer = this.#core.clock.schedule(Math.ceil(this.#nextUs), () => this.#run());
  }

  #step(nowUs: TimeUs): void {
    this.#fairs.advance(nowUs);
    for (const market of this.#dislocations.advance(nowUs)) {
      const moved = this.#stations.find((station) => station.market === market) as Station;
      this.#quoteAll(moved);
      this.#core.publish(market);
    }
    this.#startBurst(nowUs);
    const station = this.#burst === undefined ? this.#pick() : this.#pickBurst(this.#burst);
    if (this.#burst !== undefined && this.#takers.next() < 0.5) {
      this.#take(station, this.#burst.side);
      if (--this.#burst.steps === 0) this.#burst = undefined;
    } else if (this.#takers.next() < TAKER_SHARE) {
      this.#take(station, this.#anySide());
    } else {
      station.maker.step(this.#fair(station.market), this.#fairs.usd(station.market.pair.quote));
    }
    this.#core.publish(station.market);
  }

  #startBurst(nowUs: TimeUs): void {
    if (nowUs < this.#nextBurstUs) return;
    const asset = this.#pick().market.pair.base;
    const side = this.#anySide();
    const jumpBps = BURST.maxJumpBps * this.#takers.next();
    this.#fairs.jump(asset, side === 'buy' ? jumpBps : -jumpBps);
    this.#burst = { asset, side, steps: this.#takers.integer(BURST.minSteps, BURST.maxSteps) };
    this.#nextBurstUs = nowUs + this.#takers.exponential(BURST.meanIntervalUs);
  }

  #anySide(): Side {
    return this.#takers.next() < 0.5 ? 'buy' : 'sell';
  }

  #quoteAll({ market, maker }: Station): void {
    maker.quoteAll(this.#fair(market), this.#fairs.usd(market.pair.quote));
  }

  /** What the makers of a pair believe it is worth. */
  #fair(market: Market): number {
    const { base, quote } = market.pair;
    return this.#fairs.price(base, quote) * (1 + this.#dislocations.shiftBps(market) / 10_000);
  }

  #pick(): Station {
    const total = this.#cumulated.at(-1) as number;
    const mark = this.#timing.next() * total;
    const index = this.#cumulated.findIndex((sum) => mark < sum);
    return this.#stations[Math.max(index, 0)] as Station;
  }

  /** A pair of the asset that is most traded at the moment. */
  #pickBurst(burst: Burst): Station {
    const pairs = this.#stations.filter((station) => station.market.pair.base === burst.asset);
    return pairs[this.#takers.integer(0, pairs.length - 1)] as Station;
  }

  /** A market order of a random size. */
  #take({ market }: Station, side: Side): void {
    const { pair, engine } = market;
    const usd = Math.min(TAKER_USD.median * Math.exp(1.2 * this.#takers.normal()), TAKER_USD.max);
    const qty = Math.max(usd / this.#fairs.usd(pair.base), Number(pair.orderMin));
    const units = Math.round(qty * 10 ** pair.qtyDecimals);
    market.takerIsMarket = this.#takers.next() < 0.7;
    engine.place(new EngineOrder(HOUSE, side, 0, units), 'market');
    market.takerIsMarket = false;
  }
}
