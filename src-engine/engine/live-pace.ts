/** How a live session keeps up with its market: the time of each stage, and how late the event loop is. */
import { LatencyHistogram } from '../lib/latency-histogram.ts';
import type { Clock } from '../lib/clock.ts';
import type { Pace } from '../runner/book-intake.ts';
import { StageMeter } from '../runner/stage-meter.ts';

/** How often the loop is asked to be on time. The platform's timers count whole milliseconds. */
const CHECK_US = 20_000;
/** So late is behind: at 5,000 messages a second some fifty of them have piled up. */
const BEHIND_US = 10_000;
/** A loop that is so late was blocked: the process was stopped, or the machine slept. */
const STANDSTILL_US = 1_000_000;
/** What is shown as recent is the current span and the one before it. */
const SPAN_US = 30_000_000;
const NS_PER_US = 1_000;

export class LivePace implements Pace {
  readonly meter = new StageMeter(() => performance.now() * 1e6);
  isBehind = false;
  /** How late the loop came to its checks, since the start. */
  readonly lateness = new LatencyHistogram();
  #recent = new LatencyHistogram();
  #before = new LatencyHistogram();
  readonly #clock: Clock;
  #nextTurnUs = 0;
  /** When the next check is due. */
  #dueUs = Number.POSITIVE_INFINITY;
  readonly #onStandstill: () => void;
  #cancel: () => void = () => undefined;

  /** @param onStandstill called at the first check after the loop was blocked. */
  constructor(clock: Clock, onStandstill: () => void) {
    this.#clock = clock;
    this.#onStandstill = onStandstill;
  }

  start(): void {
    this.#nextTurnUs = this.#clock.nowUs() + SPAN_US;
    this.#check();
  }

  stop(): void {
    this.#cancel();
  }

  hasStoodStill(nowUs: number): boolean {
    return nowUs - this.#dueUs > STANDSTILL_US;
  }

  /** The queue of immediates comes after all sockets that are ready have been read. */
  afterTurn(run: () => void): void {
    setImmediate(run);
  }

  recentLateness(): LatencyHistogram {
    const both = new LatencyHistogram();
    both.add(this.#before);
    both.add(this.#recent);
    return both;
  }

  #check(): void {
    const dueUs = this.#clock.nowUs() + CHECK_US;
    this.#dueUs = dueUs;
    this.#cancel = this.#clock.schedule(dueUs, () => {
      const nowUs = this.#clock.nowUs();
      const lateUs = nowUs - dueUs;
      this.isBehind = lateUs >= BEHIND_US;
      this.lateness.record(lateUs * NS_PER_US);
      this.#recent.record(lateUs * NS_PER_US);
      if (lateUs > STANDSTILL_US) this.#onStandstill();
      if (nowUs >= this.#nextTurnUs) this.#turn(nowUs);
      this.#check();
    });
  }

  #turn(nowUs: number): void {
    this.#nextTurnUs = nowUs + SPAN_US;
    this.meter.turn();
    const oldest = this.#before;
    oldest.clear();
    this.#before = this.#recent;
    this.#recent = oldest;
  }
}
