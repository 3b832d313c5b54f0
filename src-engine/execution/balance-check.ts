/** The ledger's balances against the venue's, to the last decimal. */
import { decimal, ZERO } from '../domain/decimal.ts';
import type { BalanceDifference } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { VenueAccount } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Turnover } from './turnover.ts';

/**
 * `agrees`: no difference. `suspected`: one that has not been seen before, as a fill may lie between two questions of
 * one look. `rounded`: the venue booked values and fees in fewer places than they have. `news`: two looks in a row found the very same; `standing`: it was reported before.
 */
export type Comparison = 'agrees' | 'rounded' | 'suspected' | 'news' | 'standing';

/** Transfers that the trader declared. */
export type DeclaredTransfers = {
  /** Books differences at a venue as transfers, where they fit. True: something was booked. */
  explain(venue: VenueName, differences: readonly BalanceDifference[], nowUs: TimeUs): boolean;
  /** A venue was compared: every asset that is not among the differences agrees. */
  onLook(venue: VenueName, differences: readonly BalanceDifference[]): void;
  /** A difference of this asset at the venue may be part of an open one. */
  isUnderWay(venue: VenueName, asset: Asset): boolean;
};

export class BalanceCheck {
  readonly #portfolio: Portfolio;
  readonly #venue: VenueName;
  readonly #traded: ReadonlySet<Asset>;
  readonly #transfers: DeclaredTransfers;
  #untraded: readonly BalanceDifference[] = [];
  #suspected = '';
  #reported = '';
  /** What the last look found. */
  differences: readonly BalanceDifference[] = [];

  /** @param venue whose part of the ledger is compared. @param traded assets of the run's instruments: of others a difference can endanger no order. */
  constructor(
    portfolio: Portfolio,
    venue: VenueName,
    traded: ReadonlySet<Asset>,
    transfers: DeclaredTransfers,
  ) {
    this.#portfolio = portfolio;
    this.#venue = venue;
    this.#traded = traded;
    this.#transfers = transfers;
  }

  /** True while a reported difference stands. */
  get isReported(): boolean {
    return this.#reported !== '';
  }

  /** @param turnover of the fills since it last agreed. */
  compare(balances: NonNullable<VenueAccount['balances']>, turnover: Turnover, nowUs: TimeUs): Comparison {
    const all = this.#differencesTo(balances);
    this.#transfers.onLook(this.#venue, all);
    // A coin that is sent may be traded at neither end: what is taken over unseen would be counted on its way as well.
    const isChecked = ({ asset }: BalanceDifference): boolean =>
      this.#traded.has(asset) || this.#transfers.isUnderWay(this.#venue, asset);
    this.differences = all.filter(isChecked);
    this.#untraded = all.filter((one) => !isChecked(one));
    const key = JSON.stringify(this.differences);
    if (this.differences.length === 0) {
      this.#suspected = '';
      this.#reported = '';
      return 'agrees';
    }
    const isRounded = this.differences.every(({ asset, ledger, venue }) =>
      turnover.explains(asset, decimal(ledger), decimal(venue)),
    );
    if (isRounded) return 'rounded';
    if (this.#suspected !== key) {
      this.#suspected = key;
      return 'suspected';
    }
    // What was booked for a transfer no longer differs; the rest, if any, is looked at as new.
    if (this.#transfers.explain(this.#venue, this.differences, nowUs))
      return this.compare(balances, turnover, nowUs);
    if (this.#reported === key) return 'standing';
    this.#reported = key;
    return 'news';
  }

  /** An asset that differs and is under way to or from here: its difference is not adopted, as it is counted on its way. */
  get underWay(): Asset | undefined {
    return this.differences.find(({ asset }) => this.#transfers.isUnderWay(this.#venue, asset))?.asset;
  }

  /** Takes the venue's word for every asset that differs. */
  adopt(): void {
    for (const { asset, venue } of this.differences) this.#portfolio.adopt(asset, decimal(venue));
    this.differences = [];
    this.#suspected = '';
    this.#reported = '';
  }

  /**
   * Takes the venue's word for the assets that no instrument trades: rewards of staking, airdrops, credits for fees,
   * deposits. @returns what the last look found of them.
   */
  adoptUntraded(): readonly BalanceDifference[] {
    const found = this.#untraded;
    this.#untraded = [];
    for (const { asset, venue } of found) this.#portfolio.adopt(asset, decimal(venue));
    return found;
  }

  describe(): string {
    const numbers = this.differences.map(
      ({ asset, ledger, venue }) => `${assetName(asset)} ${ledger} here, ${venue} at the venue`,
    );
    return numbers.length === 0 ? 'balances agree' : `balances differ: ${numbers.join('; ')}`;
  }

  #differencesTo(balances: NonNullable<VenueAccount['balances']>): BalanceDifference[] {
    const ledger = this.#portfolio.balances;
    const theirTotals = new Map(balances.map(({ asset, total }) => [asset, decimal(total)]));
    const { universe } = this.#portfolio;
    const own = [...ledger.assets()].filter((asset) => universe.isAt(asset, this.#venue));
    const assets = new Set([...own, ...theirTotals.keys()]);
    return [...assets].toSorted().flatMap((asset) => {
      const [ours, theirs] = [ledger.total(asset), theirTotals.get(asset) ?? ZERO];
      return ours.eq(theirs) ? [] : [{ asset, ledger: ours.toString(), venue: theirs.toString() }];
    });
  }
}
