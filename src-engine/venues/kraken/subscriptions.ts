/**
 * Keeps every symbol subscribed to one channel of a connection: requests go out in batches at a steady pace,
 * answers are tracked symbol by symbol, and a symbol whose answer or snapshot does not come is asked for again
 * alone. It has no timer of its own: `tick` is called a few times a second while the connection is open.
 *
 *   due → asked → (book: acknowledged) → live        refused for good: until the next connection, or the pair reopens
 *   asked → leaving-due                              refused for now (busy, too many): asked again, ever later
 *   any → leaving-due → leaving → due                a fresh snapshot was asked for
 */
import type { InstrumentId } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { Ack } from './frame.ts';

type Phase = 'due' | 'asked' | 'acknowledged' | 'live' | 'leaving-due' | 'leaving' | 'refused';

type Subscription = {
  readonly instrument: Instrument;
  phase: Phase;
  /** When the phase has lasted too long, or for `leaving-due` when it may begin. */
  untilUs: TimeUs;
  /** Resubscriptions in a row; a book that stays live for a while sets it back. */
  retries: number;
  liveUs: TimeUs;
  isDropped: boolean;
};

export type SubscriptionOptions = {
  readonly channel: 'book' | 'trade';
  /** Number of all requests of this channel: a refusal names the request and the symbol, not the channel. */
  readonly requestId: number;
  /** Parameters that distinguish this subscription from others of the channel, and those that only begin it. */
  readonly params: Readonly<Record<string, number>>;
  readonly subscribeParams: Readonly<Record<string, boolean>>;
  /** True where a snapshot follows the acknowledgement and must be waited for. */
  readonly awaitsSnapshot: boolean;
  /** Most symbols in one request. */
  readonly batchSize: number;
  /** Least time between two requests on this channel. */
  readonly paceUs: DurationUs;
  /** How long an answer may take. */
  readonly answerUs: DurationUs;
};

/** Waits between resubscriptions of one symbol: doubled every time, up to a minute. */
const RETRY_BASE_US = 500_000;
const RETRY_CAP_US = 60_000_000;
/** Refusals that no repetition changes: Kraken has no such pair or subscription. Whatever else it says may pass. */
const DEFINITE = /not supported|not found|unknown|invalid|no such|malformed/i;
/** The venue has the subscription that was asked for. */
const ALREADY = /already subscribed/i;
/** A symbol that was live for this long begins with the shortest wait again. */
const SETTLED_US = 60_000_000;

function afterLeaving({ isDropped }: Subscription): Phase {
  return isDropped ? 'refused' : 'due';
}

export class Subscriptions {
  readonly #options: SubscriptionOptions;
  readonly #send: (text: string) => boolean;
  readonly #onRefused: (id: InstrumentId, error: string) => void;
  readonly #bySymbol = new Map<string, Subscription>();
  readonly #byId = new Map<InstrumentId, Subscription>();
  #nextSendUs = 0;

  constructor(
    instruments: readonly Instrument[],
    options: SubscriptionOptions,
    send: (text: string) => boolean,
    onRefused: (id: InstrumentId, error: string) => void,
  ) {
    this.#options = options;
    this.#send = send;
    this.#onRefused = onRefused;
    for (const instrument of instruments) {
      const subscription: Subscription = {
        instrument,
        phase: 'due',
        untilUs: 0,
        retries: 0,
        liveUs: 0,
        isDropped: false,
      };
      this.#bySymbol.set(instrument.symbol, subscription);
      this.#byId.set(instrument.id, subscription);
    }
  }

  /** How many symbols stand where: what a status page shows. */
  counts(): { readonly live: number; readonly waiting: number; readonly refused: number } {
    let live = 0;
    let refused = 0;
    for (const { phase } of this.#bySymbol.values()) {
      if (phase === 'live') live++;
      else if (phase === 'refused') refused++;
    }
    return { live, refused, waiting: this.#bySymbol.size - live - refused };
  }

  /** A connection was opened: the venue knows of nothing yet. */
  reset(nowUs: TimeUs): void {
    this.#nextSendUs = nowUs;
    for (const subscription of this.#bySymbol.values()) {
      subscription.phase = afterLeaving(subscription);
      subscription.retries = 0;
    }
    this.tick(nowUs);
  }

  /** Looks after overdue answers, then sends the next request if its time has come. */
  tick(nowUs: TimeUs): void {
    for (const subscription of this.#bySymbol.values()) {
      const { phase } = subscription;
      if (nowUs < subscription.untilUs) continue;
      // The request was not answered: it may have been lost, or rejected as one of too many.
      if (phase === 'asked' || phase === 'acknowledged') this.#leave(subscription, nowUs);
      else if (phase === 'leaving') subscription.phase = afterLeaving(subscription);
    }
    if (nowUs < this.#nextSendUs) return;
    const leaving = this.#take('leaving-due', nowUs);
    if (leaving.length > 0) {
      this.#request('unsubscribe', leaving, 'leaving', nowUs);
      return;
    }
    const due = this.#take('due', nowUs);
    if (due.length > 0) this.#request('subscribe', due, 'asked', nowUs);
  }

  /** Asks for a fresh snapshot of this symbol alone; later if it was asked for a moment ago. */
  resubscribe(id: InstrumentId, nowUs: TimeUs): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    const { phase } = subscription;
    // In all other phases we are leaving already, or the venue gives no book.
    if (phase !== 'live' && phase !== 'acknowledged' && phase !== 'asked') return;
    if (phase === 'live' && nowUs - subscription.liveUs >= SETTLED_US) subscription.retries = 0;
    this.#leave(subscription, nowUs);
    this.tick(nowUs);
  }

  /** The run cannot read this symbol: it is not asked for again. */
  drop(id: InstrumentId): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    const { phase } = subscription;
    const isThere = phase === 'live' || phase === 'acknowledged' || phase === 'asked';
    if (subscription.isDropped) return;
    subscription.isDropped = true;
    subscription.phase = isThere ? 'leaving-due' : 'refused';
    subscription.untilUs = 0;
  }

  /** The venue opened a pair that it had refused. */
  reopen(id: InstrumentId, nowUs: TimeUs): void {
    const subscription = this.#byId.get(id);
    if (subscription?.phase !== 'refused' || subscription.isDropped) return;
    subscription.phase = 'due';
    this.tick(nowUs);
  }

  /** A snapshot of this symbol arrived. */
  onSnapshot(id: InstrumentId, nowUs: TimeUs): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    // One that was sent before we left does not count.
    if (subscription.phase !== 'asked' && subscription.phase !== 'acknowledged') return;
    subscription.phase = 'live';
    subscription.liveUs = nowUs;
  }

  /** Takes an answer if it is one to a request of this channel. */
  onAck(ack: Ack, nowUs: TimeUs): void {
    if (ack.requestId !== this.#options.requestId) return;
    // An answer without a symbol concerns the request as a whole; its symbols are asked for again in time.
    const subscription = this.#bySymbol.get(ack.symbol);
    if (subscription === undefined) return;
    if (ack.method === 'unsubscribe') {
      // Refused or not, the venue now sends nothing of this symbol.
      if (subscription.phase === 'leaving') subscription.phase = afterLeaving(subscription);
    } else if (ack.method === 'subscribe' && subscription.phase === 'asked') {
      if (ack.isSuccess) this.#acknowledged(subscription, nowUs);
      else this.#refused(subscription, ack.error, nowUs);
    }
    this.tick(nowUs);
  }

  #acknowledged(subscription: Subscription, nowUs: TimeUs): void {
    const { awaitsSnapshot, answerUs } = this.#options;
    subscription.phase = awaitsSnapshot ? 'acknowledged' : 'live';
    subscription.untilUs = nowUs + answerUs;
    subscription.liveUs = nowUs;
  }

  #refused(subscription: Subscription, error: string, nowUs: TimeUs): void {
    if (ALREADY.test(error) && !this.#options.awaitsSnapshot) {
      this.#acknowledged(subscription, nowUs);
      return;
    }
    // A snapshot comes only with a fresh subscription: one that stands already is left first.
    const isRepeat = ALREADY.test(error) || (subscription.retries > 0 && subscription.retries < 4);
    if (!DEFINITE.test(error) || isRepeat) {
      // The venue is busy, or was not done with the subscription before: asked again, ever later.
      if (subscription.retries === 0) subscription.retries = 1;
      this.#leave(subscription, nowUs);
      return;
    }
    subscription.phase = 'refused';
    this.#onRefused(subscription.instrument.id, error);
  }

  #leave(subscription: Subscription, nowUs: TimeUs): void {
    const { retries } = subscription;
    subscription.phase = 'leaving-due';
    // The first is at once: a book without sync is worth nothing until then.
    subscription.untilUs =
      retries === 0 ? nowUs : nowUs + Math.min(RETRY_CAP_US, RETRY_BASE_US * 2 ** Math.min(retries, 20));
    subscription.retries++;
  }

  /** The next batch of symbols in this phase whose time has come. */
  #take(phase: 'due' | 'leaving-due', nowUs: TimeUs): Subscription[] {
    const batch: Subscription[] = [];
    for (const subscription of this.#bySymbol.values()) {
      if (subscription.phase !== phase) continue;
      if (phase === 'leaving-due' && nowUs < subscription.untilUs) continue;
      batch.push(subscription);
      if (batch.length === this.#options.batchSize) break;
    }
    return batch;
  }

  #request(
    method: 'subscribe' | 'unsubscribe',
    batch: readonly Subscription[],
    phase: 'asked' | 'leaving',
    nowUs: TimeUs,
  ): void {
    const { channel, requestId, params, subscribeParams, paceUs, answerUs } = this.#options;
    const symbol = batch.map((subscription) => subscription.instrument.symbol);
    const all = { channel, symbol, ...params, ...(method === 'subscribe' ? subscribeParams : {}) };
    if (!this.#send(JSON.stringify({ method, params: all, req_id: requestId }))) return;
    this.#nextSendUs = nowUs + paceUs;
    for (const subscription of batch) {
      subscription.phase = phase;
      subscription.untilUs = nowUs + answerUs;
    }
  }
}
