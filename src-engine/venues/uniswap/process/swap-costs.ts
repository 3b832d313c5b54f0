/** What swaps cost, as the engine is shown it: reckoned with each block, and changed where it is too low, or far too much. */
import type { Deployment } from '../deployments.ts';
import type { TickCharge } from '../ladder.ts';
import { type GasPrices, gasOf, nativePrices, roundedUp, tickCost, tipOf } from './gas.ts';
import type { Head } from './heads.ts';
import { type ShownCost, shownCost } from './listing.ts';
import type { Pool, PoolState } from './pools.ts';
import type { Rpc } from './rpc.ts';
import { TICKS_PAID } from './swap-size.ts';

/** A cost is shown with so much to spare, and stays until it is too low, or this part of it would do. */
const SPARE = 1.2;
const LEAST_OF_SHOWN = 0.6;

export class SwapCosts {
  readonly #deployment: Pick<Deployment, 'takesTips' | 'approvals'>;
  #tip = 0n;
  /** Price of the native coin in each asset that is a quote. */
  #natives: ReadonlyMap<string, number> = new Map();
  /** By symbol, in quote. */
  readonly #shown = new Map<string, number>();

  constructor(deployment: Pick<Deployment, 'takesTips' | 'approvals'>) {
    this.#deployment = deployment;
  }

  get natives(): ReadonlyMap<string, number> {
    return this.#natives;
  }

  /** What hardly changes from block to block: the tip, and the price of the native coin. */
  async look(rpc: Rpc, pools: readonly Pool[], states: readonly (PoolState | undefined)[]): Promise<void> {
    this.#tip = this.#deployment.takesTips === false ? 0n : await tipOf(rpc);
    this.#natives = nativePrices(pools, states);
  }

  /** At a block. @param dataFee in wei. */
  prices({ baseFee }: Pick<Head, 'baseFee'>, dataFee: bigint): GasPrices {
    return { baseFee, tip: this.#tip, dataFee, approvals: this.#deployment.approvals };
  }

  /** Takes over what a swap of this pool costs now. Undefined: nothing prices it. */
  take({ symbol, quote, version }: Pool, prices: GasPrices): ShownCost | undefined {
    const native = this.#natives.get(quote.asset);
    if (native === undefined) return undefined;
    const cost = gasOf(prices, version) * native;
    const before = this.#shown.get(symbol);
    const stays = before !== undefined && cost <= before && cost >= before * LEAST_OF_SHOWN;
    if (!stays) this.#shown.set(symbol, Number(roundedUp(cost * SPARE)));
    return this.of(symbol);
  }

  /** As it was taken over last. */
  of(symbol: string): ShownCost | undefined {
    const shown = this.#shown.get(symbol);
    return shown === undefined ? undefined : shownCost(shown);
  }

  /** Gas of the ticks that a swap of this pool goes over, of either side of its book. Undefined: it has none. */
  ticks(
    { quote, version }: Pool,
    { ticks }: PoolState,
    prices: GasPrices,
  ): { readonly sold: TickCharge; readonly bought: TickCharge } | undefined {
    const native = this.#natives.get(quote.asset);
    if (ticks === undefined || native === undefined) return undefined;
    const each = BigInt(Math.ceil(tickCost(prices, version) * native * 10 ** quote.decimals));
    const charge = { free: TICKS_PAID, each };
    return { sold: { ...charge, over: ticks.sold }, bought: { ...charge, over: ticks.bought } };
  }
}
