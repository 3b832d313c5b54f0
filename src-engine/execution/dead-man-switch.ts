/**
 * Renews the dead-man switch of every venue with an account: a countdown at the venue that cancels everything
 * unless it is renewed. It is renewed from the ticks of the decision loop alone, and only while that loop is healthy:
 * whatever stops the loop, its journal or its view of the books stops this too, and the venue cancels by itself.
 */
import type { Outbox } from '../domain/effect.ts';
import type { DeadManState } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';

/** Kraken's advice is 60 s, renewed every 15 to 30 s (docs.kraken.com, "Cancel All Orders After X"). */
export const COUNTDOWN_MS = 60_000;
const REFRESH_US: DurationUs = (COUNTDOWN_MS / 3) * US_PER_MS;
/** After the venue did not take it. */
const RETRY_US: DurationUs = 5 * US_PER_SECOND;
/** Ticks come every 100 ms. A loop that was blocked for so long has to run for a second before it counts as healthy. */
const MAX_GAP_US: DurationUs = 500 * US_PER_MS;
const STEADY_US: DurationUs = US_PER_SECOND;

export type DeadManPorts = {
  readonly outbox: Outbox;
  /** Those that keep an account and have such a switch. */
  readonly venues: readonly VenueName[];
  /** False while nothing may be traded that could need it: it cancels what others placed, too. */
  isWanted(venue: VenueName): boolean;
  /** Why a venue's countdown is not to be put off; empty: nothing is in the way. */
  obstacle(venue: VenueName, nowUs: TimeUs): string;
  halt(code: string, reason: string, nowUs: TimeUs, venue: VenueName): void;
};

/** The state of a venue's switch, as it is shown. */
export type DeadManStanding = {
  readonly state: DeadManState | 'never set';
  readonly reason: string;
  /** When the venue took it last; undefined: not in this run. */
  readonly setUs: TimeUs | undefined;
};

type Standing = {
  state: DeadManState | 'never set';
  reason: string;
  setUs: TimeUs | undefined;
  /** When the request left that the venue took last. */
  fromUs: TimeUs | undefined;
  nextUs: TimeUs;
  /** The first question of those that the venue has not taken; undefined: it took the last one. */
  unconfirmedUs: TimeUs | undefined;
};

export class DeadManSwitch {
  readonly #ports: DeadManPorts;
  readonly #standings: ReadonlyMap<VenueName, Standing>;
  #lastTickUs: TimeUs = Number.NEGATIVE_INFINITY;
  #steadySinceUs: TimeUs = 0;

  constructor(ports: DeadManPorts) {
    this.#ports = ports;
    this.#standings = new Map(
      ports.venues.map((venue) => [
        venue,
        {
          state: 'never set',
          reason: '',
          setUs: undefined,
          fromUs: undefined,
          nextUs: 0,
          unconfirmedUs: undefined,
        },
      ]),
    );
  }

  /** undefined: the venue keeps no account. */
  standing(venue: VenueName): DeadManStanding | undefined {
    return this.#standings.get(venue);
  }

  /**
   * Why a venue would not cancel by itself what rests there; undefined: its countdown runs, and for longer than `leastUs`. It counts from the
   * request, as the venue may have taken that long before its answer was read.
   */
  gap(venue: VenueName, leastUs: DurationUs, nowUs: TimeUs): string | undefined {
    const { state = 'never set', reason = '', fromUs } = this.#standings.get(venue) ?? {};
    const leftUs = fromUs === undefined ? 0 : fromUs + COUNTDOWN_MS * US_PER_MS - nowUs;
    // Asked at each look at a quote, and nearly always without one.
    if (state === 'set' && leftUs > leastUs) return undefined;
    const name = `the dead-man switch of ${venue}`;
    if (state === 'never set' || fromUs === undefined) return `${name} is not set yet`;
    if (state !== 'set') return `${name} is ${state}${reason === '' ? '' : `: ${reason}`}`;
    return leftUs > 0 ? `${name} was not renewed lately` : `${name} ran out: no renewal was answered`;
  }

  onTick(nowUs: TimeUs): void {
    if (nowUs - this.#lastTickUs > MAX_GAP_US) this.#steadySinceUs = nowUs;
    this.#lastTickUs = nowUs;
    if (nowUs - this.#steadySinceUs < STEADY_US) return;
    for (const [venue, standing] of this.#standings) {
      // Once set it goes on: what was traded may still need it.
      if (standing.state === 'never set' && !this.#ports.isWanted(venue)) continue;
      const obstacle = this.#ports.obstacle(venue, nowUs);
      if (obstacle !== '') {
        this.#withhold(venue, standing, obstacle, nowUs);
      } else if (nowUs >= standing.nextUs) {
        standing.nextUs = nowUs + REFRESH_US;
        standing.unconfirmedUs ??= nowUs;
        this.#ports.outbox.perform({ type: 'keepAlive', venue, timeoutMs: COUNTDOWN_MS });
      }
    }
  }

  /** The venue's answer. A venue that refuses for a whole countdown protects no longer: trading halts. */
  onAnswer(venue: VenueName, timeoutMs: number, refusal: string, nowUs: TimeUs): void {
    const standing = this.#standings.get(venue);
    if (standing === undefined) return;
    if (timeoutMs === 0) {
      // Left to itself, a countdown that could not be ended runs out: that harms nothing of ours.
      if (refusal === '') this.#report(venue, standing, 'ended', '', nowUs);
      return;
    }
    // It was decided since that the countdown is to run out.
    if (standing.unconfirmedUs === undefined) return;
    if (refusal === '') {
      standing.fromUs = standing.unconfirmedUs;
      standing.unconfirmedUs = undefined;
      standing.setUs = nowUs;
      this.#report(venue, standing, 'set', '', nowUs);
      return;
    }
    standing.nextUs = Math.min(standing.nextUs, nowUs + RETRY_US);
    this.#report(venue, standing, 'failing', refusal, nowUs);
    if (nowUs - standing.unconfirmedUs < COUNTDOWN_MS * US_PER_MS) return;
    const reason = `the dead-man switch of ${venue} could not be set for ${COUNTDOWN_MS / 1_000} s: ${refusal}`;
    this.#ports.halt('dead-man-switch', reason, nowUs, venue);
  }

  /** A kill is verified: the venue shows nothing of ours open. The countdown would only hit what others placed. */
  onEmpty(venue: VenueName): void {
    const standing = this.#standings.get(venue);
    if (standing === undefined || standing.state === 'never set' || standing.state === 'ended') return;
    this.#ports.outbox.perform({ type: 'keepAlive', venue, timeoutMs: 0 });
  }

  #withhold(venue: VenueName, standing: Standing, why: string, nowUs: TimeUs): void {
    // Renewed at once when nothing prevents it any longer.
    standing.nextUs = nowUs;
    standing.unconfirmedUs = undefined;
    if (standing.state === 'set' || standing.state === 'failing') {
      this.#report(venue, standing, 'withheld', why, nowUs);
    }
  }

  /** Reported when it changes: the countdown is renewed three times a minute. */
  #report(venue: VenueName, standing: Standing, state: DeadManState, reason: string, nowUs: TimeUs): void {
    standing.reason = reason;
    if (standing.state === state) return;
    standing.state = state;
    this.#ports.outbox.emit({ type: 'deadManSwitchChanged', atUs: nowUs, venue, state, reason });
  }
}
