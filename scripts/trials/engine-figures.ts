/** What an engine says of its own speed (`GET /metrics`), and what the system says of its process. */
import { readFileSync } from 'node:fs';

/** Cumulative counts by upper bound in seconds, as Prometheus has them. */
export type Histogram = ReadonlyMap<number, number>;

/** Totals of the engine since its start. */
export type Counts = {
  readonly bookUpdates: number;
  /** Of them, those whose cycles were not looked at by themselves, as the loop was late. */
  readonly conflatedBooks: number;
  readonly opportunities: number;
};

export type Figures = {
  /** How late the event loop comes to what is due. */
  readonly loop: Histogram;
  /** From the bytes of a frame to an order on its way. */
  readonly toOrder: Histogram;
  readonly counts: Counts;
  /** Processor time of the thread that trades, in ms; 0 where the system does not say. */
  readonly threadMs: number;
};

/** @throws Error when the engine does not answer, or answers something else than its figures. */
export async function readFigures(port: number, token: string, pid: number): Promise<Figures> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the engine’s figures were refused with ${response.status}`);
  return {
    loop: histogramIn(text, /^parallax_loop_delay_seconds_bucket\{le="([^"]+)"\} (\d+)/gm),
    toOrder: histogramIn(
      text,
      /^parallax_stage_seconds_bucket\{(?=[^}]*stage="sent")[^}]*le="([^"]+)"[^}]*\} (\d+)/gm,
    ),
    counts: {
      bookUpdates: countIn(text, 'parallax_book_updates_total'),
      conflatedBooks: countIn(text, 'parallax_books_conflated_total'),
      opportunities: countIn(text, 'parallax_opportunities_total'),
    },
    threadMs: threadMs(pid),
  };
}

function countIn(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

function histogramIn(text: string, line: RegExp): Histogram {
  return new Map([...text.matchAll(line)].map(([, bound, count]) => [toBound(bound ?? ''), Number(count)]));
}

const toBound = (text: string): number => (text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text));

/** Clock ticks of the kernel are hundredths of a second on every Linux. */
const TICK_MS = 10;

/** The main thread alone: its number is that of the process. */
function threadMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

/** Sums what passed between two readings. */
export class Span {
  readonly #loop = new Map<number, number>();
  readonly #toOrder = new Map<number, number>();
  #threadMs = 0;
  #ms = 0;
  #bookUpdates = 0;
  #conflatedBooks = 0;

  add(from: Figures, to: Figures, ms: number): void {
    addDifference(this.#loop, from.loop, to.loop);
    addDifference(this.#toOrder, from.toOrder, to.toOrder);
    this.#threadMs += to.threadMs - from.threadMs;
    this.#ms += ms;
    this.#bookUpdates += to.counts.bookUpdates - from.counts.bookUpdates;
    this.#conflatedBooks += to.counts.conflatedBooks - from.counts.conflatedBooks;
  }

  /** Bounds in ms below which half, and 99 of 100, lay; and the share of one core that the trading thread took, in percent. */
  get figures(): EngineSide {
    return {
      loopDelayMs: { p50: boundMs(this.#loop, 0.5), p99: boundMs(this.#loop, 0.99) },
      frameToOrderMs: { p50: boundMs(this.#toOrder, 0.5), p99: boundMs(this.#toOrder, 0.99) },
      threadPct: percent(this.#threadMs, this.#ms),
      conflatedPct: percent(this.#conflatedBooks, this.#bookUpdates),
    };
  }
}

type Bounds = { readonly p50: number; readonly p99: number };
export type EngineSide = {
  readonly loopDelayMs: Bounds;
  readonly frameToOrderMs: Bounds;
  readonly threadPct: number;
  /** Share of book messages whose cycles were looked at together with others, as the loop was late. */
  readonly conflatedPct: number;
};

const percent = (part: number, whole: number): number =>
  whole === 0 ? 0 : Number(((part / whole) * 100).toFixed(1));

function addDifference(sum: Map<number, number>, from: Histogram, to: Histogram): void {
  for (const [bound, count] of to) sum.set(bound, (sum.get(bound) ?? 0) + count - (from.get(bound) ?? 0));
}

/** The smallest bound of a bucket that holds so much of all; 0 without a sample. */
function boundMs(histogram: Histogram, share: number): number {
  const bounds = [...histogram].toSorted(([a], [b]) => a - b);
  const all = bounds.at(-1)?.[1] ?? 0;
  const found = bounds.find(([, count]) => count > 0 && count >= all * share);
  return found === undefined ? 0 : Number((found[0] * 1_000).toFixed(3));
}
