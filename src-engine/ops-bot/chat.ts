/** What the two services have in common: a message of a person comes in, and an answer in plain text goes back. */
import type { Clock } from '../lib/clock.ts';

/** Longest answer, in characters: Telegram takes 4,096, Slack more. */
export const MAX_ANSWER = 3_500;

export type ChatMessage = {
  /** Unique within the bot: the same message comes again where the service did not hear that it came. */
  readonly id: string;
  /** Of the person, as the service gives it. */
  readonly from: string;
  readonly text: string;
  /** By the service's clock, so that the engine's may be wrong; undefined: it comes the moment that it is typed. */
  readonly ageUs: number | undefined;
};

/** Whether it is hidden from the others in the room: what changes something is for all to see. */
export type ChatAnswer = { readonly text: string; readonly isForAll: boolean };

export type ChatEars = {
  /** @returns the answer; undefined: none is given. Never rejects. */
  heard(message: ChatMessage): Promise<ChatAnswer | undefined>;
  /** Something came that no person typed, or in a form that is not known. */
  ignored(): void;
  /** It hears the service, or why not. */
  standing(isConnected: boolean, error: string): void;
};

export type Chat = { start(): void; stop(): void };

/** Between tries to reach a service, in ms: doubled each time, and begun anew after one that held. */
const WAIT_MS = { first: 1_000, most: 60_000 } as const;
/** Longest that a service may ask for. */
const MAX_ASKED_MS = 600_000;

export class Backoff {
  readonly #clock: Clock;
  #waitMs: number = WAIT_MS.first;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param askedMs the least that the service asks for. */
  again(run: () => void, askedMs = 0): void {
    const waitMs = Math.max(this.#waitMs, Math.min(askedMs, MAX_ASKED_MS));
    this.#waitMs = Math.min(this.#waitMs * 2, WAIT_MS.most);
    this.#cancel();
    this.#cancel = this.#clock.schedule(this.#clock.nowUs() + waitMs * 1_000, run);
  }

  held(): void {
    this.#waitMs = WAIT_MS.first;
  }

  stop(): void {
    this.#cancel();
  }
}

/** Seconds that an answer asks to wait, in ms; 0: none that can be read. */
export function askedMs(seconds: unknown): number {
  const value = Number(seconds);
  return Number.isFinite(value) && value > 0 ? value * 1_000 : 0;
}

export function cutAnswer(text: string): string {
  if (text.length <= MAX_ANSWER) return text;
  // No sign of two units is cut in the middle.
  return `${text.slice(0, MAX_ANSWER - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
