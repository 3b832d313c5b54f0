/** The venue's dead-man switch, where ccxt's class has a call for it: everything is canceled unless it is renewed. */
import { type DurationUs, US_PER_SECOND } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import { within } from '../../../lib/within.ts';
import { isObject } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { AccountLink } from './account-link.ts';
import { openRows } from './lists.ts';

/** It is renewed more often than that. */
const ANSWER_MS = 15_000;
/** It is ended before a session is, if that takes no longer. */
const MAX_STOP_US: DurationUs = US_PER_SECOND;

export class Countdown {
  readonly #link: Pick<AccountLink, 'ask'>;
  readonly #clock: Clock;
  /** It may run at the venue. */
  #mayRun = false;

  constructor(link: Pick<AccountLink, 'ask'>, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /** @param timeoutMs 0 ends it. @returns why the venue, or we ourselves, did not; empty: done. */
  async set(timeoutMs: number): Promise<string> {
    this.#mayRun ||= timeoutMs > 0;
    try {
      // In whole seconds, as the venues take it.
      await this.#link.ask({ what: 'countdown', ms: Math.ceil(timeoutMs / 1_000) * 1_000 }, ANSWER_MS);
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Where the venue shows nothing of ours open: this run may not know what an earlier one left. */
  async end(): Promise<void> {
    if (!this.#mayRun) return;
    await within(this.#clock, MAX_STOP_US, this.#end(), undefined);
  }

  async #end(): Promise<void> {
    const open = await openRows(this.#link).catch(() => undefined);
    if (open?.every((row) => !isObject(row) || orderIdOf(row['clientId']) === undefined) === true)
      await this.set(0);
  }
}
