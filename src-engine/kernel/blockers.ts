/** Everything that may keep something new from beginning at a venue, asked in one place. */
import type { VenueName } from '../domain/ids.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Armings } from '../risk/armings.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import type { FeedHealth } from './feed-health.ts';
import type { Halts } from './halts.ts';

/** Books that showed no sign of life for so long are not looked at. */
const MAX_SILENCE_US = 5 * US_PER_SECOND;

export type BlockerParts = {
  readonly killSwitch: KillSwitch;
  readonly armings: Armings;
  readonly halts: Halts;
  readonly feeds: ReadonlyMap<VenueName, FeedHealth>;
  /** Venues where nothing is ever sent in this run, and why. */
  readonly watchedOnly: ReadonlyMap<VenueName, string>;
  /** Why nothing new may be sent to a venue until it was compared with the ledger; empty: it was. */
  readonly unreconciled: (venue: VenueName) => string;
  /** Why no watchdog watches a venue's account; empty: one does, or none is needed. */
  readonly unwatched: (venue: VenueName) => string;
};

export class Blockers {
  readonly #parts: BlockerParts;

  constructor(parts: BlockerParts) {
    this.#parts = parts;
  }

  /** Why nothing new begins at a venue; undefined: nothing is against it. */
  of(venue: VenueName): string | undefined {
    const paused = this.paused(venue);
    return this.shut(venue) ?? (paused === '' ? undefined : paused);
  }

  /** The part of it that no order passes, one that brings a position home by hand neither; undefined: nothing of this kind. */
  shut(venue: VenueName): string | undefined {
    const { killSwitch, watchedOnly, armings, unreconciled } = this.#parts;
    if (killSwitch.isOn) return 'the kill switch is on; re-arm to trade';
    const watched = watchedOnly.get(venue);
    if (watched !== undefined) return `watched without trading: ${watched}`;
    return [armings.of(venue).refusal, unreconciled(venue)].find((reason) => reason !== '');
  }

  /** The part of it that pauses a venue: a halt, the operator, the venue's own status, a missing watchdog. Empty: none. */
  paused(venue: VenueName): string {
    const { halts, feeds, unwatched } = this.#parts;
    const refusal = halts.refusal(venue);
    if (refusal !== undefined) return refusal;
    const status = feeds.get(venue)?.venueStatus ?? '';
    if (status !== '' && status !== 'online') return `${venue} reports its status as ${status}`;
    return unwatched(venue);
  }

  /** Why a venue's dead-man switch is not to be put off; empty: trading goes on there and its books are looked at. */
  unguarded(venue: VenueName, nowUs: TimeUs): string {
    const { killSwitch, halts, feeds } = this.#parts;
    if (killSwitch.isOn) return 'the kill switch is on';
    const halted = halts.haltOf(venue);
    if (halted !== undefined) return `trading is halted: ${halted}`;
    const silentUs = nowUs - (feeds.get(venue)?.lastAliveUs ?? 0);
    return silentUs > MAX_SILENCE_US ? 'its feed is silent' : '';
  }
}
