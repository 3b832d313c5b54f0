/**
 * One channel's own queue: bounded, in order, tried again a few times with growing pauses or when the other side says so. What is
 * critical goes before the rest, and waits for no other notice's pause: only for the one that the service asked for. It shares
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

/** `fromUs`: after a failed try, not before then. */
type Waiting = { readonly notice: Notice; tries: number; fromUs: number };

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
  #sending: Waiting | undefined;
  /** The service wants nothing before then. */
  #closedUntilUs = 0;
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
    if (this.#waiting.length >= MAX_WAITING && !this.#makeRoom(notice)) return;
    this.#waiting.push({ notice, tries: 0, fromUs: 0 });
    this.#next();
  }

  /** Gives up what waits; what is with the service already goes on. */
  clear(reason: string): void {
    for (const each of this.#waiting.filter((one) => one !== this.#sending)) this.#drop(each, reason);
  }

  /** What waits is given up. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#waiting.length = 0;
  }

  /** The oldest that is not critical gives way, then the oldest critical one; never to one that is not. False: this one does. */
  #makeRoom(notice: Notice): boolean {
    const reason = `more than ${MAX_WAITING} notices waited`;
    const free = this.#waiting.filter((one) => one !== this.#sending);
    const plain = free.find((one) => one.notice.severity !== 'critical');
    const given = plain ?? (notice.severity === 'critical' ? free[0] : undefined);
    if (given === undefined) this.#giveUp(reason);
    else this.#drop(given, reason);
    return given !== undefined;
  }

  #drop(waiting: Waiting, reason: string): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    this.#giveUp(reason);
  }

  #giveUp(reason: string): void {
    this.#failed += 1;
    this.#lastError = reason;
  }

  /** The next to try: a critical one whose own pause is over, or will be first; then the others in their order. */
  #first(nowUs: number): Waiting | undefined {
    const critical = this.#waiting.filter(({ notice }) => notice.severity === 'critical');
    if (critical.length === 0) return this.#waiting[0];
    const ready = critical.find(({ fromUs }) => fromUs <= nowUs);
    return ready ?? critical.reduce((soonest, one) => (one.fromUs < soonest.fromUs ? one : soonest));
  }

  #next(): void {
    if (this.#sending !== undefined || this.#isStopped) return;
    this.#cancel?.();
    this.#cancel = undefined;
    const nowUs = this.#clock.nowUs();
    const first = this.#first(nowUs);
    if (first === undefined) return;
    const atUs = Math.max(first.fromUs, this.#closedUntilUs);
    if (atUs > nowUs) {
      this.#cancel = this.#clock.schedule(atUs, () => this.#next());
      return;
    }
    this.#sending = first;
    void this.#try(first.notice).then((sent) => {
      this.#sending = undefined;
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
    if (sent.kind === 'again') {
      const ours = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** (waiting.tries - 1));
      waiting.fromUs = this.#clock.nowUs() + (sent.afterMs ?? ours) * US_PER_MS;
      if (sent.afterMs !== undefined) this.#closedUntilUs = waiting.fromUs;
    }
    if (sent.kind !== 'again' || waiting.tries >= MAX_TRIES) {
      if (sent.kind !== 'delivered') this.#giveUp(sent.reason);
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    }
    this.#next();
  }
}
