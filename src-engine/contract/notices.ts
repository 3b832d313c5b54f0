/** What deserves a message beyond the window: each thing once, when it begins, and never a storm. Pure. */
import type { HostMode } from './host-messages.ts';

/** What is looked at: a change from calm to not calm makes a notice. */
export type Standing = {
  readonly killed: boolean;
  readonly haltReason: string;
  readonly isSilent: boolean;
  readonly arming: HostMode['arming'];
  readonly feeds: HostMode['feeds'];
};

/** From what must be seen first to what may wait. */
export const NOTICE_KINDS = [
  'killed',
  'silent',
  'halted',
  'feed-lost',
  'disarmed',
  'armed',
  'alert',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export type Notice = { readonly kind: NoticeKind; readonly title: string; readonly body: string };

/** @param mode as the engine last reported it; undefined before its first report. */
export function standingOf(mode: HostMode | undefined, isSilent: boolean): Standing {
  return {
    killed: mode?.killed ?? false,
    haltReason: mode?.paused === true ? mode.haltReason : '',
    isSilent,
    arming: mode?.arming ?? null,
    feeds: mode?.feeds ?? [],
  };
}

/** What began between the two, the worst first; nothing at the first look. */
export function noticesOf(before: Standing | undefined, now: Standing): Notice[] {
  if (before === undefined) return [];
  const notices: Notice[] = [];
  const notify = (kind: NoticeKind, title: string, body: string): void => {
    notices.push({ kind, title, body });
  };
  if (now.killed && !before.killed) {
    notify('killed', 'Killed', 'No new order is sent until the switch is re-armed.');
  }
  if (now.isSilent && !before.isSilent) {
    notify('silent', 'The engine does not answer', 'The window shows old data.');
  }
  // A kill halts too, and says so itself.
  if (now.haltReason !== '' && now.haltReason !== before.haltReason && !now.killed) {
    notify('halted', 'Trading halted', now.haltReason);
  }
  const lost = lostVenues(before, now);
  if (lost.length > 0) notify('feed-lost', 'Feed lost', `No live book of ${lost.join(', ')}.`);
  if (isArmed(before) && now.arming === 'disarmed') {
    notify('disarmed', 'Live trading is disarmed', 'No order of a new cycle is sent to the venue.');
  }
  if (isArmed(now) && !isArmed(before))
    notify('armed', 'Live trading is armed', 'Orders are sent to the venue.');
  return notices;
}

function isArmed({ arming }: Standing): boolean {
  return arming === 'canary' || arming === 'armed';
}

/** Venues that had live books and have none; one that was left by a change of profile is not lost. */
function lostVenues(before: Standing, now: Standing): string[] {
  const dark = now.feeds.filter(({ isLive }) => !isLive).map(({ venue }) => venue);
  return dark.filter((venue) => before.feeds.some((feed) => feed.venue === venue && feed.isLive));
}

/** At most so many messages a minute. */
export const MAX_A_MINUTE = 6;
const MINUTE_MS = 60_000;
/** What begins within this time of a message comes in one with what else does. */
export const GAP_MS = 2_000;

/**
 * Holds back what would be a storm: the first is shown at once, what follows closely as one message, the worst in its title.
 * Nothing is lost: what waits is shown when the minute allows, each kind once, as it last was.
 */
export class NoticeBoard {
  readonly #shownMs: number[] = [];
  readonly #waiting = new Map<NoticeKind, { readonly notice: Notice; readonly times: number }>();

  add(notices: readonly Notice[]): void {
    for (const notice of notices) {
      const times = (this.#waiting.get(notice.kind)?.times ?? 0) + 1;
      this.#waiting.set(notice.kind, { notice, times });
    }
  }

  /** What is to be shown now, or undefined. */
  take(nowMs: number): Notice | undefined {
    if (this.#waiting.size === 0 || this.waitMs(nowMs) > 0) return undefined;
    this.#shownMs.push(nowMs);
    const waiting = NOTICE_KINDS.flatMap((kind) => this.#waiting.get(kind) ?? []);
    this.#waiting.clear();
    const [worst, ...others] = waiting;
    if (worst === undefined) return undefined;
    const also = others.map(({ notice, times }) => often(notice.title, times));
    const body = also.length === 0 ? worst.notice.body : `${worst.notice.body} Also: ${also.join(', ')}.`;
    return { kind: worst.notice.kind, title: often(worst.notice.title, worst.times), body };
  }

  /** How long until something may be shown again, in ms. */
  waitMs(nowMs: number): number {
    while (this.#shownMs.length > 0 && (this.#shownMs[0] ?? 0) <= nowMs - MINUTE_MS) this.#shownMs.shift();
    const afterLast = (this.#shownMs.at(-1) ?? Number.NEGATIVE_INFINITY) + GAP_MS - nowMs;
    const [oldest = nowMs] = this.#shownMs;
    const afterMinute = this.#shownMs.length < MAX_A_MINUTE ? 0 : oldest + MINUTE_MS - nowMs;
    return Math.max(0, afterLast, afterMinute);
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }
}

function often(title: string, times: number): string {
  return times === 1 ? title : `${title} (${times} times)`;
}
