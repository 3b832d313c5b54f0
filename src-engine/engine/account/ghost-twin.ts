/**
 * The simulated twin of a live account: a second kernel over the same market, with the same settings and the same
 * balances to begin with, whose orders a simulated venue fills. While the account is disarmed it is what trades.
 */
import type { GhostStatus } from '../../contract/live-records.ts';
import { decimal } from '../../domain/decimal.ts';
import type { Actor, EngineEvent, InstrumentCause } from '../../domain/event.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import type { InstrumentChange } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Command } from '../../kernel/input.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Runner } from '../../runner/runner.ts';
import { runnerSink } from '../../runner/runner-sink.ts';
import type { Journal } from '../../storage/journal.ts';
import type { MarketSink } from '../../venues/market-feed.ts';
import type { SimulatedVenue } from '../../venues/simulated/simulated-venue.ts';
import type { PaperFollower } from '../market/market-follower.ts';
import { TrackingError } from './tracking-error.ts';

/** What an operator does to the account that its twin does as well. */
const SHARED: ReadonlySet<Command['type']> = new Set([
  'kill',
  'rearm',
  'pause',
  'resume',
  'setLimits',
  'setDetection',
  'setExecution',
  'resetBreaker',
  'enableStrategy',
  'disableStrategy',
  'pauseVenue',
  'trustCoin',
  'setScorer',
  'noteSentiment',
  'noteFunding',
  'setInventoryTarget',
  'declareTransfer',
  'cancelTransfer',
]);

export type GhostParts = {
  readonly kernel: Kernel;
  readonly runner: Runner;
  readonly venues: readonly SimulatedVenue[];
  /** Takes the market to the venue that it is of. */
  readonly follower: PaperFollower;
  readonly journal: Journal;
  readonly startedUs: TimeUs;
};

export class GhostTwin {
  readonly #parts: GhostParts;
  readonly #tracking = new TrackingError();
  #cycles = 0;

  constructor(parts: GhostParts) {
    this.#parts = parts;
  }

  get journal(): Journal {
    return this.#parts.journal;
  }

  begin(): void {
    this.#parts.runner.begin();
  }

  /** Facts of the twin's own run. */
  onGhostFacts(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.type !== 'executionFinished') continue;
      this.#cycles++;
      this.#tracking.onGhost(event.execution);
    }
  }

  /** Facts of the account's run. */
  onLiveFacts(events: readonly EngineEvent[]): void {
    // The account's quotes stand in the books that the twin sees, where they are no liquidity.
    this.#parts.kernel.desk.ownOrders.watch(events);
    for (const event of events) {
      if (event.type === 'executionFinished') this.#tracking.onLive(event.execution);
    }
  }

  command(command: Command, actor: Actor, atUs: TimeUs): void {
    if (SHARED.has(command.type)) this.#parts.runner.submit({ kind: 'command', command, actor, atUs });
  }

  tick(atUs: TimeUs): void {
    this.#parts.runner.submit({ kind: 'tick', atUs });
  }

  wake(atUs: TimeUs): void {
    this.#parts.runner.submit({ kind: 'wake', atUs });
  }

  changeInstrument(
    instrumentId: InstrumentId,
    change: InstrumentChange,
    cause: InstrumentCause,
    atUs: TimeUs,
  ): void {
    this.#parts.runner.submit({ kind: 'instrument-change', instrumentId, change, cause, atUs });
  }

  /** Follows the market after the account's own kernel has taken it in. */
  sink(): Omit<MarketSink, 'onRaw'> {
    const { runner, follower } = this.#parts;
    return {
      ...runnerSink(runner),
      onBook: (update) => {
        runner.submit(update);
        follower.onBook(update);
      },
      onTrade: (trade) => {
        runner.submit(trade);
        follower.onTrade(trade);
      },
      onInstrumentStatus: (instrumentId, status, atUs) => {
        follower.onInstrumentStatus(instrumentId, status, atUs);
        runner.submit({ kind: 'instrument-status', instrumentId, status, atUs });
      },
    };
  }

  status(nowUs: TimeUs): GhostStatus {
    const { kernel, startedUs } = this.#parts;
    const { equity, realizedPnl } = kernel.portfolio.sample(nowUs);
    const hasPrices = kernel.portfolio.unvalued().length === 0;
    return {
      homeAsset: kernel.config.homeAsset,
      startedUs,
      equity: hasPrices ? equity : null,
      realizedPnl: decimal(realizedPnl).toString(),
      cycles: this.#cycles,
      ...this.#tracking.figures(),
    };
  }

  async stop(): Promise<void> {
    const { runner, venues, journal } = this.#parts;
    for (const venue of venues) await venue.stop();
    runner.end();
    await runner.settled();
    await journal.close();
  }
}
