/**
 * Plays a tape through the kernel at the pace that is asked for. The market is the recording and the venue is simulated: the
 * kernel is assembled as for a backtest, so that at every pace the same settings come to the same decisions. To go back it
 * begins anew and plays up to the moment, as fast as it can.
 */
import { assumptionsOf } from '../backtest/assumptions.ts';
import { assembleRun, type BacktestRun, settingsOf } from '../backtest/backtest.ts';
import { DigestJournal } from '../backtest/digest-journal.ts';
import { type BacktestOptions, overridesOf } from '../backtest/options.ts';
import { TapeSource } from '../backtest/tape-source.ts';
import {
  MAX_MARKS,
  MAX_REPLAYED,
  type ReplayMark,
  type ReplayPauseAt,
} from '../contract/replay-operations.ts';
import { ZERO, decimal } from '../domain/decimal.ts';
import type { EngineEvent, EquitySample } from '../domain/event.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import { bookNow } from '../runner/story-keeper.ts';
import type { Tape } from '../storage/tape/tape-format.ts';
import type { ReplayCommand, ReplayFrame } from './replay-messages.ts';
import { RunRecorder } from './run-recorder.ts';
import type { StoredTrade } from './stored-run.ts';

/** The world outside: its clock, its commands, and who looks on. */
export type ReplayPort = {
  /** The next command; undefined: none is there. */
  take(): ReplayCommand | undefined;
  /** Waits until a command comes, at most so long. */
  sleep(ms: number): void;
  /** True once the view was read since the last question: a replay that moves sends a frame then alone. */
  isLookedAt(): boolean;
  nowMs(): number;
  show(frame: ReplayFrame): void;
  answer(ask: number, trade: StoredTrade | undefined): void;
};

/** Frames are shown this often while it moves. */
const FRAME_MS = 100;
/** Longest sleep between two looks. */
const NAP_MS = 50;
const IDLE_MS = 1_000;
/** While it is as fast as it goes, it looks for commands after so many events. */
const LOOK_EVERY = 512;
const LEVELS = 10;
const MAX_OPEN = 50;

/** It begins anew. */
class Again extends Error {}
class Over extends Error {}

type Pace = 'paused' | 'playing' | 'seeking' | 'event' | 'decision';

export class ReplayPlayer {
  readonly #tape: Tape;
  readonly #options: BacktestOptions;
  readonly #port: ReplayPort;
  readonly #marks: ReplayMark[] = [];
  #pace: Pace = 'paused';
  #speed = 1;
  #pauseAt: ReplayPauseAt = 'taken';
  #watched = 0;
  /** Where a seek ends. */
  #seekUs = 0;
  /** Real and replayed time at which the pace was set. */
  #anchor = { ms: 0, us: 0 };
  #shownMs = Number.NEGATIVE_INFINITY;
  /** What the last frame was of: the same again is not shown. */
  #shown = '';
  #isEnded = false;
  #passes = 0;
  // Of the pass in progress.
  #assumptions: readonly string[] = [];
  #run: BacktestRun | undefined;
  #source: TapeSource | undefined;
  #recorder = new RunRecorder(1);
  #atUs: TimeUs = 0;
  #events = 0;
  #decision: ReplayFrame['decision'] = null;
  #equity: EquitySample | null = null;
  #profit = ZERO;
  #executionCount = 0;

  constructor(tape: Tape, options: BacktestOptions, port: ReplayPort) {
    this.#tape = tape;
    this.#options = options;
    this.#port = port;
  }

  /** Resolves once it was ended. @throws UserError for settings or data at fault. */
  async run(): Promise<void> {
    for (;;) {
      try {
        await this.#pass();
        this.#finish();
      } catch (error) {
        if (error instanceof Over) return;
        if (!(error instanceof Again)) throw error;
      }
    }
  }

  async #pass(): Promise<void> {
    const { firstUs, lastUs } = this.#tape.head;
    this.#passes++;
    const source = new TapeSource(this.#tape, overridesOf(this.#options), this.#options.bookDepth);
    const settings = settingsOf(this.#options, source);
    const journal = new DigestJournal((events) => this.#take(events), false);
    const run = assembleRun(source, settings, journal);
    this.#assumptions = [deciding(settings), ...assumptionsOf(settings)];
    this.#run = run;
    this.#source = source;
    this.#recorder = new RunRecorder(lastUs - firstUs);
    this.#atUs = firstUs;
    this.#events = 0;
    this.#decision = null;
    this.#equity = null;
    this.#profit = ZERO;
    this.#executionCount = 0;
    this.#isEnded = false;
    this.#recorder.begin(run.kernel.portfolio, run.kernel.store);
    run.runner.begin();
    await source.play(run.sink, (atUs) => this.#advance(run, atUs));
  }

  /** Before each event of the recording: waits until it is its turn. */
  #advance(run: BacktestRun, atUs: TimeUs): void {
    this.#gate(atUs);
    run.time.advanceTo(atUs);
    this.#atUs = atUs;
    this.#events++;
  }

  #gate(nextUs: TimeUs): void {
    for (;;) {
      if (this.#pace !== 'seeking' && this.#pace !== 'decision') this.#obey();
      else if (this.#events % LOOK_EVERY === 0) {
        this.#obey();
        this.#showNowAndThen();
      }
      switch (this.#pace) {
        case 'event':
          this.#pace = 'paused';
          return;
        case 'decision':
          return;
        case 'seeking':
          if (nextUs <= this.#seekUs) return;
          this.#pace = 'paused';
          break;
        case 'playing':
          if (this.#isDue(nextUs)) return;
          break;
        case 'paused':
          this.#show();
          this.#port.sleep(IDLE_MS);
      }
    }
  }

  /** Sleeps a little where it is not. */
  #isDue(nextUs: TimeUs): boolean {
    const dueMs = this.#anchor.ms + (nextUs - this.#anchor.us) / 1_000 / this.#speed;
    const nowMs = this.#port.nowMs();
    this.#showNowAndThen();
    if (nowMs >= dueMs) return true;
    this.#port.sleep(Math.min(NAP_MS, dueMs - nowMs));
    return false;
  }

  /** After the last event: whoever looks may still go back. */
  #finish(): void {
    this.#isEnded = true;
    this.#pace = 'paused';
    for (;;) {
      this.#show();
      this.#port.sleep(IDLE_MS);
      this.#obey();
      // Past the end there is nothing to play.
      if (this.#pace !== 'paused') this.#pace = 'paused';
    }
  }

  #obey(): void {
    for (let command = this.#port.take(); command !== undefined; command = this.#port.take())
      this.#do(command);
  }

  #do({ move, atUs, speed, pauseAt, instrumentId, trade }: ReplayCommand): void {
    if (trade !== undefined) {
      const found = this.#recorder.trades.find(
        ({ execution }) => execution.executionId === trade.executionId,
      );
      this.#port.answer(trade.ask, found);
    }
    if (pauseAt !== undefined) this.#pauseAt = pauseAt;
    if (instrumentId !== undefined) this.#watched = instrumentId;
    if (speed !== undefined) {
      this.#speed = speed;
      this.#setAnchor();
    }
    this.#shownMs = Number.NEGATIVE_INFINITY;
    this.#shown = '';
    switch (move) {
      case 'play':
        this.#pace = 'playing';
        this.#setAnchor();
        if (this.#isEnded) throw new Again();
        return;
      case 'pause':
        this.#pace = 'paused';
        return;
      case 'event':
      case 'decision':
        this.#pace = move;
        return;
      case 'seek':
        this.#seekUs = atUs ?? this.#tape.head.firstUs;
        this.#pace = 'seeking';
        if (this.#seekUs < this.#atUs) throw new Again();
        return;
      case 'end':
        throw new Over();
      case undefined:
    }
  }

  /** From now on time goes by the clock outside. */
  #setAnchor(): void {
    this.#anchor = { ms: this.#port.nowMs(), us: this.#isEnded ? this.#tape.head.firstUs : this.#atUs };
  }

  /** The events of one step, before the market moves on. */
  #take(events: readonly EngineEvent[]): void {
    this.#recorder.onEvents(events);
    for (const event of events) {
      if (event.type === 'opportunityOpened') this.#decided('seen', event.atUs, event.opportunity);
      else if (event.type === 'executionStarted') this.#decided('taken', event.atUs, event.opportunity);
      else if (event.type === 'equitySampled') this.#equity = event.sample;
      else if (event.type === 'executionFinished') {
        this.#profit = this.#profit.plus(decimal(event.execution.profitHome));
        this.#executionCount++;
      }
    }
  }

  #decided(kind: ReplayMark['kind'], atUs: TimeUs, opportunity: Opportunity): void {
    this.#decision = { atUs, opportunity };
    const last = this.#marks.at(-1);
    // Seen and taken at one moment.
    if (last?.atUs === atUs && kind === 'taken') this.#marks[this.#marks.length - 1] = { atUs, kind };
    const isNew = last === undefined || atUs > last.atUs;
    // All that are taken come before those that are only seen, where there is no room for both.
    if (isNew && (kind === 'taken' || this.#marks.length < MAX_MARKS / 2)) {
      this.#marks.push({ atUs, kind });
      if (this.#marks.length > MAX_MARKS) this.#marks.shift();
    }
    const isAsked = this.#pauseAt === 'opportunities' || (this.#pauseAt === 'taken' && kind === 'taken');
    // To the next decision: whatever it stops at by itself, or else what is taken.
    const isWanted = isAsked || (this.#pauseAt === 'nothing' && kind === 'taken');
    if (this.#pace === 'decision' ? isWanted : this.#pace === 'playing' && isAsked) this.#pace = 'paused';
  }

  #showNowAndThen(): void {
    const isDue = this.#port.nowMs() - this.#shownMs >= FRAME_MS;
    if (isDue && (this.#shown === '' || this.#port.isLookedAt())) this.#show();
  }

  #show(): void {
    const run = this.#run;
    const source = this.#source;
    if (run === undefined || source === undefined) return;
    this.#shownMs = this.#port.nowMs();
    const shown = `${this.#passes} ${this.#events} ${this.#stateWord()}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { kernel } = run;
    const { instruments } = source;
    const watched = instruments[Math.min(this.#watched, instruments.length - 1)];
    const { firstUs, lastUs, logEvents, events } = this.#tape.head;
    // In the events of the recording, as every list counts it; a tape has entries of its own besides.
    const seen = events === 0 ? 0 : Math.min(logEvents, Math.floor((this.#events / events) * logEvents));
    const trades = this.#recorder.trades;
    this.#port.show({
      state: this.#stateWord(),
      assumptions: this.#assumptions,
      speed: this.#speed,
      pauseAt: this.#pauseAt,
      fromUs: firstUs,
      toUs: lastUs,
      atUs: this.#atUs,
      events: seen,
      totalEvents: logEvents,
      instruments: instruments.map(({ id, venue, symbol }) => ({ instrumentId: id, venue, symbol })),
      book: watched === undefined ? null : bookNow(kernel.store, watched, run.clock.nowUs(), LEVELS),
      bookState: watched === undefined ? null : kernel.store.sync(watched.id).state,
      open: kernel.desk.tracker.open().slice(0, MAX_OPEN),
      decision: this.#decision,
      executions: trades
        .slice(-MAX_REPLAYED)
        .map(({ execution }) => execution)
        .toReversed(),
      executionCount: this.#executionCount,
      homeAsset: kernel.config.homeAsset,
      profitHome: this.#profit.toFixed(),
      equity: this.#equity,
      balances: kernel.portfolio.snapshot(),
      marks: this.#marks,
    });
  }

  #stateWord(): ReplayFrame['state'] {
    if (this.#isEnded) return 'ended';
    if (this.#pace === 'seeking' || this.#pace === 'decision') return 'seeking';
    return this.#pace === 'playing' ? 'playing' : 'paused';
  }
}

/** The settings that decide most, first. */
function deciding({ detection, limits, legs }: ReturnType<typeof settingsOf>): string {
  return `A cycle of up to ${legs} legs is taken from a net edge of ${detection.minNetBps} bps on, with at most ${limits.maxOrderNotional} an order, as set when the replay started.`;
}
