/** How long HTTP requests took, by operation and class of status: both are closed sets, whatever strangers ask for. */
import { histogram } from './exposition.ts';

/** Ends of the buckets, in µs. */
const BUCKETS_US = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500].map((ms) => ms * 1_000);

type Counts = {
  readonly operation: string;
  readonly code: string;
  count: number;
  sumUs: number;
  upTo: number[];
};

export class RequestMeter {
  readonly #counts = new Map<string, Counts>();

  /** @param operation of a route of ours. @param us from the request's head to the end of its answer. */
  record(operation: string, status: number, us: number): void {
    const code = `${Math.floor(status / 100)}xx`;
    const key = `${operation} ${code}`;
    let counts = this.#counts.get(key);
    if (counts === undefined) {
      counts = { operation, code, count: 0, sumUs: 0, upTo: BUCKETS_US.map(() => 0) };
      this.#counts.set(key, counts);
    }
    counts.count += 1;
    counts.sumUs += us;
    for (let n = 0; n < BUCKETS_US.length; n++) {
      if (us <= (BUCKETS_US[n] ?? 0)) counts.upTo[n] = (counts.upTo[n] ?? 0) + 1;
    }
  }

  lines(name: string): string[] {
    return [...this.#counts.values()].flatMap(({ operation, code, count, sumUs, upTo }) => {
      const buckets = BUCKETS_US.map((upToUs, n) => ({ upToUs, count: upTo[n] ?? 0 }));
      return histogram(name, { count, sumUs, buckets }, { operation, code });
    });
  }
}
