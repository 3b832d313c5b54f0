/**
 * One timer for the views of all clients: those that wait for the same changes are sent the same bytes, so that one client more
 * costs the thread that trades a comparison and a write, and no projection and no text.
 */
import { US_PER_MS } from '../domain/time.ts';
import { SharedText } from './channel.ts';
import type { GatewayHost } from './host.ts';
import { type ViewText, ViewTexts } from './view-texts.ts';

/** Twenty frames a second: quicker than an eye reads a price, a third of what a screen could show. */
const FRAME_US = 50 * US_PER_MS;

/** What one client does at a beat. Must not throw. */
export type OnFrame = (frame: ViewFrames) => void;

const ofHost = new WeakMap<GatewayHost, ViewFrames>();

/** The frames that all clients of a host share. */
export function viewFramesOf(host: GatewayHost): ViewFrames {
  let frames = ofHost.get(host);
  if (frames === undefined) ofHost.set(host, (frames = new ViewFrames(host)));
  return frames;
}

export class ViewFrames {
  readonly texts: ViewTexts;
  readonly #host: GatewayHost;
  readonly #members = new Set<OnFrame>();
  /** Messages of this beat, by the versions of what is in them. */
  readonly #messages = new Map<string, SharedText>();
  #atUs = 0;
  #cancel: (() => void) | undefined;
  #made = 0;

  constructor(host: GatewayHost) {
    this.#host = host;
    this.texts = new ViewTexts(host);
  }

  /** Messages that were put together so far. */
  get made(): number {
    return this.#made;
  }

  /** Takes part in each beat from the next one on, until it leaves. */
  join(member: OnFrame): void {
    this.#members.add(member);
    this.#schedule();
  }

  leave(member: OnFrame): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The message with these views, in this order. @param changed each with an entry. */
  message(changed: readonly ViewText[]): SharedText {
    const versions = changed.map(({ version }) => version).join();
    let message = this.#messages.get(versions);
    if (message === undefined) {
      const entries = changed.map(({ entry }) => entry).join();
      message = new SharedText(`{"t":"views","atUs":${this.#atUs},"views":[${entries}]}`);
      this.#messages.set(versions, message);
      this.#made++;
    }
    return message;
  }

  #schedule(): void {
    if (this.#cancel !== undefined || this.#members.size === 0) return;
    this.#cancel = this.#host.clock.schedule(this.#host.clock.nowUs() + FRAME_US, () => {
      this.#cancel = undefined;
      this.#atUs = this.#host.clock.nowUs();
      for (const member of this.#members) member(this);
      this.#messages.clear();
      this.#turn();
      this.#schedule();
    });
  }

  /** Who came first comes last in the next beat: each is the first to whom a share is given in turn. */
  #turn(): void {
    const [first] = this.#members;
    if (first === undefined) return;
    this.#members.delete(first);
    this.#members.add(first);
  }
}
