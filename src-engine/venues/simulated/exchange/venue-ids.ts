/** Letters and digits of Kraken's transaction ids. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** A prime below 2^40 without a common factor with it: consecutive ids look nothing alike. */
const STRIDE = 683_973_184_243n;
const SPACE = 1n << 40n;

/**
 * Makes ids of the form that Kraken uses (`OQCLML-BW3P3-BUCMWZ`), the same ones in every run of the same
 * seed and never one twice.
 */
export class VenueIds {
  #count: bigint;

  constructor(seed: number) {
    this.#count = BigInt.asUintN(24, BigInt(Math.trunc(seed)));
  }

  /** @param prefix one letter: O an order, T a trade, L a ledger entry. */
  next(prefix: 'O' | 'T' | 'L'): string {
    this.#count += 1n;
    let bits = (this.#count * STRIDE) % SPACE;
    let rest = this.#count / SPACE;
    let text = '';
    for (let i = 0; i < 8; i++) {
      text += ALPHABET[Number(bits & 31n)] as string;
      bits >>= 5n;
    }
    for (let i = 0; i < 8; i++) {
      text += ALPHABET[Number((rest + BigInt(i * 7)) & 31n)] as string;
      rest >>= 5n;
    }
    return `${prefix}${text.slice(0, 5)}-${text.slice(5, 10)}-${text.slice(10)}`;
  }
}
