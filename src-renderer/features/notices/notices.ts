/** What deserves a message beyond the window: each thing once, when it begins, and never a storm. Pure. */
import type { EngineStatus } from '../../../src-engine/contract/records.ts';
import type { EngineLink } from '../../engine/link.ts';

export type Notice = { readonly title: string; readonly body: string };

/** What is looked at: a change from calm to not calm makes a notice. */
export type Standing = {
  readonly killed: boolean;
  readonly haltReason: string;
  readonly isSilent: boolean;
  readonly isLive: boolean;
};

export function standingOf(status: EngineStatus | undefined, link: EngineLink): Standing {
  return {
    killed: status?.killed ?? false,
    haltReason: status?.paused === true ? status.haltReason : '',
    isSilent: link === 'silent' || link === 'lost' || link === 'refused',
    isLive: status?.mode === 'live',
  };
}

/** What began between the two; nothing at the window's first look. */
export function noticesOf(before: Standing | undefined, now: Standing): Notice[] {
  if (before === undefined) return [];
  const notices: Notice[] = [];
  if (now.isSilent && !before.isSilent) {
    notices.push({ title: 'The engine does not answer', body: 'What the window shows is old.' });
  }
  if (now.killed && !before.killed) {
    notices.push({ title: 'Killed', body: 'No new order leaves until the switch is re-armed.' });
  } else if (now.haltReason !== '' && now.haltReason !== before.haltReason && !now.killed) {
    notices.push({ title: 'Trading halted', body: now.haltReason });
  }
  if (now.isLive && !before.isLive) {
    notices.push({ title: 'Live trading is armed', body: 'Orders leave for the venue.' });
  }
  return notices;
}

/** At most so many messages a minute: what comes beyond is in the window all the same. */
export const MAX_A_MINUTE = 6;

/** Lets messages through while there were fewer than MAX_A_MINUTE in the last minute. */
export class NoticeGate {
  readonly #sentMs: number[] = [];

  pass(nowMs: number): boolean {
    while (this.#sentMs.length > 0 && (this.#sentMs[0] ?? 0) <= nowMs - 60_000) this.#sentMs.shift();
    if (this.#sentMs.length >= MAX_A_MINUTE) return false;
    this.#sentMs.push(nowMs);
    return true;
  }
}
