import type { TimeUs } from '../../../../domain/time.ts';
import type { IdSource } from '../../core/id-source.ts';

/** Letters and digits of Kraken's transaction ids: five bits each. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PREFIXES = { order: 'O', trade: 'T', ledger: 'L' } as const;
const LENGTH = 16;
const SPACE = 1n << BigInt(5 * LENGTH);
/** Odd, so that multiplying by it modulo a power of two never gives one result twice. */
const STRIDE = 874_823_651_029_384_756_102_937n;

/**
 * Makes ids of the form that Kraken uses (`OQCLML-BW3P3-BUCMWZ`). They count on from the time of the start:
 * the same in every simulated run, never one twice, and others after a restart in real time.
 */
export class KrakenIds implements IdSource {
  #count: bigint;

  constructor(startUs: TimeUs) {
    this.#count = BigInt(Math.trunc(startUs));
  }

  /** An amendment's id is of the form of a trade's. */
  next(kind: keyof typeof PREFIXES): string {
    this.#count += 1n;
    let bits = (this.#count * STRIDE) % SPACE;
    let text = '';
    for (let i = 0; i < LENGTH; i++) {
      text += ALPHABET[Number(bits & 31n)] as string;
      bits >>= 5n;
    }
    return `${PREFIXES[kind]}${text.slice(0, 5)}-${text.slice(5, 10)}-${text.slice(10)}`;
  }
}
