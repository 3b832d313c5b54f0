/**
 * How far a run of the tests is, and how long the rest takes: from what each part took the last time or takes usually,
 * stretched by how this run goes; for a part that nothing is known of, from the share of it that is done. Parts of a lane run
 * one after another, lanes side by side: the longest of them is what is left, and what runs after all of them.
 */

/** What one part of a run took, in seconds. */
export type PartSeconds = Readonly<Record<string, number>>;

/** What parts took before. */
export type Known = {
  readonly seconds: PartSeconds;
  /** On this machine. Of another machine it only says how parts compare with each other, until this run has shown its pace. */
  readonly isOurs: boolean;
};

type Part = {
  readonly name: string;
  /** What it counts: "files", "tests"; empty: it counts nothing. */
  readonly unit: string;
  done: number;
  total: number;
  /** How much of its work that is, 0 to 1; undefined while it has counted nothing. */
  share: number | undefined;
  startedMs: number | undefined;
  endedMs: number | undefined;
};

/** Less than this share of a part, or of all that is usual, says nothing of the rest: 0 to 1. */
const GROUND = 0.05;

type Lane = readonly { readonly name: string; readonly unit?: string }[];

export class Progress {
  readonly #lanes: readonly (readonly Part[])[];
  readonly #last: readonly Part[];
  readonly #known: Known;
  readonly #nowMs: () => number;
  readonly #startedMs: number;

  /** @param lanes all that will run, with what it counts. @param known what it takes, where that is known. @param last what runs after all lanes. */
  constructor(lanes: readonly Lane[], known: Known, nowMs: () => number, last: Lane = []) {
    const fresh = { done: 0, total: 0, share: undefined, startedMs: undefined, endedMs: undefined };
    const parts = (lane: Lane): Part[] => lane.map(({ name, unit = '' }) => ({ name, unit, ...fresh }));
    this.#lanes = lanes.map(parts);
    this.#last = parts(last);
    this.#known = known;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  started(name: string): void {
    this.#part(name).startedMs = this.#nowMs();
  }

  /** @param share how much of the work that is, 0 to 1, where what is counted differs in length. */
  counted(name: string, done: number, total: number, share?: number): void {
    const even = total > 0 ? done / total : undefined;
    Object.assign(this.#part(name), { done, total, share: Math.min(1, share ?? even ?? 0) });
  }

  ended(name: string): void {
    this.#part(name).endedMs = this.#nowMs();
  }

  /** What the parts took that have ended, in seconds. */
  seconds(): PartSeconds {
    return Object.fromEntries(
      this.#parts().flatMap((part) => (part.endedMs === undefined ? [] : [[part.name, this.#took(part)]])),
    );
  }

  /** Seconds until the end; undefined while there is no ground for an estimate. */
  etaSeconds(): number | undefined {
    const pace = this.#pace();
    const left = this.#lanes.map((lane) => this.#laneSeconds(lane, pace));
    // NaN where nothing is known of a part, and then of the whole.
    const all = Math.max(0, ...left) + this.#laneSeconds(this.#last, pace);
    return Number.isNaN(all) ? undefined : all;
  }

  #laneSeconds(lane: readonly Part[], pace: number | undefined): number {
    return lane.reduce((sum, part) => sum + (this.#leftSeconds(part, pace) ?? Number.NaN), 0);
  }

  /** One line without its end: what runs, how much of it is done, since when, and until when. */
  line(): string {
    const running = this.#parts().filter(isRunning);
    const shown = running.map(({ name, unit, done, total }) =>
      total > 0 && unit !== '' ? `${name}: ${done} of ${total} ${unit}` : name,
    );
    const eta = this.etaSeconds();
    const rest = eta === undefined ? 'time left not known yet' : `about ${duration(eta)} left`;
    const elapsed = duration((this.#nowMs() - this.#startedMs) / 1_000);
    return [...(shown.length > 0 ? [shown.join(' · ')] : []), `${elapsed} elapsed`, rest].join(', ');
  }

  /**
   * How this run goes beside what is known, by what has been done of it: 2 takes twice as long. Beside its own last run a
   * machine is taken to be as fast as it was until a part shows otherwise; beside another machine's nothing is said before.
   */
  #pace(): number | undefined {
    let [took, expected, all] = [0, 0, 0];
    for (const part of this.#parts()) {
      const known = this.#known.seconds[part.name];
      if (known === undefined) continue;
      all += known;
      const share = part.endedMs === undefined ? part.share : 1;
      if (
        part.startedMs === undefined ||
        share === undefined ||
        (part.endedMs === undefined && share < GROUND)
      )
        continue;
      took += this.#took(part);
      expected += known * share;
    }
    const { isOurs } = this.#known;
    if (expected > 0 && (isOurs || expected >= all * GROUND)) return took / expected;
    return isOurs ? 1 : undefined;
  }

  #leftSeconds(part: Part, pace: number | undefined): number | undefined {
    if (part.endedMs !== undefined) return 0;
    const known = this.#known.seconds[part.name];
    const whole = known === undefined || pace === undefined ? undefined : known * pace;
    if (part.startedMs === undefined) return whole;
    const { share } = part;
    if (whole !== undefined) {
      return share === undefined ? Math.max(0, whole - this.#took(part)) : whole * (1 - share);
    }
    return share === undefined || share < GROUND ? undefined : (this.#took(part) * (1 - share)) / share;
  }

  /** So far, or until it ended, in seconds. */
  #took({ startedMs, endedMs }: Part): number {
    return startedMs === undefined ? 0 : ((endedMs ?? this.#nowMs()) - startedMs) / 1_000;
  }

  #parts(): readonly Part[] {
    return [...this.#lanes.flat(), ...this.#last];
  }

  #part(name: string): Part {
    const part = this.#parts().find((each) => each.name === name);
    if (part === undefined) throw new Error(`there is no part "${name}"`);
    return part;
  }
}

function isRunning({ startedMs, endedMs }: Part): boolean {
  return startedMs !== undefined && endedMs === undefined;
}

/** `45 s`, `3:05 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}
