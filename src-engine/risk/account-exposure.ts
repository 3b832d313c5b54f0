/** What the account has at risk, for orders that are asked about one after the other while nothing of it changes: each figure once. */
import type { Decimal } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Exposure } from './exposure.ts';

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
