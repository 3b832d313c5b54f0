/** The kernel that trades, the Kraken adapter and the local exchange as the venue, over real loopback sockets. */
import { openVenueMarket } from '../assembly/venue-market.ts';
import type { EngineEvent } from '../domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import type { Command } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Clock } from '../lib/clock.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { NOT_KEPT } from '../runner/intent-gate.ts';
import { Runner } from '../runner/runner.ts';
import { runnerSink } from '../runner/runner-sink.ts';
import { KrakenCredentials } from '../venues/kraken/private/credentials.ts';
import { KrakenAccountVenue } from '../venues/kraken/private/account-venue.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';
import { DEFAULT_VENUE, verifierOf } from '../venues/registry.ts';
import type { Connection } from '../venues/network.ts';
import { SystemNetwork } from '../venues/system-network.ts';

const VENUE = 'simulated';
const CAPITAL = '25000';
const TICK_MS = 50;

export const TRADER = {
  name: 'trader',
  key: 'trader-key-of-a-test',
  secret: Buffer.from('a secret of a trader for tests').toString('base64'),
  balances: { USD: CAPITAL },
};

/** The machine's network, which remembers when each order and each "cancel all" left. */
class WatchedNetwork extends SystemNetwork {
  readonly leftUs = new Map<string, number>();
  readonly cancelAllsUs: number[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override connect(...args: Parameters<SystemNetwork['connect']>): Connection {
    const connection = super.connect(...args);
    return {
      ...connection,
      send: (text) => {
        const orderId = /"add_order".*"cl_ord_id":"([0-9a-f]+)"/.exec(text)?.[1];
        if (orderId !== undefined) this.leftUs.set(orderId, this.#clock.nowUs());
        if (text.includes('"cancel_all"')) this.cancelAllsUs.push(this.#clock.nowUs());
        return connection.send(text);
      },
    };
  }
}

export class LiveEngine {
  readonly clock = new SystemClock();
  readonly #network = new WatchedNetwork(this.clock);
  readonly exchange: LocalExchange;
  readonly runner: Runner;
  readonly events: EngineEvent[] = [];
  /** Book updates that came in so far. */
  updates = 0;
  /** Hears every fact. */
  onEvent: (event: EngineEvent) => void = () => undefined;
  readonly #cleanups: (() => Promise<unknown> | void)[] = [];

  private constructor(exchange: LocalExchange, market: Awaited<ReturnType<typeof openVenueMarket>>) {
    const { clock } = this;
    this.exchange = exchange;
    const kernel = new Kernel({
      runId: 'live-test',
      mode: 'live',
      simulatedMarket: true,
      seed: 1,
      homeAsset: 'USD',
      instruments: market.instruments,
      bookDepth: market.bookDepth,
      verifierOf,
      limits: DEFAULT_LIMITS,
      execution: DEFAULT_EXECUTION,
      detection: DEFAULT_DETECTION,
      opening: { balances: [{ asset: 'USD', total: CAPITAL }], realizedPnl: '0', fees: '0' },
      killed: false,
      mustReconcile: true,
    });
    let watermark: bigint | undefined;
    const venue = new KrakenAccountVenue({
      venue: VENUE,
      clock,
      network: this.#network,
      random: () => 0.3,
      restUrl: exchange.url,
      wsUrl: `${exchange.wsUrl}/v2/auth`,
      credentials: new KrakenCredentials(TRADER.key, TRADER.secret),
      nonceStore: {
        load: async () => watermark,
        save: async (used) => {
          watermark = used;
        },
      },
      tier: 'pro',
      socket: { backoffBaseMs: 100 },
    });
    this.runner = new Runner({
      kernel,
      clock,
      journal: { append: () => undefined },
      intents: NOT_KEPT,
      venues: new Map([[VENUE, venue]]),
      feeds: new Map([[VENUE, market.feed]]),
      publish: (facts) => {
        for (const fact of facts) {
          this.events.push(fact);
          this.onEvent(fact);
        }
      },
    });
    const { runner } = this;
    runner.begin();
    market.feed.start(market.instruments, {
      ...runnerSink(runner),
      onBook: (update) => {
        this.updates++;
        runner.submit(update);
      },
      onRaw: () => undefined,
    });
    const ticks = setInterval(() => runner.submit({ kind: 'tick', atUs: clock.nowUs() }), TICK_MS);
    this.#cleanups.push(
      () => exchange.stop(),
      () => venue.stop(),
      () => market.feed.stop(),
      () => clearInterval(ticks),
    );
  }

  /** @param seed of the crowd that makes the market. */
  static async start(seed: number): Promise<LiveEngine> {
    const exchange = await startLocalExchange({ seed, accounts: [TRADER], updatesPerSecond: 600 });
    const market = await openVenueMarket({
      adapter: DEFAULT_VENUE,
      venue: VENUE,
      title: 'Local exchange',
      isSimulated: true,
      urls: DEFAULT_VENUE.localUrls(exchange.url),
      homeAsset: 'USD',
      clock: new SystemClock(),
      random: () => 0.3,
      stop: () => Promise.resolve(),
    });
    return new LiveEngine(exchange, market);
  }

  /** When an order left for the venue; undefined: it did not, over the socket. */
  leftUs(orderId: string): number | undefined {
    return this.#network.leftUs.get(orderId);
  }

  /** When the first "cancel all" from then on left. */
  cancelAllLeftUs(sinceUs: number): number | undefined {
    return this.#network.cancelAllsUs.find((atUs) => atUs >= sinceUs);
  }

  command(command: Command): void {
    const actor = { kind: 'operator', via: 'test' } as const;
    this.runner.submit({ kind: 'command', command, actor, atUs: this.clock.nowUs() });
  }

  count(type: EngineEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  async stop(): Promise<void> {
    for (const cleanup of this.#cleanups.toReversed()) await cleanup();
  }
}
