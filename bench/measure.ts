/** How things are timed: in rounds that alternate between the contestants, after rounds that only warm up. */
import type { Spread } from './report.ts';
import { quantile } from './statistics.ts';

export type Contestant = {
  readonly name: string;
  /** Puts things as they were at the start of a round; not timed. */
  readonly prepare?: () => void;
  /** One round; answers how many operations it did. */
  readonly run: () => number;
};

/** Nanoseconds an operation, of each round, by contestant. Each round runs all of them, so that all meet the same machine. */
export function interleaved(contestants: readonly Contestant[], rounds: number, warmUp: number): number[][] {
  const figures = contestants.map(() => [] as number[]);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, { prepare, run }] of contestants.entries()) {
      prepare?.();
      const began = process.hrtime.bigint();
      const operations = run();
      const tookNs = Number(process.hrtime.bigint() - began);
      if (round >= 0) figures[index]?.push(tookNs / operations);
    }
  }
  return figures;
}

/** Nanoseconds as microseconds. */
export function inUs(ns: readonly number[]): number[] {
  return ns.map((each) => each / 1_000);
}

/** Times every single call of `run(0 … count − 1)`, in nanoseconds, the clock's own cost included. */
export function spreadOf(
  count: number,
  rounds: number,
  run: (index: number) => void,
  prepare?: () => void,
): Spread {
  const times = new Float64Array(count * rounds);
  let at = 0;
  for (let round = 0; round < rounds; round++) {
    prepare?.();
    for (let i = 0; i < count; i++) {
      const began = performance.now();
      run(i);
      times[at++] = (performance.now() - began) * 1e6;
    }
  }
  times.sort();
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    p999: quantile(times, 0.999),
    of: times.length,
  };
}
