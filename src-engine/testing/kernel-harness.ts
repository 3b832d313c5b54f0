/** A kernel with a simulated clock, a simulated venue and books that a test sets. */
import { Decimal, type DecimalText } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import {
  createInstrument,
  type Instrument,
  type InstrumentSpec,
  type InstrumentStatus,
} from '../domain/instrument.ts';
import {
  DEFAULT_DETECTION,
  DEFAULT_LIMITS,
  type DetectionSettings,
  type ExecutionSettings,
  type RiskLimits,
} from '../domain/limits.ts';
import { BookUpdate, NONE } from '../domain/market-data.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import type { OrderVenue } from '../execution/order-venue.ts';
import type { Command } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { SeededRandom } from '../lib/random.ts';
import type { Pace } from '../runner/book-intake.ts';
import type { Journal } from '../runner/journal.ts';
import { type IntentGate, NOT_KEPT } from '../runner/intent-gate.ts';
import { Runner } from '../runner/runner.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';

export type Level = readonly [price: number | DecimalText, qty: number | DecimalText];

/** Three pairs that form one triangle: USD, BTC, ETH. Fees of 5 bps. */
export const TRIANGLE: readonly InstrumentSpec[] = [
  spec('BTC/USD', '0.1', '0.00000001', '0.0001', '0.5'),
  spec('ETH/BTC', '0.00001', '0.00000001', '0.001', '0.00002'),
  spec('ETH/USD', '0.01', '0.00000001', '0.001', '0.5'),
];

function spec(
  symbol: string,
  tickSize: string,
  lotSize: string,
  minQty: string,
  minNotional: string,
): InstrumentSpec {
  const [base = '', quote = ''] = symbol.split('/');
  return {
    symbol,
    base,
    quote,
    tickSize,
    lotSize,
    minQty,
    minNotional,
    takerFee: '0.0005',
    status: 'online',
  };
}

export type HarnessOptions = {
  readonly specs?: readonly InstrumentSpec[];
  readonly capital?: Readonly<Record<string, string>>;
  readonly limits?: Partial<RiskLimits>;
  readonly detection?: Partial<DetectionSettings>;
  readonly execution?: Partial<ExecutionSettings>;
  /** The time of a run before, which goes on. */
  readonly clock?: SimulatedClock;
  /** Whatever else is to be other than usual. */
  readonly kernel?: Partial<KernelConfig>;
  /** Makes another kernel than the plain one: one that writes its calls down. */
  readonly kernelOf?: (config: KernelConfig) => Kernel;
  /** Where orders go instead of the simulated venue. */
  readonly venueOf?: (clock: SimulatedClock, instruments: readonly Instrument[]) => OrderVenue;
  /** The run is connected to no venue, and to no feed. */
  readonly isUnconnected?: boolean;
  readonly killed?: boolean;
  /** What a run before left of its risk. */
  readonly risk?: RiskSnapshot | undefined;
  readonly limitsVersion?: number;
  readonly journal?: Journal;
  readonly intents?: IntentGate;
  readonly seed?: number;
  readonly pace?: Pace;
};

/** Where a run starts: 2026-01-01T00:00:00Z. */
export const START_US = 1_767_225_600_000_000;

/** Nothing here holds a run back that is about something else; tests of these limits set them. */
const WIDE_LIMITS: Partial<RiskLimits> = {
  maxPositionPct: 1_000,
  maxGrossExposurePct: 1_000,
  maxRelatedExecutions: 100,
  cancelReserve: 0,
};

export class KernelHarness {
  readonly clock: SimulatedClock;
  readonly kernel: Kernel;
  readonly runner: Runner;
  readonly venue: SimulatedVenue;
  readonly instruments: readonly Instrument[];
  /** Every event that became durable, in order. */
  readonly events: EngineEvent[] = [];
  readonly resubscribed: number[] = [];
  /** Ids of the orders that reached the venue. */
  readonly placed: string[] = [];
  /** Countdowns that the venue was asked for, in milliseconds. */
  readonly keptAlive: number[] = [];
  readonly #update = new BookUpdate();

  constructor(options: HarnessOptions = {}) {
    this.clock = options.clock ?? new SimulatedClock(START_US);
    this.instruments = (options.specs ?? TRIANGLE).map((one, id) => createInstrument(one, id, 'test'));
    const capital = options.capital ?? { USD: '10000' };
    const config: KernelConfig = {
      runId: 'run',
      mode: 'paper',
      simulatedMarket: true,
      seed: options.seed ?? 1,
      homeAsset: Object.keys(capital)[0] ?? 'USD',
      instruments: this.instruments,
      bookDepth: 25,
      limits: { ...DEFAULT_LIMITS, ...WIDE_LIMITS, ...options.limits },
      detection: { ...DEFAULT_DETECTION, ...options.detection },
      execution: options.execution,
      opening: {
        balances: Object.entries(capital).map(([asset, total]) => ({ asset, total })),
        realizedPnl: '0',
        fees: '0',
      },
      killed: options.killed ?? false,
      risk: options.risk,
      limitsVersion: options.limitsVersion ?? 0,
      ...options.kernel,
    };
    this.kernel = options.kernelOf?.(config) ?? new Kernel(config);
    this.venue = new SimulatedVenue({
      runId: 'run',
      venue: 'test',
      store: this.kernel.store,
      clock: this.clock,
      random: new SeededRandom(options.seed ?? 1),
      latency: { minUs: 10_000, tailUs: 5_000 },
    });
    const venue: OrderVenue = options.venueOf?.(this.clock, this.instruments) ?? this.venue;
    const watched = {
      venue: 'test',
      connect: venue.connect.bind(venue),
      place: (order: Parameters<typeof venue.place>[0]) => {
        this.placed.push(order.orderId);
        venue.place(order);
      },
      cancel: venue.cancel.bind(venue),
      cancelAll: venue.cancelAll.bind(venue),
      reconcile: venue.reconcile.bind(venue),
      keepAlive: (timeoutMs: number) => {
        this.keptAlive.push(timeoutMs);
        venue.keepAlive(timeoutMs);
      },
      stop: venue.stop.bind(venue),
    };
    this.runner = new Runner({
      kernel: this.kernel,
      clock: this.clock,
      journal: options.journal ?? { append: () => undefined },
      intents: options.intents ?? NOT_KEPT,
      venues: new Map(options.isUnconnected === true ? [] : [['test', watched]]),
      feeds: new Map(
        options.isUnconnected === true
          ? []
          : [['test', { resubscribe: (id: number) => this.resubscribed.push(id) }]],
      ),
      publish: (events) => this.events.push(...events),
      pace: options.pace,
    });
    this.runner.begin();
  }

  /** Replaces one book. Levels best first; prices and quantities as decimals. */
  book(symbol: string, bids: readonly Level[], asks: readonly Level[], checksum = NONE): void {
    this.#send(symbol, true, bids, asks, checksum);
  }

  /** Changes levels of one book; quantity zero removes one. */
  change(symbol: string, bids: readonly Level[], asks: readonly Level[], checksum = NONE): void {
    this.#send(symbol, false, bids, asks, checksum);
  }

  /** Books of the triangle in line with each other: BTC at 50,000, ETH at 2,500; nothing pays. */
  fairBooks(): void {
    this.book('BTC/USD', [['49995', '2']], [['50005', '2']]);
    this.book('ETH/BTC', [['0.04998', '50']], [['0.05002', '50']]);
    this.book('ETH/USD', [['2499', '50']], [['2501', '50']]);
  }

  /** Makes USD → BTC → ETH → USD pay about 30 bps after fees, for as much ETH as is named. */
  openEdge(qty: DecimalText = '0.5'): void {
    this.book(
      'ETH/USD',
      [
        ['2518', qty],
        ['2499', '50'],
      ],
      [['2519', '50']],
    );
  }

  /** The venue opens or closes an instrument for trading. */
  status(symbol: string, status: InstrumentStatus): void {
    const { id } = this.instrument(symbol);
    this.venue.onInstrumentStatus(id, status);
    this.runner.submit({ kind: 'instrument-status', instrumentId: id, status, atUs: this.clock.nowUs() });
  }

  command(command: Command): void {
    const actor = { kind: 'operator', via: 'test' } as const;
    this.runner.submit({ kind: 'command', command, actor, atUs: this.clock.nowUs() });
  }

  /** Lets time pass in steps of 100 ms, each with a tick; the venue stays alive by default. */
  pass(ms: number, options: { readonly silent?: boolean } = {}): void {
    for (let left = ms; left > 0; left -= 100) {
      this.clock.advanceTo(this.clock.nowUs() + Math.min(100, left) * 1_000);
      const nowUs = this.clock.nowUs();
      if (options.silent !== true) this.runner.submit({ kind: 'alive', venue: 'test', receivedUs: nowUs });
      this.runner.submit({ kind: 'tick', atUs: nowUs });
    }
  }

  of<T extends EngineEvent['type']>(type: T): Extract<EngineEvent, { readonly type: T }>[] {
    return this.events.filter(
      (event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type,
    );
  }

  total(asset: string): string {
    return this.kernel.portfolio.balances.total(asset).toString();
  }

  instrument(symbol: string): Instrument {
    const instrument = this.instruments.find((one) => one.symbol === symbol);
    if (instrument === undefined) throw new Error(`no instrument ${symbol}`);
    return instrument;
  }

  #send(
    symbol: string,
    isSnapshot: boolean,
    bids: readonly Level[],
    asks: readonly Level[],
    checksum: number,
  ): void {
    const { id, priceDecimals, qtyDecimals } = this.instrument(symbol);
    const update = this.#update;
    const units = (value: number | DecimalText, decimals: number): number =>
      new Decimal(value).times(Decimal.pow(10, decimals)).toNumber();
    update.reset(id, isSnapshot, this.clock.nowUs());
    update.checksum = checksum;
    for (const [price, qty] of bids) update.pushBid(units(price, priceDecimals), units(qty, qtyDecimals));
    for (const [price, qty] of asks) update.pushAsk(units(price, priceDecimals), units(qty, qtyDecimals));
    this.runner.submit(update);
    this.venue.onBook(id);
  }
}
