/**
 * How far a run of the tests is, and how long the rest takes: from what each part took the last time, stretched by how
 * this run goes beside the last one; for a part that was never timed, from the share of it that is done.
 */

/** What one part of a run took, in seconds. */
export type PartSeconds = Readonly<Record<string, number>>;

type Part = {
  readonly name: string;
  /** What it counts: "files", "tests"; empty: it counts nothing. */
  readonly unit: string;
  done: number;
  total: number;
  startedMs: number | undefined;
  endedMs: number | undefined;
};

export class Progress {
  readonly #parts: Part[];
  readonly #last: PartSeconds;
  readonly #nowMs: () => number;
  readonly #startedMs: number;

  /** @param parts all that will run, with what they count. @param last what they took the last time, where that is known. */
  constructor(
    parts: readonly { readonly name: string; readonly unit?: string }[],
    last: PartSeconds,
    nowMs: () => number,
  ) {
    const fresh = { done: 0, total: 0, startedMs: undefined, endedMs: undefined };
    this.#parts = parts.map(({ name, unit = '' }) => ({ name, unit, ...fresh }));
    this.#last = last;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  started(name: string): void {
    this.#part(name).startedMs = this.#nowMs();
  }

  counted(name: string, done: number, total: number): void {
    Object.assign(this.#part(name), { done, total });
  }

  ended(name: string): void {
    this.#part(name).endedMs = this.#nowMs();
  }

  /** What the parts took that have ended, in seconds. */
  seconds(): PartSeconds {
    return Object.fromEntries(
      this.#parts.flatMap(({ name, startedMs, endedMs }) =>
        startedMs === undefined || endedMs === undefined ? [] : [[name, (endedMs - startedMs) / 1_000]],
      ),
    );
  }

  /** Seconds until the end; undefined while nothing says how long a part takes. */
  etaSeconds(): number | undefined {
    const pace = this.#pace();
    let sum = 0;
    for (const part of this.#parts) {
      const left = this.#leftSeconds(part, pace);
      if (left === undefined) return undefined;
      sum += left;
    }
    return sum;
  }

  /** One line without its end: what runs, how much of it is done, since when, and until when. */
  line(): string {
    const running = this.#parts.filter(isRunning);
    const shown = running.map(({ name, unit, done, total }) =>
      total > 0 && unit !== '' ? `${name}: ${done} of ${total} ${unit}` : name,
    );
    const eta = this.etaSeconds();
    const rest = eta === undefined ? 'time left unknown' : `about ${duration(eta)} left`;
    const elapsed = duration((this.#nowMs() - this.#startedMs) / 1_000);
    return [...(shown.length > 0 ? [shown.join(' · ')] : []), `${elapsed} elapsed`, rest].join(', ');
  }

  /** How this run goes beside the last one, by what both have done: 2 takes twice as long. 1 until a part says. */
  #pace(): number {
    let [took, expected] = [0, 0];
    for (const part of this.#parts) {
      const last = this.#last[part.name];
      if (last === undefined || part.startedMs === undefined) continue;
      const share = part.endedMs === undefined ? shareOf(part) : 1;
      if (share === undefined || share === 0) continue;
      took += ((part.endedMs ?? this.#nowMs()) - part.startedMs) / 1_000;
      expected += last * share;
    }
    return expected > 0 ? took / expected : 1;
  }

  #leftSeconds(part: Part, pace: number): number | undefined {
    if (part.endedMs !== undefined) return 0;
    const last = this.#last[part.name];
    if (part.startedMs === undefined) return last === undefined ? undefined : last * pace;
    const tookSeconds = (this.#nowMs() - part.startedMs) / 1_000;
    const share = shareOf(part);
    if (last !== undefined) {
      return share === undefined ? Math.max(0, last * pace - tookSeconds) : last * pace * (1 - share);
    }
    return share === undefined || share === 0 ? undefined : (tookSeconds * (1 - share)) / share;
  }

  #part(name: string): Part {
    const part = this.#parts.find((each) => each.name === name);
    if (part === undefined) throw new Error(`there is no part "${name}"`);
    return part;
  }
}

function isRunning({ startedMs, endedMs }: Part): boolean {
  return startedMs !== undefined && endedMs === undefined;
}

/** 0 to 1; undefined for a part that counts nothing, or nothing yet. */
function shareOf({ done, total }: Part): number | undefined {
  return total > 0 ? Math.min(1, done / total) : undefined;
}

/** `45 s`, `3:05 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}
