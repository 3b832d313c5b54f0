/** Which recording a weekly training learns from: the one that ends last of those that have the market of the first training, for long enough. */
import type { RecordingRecord } from '../../contract/library-operations.ts';
import { NEWEST } from '../../contract/retrain-operations.ts';
import { UserError } from '../../domain/errors.ts';
import { type DurationUs, US_PER_SECOND } from '../../domain/time.ts';
import type { TrainingSpec } from '../../training/training-spec.ts';

/** What a model of the registry was trained by, and on. */
export type RegisteredTraining = {
  readonly spec: TrainingSpec;
  /** `ETH/USD@kraken`; without a venue where it was a file of bars. */
  readonly market: string;
  /** From its first to its last bar. */
  readonly spanUs: DurationUs;
};

const LOG = /\.jsonl(?:\.gz)?$/;
/** A recording is cut into parts, and the newest may be minutes long: it must have this share of what the first training had. */
const LEAST_SHARE = 0.5;
const SECONDS_PER_HOUR = 3_600;

/** Whether some could be the newest, but are still to be read whole. */
export function hasUnread(recordings: readonly RecordingRecord[], { market }: RegisteredTraining): boolean {
  return recordings.some((one) => one.toUs === null && isOf(one, market));
}

/** @throws UserError for none, and for a training that names no venue. */
export function newestRecording(
  recordings: readonly RecordingRecord[],
  training: RegisteredTraining,
): { readonly file: string; readonly symbol: string | undefined } {
  const { market, spanUs, spec } = training;
  checkMarket(training);
  const leastUs = spanUs * LEAST_SHARE;
  const found = recordings
    .flatMap((one) =>
      one.fromUs === null || one.toUs === null ? [] : [{ ...one, fromUs: one.fromUs, toUs: one.toUs }],
    )
    .filter((one) => isOf(one, market) && one.toUs - one.fromUs >= leastUs)
    .toSorted((a, b) => b.toUs - a.toUs || (a.name < b.name ? 1 : -1))[0];
  // Of several markets the one is said, and never taken by its order.
  if (found !== undefined)
    return { file: found.name, symbol: found.symbols.length === 1 ? spec.symbol : market };
  const hours = Math.ceil((leastUs / US_PER_SECOND / SECONDS_PER_HOUR) * 10) / 10;
  throw new UserError({
    code: 'no-recording',
    field: 'file',
    value: NEWEST,
    message: `is none: no whole recording has ${market} for ${hours} hours, half of what it was trained on first`,
    remedy: 'Record the market, or name a file.',
  });
}

/** @throws UserError where the first training says no venue: the newest recording might be of any. */
export function checkMarket({ market }: RegisteredTraining): void {
  if (market.includes('@')) return;
  throw new UserError({
    code: 'no-market',
    field: 'file',
    value: NEWEST,
    message: `asks for a recording of its market, and it was trained on ${market === '' ? 'a file' : market} without a venue`,
    remedy: 'Name the file to learn from, or train it on a recording first.',
  });
}

function isOf({ name, fault, symbols, venue }: RecordingRecord, market: string): boolean {
  const has = symbols.some((symbol) => (symbol.includes('@') ? symbol : `${symbol}@${venue}`) === market);
  return LOG.test(name) && fault === '' && has;
}
