/**
 * A venue's perpetuals, read again and again: marks and rates every ten seconds, the list of contracts every hour, and each payment once it was
 * made, beside the readings and not before them: a history that is slow to answer delays none. REST and not a stream: a rate moves once a minute, and a poll has no subscriptions that could be acknowledged and not served. What fails
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
/** Histories that are asked for after one reading. */
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

type PaymentsRead = { readonly payments: readonly FundingPayment[]; readonly unread: readonly UnreadRow[] };
const NO_PAYMENTS: PaymentsRead = { payments: [], unread: [] };

export class PerpetualFeed {
  readonly #parts: PerpetualFeedParts;
  #contracts: readonly PerpetualContract[] = [];
  /** Unread rows of the list in use. */
  #listUnread: readonly UnreadRow[] = [];
  /** Why the list could not be read again since. */
  #listFault: UnreadRow | undefined;
  /** Of both, those that are in no batch yet. */
  #newOfList = 0;
  #listAgainUs: TimeUs = Number.NEGATIVE_INFINITY;
  /** When each contract pays next, as last announced. */
  readonly #announced = new Map<string, TimeUs>();
  readonly #due = new Map<string, Due>();
  /** What the histories brought since the last batch with readings. */
  #paid: PaymentsRead = NO_PAYMENTS;
  #isAskingPayments = false;
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
      this.#announce(readings, receivedUs);
      const paid = this.#paid;
      this.#paid = NO_PAYMENTS;
      batch = {
        receivedUs,
        contracts: this.#contracts,
        readings,
        payments: paid.payments,
        unread: [...this.#unreadOfList(), ...unread, ...paid.unread],
        newUnread: this.#countedOfList() + unread.length + paid.unread.length,
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
    if (batch.fault === '') await this.#askPayments();
  }

  #failed(fault: string): PerpetualBatch {
    return {
      receivedUs: this.#parts.clock.nowUs(),
      contracts: this.#contracts,
      readings: [],
      payments: [],
      unread: this.#unreadOfList(),
      newUnread: this.#countedOfList(),
      fault: lineText(fault.slice(0, MAX_FAULT)),
    };
  }

  #unreadOfList(): readonly UnreadRow[] {
    return this.#listFault === undefined ? this.#listUnread : [this.#listFault, ...this.#listUnread];
  }

  #countedOfList(): number {
    const count = this.#newOfList;
    this.#newOfList = 0;
    return count;
  }

  /**
   * The list is read again every hour; while it cannot be, what was listed last is read on with what was unread in it, and why is named, and counted
   * once until it can be read again.
   */
  async #list(nowUs: TimeUs): Promise<void> {
    if (nowUs < this.#listAgainUs) return;
    const { source, isWanted } = this.#parts;
    try {
      const { contracts, unread } = await source.listContracts();
      this.#contracts = contracts.filter(isWanted).slice(0, MAX_CONTRACTS);
      this.#listUnread = unread;
      this.#listFault = undefined;
      this.#newOfList += unread.length;
      this.#listAgainUs = nowUs + LIST_EVERY_US;
    } catch (error) {
      if (this.#contracts.length === 0) throw error;
      if (this.#listFault === undefined) this.#newOfList++;
      this.#listFault = namedRow('the list of contracts', faultText(error));
      this.#listAgainUs = nowUs + LIST_AGAIN_US;
    }
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

  /** Asks while readings go on; what it brings is in the next batch. Never rejects. */
  async #askPayments(): Promise<void> {
    if (this.#isAskingPayments) return;
    this.#isAskingPayments = true;
    const { payments, unread } = await this.#readPayments(this.#parts.clock.nowUs());
    this.#isAskingPayments = false;
    this.#paid = {
      payments: [...this.#paid.payments, ...payments],
      unread: [...this.#paid.unread, ...unread],
    };
  }

  /** Those that a carry wants come first: a feed that begins asks for the last payment of each contract. */
  #readyPayments(nowUs: TimeUs): [string, Due][] {
    const ready = [...this.#due].filter(([, { nextUs }]) => nextUs <= nowUs);
    const rank = ([symbol, { wasAnnounced }]: [string, Due]): number =>
      this.#isWanted(symbol) ? 0 : wasAnnounced ? 1 : 2;
    return ready.toSorted((a, b) => rank(a) - rank(b)).slice(0, PAYMENTS_A_READING);
  }

  #isWanted(symbol: string): boolean {
    return this.#parts.wantedSince?.has(symbol) === true;
  }

  /** One contract's history that fails stops no other. */
  async #readPayments(nowUs: TimeUs): Promise<PaymentsRead> {
    const payments: FundingPayment[] = [];
    const unread: UnreadRow[] = [];
    for (const [symbol, due] of this.#readyPayments(nowUs)) {
      if (this.#isStopped) break;
      due.tries++;
      due.nextUs = nowUs + PAYMENT_AGAIN_US;
      const sinceUs = due.sinceUs - SAME_TIME_US;
      try {
        const answer = await this.#parts.source.readPayments(due.contract, sinceUs);
        const made = answer.payments
          .filter(({ paidUs }) => paidUs >= sinceUs && paidUs <= nowUs)
          .toSorted((a, b) => a.paidUs - b.paidUs);
        payments.push(...(await this.#valued(due, made)));
        unread.push(...answer.unread);
        const lastUs = made.at(-1)?.paidUs ?? 0;
        if (lastUs >= due.dueUs - SAME_TIME_US) this.#forget(symbol, due);
        else if (made.length > 0) due.sinceUs = lastUs + 2 * SAME_TIME_US;
      } catch (error) {
        if (error instanceof Throttled) break;
      }
      if (due.tries >= PAYMENT_TRIES && this.#forget(symbol, due) && due.wasAnnounced) {
        unread.push({ name: due.contract.contract, reason: 'its last funding payment was not published' });
      }
    }
    return { payments, unread };
  }

  /** Not what fell due anew while its history was being read. @returns whether it was asked for. */
  #forget(symbol: string, due: Due): boolean {
    return this.#due.get(symbol) === due && this.#due.delete(symbol);
  }

  /**
   * With the mark of their hour, by which a payment of a time without readings can be valued too: a payment is given once, so it waits for its mark while
   * there are tries left. The last payment of a contract that no carry wants is shown, and not valued.
   * @throws Error when the marks cannot be read and will be asked for again.
   */
  async #valued(
    { contract, wasAnnounced, tries }: Due,
    payments: readonly FundingPayment[],
  ): Promise<readonly FundingPayment[]> {
    const { source } = this.#parts;
    if (source.readMarks === undefined || payments.every(({ mark }) => mark !== undefined)) return payments;
    if (!wasAnnounced && !this.#isWanted(contract.symbol)) return payments;
    try {
      const marks = await source.readMarks(contract);
      return payments.map((payment) => {
        const hourUs = Math.floor(payment.paidUs / HOUR_US) * HOUR_US;
        const isOnHour = payment.paidUs - hourUs < SAME_TIME_US;
        return { ...payment, mark: payment.mark ?? (isOnHour ? marks.get(hourUs) : undefined) };
      });
    } catch (error) {
      if (error instanceof Throttled || tries < PAYMENT_TRIES) throw error;
      return payments;
    }
  }
}

const faultText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
