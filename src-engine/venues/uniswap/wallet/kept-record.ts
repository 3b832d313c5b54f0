/** The record of a wallet, and what is durable of it. A change that could not be kept never was: nothing is sent, and nothing reported, by it. */
import type { WalletEvent } from './outcome.ts';
import type { Halt, Journal, OrderRecord, WalletRecord } from './record.ts';

/** Characters of a halt's reason, of whatever an endpoint said. */
const MOST_REASON = 2_000;

export class KeptRecord {
  readonly #journal: Journal;
  readonly #report: (event: WalletEvent) => void;
  /** The endpoint answers for another chain than that of the record: one that began anew. */
  isOfAnotherChain = false;
  #now: WalletRecord | undefined;
  /** As it was kept last. */
  #durable: WalletRecord | undefined;
  /** Halts that are not kept yet. */
  #halts: WalletEvent[] = [];

  constructor(journal: Journal, report: (event: WalletEvent) => void) {
    this.#journal = journal;
    this.#report = report;
  }

  /** Undefined: it is not open. */
  get now(): WalletRecord | undefined {
    return this.#now;
  }

  get known(): WalletRecord {
    if (this.#now === undefined) throw new Error('the wallet is not open');
    return this.#now;
  }

  get openOrder(): OrderRecord | undefined {
    return this.#now?.orders.find(({ end }) => end === undefined);
  }

  begin(record: WalletRecord): void {
    this.#now = record;
  }

  /** It is reported once it is kept. What is found on top of another halt is added to its reason. */
  stop(code: Halt['code'], reason: string): void {
    const record = this.known;
    const { halt } = record;
    if (halt === undefined) record.halt = { code, reason: reason.slice(0, MOST_REASON), others: [] };
    else if (halt.code === code || halt.others?.includes(code) === true) return;
    else
      record.halt = {
        code: halt.code,
        reason: `${halt.reason}; ${code}: ${reason}`.slice(0, MOST_REASON),
        others: [...(halt.others ?? []), code],
      };
    this.#halts.push({ kind: 'halted', code, reason });
  }

  /** @param events are reported once it is durable. @throws what the journal throws: nothing is then to be sent by it. */
  async save(events: readonly WalletEvent[] = []): Promise<void> {
    const copy = structuredClone(this.known);
    await this.#journal.save(copy);
    this.#durable = copy;
    for (const event of [...this.#halts.splice(0), ...events]) this.#report(event);
  }

  /** What was changed since it was kept last. */
  undo(): void {
    this.#halts = [];
    this.#now = structuredClone(this.#durable);
  }
}
