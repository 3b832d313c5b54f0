/**
 * A venue without which the session began is asked again, and so is an account without which its market is watched. Once one
 * answers, or a venue lists pairs that the session does not have (listing-watch.ts), the session is started again with them, at
 * a moment when nothing is under way at its own venues, nothing is recorded and no account is armed: a start takes a second,
 * in which books are not followed, and leaves every account disarmed.
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
    const { found } = session.listings;
    const isArmed = kernel.armings.isNeeded && kernel.armings.isAny;
    const { log } = this.#parts;
    if (back.length > 0 && isArmed && !this.#waits.has(session)) {
      this.#waits.add(session);
      log.note(
        'info',
        'session',
        `${back.join(' and ')} can be traded again, and joins once live trading is disarmed`,
      );
    }
    const joins = [
      ...(back.length === 0
        ? []
        : [`${back.join(' and ')} can be reached again: restarting the session with it`]),
      ...found.map(({ title, symbols }) => `${title} lists ${pairWords(symbols)}`),
    ];
    if (joins.length === 0 || !isQuiet(kernel) || isArmed || session.recording !== undefined)
      return this.watch(session);
    for (const text of joins) log.note('info', 'session', text);
    this.#parts.restart(session);
  }
}

/** Most pairs that one line of the log names. */
const MAX_NAMED = 20;

function pairWords(symbols: readonly string[]): string {
  const rest = symbols.length > MAX_NAMED ? ' and more' : '';
  const named = `${symbols.slice(0, MAX_NAMED).join(', ')}${rest}`;
  return symbols.length === 1
    ? `a new pair: restarting the session with ${named}`
    : `${symbols.length} new pairs: restarting the session with ${named}`;
}

/** What the session began without: whole venues, and accounts of venues that it watches. */
function absentOf({ parts: { unreached, connections } }: TradingSession) {
  const accounts = connections.flatMap(({ market: { title }, missing }) =>
    missing === undefined ? [] : [{ title, answers: () => missing.isMended() }],
  );
  return [...unreached, ...accounts];
}
