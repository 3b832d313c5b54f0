/**
 * A venue without which the session began is asked again. Once one answers, the session is started anew with it, at a moment
 * when nothing is under way and nothing is recorded: a start takes a second, in which books are not followed.
 */
import { type DurationUs, US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { EngineLog } from './engine-log.ts';
import type { TradingSession } from './trading-session.ts';

const INTERVAL_US: DurationUs = 30 * US_PER_SECOND;

export type RejoinParts = {
  readonly clock: Clock;
  /** Stops this session and starts its profile again; nothing happens when it is not the running one any longer. */
  restart(session: TradingSession): void;
  readonly log: Pick<EngineLog, 'note'>;
};

export class Rejoin {
  readonly #parts: RejoinParts;
  #cancel: () => void = () => undefined;

  constructor(parts: RejoinParts) {
    this.#parts = parts;
  }

  watch(session: TradingSession): void {
    this.stop();
    if (session.parts.unreached.length === 0) return;
    const { clock } = this.#parts;
    this.#cancel = clock.schedule(clock.nowUs() + INTERVAL_US, () => void this.#look(session));
  }

  stop(): void {
    this.#cancel();
  }

  async #look(session: TradingSession): Promise<void> {
    const { unreached, kernel } = session.parts;
    const answers = await Promise.all(unreached.map((venue) => venue.answers()));
    const back = unreached.filter((_venue, at) => answers[at] === true).map(({ title }) => title);
    const isQuiet = kernel.orders.openCount === 0 && kernel.desk.sequencer.activeCount === 0;
    if (back.length === 0 || !isQuiet || session.recording !== undefined) return this.watch(session);
    this.#parts.log.note('info', 'session', `${back.join(' and ')} can be reached again: starting with it`);
    this.#parts.restart(session);
  }
}
