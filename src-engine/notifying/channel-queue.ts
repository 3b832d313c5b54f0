/**
 * One channel's own queue: bounded, in order, tried again a few times with growing pauses or when the other side says so. It shares
 * nothing with other channels and nothing with trading: a service that hangs costs its own notices alone.
 */
import type { ChannelSettings } from '../contract/channel-operations.ts';
import type { Clock } from '../lib/clock.ts';
import type { Notice, Send, Sent } from './notice.ts';

/** Notices that wait; beyond that the oldest that is not critical gives way. */
export const MAX_WAITING = 100;
/** Tries of one notice. */
export const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;
const US_PER_MS = 1_000;
const MINUTES_A_DAY = 1_440;

export type QueueStanding = {
  readonly sent: number;
  readonly failed: number;
  readonly waiting: number;
  readonly lastError: string;
  readonly lastSentUs: number | null;
};

type Waiting = { readonly notice: Notice; tries: number };

const RANK = { critical: 0, warning: 1, info: 2 } as const;

/** Whether the channel sends that notice at that moment. */
export function isWanted({ isOn, severity, quiet }: ChannelSettings, notice: Notice, nowUs: number): boolean {
  if (!isOn || RANK[notice.severity] > RANK[severity]) return false;
  return notice.severity === 'critical' || quiet === null || !isWithin(quiet, nowUs);
}

/** From one time of the day to the other in UTC, over midnight where it ends before it begins. */
function isWithin({ from, to }: { readonly from: string; readonly to: string }, nowUs: number): boolean {
  const minute = Math.floor(nowUs / 60_000_000) % MINUTES_A_DAY;
  const [first, last] = [minuteOf(from), minuteOf(to)];
  return first <= last ? minute >= first && minute < last : minute >= first || minute < last;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

export class ChannelQueue {
  readonly #clock: Clock;
  readonly #send: Send;
  readonly #waiting: Waiting[] = [];
  #isSending = false;
  #isStopped = false;
  #cancel: (() => void) | undefined;
  #sent = 0;
  #failed = 0;
  #lastError = '';
  #lastSentUs: number | null = null;

  constructor(clock: Clock, send: Send) {
    this.#clock = clock;
    this.#send = send;
  }

  get standing(): QueueStanding {
    return {
      sent: this.#sent,
      failed: this.#failed,
      waiting: this.#waiting.length,
      lastError: this.#lastError,
      lastSentUs: this.#lastSentUs,
    };
  }

  add(notice: Notice): void {
    if (this.#isStopped) return;
    if (this.#waiting.length >= MAX_WAITING) this.#dropOne();
    this.#waiting.push({ notice, tries: 0 });
    if (this.#cancel === undefined) this.#next();
  }

  /** What waits is given up. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#waiting.length = 0;
  }

  /** The first one is with the service already. */
  #dropOne(): void {
    const from = this.#isSending ? 1 : 0;
    const at = this.#waiting.findIndex(({ notice }, n) => n >= from && notice.severity !== 'critical');
    this.#waiting.splice(at < 0 ? from : at, 1);
    this.#giveUp(`more than ${MAX_WAITING} notices waited`);
  }

  #giveUp(reason: string): void {
    this.#failed += 1;
    this.#lastError = reason;
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#isSending || this.#isStopped) return;
    this.#isSending = true;
    void this.#try(first.notice).then((sent) => {
      this.#isSending = false;
      if (!this.#isStopped) this.#took(first, sent);
    });
  }

  async #try(notice: Notice): Promise<Sent> {
    try {
      return await this.#send(notice);
    } catch (error) {
      return { kind: 'again', reason: error instanceof Error ? error.message : 'unknown reason' };
    }
  }

  #took(waiting: Waiting, sent: Sent): void {
    if (sent.kind === 'delivered') {
      this.#sent += 1;
      this.#lastSentUs = this.#clock.nowUs();
      this.#lastError = '';
    } else this.#lastError = sent.reason;
    waiting.tries += 1;
    if (sent.kind === 'again' && waiting.tries < MAX_TRIES) {
      this.#later(sent.afterMs ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** (waiting.tries - 1)));
      return;
    }
    if (sent.kind !== 'delivered') this.#giveUp(sent.reason);
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#next();
  }

  #later(ms: number): void {
    this.#cancel = this.#clock.schedule(this.#clock.nowUs() + ms * US_PER_MS, () => {
      this.#cancel = undefined;
      this.#next();
    });
  }
}
