/** How large a swap is: in gas, and in bytes of its transaction. */

/**
 * Gas of one swap, with a tenth to spare: up to 138,000 of v2 and 177,000 of v3 with one tick were used on a local chain (`npm run chain`), 38,000
 * for one tick more. A swap of v3 that goes over more ticks pays for each of them by the price of the level (`TICK_GAS`).
 */
export const SWAP_GAS: Readonly<Record<'v2' | 'v3', bigint>> = { v2: 152_000n, v3: 195_000n };
/**
 * Gas of an approval of exactly what one swap takes, and of taking back what is left of it, each for any token on the lists; 46,000 and 26,000
 * were used on a local chain. What is over is not charged.
 */
export const APPROVE_GAS = 80_000n;
/** Initialised ticks of which the gas is in the figure above. */
export const TICKS_PAID = 1;
/** Gas of each further tick, with a fifth to spare. */
export const TICK_GAS = 46_000n;
/**
 * Bytes of a transaction that swaps, without its signature, at most: of v2 the router’s `swapExactTokensForTokens` over one pair, of v3
 * `exactInputSingle` in a `multicall` with a deadline; with amounts and fees of any length.
 */
export const SWAP_BYTES: Readonly<Record<'v2' | 'v3', number>> = { v2: 344, v3: 504 };
/** RLP of a signature: its parity, and two numbers of 32 bytes. */
export const SIGNATURE_BYTES = 68;
