/**
 * Keeps the streams of a connection subscribed: requests go out in batches at the venue's pace, and a batch whose answer
 * does not come, or that is refused for now, is asked for again. A batch that is refused for good is asked for stream by
 * stream, so that one odd symbol costs no other its data. It has no timer of its own: `tick` is called a few times a second.
 */
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import { US_PER_SECOND } from '../../domain/time.ts';

export type StreamRequestsOptions = {
  readonly send: (text: string) => boolean;
  /** The venue sends these streams from here on. */
  readonly onTaken: (streams: readonly string[], nowUs: TimeUs) => void;
  /** The venue does not know this stream; it is asked for again after a quarter of an hour. */
  readonly onRefused: (stream: string, reason: string, nowUs: TimeUs) => void;
  readonly batchSize?: number | undefined;
  /** Least time between two requests: Binance takes five messages a second, its pongs included. */
  readonly paceUs?: DurationUs | undefined;
  readonly answerUs?: DurationUs | undefined;
};

type Batch = { readonly streams: readonly string[]; readonly tries: number; readonly dueUs: TimeUs };

const RETRY_BASE_US = US_PER_SECOND;
const RETRY_CAP_US = 60 * US_PER_SECOND;
/** A refusal may come of a limit, or of a symbol that is to be listed. */
const REFUSED_US = 15 * 60 * US_PER_SECOND;

/** Refusals that concern the request or its size, not the streams: asked again as it was. 3: invalid JSON; the rest is load. */
const FOR_NOW: ReadonlySet<number> = new Set([
  -1000, -1001, -1003, -1006, -1007, -1008, -1015, 429, 500, 503,
]);

export class StreamRequests {
  readonly #options: StreamRequestsOptions;
  #due: Batch[] = [];
  readonly #asked = new Map<number, { readonly batch: Batch; readonly untilUs: TimeUs }>();
  #lastId = 0;
  #nextSendUs: TimeUs = 0;

  constructor(options: StreamRequestsOptions) {
    this.#options = options;
  }

  /** A connection was opened: the venue knows of nothing yet. */
  reset(streams: readonly string[], nowUs: TimeUs): void {
    const { batchSize = 200 } = this.#options;
    this.#asked.clear();
    this.#due = [];
    this.#nextSendUs = nowUs;
    for (let at = 0; at < streams.length; at += batchSize) {
      this.#due.push({ streams: streams.slice(at, at + batchSize), tries: 0, dueUs: nowUs });
    }
    this.tick(nowUs);
  }

  tick(nowUs: TimeUs): void {
    for (const [id, { batch, untilUs }] of this.#asked) {
      if (nowUs < untilUs) continue;
      this.#asked.delete(id);
      this.#again(batch, nowUs);
    }
    if (nowUs < this.#nextSendUs) return;
    const index = this.#due.findIndex(({ dueUs }) => dueUs <= nowUs);
    const batch = this.#due[index];
    if (batch === undefined) return;
    const { send, paceUs = 300_000, answerUs = 10 * US_PER_SECOND } = this.#options;
    const id = ++this.#lastId;
    if (!send(JSON.stringify({ method: 'SUBSCRIBE', params: batch.streams, id }))) return;
    this.#due.splice(index, 1);
    this.#asked.set(id, { batch, untilUs: nowUs + answerUs });
    this.#nextSendUs = nowUs + paceUs;
  }

  /** Takes an answer. One to no request of this connection is left alone. */
  onAck(ack: { readonly id: number; readonly code: number; readonly error: string }, nowUs: TimeUs): void {
    const asked = this.#asked.get(ack.id);
    if (asked === undefined) return;
    this.#asked.delete(ack.id);
    const { batch } = asked;
    const [only, ...others] = batch.streams;
    if (ack.error === '') this.#options.onTaken(batch.streams, nowUs);
    else if (FOR_NOW.has(ack.code)) this.#again(batch, nowUs);
    else if (others.length > 0) {
      for (const stream of batch.streams) this.#due.push({ streams: [stream], tries: 0, dueUs: nowUs });
    } else if (only !== undefined) {
      this.#due.push({ streams: batch.streams, tries: 0, dueUs: nowUs + REFUSED_US });
      this.#options.onRefused(only, `${ack.code} ${ack.error}`, nowUs);
    }
    this.tick(nowUs);
  }

  /** How many streams the venue has not taken yet. */
  get waiting(): number {
    const count = (batches: readonly Batch[]): number =>
      batches.reduce((sum, { streams }) => sum + streams.length, 0);
    return count(this.#due) + count([...this.#asked.values()].map(({ batch }) => batch));
  }

  #again({ streams, tries }: Batch, nowUs: TimeUs): void {
    const waitUs = Math.min(RETRY_CAP_US, RETRY_BASE_US * 2 ** Math.min(tries, 10));
    this.#due.push({ streams, tries: tries + 1, dueUs: nowUs + waitUs });
  }
}
