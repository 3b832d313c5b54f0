/**
 * A venue without which the session began is asked again, and so is an account without which its market is watched. Once one
 * answers, the session is started anew with it, at a moment when nothing is under way at its own venues, nothing is recorded and no account is
 * armed: a start takes a second, in which books are not followed, and leaves every account disarmed.
 */
import { type DurationUs, US_PER_SECOND } from '../../domain/time.ts';
import { isQuiet } from '../../kernel/quiet.ts';
import type { Clock } from '../../lib/clock.ts';
import type { EngineLog } from '../history/engine-log.ts';
import type { TradingSession } from '../trading-session.ts';

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
  /** Sessions of which it was noted that something waits for them to be disarmed. */
  readonly #waits = new WeakSet<TradingSession>();

  constructor(parts: RejoinParts) {
    this.#parts = parts;
  }

  watch(session: TradingSession): void {
    this.stop();
    if (absentOf(session).length === 0) return;
    const { clock } = this.#parts;
    this.#cancel = clock.schedule(clock.nowUs() + INTERVAL_US, () => void this.#look(session));
  }

  stop(): void {
    this.#cancel();
  }

  async #look(session: TradingSession): Promise<void> {
    const { kernel } = session.parts;
    const absent = absentOf(session);
    const answers = await Promise.all(absent.map((venue) => venue.answers()));
    const back = absent.filter((_venue, at) => answers[at] === true).map(({ title }) => title);
    const isArmed = kernel.armings.isNeeded && kernel.armings.isAny;
    if (back.length > 0 && isArmed && !this.#waits.has(session)) {
      this.#waits.add(session);
      const { log } = this.#parts;
      log.note(
        'info',
        'session',
        `${back.join(' and ')} can be traded again, and joins once nothing is armed`,
      );
    }
    if (back.length === 0 || !isQuiet(kernel) || isArmed || session.recording !== undefined)
      return this.watch(session);
    this.#parts.log.note('info', 'session', `${back.join(' and ')} can be reached again: starting with it`);
    this.#parts.restart(session);
  }
}

/** What the session began without: whole venues, and accounts of venues that it watches. */
function absentOf({ parts: { unreached, connections } }: TradingSession) {
  const accounts = connections.flatMap(({ market: { title }, missing }) =>
    missing === undefined ? [] : [{ title, answers: () => missing.isMended() }],
  );
  return [...unreached, ...accounts];
}
