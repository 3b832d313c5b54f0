/** A kernel that trades at two simulated venues: a test sets their books, their latencies, and what befalls orders there. */
import { Decimal, type DecimalText, ZERO } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import { createInstrument, type InstrumentSpec } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS, type DetectionSettings } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Side } from '../domain/order.ts';
import { assetAt, assetName } from '../domain/venue-asset.ts';
import type { Command } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { SeededRandom } from '../lib/random.ts';
import { NOT_KEPT } from '../runner/intent-gate.ts';
import { Runner } from '../runner/runner.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { Hardship } from '../venues/simulated/hardship.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';
import { type Level, START_US } from './kernel-harness.ts';

/** Routes are traded, and cost nothing but fees, depth and lots. */
export const FREE_ROUTES: Partial<DetectionSettings> = {
  crossVenue: true,
  tradeCrossVenue: true,
  carryBps: 0,
  ageRiskFactor: 0,
  slippageBps: 0,
};

export type RouteRunOptions = {
  readonly venues?: readonly string[];
  /** The pairs of every venue, or of each. */
  readonly specs: readonly InstrumentSpec[] | Readonly<Record<string, readonly InstrumentSpec[]>>;
  readonly capital: Readonly<Record<Asset, DecimalText>>;
  readonly detection?: Partial<DetectionSettings>;
  readonly kernel?: Partial<KernelConfig>;
  /** One way to a venue, in ms; 10 where none is named. */
  readonly latencyMs?: Readonly<Record<string, number>>;
  /** Percent of the orders at a venue that find nothing. */
  readonly missesPct?: Readonly<Record<string, number>>;
  readonly seed?: number;
};

export class RouteRun {
  readonly clock = new SimulatedClock(START_US);
  readonly kernel: Kernel;
  readonly runner: Runner;
  readonly events: EngineEvent[] = [];
  readonly #venues: ReadonlyMap<string, SimulatedVenue>;
  readonly #update = new BookUpdate();

  constructor(options: RouteRunOptions) {
    const { venues = ['east', 'west'], specs, capital, latencyMs = {}, missesPct = {}, seed = 1 } = options;
    const instruments = venues
      .flatMap((venue) =>
        (Array.isArray(specs) ? specs : ((specs as Record<string, InstrumentSpec[]>)[venue] ?? [])).map(
          (spec: InstrumentSpec) => ({ spec, venue }),
        ),
      )
      .map(({ spec, venue }, id) =>
        createInstrument(
          { ...spec, base: assetAt(spec.base, venue), quote: assetAt(spec.quote, venue) },
          id,
          venue,
        ),
      );
    const balances = Object.entries(capital).map(([asset, total]) => ({ asset, total }));
    this.kernel = new Kernel({
      runId: 'run',
      mode: 'paper',
      simulatedMarket: true,
      seed,
      homeAsset: 'USD',
      instruments,
      bookDepth: 25,
      limits: {
        ...DEFAULT_LIMITS,
        maxPositionPct: 1_000,
        maxGrossExposurePct: 1_000,
        maxRelatedExecutions: 100,
        cancelReserve: 0,
      },
      detection: { ...DEFAULT_DETECTION, ...FREE_ROUTES, ...options.detection },
      opening: { balances, realizedPnl: '0', fees: '0' },
      killed: false,
      ...options.kernel,
    });
    this.#venues = new Map(
      venues.map((venue, at) => {
        const competitorPct = missesPct[venue] ?? 0;
        return [
          venue,
          new SimulatedVenue({
            runId: 'run',
            venue,
            store: this.kernel.store,
            clock: this.clock,
            random: new SeededRandom(seed, at + 1),
            latency: { minUs: (latencyMs[venue] ?? 10) * 1_000, tailUs: 0 },
            hardship:
              competitorPct === 0
                ? undefined
                : new Hardship({ competitorPct, rejectPct: 0 }, new SeededRandom(seed, at + 100)),
          }),
        ];
      }),
    );
    this.runner = new Runner({
      kernel: this.kernel,
      clock: this.clock,
      journal: { append: () => undefined },
      intents: NOT_KEPT,
      venues: this.#venues,
      feeds: new Map(venues.map((venue) => [venue, { resubscribe: () => undefined }])),
      publish: (events) => this.events.push(...events),
    });
    this.runner.begin();
  }

  book(venue: string, symbol: string, bids: readonly Level[], asks: readonly Level[]): void {
    const instrument = this.kernel.store.instruments.find(
      (one) => one.venue === venue && one.symbol === symbol,
    );
    if (instrument === undefined) throw new Error(`no instrument ${symbol} at ${venue}`);
    const { id, priceDecimals, qtyDecimals } = instrument;
    const units = (value: number | DecimalText, decimals: number): number =>
      new Decimal(value).times(Decimal.pow(10, decimals)).toNumber();
    const update = this.#update;
    update.reset(id, true, this.clock.nowUs());
    for (const [price, qty] of bids) update.pushBid(units(price, priceDecimals), units(qty, qtyDecimals));
    for (const [price, qty] of asks) update.pushAsk(units(price, priceDecimals), units(qty, qtyDecimals));
    this.runner.submit(update);
    this.#venues.get(venue)?.onBook(id);
  }

  /** A public trade. @param taker the side that traded at once. */
  trade(venue: string, symbol: string, taker: Side, price: DecimalText, qty: DecimalText): void {
    const instrument = this.kernel.store.instruments.find(
      (one) => one.venue === venue && one.symbol === symbol,
    );
    if (instrument === undefined) throw new Error(`no instrument ${symbol} at ${venue}`);
    const nowUs = this.clock.nowUs();
    const trade = {
      kind: 'trade',
      instrumentId: instrument.id,
      price: new Decimal(price).times(Decimal.pow(10, instrument.priceDecimals)).toNumber(),
      qty: new Decimal(qty).times(Decimal.pow(10, instrument.qtyDecimals)).toNumber(),
      side: taker,
      venueUs: nowUs,
      receivedUs: nowUs,
    } as const;
    this.runner.submit(trade);
    this.#venues.get(venue)?.onTrade(trade);
  }

  /** Steps of 10 ms with a tick every tenth of a second; every venue stays alive but those that are named. */
  pass(ms: number, silent: readonly string[] = []): void {
    for (let left = ms; left > 0; left -= 10) {
      this.clock.advanceTo(this.clock.nowUs() + 10_000);
      const nowUs = this.clock.nowUs();
      if (nowUs % 100_000 !== 0) continue;
      for (const venue of this.#venues.keys())
        if (!silent.includes(venue)) this.runner.submit({ kind: 'alive', venue, receivedUs: nowUs });
      this.runner.submit({ kind: 'tick', atUs: nowUs });
    }
  }

  command(command: Command): void {
    const actor = { kind: 'operator', via: 'test' } as const;
    this.runner.submit({ kind: 'command', command, actor, atUs: this.clock.nowUs() });
  }

  of<T extends EngineEvent['type']>(type: T): Extract<EngineEvent, { readonly type: T }>[] {
    return this.events.filter(
      (event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type,
    );
  }

  total(asset: Asset): Decimal {
    return this.kernel.portfolio.balances.total(asset);
  }

  /** At all venues together. */
  coin(code: string): Decimal {
    const { balances } = this.kernel.portfolio;
    return [...balances.assets()].reduce(
      (sum, asset) => (assetName(asset) === code ? sum.plus(balances.total(asset)) : sum),
      ZERO,
    );
  }

  get reserved(): Decimal {
    const { balances } = this.kernel.portfolio;
    return [...balances.assets()].reduce((sum, asset) => sum.plus(balances.reserved(asset)), ZERO);
  }
}
