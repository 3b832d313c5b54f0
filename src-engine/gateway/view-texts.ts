/**
 * Views as text, made on the thread that trades: each once for all windows that look at it. Those that clients choose by their
 * parameters come within an amount of text a second, operators apart from viewers; what does not fit waits for a later frame.
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
/** Longest view, in characters: five thousand pairs take a sixth of it. */
export const MAX_VIEW_CHARS = 8_000_000;
/** Texts that are kept; beyond it those that are due again are forgotten. */
const MAX_KEPT = 1_024;

type Kept = { readonly text: string | undefined; readonly dueUs: number };

/** One view's text; undefined: there is none. `later`: its role has had its share of the moment. */
export type ViewText = { readonly text: string | undefined } | 'later';

const ofHost = new WeakMap<GatewayHost, ViewTexts>();

/** The texts that all sessions of a host share. */
export function viewTextsOf(host: GatewayHost): ViewTexts {
  let texts = ofHost.get(host);
  if (texts === undefined) ofHost.set(host, (texts = new ViewTexts(host)));
  return texts;
}

export class ViewTexts {
  readonly #host: GatewayHost;
  readonly #kept = new Map<string, Kept>();
  readonly #shares: Readonly<Record<Role, TokenBucket>> = {
    viewer: new TokenBucket(...RATES.viewer),
    operator: new TokenBucket(...RATES.operator),
  };

  constructor(host: GatewayHost) {
    this.#host = host;
  }

  /** @param key topicKey of the two. @throws what the host throws, and UserError for a view that is too long. */
  read(topic: TopicName, params: unknown, key: string, role: Role): ViewText {
    const nowUs = this.#host.clock.nowUs();
    const kept = this.#kept.get(key);
    if (kept !== undefined && nowUs < kept.dueUs) return kept;
    const share = this.#shares[role];
    // There are few views without parameters, and no client can ask for more of them.
    const isChosen = JSON.stringify(params) !== '{}';
    if (isChosen && share.waitUs(1, nowUs) > 0) return 'later';
    const text = JSON.stringify(this.#host.readView(topic, params)) as string | undefined;
    if (isChosen) share.take(text?.length ?? 1, nowUs);
    if (text !== undefined && text.length > MAX_VIEW_CHARS) throw tooLong(topic, text.length);
    if (this.#kept.size >= MAX_KEPT) this.#forget(nowUs);
    // Half of its period: whoever asks in step with the first is given a text that is as fresh as his own would be.
    const made = { text, dueUs: nowUs + (topics[topic].everyMs * US_PER_MS) / 2 };
    this.#kept.set(key, made);
    return made;
  }

  #forget(nowUs: number): void {
    for (const [key, { dueUs }] of this.#kept) if (dueUs <= nowUs) this.#kept.delete(key);
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
  }
}

function tooLong(topic: TopicName, length: number): UserError {
  return new UserError({
    code: 'view-too-long',
    field: 'topic',
    value: topic,
    message: `has ${length} characters, at most ${MAX_VIEW_CHARS} are sent`,
    remedy: 'Ask for less of it, or watch fewer instruments.',
  });
}
