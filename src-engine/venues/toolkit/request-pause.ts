/**
 * What a venue asks of an address that sent too much: a pause, or a ban for having gone on after that. All REST calls from this
 * machine count together, so the account and the public feed of a venue share one of these, and so do sessions that follow
 * each other and a kill beside them.
 */
import type { VenueName } from '../../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/**
 * A pause that an urgent call ran into holds the next one for so long, and twice as long after each further one: a kill asks four times
 * in a minute's pause. Venues ban addresses that continue (Binance: 418 after repeated 429), and a ban holds cancels too.
 */
const URGENT_SPACING_US: DurationUs = 5 * US_PER_SECOND;

export class RequestPause {
  #untilUs: TimeUs = 0;
  #banUntilUs: TimeUs = 0;
  #urgentFromUs: TimeUs = 0;
  #urgentSpacingUs = URGENT_SPACING_US;

  /**
   * The venue asks for nothing more before `untilUs`. The longest counts.
   * @param isBan it refuses everything until then, cancels too. @param wasUrgent an urgent call was what it answered.
   */
  begin(untilUs: TimeUs, nowUs: TimeUs, { isBan = false, wasUrgent = false } = {}): void {
    if (untilUs <= nowUs) return;
    if (nowUs >= this.#untilUs) this.#urgentSpacingUs = URGENT_SPACING_US;
    this.#untilUs = Math.max(this.#untilUs, untilUs);
    if (isBan) this.#banUntilUs = Math.max(this.#banUntilUs, untilUs);
    if (!wasUrgent) return;
    this.#urgentFromUs = nowUs + this.#urgentSpacingUs;
    this.#urgentSpacingUs *= 2;
  }

  /** The end of the last pause, past or to come; 0: there was none. */
  get untilUs(): TimeUs {
    return this.#untilUs;
  }

  isBanned(nowUs: TimeUs): boolean {
    return nowUs < this.#banUntilUs;
  }

  /**
   * How long a call must wait yet; 0: it may leave.
   * @param isUrgent a cancel, or the question what is open after it: a pause lets it through, a ban does not.
   */
  waitUs(nowUs: TimeUs, isUrgent = false): DurationUs {
    const untilUs = isUrgent
      ? Math.max(this.#banUntilUs, Math.min(this.#urgentFromUs, this.#untilUs))
      : this.#untilUs;
    return Math.max(0, untilUs - nowUs);
  }

  /** Why a call may not leave, with the seconds that are left; undefined: it may. */
  refusal(nowUs: TimeUs, isUrgent = false): string | undefined {
    const leftUs = this.waitUs(nowUs, isUrgent);
    if (leftUs === 0) return undefined;
    const why = this.isBanned(nowUs) ? 'the venue has banned this address' : 'the venue asks for a pause';
    return `${why}, for ${Math.ceil(leftUs / US_PER_SECOND)} s more`;
  }
}

/** One for each venue, by the name that it appears under. */
export class RequestPauses {
  readonly #byVenue = new Map<VenueName, RequestPause>();

  of(venue: VenueName): RequestPause {
    const known = this.#byVenue.get(venue);
    if (known !== undefined) return known;
    const made = new RequestPause();
    this.#byVenue.set(venue, made);
    return made;
  }
}
