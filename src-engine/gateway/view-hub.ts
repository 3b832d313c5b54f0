/** The views of one client, conflated: each frame sends only what changed, in one message, latest wins. */
import type { Role } from '../contract/operations.ts';
import { topicKey, type TopicName } from '../contract/topics.ts';
import type { Channel } from './channel.ts';
import type { GatewayHost } from './host.ts';
import { type ViewFrames, viewFramesOf } from './view-frames.ts';
import type { ViewText } from './view-texts.ts';

/** Frames are skipped while more than this waits for the client. */
export const VIEW_BACKLOG_LIMIT = 256 * 1024;

/** `sent`: the version that the client has; 0: none. */
type Subscription = { readonly topic: TopicName; readonly params: unknown; sent: number };

export class ViewHub {
  readonly #channel: Channel;
  readonly #role: Role;
  readonly #frames: ViewFrames;
  readonly #onFailure: (topic: TopicName, error: unknown) => void;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #onFrame = (): void => this.#frame();

  /** @param onFailure hears of a view that could not be read; that view is no longer subscribed then. */
  constructor(
    host: GatewayHost,
    channel: Channel,
    role: Role,
    onFailure: (topic: TopicName, error: unknown) => void,
  ) {
    this.#channel = channel;
    this.#role = role;
    this.#frames = viewFramesOf(host);
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
    this.#subscriptions.set(topicKey(topic, params), { topic, params, sent: 0 });
    this.#frames.join(this.#onFrame);
  }

  unsubscribe(topic: TopicName, params: unknown): void {
    this.#subscriptions.delete(topicKey(topic, params));
    if (this.#subscriptions.size === 0) this.close();
  }

  /** Ends the frames and forgets the subscriptions. */
  close(): void {
    this.#subscriptions.clear();
    this.#frames.leave(this.#onFrame);
  }

  #frame(): void {
    try {
      if (this.#channel.bufferedBytes() <= VIEW_BACKLOG_LIMIT) this.#sendFrame();
    } catch {
      // A channel that takes nothing is its client's trouble alone.
      this.close();
      this.#channel.close();
    }
  }

  #sendFrame(): void {
    const changed: ViewText[] = [];
    const waiting: [string, Subscription][] = [];
    for (const [key, subscription] of this.#subscriptions) {
      const view = this.#read(key, subscription);
      if (view === 'later') waiting.push([key, subscription]);
      if (view === undefined || view === 'later' || view.version === subscription.sent) continue;
      if (view.entry === undefined) continue;
      subscription.sent = view.version;
      changed.push(view);
    }
    if (waiting.length > 0) this.#putFirst(waiting);
    if (changed.length > 0) this.#channel.send(this.#frames.message(changed));
  }

  /** What had to wait for its share comes before what had it, in the next frame. */
  #putFirst(waiting: readonly [string, Subscription][]): void {
    const all = new Map([...waiting, ...this.#subscriptions]);
    this.#subscriptions.clear();
    for (const [key, subscription] of all) this.#subscriptions.set(key, subscription);
  }

  #read(key: string, { topic, params }: Subscription): ViewText | 'later' | undefined {
    try {
      return this.#frames.texts.read(topic, params, key, this.#role);
    } catch (error) {
      this.#subscriptions.delete(key);
      this.#onFailure(topic, error);
      return undefined;
    }
  }
}
