/**
 * The calibration of this machine at this moment: JSON.parse of one frame of Kraken's. What has no peer is held against so many
 * of them in the same run, as a bound in microseconds would say how busy the machine is.
 */
import type { Contestant } from './measure.ts';
import { median } from './statistics.ts';

/** One change of a book with two levels a side, as the venue writes it. */
const FRAME =
  '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":89999.9,"qty":0.13050000},' +
  '{"price":89998.4,"qty":1.20000000}],"asks":[{"price":90010.1,"qty":0.00000000},{"price":90012.0,"qty":0.55000000}],' +
  '"checksum":2439117997,"timestamp":"2026-08-02T03:35:12.123456Z"}]}';
const CALLS = 20_000;
const WARM_UP = 3;

/** How the unit is named in a row. */
export const PARSES = '× JSON.parse of a Kraken frame';

/** Microseconds of one call, by round, after rounds that only warm up. */
export function parseRounds(rounds: number): number[] {
  const figures: number[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const us = parseUs();
    if (round >= 0) figures.push(us);
  }
  return figures;
}

/** Microseconds of one call, in one round. */
export function parseUs(): number {
  const beganMs = performance.now();
  const calls = parse();
  return ((performance.now() - beganMs) * 1_000) / calls;
}

/** One round. @returns its calls. */
function parse(): number {
  let levels = 0;
  for (let i = 0; i < CALLS; i++) {
    levels += (JSON.parse(FRAME) as { readonly data: readonly unknown[] }).data.length;
  }
  if (levels !== CALLS) throw new Error('the frame of the calibration was not parsed');
  return levels;
}

/** The calibration as one more contestant: an operation is one call. */
export const CALIBRATION: Contestant = {
  name: PARSES,
  run: () => parse(),
};

/** What a call takes now: the median of a few rounds. */
export function parseNow(): number {
  return median(parseRounds(9));
}
