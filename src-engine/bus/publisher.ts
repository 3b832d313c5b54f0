/**
 * One bus: reads the journal of each profile on from where the broker confirmed it, publishes a page, and goes on. The place moves
 * only after a confirmation, so a fact may come twice and never not at all. A broker that is away is tried again with growing
 * pauses; the journal holds what it misses meanwhile, so nothing waits in memory but one page.
 */
import type { BusSettings } from '../contract/bus-operations.ts';
import type { Clock } from '../lib/clock.ts';
import { US_PER_MS } from '../domain/time.ts';
import { type Broker, type Connect, reasonOf } from './broker.ts';
import { type BusFact, messageOf } from './bus-message.ts';

/** Of each profile the last number that was confirmed. */
export type Places = Readonly<Record<string, number>>;
export type JournalPage = {
  readonly facts: readonly BusFact[];
  readonly seq: number;
  readonly lastSeq: number;
};

/** The journal as the publisher reads it. */
export type JournalReader = {
  profiles(): Promise<readonly string[]>;
  /** The number before the first fact at or after a time, or the last one where there is none; 0: before all. */
  placeAt(profile: string, atUs: number): Promise<number>;
  page(profile: string, afterSeq: number): Promise<JournalPage>;
};

export type BusCounts = {
  readonly published: number;
  readonly failed: number;
  readonly backlog: number;
  readonly lastError: string;
  readonly lastPublishedUs: number | null;
};

/** Between two looks at a journal in which nothing is new. */
export const IDLE_US = 500 * US_PER_MS;
const FIRST_PAUSE_US = 1_000 * US_PER_MS;
export const LONGEST_PAUSE_US = 60_000 * US_PER_MS;

export type PublisherParts = {
  readonly settings: BusSettings;
  readonly url: string;
  /** Profiles that are not in `places` begin with what happened from then on. */
  readonly sinceUs: number;
  readonly places: Places;
  readonly clock: Clock;
  readonly journal: JournalReader;
  readonly connect: Connect;
  /** After each confirmation. */
  readonly onMoved: (places: Places) => void;
};

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #places = new Map<string, number>();
  readonly #left = new Map<string, number>();
  #broker: Broker | undefined;
  #isStopped = false;
  #cancel: () => void = () => undefined;
  #failures = 0;
  #published = 0;
  #failed = 0;
  #lastError = '';
  #lastPublishedUs: number | null = null;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    for (const [profile, seq] of Object.entries(parts.places)) this.#places.set(profile, seq);
  }

  get counts(): BusCounts {
    return {
      published: this.#published,
      failed: this.#failed,
      backlog: [...this.#left.values()].reduce((sum, left) => sum + left, 0),
      lastError: this.#lastError,
      lastPublishedUs: this.#lastPublishedUs,
    };
  }

  start(): void {
    this.#in(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    this.#leave();
  }

  #in(us: number): void {
    if (this.#isStopped) return;
    const { clock } = this.#parts;
    this.#cancel = clock.schedule(clock.nowUs() + us, () => void this.#round());
  }

  async #round(): Promise<void> {
    try {
      const isMore = await this.#publishAll();
      this.#failures = 0;
      this.#in(isMore ? 0 : IDLE_US);
    } catch (error) {
      if (this.#isStopped) return;
      this.#failed += 1;
      this.#lastError = reasonOf(error);
      this.#leave();
      const pause = FIRST_PAUSE_US * 2 ** Math.min(this.#failures, 10);
      this.#failures += 1;
      this.#in(Math.min(LONGEST_PAUSE_US, pause));
    }
  }

  /** A page of each profile. True: there is more. */
  async #publishAll(): Promise<boolean> {
    const { journal, sinceUs, clock, onMoved } = this.#parts;
    let isMore = false;
    for (const profile of await journal.profiles()) {
      const place = this.#places.get(profile) ?? (await journal.placeAt(profile, sinceUs));
      this.#places.set(profile, place);
      const { facts, seq, lastSeq } = await journal.page(profile, place);
      this.#left.set(profile, Math.max(0, lastSeq - place));
      if (seq <= place || this.#isStopped) continue;
      if (facts.length > 0) {
        await (await this.#reach()).publish(facts.map(messageOf));
        this.#published += facts.length;
        this.#lastPublishedUs = clock.nowUs();
      }
      this.#lastError = '';
      this.#places.set(profile, seq);
      this.#left.set(profile, Math.max(0, lastSeq - seq));
      onMoved(Object.fromEntries(this.#places));
      isMore ||= seq < lastSeq;
    }
    return isMore;
  }

  async #reach(): Promise<Broker> {
    const { connect, settings, url } = this.#parts;
    const broker = (this.#broker ??= await connect(settings, url));
    if (this.#isStopped) this.#leave();
    return broker;
  }

  #leave(): void {
    this.#broker?.close();
    this.#broker = undefined;
  }
}
