/**
 * Views as text, made on the thread that trades: each at most once in its period, however many clients look at it. Those that
 * clients choose by their parameters come within an amount of work a second, operators apart from viewers; what does not fit
 * waits for a later frame.
 */
import type { Role } from '../contract/operations.ts';
import { type TopicName, topics } from '../contract/topics.ts';
import { UserError } from '../domain/errors.ts';
import { US_PER_MS } from '../domain/time.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { GatewayHost } from './host.ts';

/** Characters at once and a second: a thousandth of a second makes about 200,000. */
const RATES: Readonly<Record<Role, readonly [burst: number, perSecond: number]>> = {
  viewer: [2_000_000, 1_000_000],
  operator: [32_000_000, 16_000_000],
};
/** What the shortest view costs, in characters: it is looked for and put together like any other. */
const LEAST_COST = 1_000;
/** What a view costs beyond its text: a search reads all lines of the log, and its answer may be short. */
const SEARCH_COST = 50_000;
/** Longest view, in characters: five thousand pairs take a sixth of it. */
export const MAX_VIEW_CHARS = 8_000_000;
/** Views that are kept, and their characters: beyond either those made longest ago are forgotten. Whoever watches one has it made again. */
const MAX_KEPT = 1_024;
const MAX_KEPT_CHARS = 4 * MAX_VIEW_CHARS;

/** One view as it was made. */
export type ViewText = {
  /** Differs from the one before only where the text does. */
  readonly version: number;
  /** As it stands in a message, with its key. Undefined: there is no such view at present. */
  readonly entry: string | undefined;
};

/** `view`: what the text was made of, where the host froze it. */
type Kept = ViewText & { readonly dueUs: number; readonly view: unknown };

export class ViewTexts {
  readonly #host: GatewayHost;
  /** The one that was made last at the end. */
  readonly #kept = new Map<string, Kept>();
  #keptChars = 0;
  readonly #shares: Readonly<Record<Role, TokenBucket>> = {
    viewer: new TokenBucket(...RATES.viewer),
    operator: new TokenBucket(...RATES.operator),
  };
  #versions = 0;

  constructor(host: GatewayHost) {
    this.#host = host;
  }

  /**
   * @param key topicKey of the two. @returns `later` where the role has had its share of the moment.
   * @throws what the host throws, and UserError for a view that is too long.
   */
  read(topic: TopicName, params: unknown, key: string, role: Role): ViewText | 'later' {
    const nowUs = this.#host.clock.nowUs();
    const before = this.#kept.get(key);
    if (before !== undefined && nowUs < before.dueUs) return before;
    const share = this.#shares[role];
    // There are few views without parameters, and no client can ask for more of them.
    const isChosen = !key.endsWith(':{}');
    if (isChosen && share.waitUs(1, nowUs) > 0) return 'later';
    const view = this.#host.readView(topic, params);
    const dueUs = nowUs + topics[topic].everyMs * US_PER_MS;
    // A view that is the same frozen object as before has the same text: none is made.
    if (before?.view !== undefined && before.view === view) return this.#keep(key, { ...before, dueUs });
    const text = JSON.stringify(view) as string | undefined;
    if (isChosen) share.take(costOf(topic, text), nowUs);
    if (text !== undefined && text.length > MAX_VIEW_CHARS) throw tooLong(topic, text.length);
    const entry = entryOf(key, text);
    const isSame = before !== undefined && before.entry === entry;
    return this.#keep(key, {
      version: isSame ? before.version : ++this.#versions,
      entry,
      dueUs,
      // Frozen says that its maker puts a new one in its place, and changes nothing within it.
      view: typeof view === 'object' && Object.isFrozen(view) ? view : undefined,
    });
  }

  #keep(key: string, made: Kept): Kept {
    this.#forget(key);
    this.#kept.set(key, made);
    this.#keptChars += made.entry?.length ?? 0;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT && this.#keptChars <= MAX_KEPT_CHARS) break;
      this.#forget(oldest);
    }
    return made;
  }

  #forget(key: string): void {
    this.#keptChars -= this.#kept.get(key)?.entry?.length ?? 0;
    this.#kept.delete(key);
  }
}

function costOf(topic: TopicName, text = ''): number {
  return Math.max(LEAST_COST, text.length) + (topic === 'logs' ? SEARCH_COST : 0);
}

function entryOf(key: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `{"key":${JSON.stringify(key)},"data":${text}}`;
}

function tooLong(topic: TopicName, length: number): UserError {
  return new UserError({
    code: 'view-too-long',
    field: 'topic',
    value: topic,
    message: `has ${length} characters, the limit is ${MAX_VIEW_CHARS}`,
    remedy: 'Request less of it, or watch fewer instruments.',
  });
}
