/**
 * Minute bars over a restart: a file a profile, a line that says whose bars follow, then their numbers as doubles. Copied out of the
 * rings and written every five minutes and at the end of a session: a crash costs the chart five minutes, and no order waits for it.
 */
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KEPT_BARS } from '../../contract/market-records.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { irregularity } from '../../lib/regular-file.ts';
import { writeWhole } from '../../lib/whole-file.ts';
import { BAR_FIELDS, type MarketWatch } from './market-watch.ts';

const EVERY_US = 300 * US_PER_SECOND;
const MAX_HEAD = 1_000_000;
/** 1,500 instruments with all their bars. */
const MAX_BYTES = 80_000_000;

const head = z.object({
  version: z.literal(1),
  series: z
    .array(
      z.object({
        venue: z.string(),
        symbol: z.string(),
        priceDecimals: z.number().int(),
        qtyDecimals: z.number().int(),
        bars: z.number().int().min(1).max(KEPT_BARS['1m']),
      }),
    )
    .max(20_000),
});

export class BarFile {
  readonly #path: string;
  readonly #instruments: readonly Instrument[];
  readonly #watch: MarketWatch;
  #nextUs: TimeUs = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, instruments: readonly Instrument[], watch: MarketWatch) {
    this.#path = path;
    this.#instruments = instruments;
    this.#watch = watch;
  }

  /** Before the first sample. A file that is none of ours, or damaged, is as if it was never there. */
  async restore(nowUs: TimeUs): Promise<void> {
    this.#nextUs = nowUs + EVERY_US;
    const bytes = await readBounded(this.#path).catch(() => undefined);
    const end = bytes?.subarray(0, MAX_HEAD).indexOf(0x0a) ?? -1;
    if (bytes === undefined || end < 0) return;
    const read = head.safeParse(jsonOf(bytes.toString('utf8', 0, end)));
    if (!read.success) return;
    const { series } = read.data;
    const count = series.reduce((sum, { bars }) => sum + bars, 0) * BAR_FIELDS;
    if (bytes.length !== end + 1 + count * 8) return;
    const numbers = new Float64Array(new Uint8Array(bytes.subarray(end + 1)).buffer);
    let from = 0;
    for (const { venue, symbol, priceDecimals, qtyDecimals, bars } of series) {
      const own = numbers.subarray(from, (from += bars * BAR_FIELDS));
      const instrument = this.#instruments.find((one) => one.venue === venue && one.symbol === symbol);
      // Counted in other units since: what was 1 is 10 now.
      const isSame = instrument?.priceDecimals === priceDecimals && instrument.qtyDecimals === qtyDecimals;
      if (instrument !== undefined && isSame && areBars(own, nowUs)) this.#watch.restore(instrument.id, own);
    }
  }

  onTick(nowUs: TimeUs): void {
    if (this.#nextUs === 0 || nowUs < this.#nextUs) return;
    this.#nextUs = nowUs + EVERY_US;
    void this.save();
  }

  /** Never rejects: a chart without its past is no reason to stop. */
  save(): Promise<void> {
    const kept = this.#instruments.flatMap((instrument) => {
      const numbers = this.#watch.minuteBars(instrument.id);
      return numbers.length === 0 ? [] : [{ instrument, numbers }];
    });
    const series = kept.map(({ instrument: { venue, symbol, priceDecimals, qtyDecimals }, numbers }) => ({
      venue,
      symbol,
      priceDecimals,
      qtyDecimals,
      bars: numbers.length / BAR_FIELDS,
    }));
    const bytes = Buffer.concat([
      Buffer.from(`${JSON.stringify({ version: 1, series })}\n`),
      ...kept.map(({ numbers }) => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)),
    ]);
    if (kept.length > 0) this.#writing = this.#writing.then(() => this.#write(bytes)).catch(() => undefined);
    return this.#writing;
  }

  async #write(bytes: Buffer): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await writeWhole(this.#path, bytes);
  }
}

async function readBounded(path: string): Promise<Buffer | undefined> {
  if (irregularity(path) !== undefined) return undefined;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return size > MAX_BYTES ? undefined : await file.readFile();
  } finally {
    await file.close();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Finite numbers, times that rise and lie in the past. */
function areBars(numbers: Float64Array, nowUs: TimeUs): boolean {
  let before = 0;
  for (let at = 0; at < numbers.length; at += BAR_FIELDS) {
    const startUs = numbers[at] as number;
    if (!(startUs > before && startUs <= nowUs)) return false;
    before = startUs;
  }
  return numbers.every((number) => Number.isFinite(number));
}
