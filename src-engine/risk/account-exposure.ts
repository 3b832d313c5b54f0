/** What the account has at risk, for orders that are asked about one after the other while nothing of it changes: each figure once. */
import { Decimal, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Exposure } from './exposure.ts';

/** What the account has at risk, as one order is judged by it. */
export type ExposureView = Pick<AccountExposure, 'grossHome' | 'openNotionalHome' | 'positionHome'>;

export class AccountExposure {
  readonly #exposure: Exposure;
  #gross: Decimal | undefined;
  #openNotional: Decimal | undefined;
  readonly #positions = new Map<Asset, Decimal | undefined>();

  constructor(exposure: Exposure) {
    this.#exposure = exposure;
  }

  /** Value of all positions, in the home currency. */
  get grossHome(): Decimal {
    return (this.#gross ??= this.#exposure.gross());
  }

  /** Value of all orders in flight, in the home currency. */
  get openNotionalHome(): Decimal {
    return (this.#openNotional ??= this.#exposure.openNotional());
  }

  /** Value of the position in one coin; undefined when there is one and no price for it. */
  positionHome(asset: Asset): Decimal | undefined {
    const known = this.#positions.get(asset);
    if (known !== undefined || this.#positions.has(asset)) return known;
    const position = this.#exposure.position(asset);
    this.#positions.set(asset, position);
    return position;
  }
}

/** The same without an order that rests: it is judged as if it were to be placed now. */
export class ExposureWithout implements ExposureView {
  readonly #account: ExposureView;
  readonly #notionalHome: Decimal;
  readonly #isPaidInCash: boolean;

  /** @param isPaidInCash what it pays counts among positions before it is filled. */
  constructor(account: ExposureView, notionalHome: Decimal, isPaidInCash: boolean) {
    this.#account = account;
    this.#notionalHome = notionalHome;
    this.#isPaidInCash = isPaidInCash;
  }

  get grossHome(): Decimal {
    const { grossHome } = this.#account;
    return this.#isPaidInCash ? Decimal.max(ZERO, grossHome.minus(this.#notionalHome)) : grossHome;
  }

  get openNotionalHome(): Decimal {
    return Decimal.max(ZERO, this.#account.openNotionalHome.minus(this.#notionalHome));
  }

  positionHome(asset: Asset): Decimal | undefined {
    const position = this.#account.positionHome(asset);
    return position && Decimal.max(ZERO, position.minus(this.#notionalHome));
  }
}
