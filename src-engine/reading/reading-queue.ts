/** Who is read for next: operators before viewers, the clients of a role in turn, each in the order of its questions. */
import type { Caller } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';

/** Questions that wait: of one client, of all viewers, of all operators. Beyond that the answer is `busy`. */
export const MAX_OF_CLIENT = 24;
export const MAX_WAITING: Readonly<Record<Caller['role'], number>> = { viewer: 64, operator: 256 };
/** What is said to wait before asking again. */
const RETRY_MS = 1_000;

export class ReadingQueue<Question> {
  readonly #waiting = { operator: new Map<Caller, Question[]>(), viewer: new Map<Caller, Question[]>() };
  readonly #counts = { operator: 0, viewer: 0 };

  /** @param caller the same object is the same client. @throws UserError `busy` when too many wait. */
  add(caller: Caller, question: Question): void {
    const { role } = caller;
    const clients = this.#waiting[role];
    const own = clients.get(caller) ?? [];
    if (own.length >= MAX_OF_CLIENT || this.#counts[role] >= MAX_WAITING[role]) {
      throw new UserError({
        code: 'busy',
        field: 'reader',
        message: `has ${own.length} queries of this client and ${this.#counts[role]} of its role waiting`,
        remedy: `Ask again in ${RETRY_MS} ms.`,
        retryMs: RETRY_MS,
      });
    }
    own.push(question);
    clients.set(caller, own);
    this.#counts[role]++;
  }

  /** @param mayBeRead of a client that is passed over, its questions wait. */
  next(mayBeRead: (caller: Caller) => boolean = () => true): Question | undefined {
    return this.#nextOf('operator', mayBeRead) ?? this.#nextOf('viewer', mayBeRead);
  }

  #nextOf(role: Caller['role'], mayBeRead: (caller: Caller) => boolean): Question | undefined {
    const clients = this.#waiting[role];
    for (const [caller, own] of clients) {
      if (!mayBeRead(caller)) continue;
      const question = own.shift();
      clients.delete(caller);
      // Behind the others: each client has one turn.
      if (own.length > 0) clients.set(caller, own);
      this.#counts[role]--;
      return question;
    }
    return undefined;
  }
}
