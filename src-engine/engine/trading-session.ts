/** One profile at work: a kernel with its runner, its market, its venue and its journal, from start to stop. */
import type { EngineEvent } from '../domain/event.ts';
import { UserError } from '../domain/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Clock } from '../lib/clock.ts';
import type { Runner } from '../runner/runner.ts';
import type { Journal } from '../storage/journal.ts';
import type { RecordingSummary } from '../storage/market-log-writer.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import type { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';
import type { LivePace } from './live-pace.ts';
import { MarketRecorder } from './market-recorder.ts';
import type { MarketSource } from './market-source.ts';

/** The grid on which a run hears that time passes. */
const TICK_US = 100_000;

export type SessionParts = {
  readonly profile: 'demo' | 'paper';
  readonly kernel: Kernel;
  readonly runner: Runner;
  readonly venue: SimulatedVenue;
  readonly market: MarketSource;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly pace: LivePace;
  readonly recordingsDir: string;
  /** Ends of orders that the run before left open, journaled before this one begins. */
  readonly recovered: readonly EngineEvent[];
};

export class TradingSession {
  readonly parts: SessionParts;
  readonly startedUs: number;
  #recorder: MarketRecorder | undefined;
  #recordingFault = '';
  #stopTicks: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.startedUs = parts.clock.nowUs();
  }

  /** File being recorded, or undefined. */
  get recording(): string | undefined {
    return this.#recorder?.file;
  }

  /** Why the last recording ended by itself; empty when it did not. */
  get recordingFault(): string {
    return this.#recordingFault;
  }

  async start(): Promise<void> {
    const { runner, market, journal, kernel, recovered } = this.parts;
    await journal.append(recovered);
    runner.begin();
    await runner.settled();
    this.parts.pace.start();
    market.feed.start(kernel.config.instruments, this.#sink());
    this.#tick();
  }

  async startRecording(): Promise<string> {
    if (this.#recorder === undefined) {
      const { recordingsDir, kernel, clock } = this.parts;
      this.#recordingFault = '';
      this.#recorder = await MarketRecorder.start(recordingsDir, kernel.store, clock, (error) => {
        this.#recordingFault = error.message;
        this.#recorder = undefined;
      });
    }
    return this.#recorder.file;
  }

  /** @throws UserError when nothing is being recorded. */
  async stopRecording(): Promise<RecordingSummary> {
    const recorder = this.#recorder;
    if (recorder === undefined) {
      const message = this.#recordingFault === '' ? 'is not running' : `has ended: ${this.#recordingFault}`;
      throw new UserError({ code: 'not-recording', field: 'recording', message, remedy: 'Start one first.' });
    }
    this.#recorder = undefined;
    return recorder.stop();
  }

  /** The machine slept: nothing that a book shows is known to be true any longer. */
  onResume(): void {
    const { kernel, market, clock, runner } = this.parts;
    runner.submit({ kind: 'wake', atUs: clock.nowUs() });
    for (const { id } of kernel.config.instruments) {
      const reason = 'the machine slept';
      runner.submit({ kind: 'book-lost', instrumentId: id, reason, atUs: clock.nowUs() });
      market.feed.resubscribe(id);
    }
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopTicks();
    this.parts.pace.stop();
    await this.parts.market.feed.stop();
    await this.parts.venue.stop();
    await this.#recorder?.stop();
    this.parts.runner.end();
    await this.parts.runner.settled();
    await this.parts.journal.close();
    await this.parts.market.stop();
  }

  /** The way of every market event into the kernel, and past it to those who follow the market. */
  #sink(): MarketSink {
    const { runner, venue, pace } = this.parts;
    return {
      onBook: (update) => {
        runner.submit(update);
        venue.onBook(update.instrumentId);
      },
      onTrade: (trade) => runner.submit(trade),
      onFeed: (event) => runner.submit(event),
      onAlive: (name, receivedUs) => runner.submit({ kind: 'alive', venue: name, receivedUs }),
      onBookLost: (instrumentId, reason, atUs) =>
        runner.submit({ kind: 'book-lost', instrumentId, reason, atUs }),
      onInstrumentStatus: (instrumentId, status, atUs) => {
        venue.onInstrumentStatus(instrumentId, status);
        runner.submit({ kind: 'instrument-status', instrumentId, status, atUs });
      },
      onRaw: (receivedUs, frame) => {
        pace.meter.frameReceived();
        this.#recorder?.raw(receivedUs, frame.toString('utf8'));
      },
    };
  }

  #tick(): void {
    const { clock, runner } = this.parts;
    this.#stopTicks = clock.schedule((Math.floor(clock.nowUs() / TICK_US) + 1) * TICK_US, () => {
      runner.submit({ kind: 'tick', atUs: clock.nowUs() });
      if (!this.#isStopped) this.#tick();
    });
  }
}
