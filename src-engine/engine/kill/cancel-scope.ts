/**
 * How far the engine may reach when it cancels everything by itself. An account is one engine's: where another has taken the lease on the
 * database over, only the orders of this one are canceled, by their ids. What a person kills by hand is canceled whole.
 */
import type { EngineLease } from '../../storage/lease/engine-lease.ts';

type Held = Pick<EngineLease, 'refusal' | 'takenBy' | 'look'>;

export type Reach = {
  /** While it is looked for who has the account: what is canceled whatever the answer will be. */
  readonly meanwhile: () => void;
  /** All orders of the account. */
  readonly whole: () => void;
  /** This engine's own. @param holder who has the lease, for a person. */
  readonly own: (holder: string) => void;
};

export class CancelScope {
  readonly #lease: Held | undefined;
  /** A person has killed everything since. */
  isByHand = false;

  /** @param lease undefined: no other engine can reach the database. */
  constructor(lease: Held | undefined) {
    this.#lease = lease;
  }

  /** Who has the account in place of this engine; empty: no other one, as far as is known, or a person has killed all of it since. */
  get holder(): string {
    return this.isByHand ? '' : (this.#lease?.takenBy ?? '');
  }

  /** At once, unless the lease was lost to an engine that is not known yet: it is looked for first, in bounded time. */
  decide({ meanwhile, whole, own }: Reach): void {
    const choose = (): void => (this.holder === '' ? whole() : own(this.holder));
    const isDoubtful = !this.isByHand && (this.#lease?.refusal() ?? '') !== '' && this.holder === '';
    if (!isDoubtful) return choose();
    meanwhile();
    void this.#lease?.look().then(choose);
  }

  /** A person throws the kill switch: of everything, whoever else trades there. */
  killByHand(): void {
    this.isByHand = true;
  }

  /** A re-arm, or a takeover that was noticed since: what a person killed before says nothing of the other engine's orders. */
  forgetHand(): void {
    this.isByHand = false;
  }
}
