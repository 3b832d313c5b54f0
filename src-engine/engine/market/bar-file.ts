/**
 * Minute bars over a restart: a file a profile, a line that says whose bars follow, then their numbers as doubles. Copied out of the
 * rings and written every five minutes and at the end of a session: a crash costs the chart five minutes. Orders are sent by the same
 * thread: it copies a few rings a tick, and nothing is put together before it is written.
 */
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KEPT_BARS } from '../../contract/market-records.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { irregularity } from '../../lib/regular-file.ts';
import { writeWhole } from '../../lib/whole-file.ts';
import { within } from '../../lib/within.ts';
import { BAR_FIELDS, type MarketWatch } from './market-watch.ts';

const EVERY_US = 300 * US_PER_SECOND;
/** A session neither begins nor ends later for a chart. */
const WAIT_US = 2 * US_PER_SECOND;
const MAX_HEAD = 1_000_000;
/** 1,500 instruments with all their bars; of more of them each keeps its newest. */
const MAX_BYTES = 80_000_000;
/** Instruments whose bars are copied in one tick: 5 MB. */
const COPIED_AT_ONCE = 100;

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

type Copied = { readonly instrument: Instrument; readonly numbers: Float64Array };

export class BarFile {
  readonly #path: string;
  readonly #instruments: readonly Instrument[];
  readonly #watch: MarketWatch;
  #nextUs: TimeUs = 0;
  #writing: Promise<void> = Promise.resolve();
  /** What is copied so far of a file that is being made; undefined: none is. */
  #copied: Copied[] | undefined;
  /** Instruments that it has been through. */
  #visited = 0;
  /** Most bars of one instrument, so that what is written can be read again. */
  readonly #mostBars: number;

  /** @param maxBytes that a file may have. */
  constructor(path: string, instruments: readonly Instrument[], watch: MarketWatch, maxBytes = MAX_BYTES) {
    this.#mostBars = Math.floor((maxBytes - MAX_HEAD) / (8 * BAR_FIELDS * Math.max(1, instruments.length)));
    this.#path = path;
    this.#instruments = instruments;
    this.#watch = watch;
  }

  /** Before the first sample. A file that is none of ours, damaged, or on a disk that hangs is as if it was never there. */
  async restore(clock: Clock): Promise<void> {
    const nowUs = clock.nowUs();
    this.#nextUs = nowUs + EVERY_US;
    const reading = readBounded(this.#path).catch(() => undefined);
    const bytes = await within(clock, WAIT_US, reading, undefined);
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
    if (this.#copied === undefined) {
      if (this.#nextUs === 0 || nowUs < this.#nextUs) return;
      this.#nextUs = nowUs + EVERY_US;
      this.#begin();
    }
    if (this.#copy(COPIED_AT_ONCE)) void this.#put();
  }

  /** All of it at once, as a session ends. Never rejects: a chart without its past is no reason to stop. */
  save(): Promise<void> {
    this.#begin();
    this.#copy(this.#instruments.length);
    return this.#put();
  }

  #begin(): void {
    this.#copied = [];
    this.#visited = 0;
  }

  /** Copies the bars of the next instruments. True when it has been through all of them. */
  #copy(count: number): boolean {
    const from = this.#visited;
    this.#visited += count;
    for (const instrument of this.#instruments.slice(from, this.#visited)) {
      const numbers = this.#watch.minuteBars(instrument.id, this.#mostBars);
      if (numbers.length > 0) this.#copied?.push({ instrument, numbers });
    }
    return this.#visited >= this.#instruments.length;
  }

  #put(): Promise<void> {
    const copied = this.#copied ?? [];
    this.#copied = undefined;
    const series = copied.map(({ instrument: { venue, symbol, priceDecimals, qtyDecimals }, numbers }) => ({
      venue,
      symbol,
      priceDecimals,
      qtyDecimals,
      bars: numbers.length / BAR_FIELDS,
    }));
    const first = Buffer.from(`${JSON.stringify({ version: 1, series })}\n`);
    // What could not be read again would take the place of a file that can.
    if (copied.length === 0 || first.length > MAX_HEAD) return this.#writing;
    const parts = [first, ...copied.map(({ numbers }) => new Uint8Array(numbers.buffer))];
    this.#writing = this.#writing.then(() => this.#write(parts)).catch(() => undefined);
    return this.#writing;
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await writeWhole(this.#path, parts);
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
