/**
 * A venue's perpetuals, read again and again: marks and rates every ten seconds, the list of contracts every hour, and each payment once it was
 * made. REST and not a stream: a rate moves once a minute, and a poll has no subscriptions that could be acknowledged and not served. What fails
 * here is said with the next batch, and concerns nothing else.
 */
import type {
  FundingPayment,
  PerpetualContract,
  PerpetualReading,
  UnreadRow,
} from '../../domain/perpetual.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { lineText } from '../../lib/terminal-text.ts';
import type { PerpetualSource } from '../perpetual-source.ts';
import { namedRow } from './instrument-rows.ts';
import { Throttled } from './throttled.ts';

export const READ_EVERY_US: DurationUs = 10 * US_PER_SECOND;
const HOUR_US: DurationUs = 3_600 * US_PER_SECOND;
const LIST_EVERY_US: DurationUs = HOUR_US;
/** A list that cannot be read is asked for again after this: it has megabytes. */
const LIST_AGAIN_US: DurationUs = 300 * US_PER_SECOND;
/** A venue that fails is asked ever later, up to this. */
const LATEST_US: DurationUs = 120 * US_PER_SECOND;
/** Contracts of one venue at most: of more pairs the first are taken. */
export const MAX_CONTRACTS = 200;
/** Payments are published within seconds of their time; they are asked for after this, and again. */
const PAYMENT_AFTER_US: DurationUs = 30 * US_PER_SECOND;
const PAYMENT_AGAIN_US: DurationUs = 60 * US_PER_SECOND;
const PAYMENT_TRIES = 10;
/** Histories that are asked for with one reading. */
const PAYMENTS_A_READING = 4;
/** A payment is of the announced time where it is not earlier than this before it. */
const SAME_TIME_US: DurationUs = 60 * US_PER_SECOND;
const MAX_FAULT = 200;

/** What one round brought. */
export type PerpetualBatch = {
  /** When the answer was here; of a failed round when it failed. */
  readonly receivedUs: TimeUs;
  readonly contracts: readonly PerpetualContract[];
  readonly readings: readonly PerpetualReading[];
  readonly payments: readonly FundingPayment[];
  /** What could not be read of the answers in use: rows of the list, which is read once an hour, are in each batch. */
  readonly unread: readonly UnreadRow[];
  /** How many of them are in no earlier batch. */
  readonly newUnread: number;
  /** Why it brought no readings; empty: it brought what there is. */
  readonly fault: string;
};

export type PerpetualFeedParts = {
  readonly clock: Clock;
  readonly source: PerpetualSource;
  /** Which contracts are watched. */
  readonly isWanted: (contract: PerpetualContract) => boolean;
  /**
   * Since when the payments of a contract, by its symbol, are wanted: those of the time in which no feed ran are then asked for as well. One that is not named
   * here has its last payment asked for.
   */
  readonly wantedSince?: ReadonlyMap<string, TimeUs> | undefined;
  readonly onBatch: (batch: PerpetualBatch) => void;
};

/** Payments of one contract that are not known. */
type Due = {
  readonly contract: PerpetualContract;
  /** From the first of them to the last. */
  sinceUs: TimeUs;
  readonly dueUs: TimeUs;
  /** False: no announcement of them was seen, and there may have been none. */
  readonly wasAnnounced: boolean;
  tries: number;
  nextUs: TimeUs;
};

export class PerpetualFeed {
  readonly #parts: PerpetualFeedParts;
  #contracts: readonly PerpetualContract[] = [];
  #listUnread: readonly UnreadRow[] = [];
  /** Whether the unread rows of the list are in no batch yet. */
  #isListNew = false;
  #listAgainUs: TimeUs = Number.NEGATIVE_INFINITY;
  /** When each contract pays next, as last announced. */
  readonly #announced = new Map<string, TimeUs>();
  readonly #due = new Map<string, Due>();
  #failures = 0;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: PerpetualFeedParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#schedule(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(afterUs: DurationUs): void {
    if (this.#isStopped) return;
    const { clock } = this.#parts;
    this.#cancel = clock.schedule(clock.nowUs() + afterUs, () => void this.#round());
  }

  async #round(): Promise<void> {
    const { clock, source, onBatch } = this.#parts;
    const beganUs = clock.nowUs();
    let batch: PerpetualBatch;
    let waitUs = 0;
    try {
      await this.#list(beganUs);
      const { readings, unread } = await source.read(this.#contracts);
      const receivedUs = clock.nowUs();
      const paid = await this.#readPayments(receivedUs);
      this.#announce(readings, receivedUs);
      batch = {
        receivedUs,
        contracts: this.#contracts,
        readings,
        payments: paid.payments,
        unread: [...this.#listUnread, ...unread, ...paid.unread],
        newUnread: this.#newOfList() + unread.length + paid.unread.length,
        fault: '',
      };
      this.#failures = 0;
      waitUs = Math.max(0, beganUs + READ_EVERY_US - clock.nowUs());
    } catch (error) {
      const asked = error instanceof Throttled ? error.retryAfterMs * US_PER_MS : 0;
      waitUs = Math.max(asked, Math.min(LATEST_US, READ_EVERY_US * 2 ** Math.min(this.#failures++, 10)));
      batch = this.#failed(faultText(error));
    }
    if (this.#isStopped) return;
    onBatch(batch);
    this.#schedule(waitUs);
  }

  #failed(fault: string): PerpetualBatch {
    return {
      receivedUs: this.#parts.clock.nowUs(),
      contracts: this.#contracts,
      readings: [],
      payments: [],
      unread: this.#listUnread,
      newUnread: this.#newOfList(),
      fault: lineText(fault.slice(0, MAX_FAULT)),
    };
  }

  #newOfList(): number {
    const isNew = this.#isListNew;
    this.#isListNew = false;
    return isNew ? this.#listUnread.length : 0;
  }

  /** The list is read again every hour; while it cannot be, what was listed last is read on, and why is named with what is unread. */
  async #list(nowUs: TimeUs): Promise<void> {
    if (nowUs < this.#listAgainUs) return;
    const { source, isWanted } = this.#parts;
    try {
      const { contracts, unread } = await source.listContracts();
      this.#contracts = contracts.filter(isWanted).slice(0, MAX_CONTRACTS);
      this.#listUnread = unread;
      this.#listAgainUs = nowUs + LIST_EVERY_US;
    } catch (error) {
      if (this.#contracts.length === 0) throw error;
      this.#listUnread = [namedRow('the list of contracts', faultText(error))];
      this.#listAgainUs = nowUs + LIST_AGAIN_US;
    }
    this.#isListNew = true;
  }

  /**
   * Announced times that have passed become payments to be asked for. So does the payment before the first announcement that is seen: a feed that
   * began anew around its time, or after it, would lose it. What is known already counts once where it is booked.
   */
  #announce(readings: readonly PerpetualReading[], nowUs: TimeUs): void {
    const { wantedSince } = this.#parts;
    for (const { symbol, nextUs, everyUs } of readings) {
      if (nextUs === undefined) continue;
      const beforeUs = this.#announced.get(symbol);
      if (beforeUs === undefined) {
        const wantedUs = wantedSince?.get(symbol);
        const lastUs = everyUs === undefined ? wantedUs : nextUs - everyUs;
        if (lastUs !== undefined) this.#expect(symbol, lastUs, false, wantedUs);
      } else if (beforeUs < nextUs && beforeUs <= nowUs) this.#expect(symbol, beforeUs, true);
      this.#announced.set(symbol, nextUs);
    }
  }

  /** What was asked for and is not known yet stays asked for. */
  #expect(symbol: string, dueUs: TimeUs, wasAnnounced: boolean, fromUs: TimeUs = dueUs): void {
    const contract = this.#contracts.find((one) => one.symbol === symbol);
    if (contract === undefined) return;
    const before = this.#due.get(symbol);
    this.#due.set(symbol, {
      contract,
      sinceUs: Math.min(fromUs, dueUs, before?.sinceUs ?? dueUs),
      dueUs,
      wasAnnounced,
      tries: 0,
      nextUs: dueUs + PAYMENT_AFTER_US,
    });
  }

  /** One contract's history that fails stops no other. */
  async #readPayments(nowUs: TimeUs): Promise<{ payments: FundingPayment[]; unread: UnreadRow[] }> {
    const payments: FundingPayment[] = [];
    const unread: UnreadRow[] = [];
    const ready = [...this.#due].filter(([, { nextUs }]) => nextUs <= nowUs).slice(0, PAYMENTS_A_READING);
    for (const [symbol, due] of ready) {
      due.tries++;
      due.nextUs = nowUs + PAYMENT_AGAIN_US;
      const sinceUs = due.sinceUs - SAME_TIME_US;
      try {
        const answer = await this.#parts.source.readPayments(due.contract, sinceUs);
        unread.push(...answer.unread);
        const made = answer.payments
          .filter(({ paidUs }) => paidUs >= sinceUs && paidUs <= nowUs)
          .toSorted((a, b) => a.paidUs - b.paidUs);
        payments.push(...(await this.#valued(due.contract, made)));
        const lastUs = made.at(-1)?.paidUs ?? 0;
        if (lastUs >= due.dueUs - SAME_TIME_US) this.#due.delete(symbol);
        else if (made.length > 0) due.sinceUs = lastUs + 2 * SAME_TIME_US;
      } catch (error) {
        if (error instanceof Throttled) break;
      }
      if (due.tries >= PAYMENT_TRIES && this.#due.delete(symbol) && due.wasAnnounced) {
        unread.push({ name: due.contract.contract, reason: 'its last funding payment was not published' });
      }
    }
    return { payments, unread };
  }

  /** With the mark of their hour, by which a payment of a time without readings can be valued too. @throws Throttled. */
  async #valued(
    contract: PerpetualContract,
    payments: readonly FundingPayment[],
  ): Promise<readonly FundingPayment[]> {
    const { source } = this.#parts;
    if (source.readMarks === undefined || payments.every(({ mark }) => mark !== undefined)) return payments;
    try {
      const marks = await source.readMarks(contract);
      return payments.map((payment) => {
        const hourUs = Math.floor(payment.paidUs / HOUR_US) * HOUR_US;
        const isOnHour = payment.paidUs - hourUs < SAME_TIME_US;
        return { ...payment, mark: payment.mark ?? (isOnHour ? marks.get(hourUs) : undefined) };
      });
    } catch (error) {
      if (error instanceof Throttled) throw error;
      return payments;
    }
  }
}

const faultText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
