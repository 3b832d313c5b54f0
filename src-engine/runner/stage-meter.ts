/**
 * Where the time goes between the bytes of a frame and an order: one histogram a stage. One frame in eight is timed,
 * which shows the same distribution and costs the other seven nothing.
 */
import { LatencyHistogram } from '../lib/latency-histogram.ts';

/** Power of two. */
const SAMPLE_EVERY = 8;

/**
 * `parsed`: from the bytes to a book message. `book`: the message in its book, checksum compared. `decided`: its cycles
 * looked at, orders judged by risk. `sent`: from the frame, or the answer of a venue, to the order that followed from
 * it on its way, its intent durable.
 */
export const STAGES = ['parsed', 'book', 'decided', 'sent'] as const;
export type Stage = (typeof STAGES)[number];

export class StageMeter {
  /** Since the start. */
  readonly totals: Readonly<Record<Stage, LatencyHistogram>> = histograms();
  /** Of the last span, and of the one before it: together what is shown as recent. */
  #recent = histograms();
  #before = histograms();
  readonly #nowNs: () => number;
  #frames = 0;
  #markNs = 0;
  /** True while the current frame is timed. */
  isSampling = false;

  /** @param nowNs a clock that only runs forward, in ns; its zero does not matter. */
  constructor(nowNs: () => number) {
    this.#nowNs = nowNs;
  }

  /** A frame has arrived and is about to be read. */
  frameReceived(): void {
    this.isSampling = (++this.#frames & (SAMPLE_EVERY - 1)) === 0;
    if (this.isSampling) this.#markNs = this.#nowNs();
  }

  /** The current frame has reached the end of a stage; only to be called while `isSampling`. */
  reached(stage: Stage): void {
    const nowNs = this.#nowNs();
    this.record(stage, nowNs - this.#markNs);
    this.#markNs = nowNs;
  }

  /** Counts a stage that was timed elsewhere. */
  record(stage: Stage, ns: number): void {
    this.totals[stage].record(ns);
    this.#recent[stage].record(ns);
  }

  /** Begins another span: what lies two spans back is forgotten. */
  turn(): void {
    const oldest = this.#before;
    for (const stage of STAGES) oldest[stage].clear();
    this.#before = this.#recent;
    this.#recent = oldest;
  }

  /** What this span and the one before it have counted. */
  recent(stage: Stage): LatencyHistogram {
    const both = new LatencyHistogram();
    both.add(this.#before[stage]);
    both.add(this.#recent[stage]);
    return both;
  }
}

function histograms(): Record<Stage, LatencyHistogram> {
  return {
    parsed: new LatencyHistogram(),
    book: new LatencyHistogram(),
    decided: new LatencyHistogram(),
    sent: new LatencyHistogram(),
  };
}
