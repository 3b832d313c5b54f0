/**
 * Keeps symbols subscribed to one channel of a connection, for venues that answer a request as a whole: requests go out in
 * batches at the venue's pace. A batch that is refused for good is asked for symbol by symbol, so that one odd symbol costs no
 * other its data. What is not answered, is refused for now, or is acknowledged and stays silent is left and asked for again, ever
 * later. It has no timer of its own: `tick` is called a few times a second while the connection is open.
 *
 *   due → asked → taken → live                 refused for good, or silent time and again, alone: for a quarter of an hour
 *   asked, taken, live → leaving-due → leaving → due
 */
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

type Phase = 'due' | 'asked' | 'taken' | 'live' | 'leaving-due' | 'leaving' | 'refused';

type Subscription = {
  readonly symbol: string;
  phase: Phase;
  /** When the phase has lasted too long; for `due` and `leaving-due` when it may begin. */
  untilUs: TimeUs;
  /** How often in a row it was asked for in vain or lost; a time as `live` sets it back. */
  retries: number;
  liveUs: TimeUs;
  /** How often in a row it was asked for alone, acknowledged, and stayed silent. */
  silences: number;
  /** It was in a batch that was refused for good, so that it is asked for by itself. */
  isAlone: boolean;
};

export type Verb = 'subscribe' | 'unsubscribe';

type Request = { readonly verb: Verb; readonly batch: readonly Subscription[] };

export type ChannelOptions = {
  readonly symbols: readonly string[];
  /** The text of a request; empty: there is nothing to leave, as the venue never named what it would send. */
  readonly encode: (verb: Verb, symbols: readonly string[], id: number) => string;
  /** Ids of the connection's requests, shared by its channels. */
  readonly nextId: () => number;
  readonly send: (text: string) => boolean;
  /** A snapshot follows the acknowledgement and must be waited for; else an acknowledged symbol is live. */
  readonly awaitsSnapshot: boolean;
  /** Most symbols in one request. */
  readonly batchSize: number;
  /** Least time between two requests of this channel. */
  readonly paceUs: DurationUs;
  /** How long an answer may take, and a snapshot after it. */
  readonly answerUs: DurationUs;
  /** The venue sends this symbol from here on. */
  readonly onTaken?: ((symbol: string, nowUs: TimeUs) => void) | undefined;
  /** The venue sends nothing of this symbol any longer, until it is taken again. */
  readonly onLeft?: ((symbol: string, nowUs: TimeUs) => void) | undefined;
  /** The venue gives no data of this symbol. */
  readonly onRefused: (symbol: string, reason: string, nowUs: TimeUs) => void;
};

export type ChannelAnswer = {
  readonly id: number;
  /** Of this symbol of the request alone; of all when left out. */
  readonly symbol?: string | undefined;
  /** Empty where the request was taken. */
  readonly error: string;
  /** No repetition changes this refusal: the venue has no such symbol. */
  readonly isFinal: boolean;
};

/** Waits between two attempts at one symbol: doubled every time, up to a minute. */
const RETRY_BASE_US = US_PER_SECOND / 2;
const RETRY_CAP_US = 60 * US_PER_SECOND;
/** A symbol that was live for this long begins with the shortest wait again. */
const SETTLED_US = 60 * US_PER_SECOND;
/** Symbols that are acknowledged alone and stay silent so often are reported as refused: their requests are others' too. */
const MOST_SILENCES = 5;
/** What was refused is asked for again: a refusal may come of a limit, or of a symbol that is to be listed. */
const REFUSED_US = 15 * 60 * US_PER_SECOND;

export class ChannelSubscriptions {
  readonly #options: ChannelOptions;
  readonly #all = new Map<string, Subscription>();
  readonly #requests = new Map<number, Request>();
  #nextSendUs: TimeUs = 0;

  constructor(options: ChannelOptions) {
    this.#options = options;
    for (const symbol of options.symbols) {
      const waits = { untilUs: 0, retries: 0, liveUs: 0 };
      this.#all.set(symbol, { symbol, phase: 'due', ...waits, silences: 0, isAlone: false });
    }
  }

  /** A connection was opened: the venue knows of nothing yet. */
  reset(nowUs: TimeUs): void {
    this.#nextSendUs = nowUs;
    this.#requests.clear();
    for (const subscription of this.#all.values()) {
      subscription.isAlone = subscription.phase === 'refused';
      subscription.phase = 'due';
      subscription.untilUs = nowUs;
      subscription.retries = 0;
      subscription.silences = 0;
    }
    this.tick(nowUs);
  }

  /** Looks after overdue answers, then sends the next request if its time has come. */
  tick(nowUs: TimeUs): void {
    for (const subscription of this.#all.values()) {
      if (nowUs < subscription.untilUs) continue;
      const { phase } = subscription;
      if (phase === 'taken') this.#silent(subscription, nowUs);
      else if (phase === 'asked') this.#leave(subscription, nowUs);
      else if (phase === 'refused') this.#again(subscription, nowUs);
      else if (phase === 'leaving') this.#left(subscription, nowUs);
    }
    if (nowUs < this.#nextSendUs) return;
    if (!this.#request('unsubscribe', 'leaving-due', 'leaving', nowUs))
      this.#request('subscribe', 'due', 'asked', nowUs);
  }

  /** Takes an answer if it is one to a request of this channel. */
  onAnswer({ id, symbol, error, isFinal }: ChannelAnswer, nowUs: TimeUs): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    const batch = request.batch.filter((one) => symbol === undefined || one.symbol === symbol);
    const isLonely = batch.length === 1;
    for (const subscription of batch) {
      if (request.verb === 'unsubscribe') {
        // Refused or not, the venue now sends nothing of this symbol.
        if (subscription.phase === 'leaving') this.#left(subscription, nowUs);
      } else if (subscription.phase !== 'asked') continue;
      else if (error === '') this.#taken(subscription, nowUs);
      else if (!isFinal) this.#leave(subscription, nowUs);
      else if (isLonely) this.#refused(subscription, error, nowUs);
      else {
        subscription.isAlone = true;
        this.#due(subscription, nowUs);
      }
    }
    if (symbol === undefined || !isWaiting(request)) this.#requests.delete(id);
    this.tick(nowUs);
  }

  /**
   * The oldest request that waits for an answer, of this symbol and kind where they are named; undefined: none does. For venues whose
   * answers name what was asked for, and no id.
   */
  waitingFor(symbol?: string, verb?: Verb): number | undefined {
    for (const [id, request] of this.#requests)
      if ((verb === undefined || request.verb === verb) && isWaiting(request, symbol)) return id;
    return undefined;
  }

  /** True while the venue serves this symbol: its snapshot came, or it was acknowledged where none follows. */
  isLive(symbol: string): boolean {
    return this.#all.get(symbol)?.phase === 'live';
  }

  /** True between the acknowledgement of this symbol and its snapshot. */
  isTaken(symbol: string): boolean {
    return this.#all.get(symbol)?.phase === 'taken';
  }

  /** A snapshot of this symbol arrived. */
  onSnapshot(symbol: string, nowUs: TimeUs): void {
    const subscription = this.#all.get(symbol);
    const { phase } = subscription ?? {};
    // One that was sent before we left does not count. One that was reported as silent was not left.
    const isUnleft = phase === 'refused' && subscription !== undefined && subscription.silences > 0;
    if (subscription === undefined || (phase !== 'asked' && phase !== 'taken' && !isUnleft)) return;
    subscription.phase = 'live';
    subscription.silences = 0;
    subscription.liveUs = nowUs;
  }

  /** Asks for this symbol anew; later if it was asked for a moment ago. */
  resubscribe(symbol: string, nowUs: TimeUs): void {
    const subscription = this.#all.get(symbol);
    // In all other phases we are leaving already, or the venue gives no data.
    const { phase } = subscription ?? {};
    if (subscription === undefined || (phase !== 'live' && phase !== 'taken' && phase !== 'asked')) return;
    if (phase === 'live' && nowUs - subscription.liveUs >= SETTLED_US) subscription.retries = 0;
    this.#leave(subscription, nowUs);
    this.tick(nowUs);
  }

  #due(subscription: Subscription, nowUs: TimeUs): void {
    subscription.phase = 'due';
    subscription.untilUs = nowUs;
  }

  #left(subscription: Subscription, nowUs: TimeUs): void {
    this.#due(subscription, nowUs);
    this.#options.onLeft?.(subscription.symbol, nowUs);
  }

  #taken(subscription: Subscription, nowUs: TimeUs): void {
    const { awaitsSnapshot, answerUs, onTaken } = this.#options;
    subscription.phase = awaitsSnapshot ? 'taken' : 'live';
    subscription.untilUs = nowUs + answerUs;
    subscription.liveUs = nowUs;
    onTaken?.(subscription.symbol, nowUs);
  }

  /** Acknowledged, and nothing came. In a batch: the venue may serve one symbol of a request alone. */
  #silent(subscription: Subscription, nowUs: TimeUs): void {
    if (subscription.isAlone) subscription.silences++;
    subscription.isAlone = true;
    if (subscription.silences < MOST_SILENCES) this.#leave(subscription, nowUs);
    else this.#refused(subscription, 'acknowledged and silent', nowUs);
  }

  #again(subscription: Subscription, nowUs: TimeUs): void {
    subscription.isAlone = true;
    if (subscription.silences === 0) this.#due(subscription, nowUs);
    else this.#leave(subscription, nowUs);
    subscription.untilUs = nowUs;
  }

  #refused(subscription: Subscription, error: string, nowUs: TimeUs): void {
    subscription.phase = 'refused';
    subscription.untilUs = nowUs + REFUSED_US;
    this.#options.onRefused(subscription.symbol, error, nowUs);
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
  #next(phase: Phase, nowUs: TimeUs): Subscription[] {
    const batch: Subscription[] = [];
    for (const subscription of this.#all.values()) {
      if (subscription.phase !== phase || nowUs < subscription.untilUs) continue;
      if (subscription.isAlone && batch.length > 0) continue;
      batch.push(subscription);
      if (subscription.isAlone || batch.length === this.#options.batchSize) break;
    }
    return batch;
  }

  #request(verb: Verb, from: Phase, to: Phase, nowUs: TimeUs): boolean {
    const batch = this.#next(from, nowUs);
    if (batch.length === 0) return false;
    const { encode, nextId, send, paceUs, answerUs } = this.#options;
    const id = nextId();
    const symbols = batch.map(({ symbol }) => symbol);
    const text = encode(verb, symbols, id);
    if (text === '') {
      for (const subscription of batch) this.#left(subscription, nowUs);
      return true;
    }
    if (!send(text)) return true;
    // What was never answered was asked for again since, or is about to be.
    for (const [known, request] of this.#requests) if (!isWaiting(request)) this.#requests.delete(known);
    this.#requests.set(id, { verb, batch });
    this.#nextSendUs = nowUs + paceUs;
    for (const subscription of batch) {
      subscription.phase = to;
      subscription.untilUs = nowUs + answerUs;
    }
    return true;
  }
}

/** Whether this request waits for its answer: of this symbol, or of any of its symbols. */
function isWaiting({ verb, batch }: Request, symbol?: string): boolean {
  const phase = verb === 'subscribe' ? 'asked' : 'leaving';
  return batch.some((one) => one.phase === phase && (symbol === undefined || one.symbol === symbol));
}
