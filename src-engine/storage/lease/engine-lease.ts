/**
 * One engine a PostgreSQL database, so that no account is traded twice by engines that share it. The lease holds for `ttlMs` from the
 * moment its last renewal was sent. Who wants to take it over must have seen the row unchanged for that long and a margin more, by a
 * clock of its own: no two clocks are compared, so that one that was set, the database's among them, changes nothing.
 *
 * What it cannot hold: two databases know nothing of each other. See docs/data-and-backup.md.
 */
import { UserError } from '../../domain/errors.ts';
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import { storageError } from '../storage-errors.ts';
import type { LeasePlace, LeaseRow } from './lease-row.ts';

export type LeaseTiming = {
  readonly ttlMs: number;
  readonly renewMs: number;
  /** For clocks that do not run equally fast. */
  readonly marginMs: number;
};

/** A restart of the database of some seconds costs nothing; after a machine that died the next engine begins in half a minute. */
export const LEASE_TIMING: LeaseTiming = { ttlMs: 20_000, renewMs: 4_000, marginMs: 5_000 };
/** Between looks at a row that another one holds, as a share of the time between renewals. */
const LOOKS = 4;
/** A wall clock that moved ahead by less has not stood still, in µs: it is being trimmed. */
const LEAP_US = US_PER_SECOND;
/** Longest that a stop waits to give the lease back. */
const END_US = 2 * US_PER_SECOND;
/** Longest that the row is looked at for who holds it, once this engine may not any longer: a kill may wait for the answer. */
const LOOK_US = 3 * US_PER_SECOND;
/** So long an answer that named no other holder is taken again. */
const SEEN_US = 2 * US_PER_SECOND;

export type LeaseOptions = {
  readonly place: LeasePlace;
  /** For a person: where the database is, without a password. */
  readonly location: string;
  readonly clock: Clock;
  /** The data folder on its machine. A process that has the same one holds the folder's lock: the holder before is gone. */
  readonly holderId: string;
  readonly holder: string;
  readonly timing?: Partial<LeaseTiming> | undefined;
  readonly note: (text: string) => void;
};

/** By this engine's clock, and how far the wall clock was ahead of it then. */
type Sent = { readonly atUs: number; readonly stepUs: number };

function sentAt(clock: Clock): Sent {
  const atUs = clock.nowUs();
  return { atUs, stepUs: clock.stepUs ?? 0 };
}

export class EngineLease {
  readonly #options: LeaseOptions;
  readonly #timing: LeaseTiming;
  readonly epoch: number;
  readonly #sinceUs: number;
  #untilUs: number;
  /** How far the wall clock was ahead when the last renewal was sent. */
  #stepUs: number;
  /** Who has it now; empty: this one, as far as is known. */
  #takenBy = '';
  /** When the row last did not say who else holds it, and the look at it that is under way. */
  #seenUs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isLost = false;
  /** The loss was reported: not before it is known, or cannot be known, who has it. */
  #isReported = false;
  #isEnded = false;
  #onLost: (reason: string) => void = () => undefined;
  #onDoubt: () => void = () => undefined;
  #cancelRenewal: () => void = () => undefined;
  #cancelDeadline: () => void = () => undefined;

  private constructor(options: LeaseOptions, timing: LeaseTiming, epoch: number, sent: Sent) {
    this.#options = options;
    this.#timing = timing;
    this.epoch = epoch;
    this.#sinceUs = options.clock.nowUs();
    this.#untilUs = sent.atUs + timing.ttlMs * US_PER_MS;
    this.#stepUs = sent.stepUs;
    this.#renewLater();
    this.#watchDeadline();
  }

  /**
   * Takes the lease, at once where no engine has it; else once its holder has not renewed it for as long as it may hold.
   * @throws UserError when another engine renews it, or the database cannot be asked; nothing stays open then.
   */
  static async take(options: LeaseOptions): Promise<EngineLease> {
    const timing = { ...LEASE_TIMING, ...options.timing };
    try {
      return await takeOver(options, timing);
    } catch (error) {
      await options.place.close();
      throw storageError(options.location, error);
    }
  }

  /** @param sent before the row was taken. */
  static held(options: LeaseOptions, timing: LeaseTiming, epoch: number, sent: Sent): EngineLease {
    return new EngineLease(options, timing, epoch, sent);
  }

  /** Who has it now, for a person; empty: no other engine, as far as is known. Once set it stays so. */
  get takenBy(): string {
    return this.#takenBy;
  }

  /**
   * Looks at the row for who holds it, in bounded time: `takenBy` afterwards names the engine that took it over. One question at a
   * time; whoever asks again shortly afterwards has the same answer. Never throws.
   */
  look(): Promise<void> {
    const isFresh = this.#options.clock.nowUs() - this.#seenUs < SEEN_US;
    if (this.#takenBy !== '' || this.#isEnded || isFresh) return Promise.resolve();
    this.#looking ??= this.#ask(false).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** @param isGone the database has said that this engine does not hold it. */
  async #ask(isGone: boolean): Promise<void> {
    const { clock, place, holder } = this.#options;
    const asked = place.read(this.#options).catch(() => undefined);
    const row = await within(clock, LOOK_US, asked, undefined);
    this.#seenUs = clock.nowUs();
    const unread = isGone ? 'another engine' : '';
    // A row of this very engine was made anew behind one that was deleted: it says nothing of another.
    const isOwn = row?.epoch === this.epoch || (row?.holder === holder && row.epoch < this.epoch);
    const other = row === undefined ? unread : isOwn ? '' : row.holder;
    if (other === '' || this.#takenBy !== '' || this.#isEnded) return;
    this.#takenBy = other;
    if (this.#isReported) this.#onLost(this.refusal());
  }

  /**
   * Called once each time that the lease is lost, after a look at who holds it: `takenBy` says what that found. Called once more when
   * it shows later that another engine has it.
   */
  onLost(listener: (reason: string) => void): void {
    this.#onLost = listener;
    if (this.#isReported) listener(this.refusal());
  }

  /** Called at once when the lease is lost, before it is looked for who holds it: the database may take seconds to answer. */
  onDoubt(listener: () => void): void {
    this.#onDoubt = listener;
    if (this.#isLost) listener();
  }

  /**
   * Why no order may leave now; empty: the lease holds. Asked before each order, so it is true of a process that was frozen too. The
   * clock of a virtual machine that was paused stands still: what shows it is a wall clock that leapt ahead, behind which the lease
   * has to be renewed once before it counts. A pause that moved neither clock cannot be seen from inside.
   */
  refusal(): string {
    if (this.#takenBy !== '') return `the lease on the database was taken over by ${this.#takenBy}`;
    if (this.#isEnded) return 'the lease on the database was given back';
    const lateUs = this.#options.clock.nowUs() - this.#untilUs;
    if (lateUs < 0) return this.#leap();
    const seconds = (lateUs / US_PER_SECOND).toFixed(0);
    return `the lease on the database ended ${seconds} s ago, as it could not be renewed: another engine may trade this account`;
  }

  #leap(): string {
    const aheadUs = (this.#options.clock.stepUs ?? 0) - this.#stepUs;
    if (aheadUs <= LEAP_US) return '';
    const seconds = (aheadUs / US_PER_SECOND).toFixed(0);
    return `the machine's clock leapt ahead by ${seconds} s, as behind a pause: the lease on the database is renewed first`;
  }

  /** For a person, while it holds. */
  get words(): string {
    return `the only engine on this database since ${new Date(this.#sinceUs / US_PER_MS).toISOString()} (lease ${this.epoch})`;
  }

  /** Gives it back; the next engine takes it at once. A database that does not answer keeps no engine from ending. */
  async release(): Promise<void> {
    const { place, clock } = this.#options;
    this.#isEnded = true;
    this.#cancelRenewal();
    this.#cancelDeadline();
    const ended = place.end(this.epoch).then(
      () => place.close(),
      () => place.close(),
    );
    await within(clock, END_US, ended, undefined);
  }

  #renewLater(): void {
    const { clock } = this.#options;
    this.#cancelRenewal = clock.schedule(clock.nowUs() + this.#timing.renewMs * US_PER_MS, () => {
      void this.#renew().finally(() => {
        if (!this.#isEnded && this.#takenBy === '') this.#renewLater();
      });
    });
  }

  async #renew(): Promise<void> {
    const { clock, place } = this.#options;
    const sent = sentAt(clock);
    try {
      if (await place.renew(this.epoch)) {
        this.#stepUs = sent.stepUs;
        this.#untilUs = sent.atUs + this.#timing.ttlMs * US_PER_MS;
        if (this.#isLost && this.refusal() === '') this.#back();
        this.#watchDeadline();
      } else if (!this.#isEnded) {
        this.#untilUs = Math.min(this.#untilUs, clock.nowUs());
        await this.#lose(true);
      }
    } catch {
      // Tried again; what counts is when the last renewal was sent.
    }
  }

  #back(): void {
    const wasReported = this.#isReported;
    [this.#isLost, this.#isReported] = [false, false];
    if (wasReported)
      this.#options.note('the lease on the database holds again; what was killed stays so until a re-arm');
  }

  #watchDeadline(): void {
    this.#cancelDeadline();
    if (this.#isEnded) return;
    this.#cancelDeadline = this.#options.clock.schedule(this.#untilUs, () => void this.#lose());
  }

  /**
   * Nothing leaves meanwhile: what is decided by the answer is how far the cancels reach.
   * @param isGone the database has said that this engine does not hold it.
   */
  async #lose(isGone = false): Promise<void> {
    const isNew = !this.#isLost && !this.#isEnded && this.refusal() !== '';
    if (isNew) {
      this.#isLost = true;
      this.#onDoubt();
    }
    if (isGone) await this.#ask(true);
    if (!isNew) return;
    if (!isGone) await this.look();
    if (!this.#isLost || this.#isEnded) return;
    this.#isReported = true;
    this.#onLost(this.refusal());
  }
}

async function takeOver(options: LeaseOptions, timing: LeaseTiming): Promise<EngineLease> {
  const { place, clock, holderId } = options;
  const waitUs = (timing.ttlMs + timing.marginMs) * US_PER_MS;
  let sinceUs: number | undefined;
  let first: LeaseRow | undefined;
  for (;;) {
    const sent = sentAt(clock);
    const row = await place.read(options);
    const isOwn = row.holderId === holderId;
    const isOver = row.ended || isOwn || (sinceUs !== undefined && sent.atUs - sinceUs >= waitUs);
    // Renewed, or taken by a third one meanwhile.
    if (first !== undefined && !isSame(first, row) && !row.ended) throw inUse(options, row);
    if (isOver) {
      if (await place.take(row, options)) return EngineLease.held(options, timing, row.epoch + 1, sent);
      throw inUse(options, await place.read(options));
    }
    if (first === undefined) {
      first = row;
      // After the answer: from here on the row is seen as it is.
      sinceUs = clock.nowUs();
      options.note(`${options.location} is held by ${row.holder}: waiting whether that one still lives`);
    }
    const nextUs = clock.nowUs() + (timing.renewMs * US_PER_MS) / LOOKS;
    await new Promise<void>((resolve) => clock.schedule(nextUs, resolve));
  }
}

function isSame(one: LeaseRow, other: LeaseRow): boolean {
  return one.epoch === other.epoch && one.renewals === other.renewals;
}

function inUse({ location }: LeaseOptions, { holder }: LeaseRow): UserError {
  return new UserError({
    code: 'database-in-use',
    field: 'database',
    value: location,
    message: `is in use by the engine at ${holder}`,
    remedy:
      'Two engines on one account would trade it twice: stop that one first, or give this one another database.',
  });
}
