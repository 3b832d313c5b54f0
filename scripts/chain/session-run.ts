/** A session on the local chain: the kernel, books and accounts of both versions of Uniswap through their own processes, as a rehearsal has them. */
import { spawn } from 'node:child_process';
import { openVenueMarket } from '../../src-engine/assembly/venue-market.ts';
import { unitedMarkets } from '../../src-engine/assembly/united-markets.ts';
import { decimal, ZERO } from '../../src-engine/domain/decimal.ts';
import type { EngineEvent, RecoveredOrder } from '../../src-engine/domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../../src-engine/domain/limits.ts';
import { assetAt } from '../../src-engine/domain/venue-asset.ts';
import { Kernel } from '../../src-engine/kernel/kernel.ts';
import { SystemClock } from '../../src-engine/lib/system-clock.ts';
import { NOT_KEPT } from '../../src-engine/runner/intent-gate.ts';
import { Runner } from '../../src-engine/runner/runner.ts';
import { runnerSink } from '../../src-engine/runner/runner-sink.ts';
import { localName, verifierOf } from '../../src-engine/venues/registry.ts';
import { uniswapV2Adapter, uniswapV3Adapter } from '../../src-engine/venues/uniswap/adapter.ts';
import { ChainNetwork } from '../../src-engine/venues/uniswap/launch.ts';
import type { AccountVenue, Credential } from '../../src-engine/venues/venue-account.ts';

const ADAPTERS = [uniswapV2Adapter, uniswapV3Adapter] as const;
const TICK_MS = 50;
const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };

/** By venue, in the order of the adapters. */
export const VENUE_NAMES = ADAPTERS.map(localName);

export type Earlier = {
  readonly openOrders: readonly RecoveredOrder[];
  readonly balances: readonly { readonly asset: string; readonly total: string }[];
};

export class SessionRun {
  readonly events: EngineEvent[] = [];
  readonly kernel: Kernel;
  readonly #runner: Runner;
  readonly #pids: Set<number>;
  readonly #cleanups: (() => Promise<unknown> | void)[] = [];
  readonly #clock = new SystemClock();

  private constructor(
    runId: string,
    markets: ReturnType<typeof unitedMarkets>,
    accounts: readonly AccountVenue[],
    pids: Set<number>,
    earlier: Earlier,
  ) {
    const clock = this.#clock;
    this.#pids = pids;
    this.kernel = new Kernel({
      runId,
      mode: 'live',
      simulatedMarket: true,
      seed: 1,
      homeAsset: 'USDC',
      instruments: markets.flatMap(({ market }) => market.instruments),
      bookDepth: markets[0]?.market.bookDepth ?? 10,
      verifierOf,
      limits: { ...DEFAULT_LIMITS, maxPositionPct: 1_000, maxGrossExposurePct: 1_000 },
      execution: DEFAULT_EXECUTION,
      detection: { ...DEFAULT_DETECTION, crossVenue: true, tradeCrossVenue: true, maxStartNotional: '2000' },
      opening: { balances: [...earlier.balances], realizedPnl: '0', fees: '0' },
      openOrders: earlier.openOrders,
      killed: false,
      mustReconcile: true,
      withoutDeadMan: VENUE_NAMES,
    });
    this.#runner = new Runner({
      kernel: this.kernel,
      clock,
      journal: { append: () => undefined },
      intents: NOT_KEPT,
      venues: new Map(accounts.map((account) => [account.venue, account])),
      feeds: new Map(markets.map(({ market }) => [market.venue, market.feed])),
      publish: (facts) => void this.events.push(...facts),
    });
    const runner = this.#runner;
    runner.begin();
    for (const { market } of markets)
      market.feed.start(market.instruments, { ...runnerSink(runner), onRaw: () => undefined });
    const ticks = setInterval(() => runner.submit({ kind: 'tick', atUs: clock.nowUs() }), TICK_MS);
    this.#cleanups.push(
      () => clearInterval(ticks),
      ...accounts.map((account) => () => account.stop()),
      ...markets.map(
        ({ market }) =>
          () =>
            market.feed.stop(),
      ),
    );
  }

  /** @param credentials of v2 and of v3. @param earlier of a session that ended in the middle; without one the chain says what is held. */
  static async start(
    folder: string,
    credentials: readonly Credential[],
    runId: string,
    earlier?: Earlier,
  ): Promise<SessionRun> {
    const pids = new Set<number>();
    const start = ((...of: Parameters<typeof spawn>) => {
      const child = spawn(...of);
      if (child.pid !== undefined) pids.add(child.pid);
      return child;
    }) as typeof spawn;
    const [clock, network] = [new SystemClock(), new ChainNetwork(() => Promise.resolve(undefined), start)];
    const common = { clock, random: () => 0.3 };
    const accounts: AccountVenue[] = [];
    const balances: { asset: string; total: string }[] = [];
    const markets = [];
    for (const [at, adapter] of ADAPTERS.entries()) {
      const [urls, venue] = [adapter.localUrls(folder), localName(adapter)];
      const credential = credentials[at] as Credential;
      const account = adapter.account?.open({
        ...common,
        network,
        urls,
        venue,
        credential,
        nonces,
        ...earlierOf(earlier, venue),
      });
      if (account === undefined) throw new Error('there is no account');
      const market = await openVenueMarket({
        ...common,
        adapter,
        venue,
        urls,
        isSimulated: true,
        homeAsset: 'USDC',
        title: adapter.title,
        stop: () => Promise.resolve(),
      });
      await account.checkAccount(market.instruments.map(({ symbol }) => symbol));
      for (const { asset, total } of await account.readBalances())
        balances.push({ asset: assetAt(asset, venue), total });
      accounts.push(account);
      markets.push({ market, account: undefined });
    }
    const opening = earlier ?? { openOrders: [], balances };
    return new SessionRun(runId, unitedMarkets(markets, true), accounts, pids, opening);
  }

  of<T extends EngineEvent['type']>(type: T): Extract<EngineEvent, { readonly type: T }>[] {
    return this.events.filter(
      (event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type,
    );
  }

  command(type: 'resume' | 'pause'): void {
    const actor = { kind: 'operator', via: 'trial' } as const;
    this.#runner.submit({ kind: 'command', command: { type }, actor, atUs: this.#clock.nowUs() });
  }

  /** What the ledger has of an asset at a venue. */
  total(asset: string, venue: string): string {
    return this.kernel.portfolio.balances.total(assetAt(asset, venue)).toFixed();
  }

  /** Why a venue is not compared; empty: it agrees. */
  get standing(): string {
    return VENUE_NAMES.map((venue) => this.kernel.orderEvents.reconciler.refusal(venue)).join('');
  }

  /** Every process that signs ends at once, and no report reaches this session any longer. @returns what a next one knows. */
  async crash(): Promise<Earlier> {
    for (const pid of this.#pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    const openOrders = [...this.kernel.orders.open()].map((order) => {
      const created = this.of('orderCreated').find((one) => one.order.orderId === order.orderId);
      if (created === undefined) throw new Error('an order is open that no fact has');
      return { record: created.order, fillIds: [] };
    });
    const balances = this.kernel.portfolio.snapshot().map(({ asset, total }) => ({ asset, total }));
    await this.stop();
    return { openOrders, balances };
  }

  /** Profit of finished executions, in the home asset. */
  get profit(): string {
    return this.of('executionFinished')
      .reduce((sum, { execution }) => sum.plus(decimal(execution.profit ?? '0')), ZERO)
      .toFixed();
  }

  async stop(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0)) await cleanup();
  }
}

function earlierOf(earlier: Earlier | undefined, venue: string) {
  const earlierOrders = (earlier?.openOrders ?? []).flatMap(({ record }) =>
    record.venue === venue ? [{ orderId: record.orderId, symbol: record.symbol }] : [],
  );
  return { earlierOrders };
}
