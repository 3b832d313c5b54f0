/** The views of one session, conflated: each frame sends only what changed, in one message, latest wins. */
import type { Role } from '../contract/operations.ts';
import { topicKey, type TopicName, topics } from '../contract/topics.ts';
import { US_PER_MS } from '../domain/time.ts';
import type { Channel } from './channel.ts';
import type { GatewayHost } from './host.ts';
import { type ViewText, type ViewTexts, viewTextsOf } from './view-texts.ts';

/** Twenty frames a second: quicker than an eye reads a price, a third of what a screen could show. */
export const DEFAULT_FRAME_MS = 50;
/** Frames are skipped while more than this waits for the client. */
export const VIEW_BACKLOG_LIMIT = 256 * 1024;

type Subscription = { readonly topic: TopicName; readonly params: unknown; sent: string; dueUs: number };

export class ViewHub {
  readonly #host: GatewayHost;
  readonly #channel: Channel;
  readonly #frameUs: number;
  readonly #role: Role;
  readonly #texts: ViewTexts;
  readonly #onFailure: (topic: TopicName, error: unknown) => void;
  readonly #subscriptions = new Map<string, Subscription>();
  #cancelFrame: (() => void) | undefined;

  /** @param onFailure hears of a view that could not be read; that view is no longer subscribed then. */
  constructor(
    host: GatewayHost,
    channel: Channel,
    role: Role,
    onFailure: (topic: TopicName, error: unknown) => void,
    frameMs = DEFAULT_FRAME_MS,
  ) {
    this.#host = host;
    this.#channel = channel;
    this.#role = role;
    this.#texts = viewTextsOf(host);
    this.#frameUs = frameMs * US_PER_MS;
    this.#onFailure = onFailure;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  has(topic: TopicName, params: unknown): boolean {
    return this.#subscriptions.has(topicKey(topic, params));
  }

  /** @param params as the topic's schema gave them. Asking again sends the view again. */
  subscribe(topic: TopicName, params: unknown): void {
    this.#subscriptions.set(topicKey(topic, params), { topic, params, sent: '', dueUs: 0 });
    this.#scheduleFrame();
  }

  unsubscribe(topic: TopicName, params: unknown): void {
    this.#subscriptions.delete(topicKey(topic, params));
    if (this.#subscriptions.size === 0) this.close();
  }

  /** Ends the frames and forgets the subscriptions. */
  close(): void {
    this.#subscriptions.clear();
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
  }

  #scheduleFrame(): void {
    if (this.#cancelFrame !== undefined || this.#subscriptions.size === 0) return;
    this.#cancelFrame = this.#host.clock.schedule(this.#host.clock.nowUs() + this.#frameUs, () => {
      this.#cancelFrame = undefined;
      try {
        if (this.#channel.bufferedBytes() <= VIEW_BACKLOG_LIMIT) this.#sendFrame();
      } catch {
        // A channel that takes nothing is its client's trouble alone.
        this.close();
        this.#channel.close();
        return;
      }
      this.#scheduleFrame();
    });
  }

  #sendFrame(): void {
    const changed: string[] = [];
    const nowUs = this.#host.clock.nowUs();
    for (const [key, subscription] of this.#subscriptions) {
      if (nowUs < subscription.dueUs) continue;
      const view = this.#read(key, subscription);
      if (view === undefined || view === 'later') continue;
      // Behind those that wait: they come first in the next frame.
      this.#subscriptions.delete(key);
      this.#subscriptions.set(key, subscription);
      subscription.dueUs = nowUs + topics[subscription.topic].everyMs * US_PER_MS;
      const data = view.text;
      if (data === undefined || data === subscription.sent) continue;
      subscription.sent = data;
      changed.push(`{"key":${JSON.stringify(key)},"data":${data}}`);
    }
    if (changed.length === 0) return;
    // Put together by hand, so that what was serialised to be compared is not serialised again.
    this.#channel.send(`{"t":"views","atUs":${nowUs},"views":[${changed.join(',')}]}`);
  }

  #read(key: string, { topic, params }: Subscription): ViewText | undefined {
    try {
      return this.#texts.read(topic, params, key, this.#role);
    } catch (error) {
      this.#subscriptions.delete(key);
      this.#onFailure(topic, error);
      return undefined;
    }
  }
}
