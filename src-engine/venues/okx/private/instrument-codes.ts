/** Numbers of instruments: requests on the private connection name an instrument by `instIdCode`, and by `instId` no more since 2026-03-26. */
import type { PrivateRest } from './private-rest.ts';
import { numericOf } from '../../toolkit/json.ts';

const LIST = '/api/v5/public/instruments';

export class InstrumentCodes {
  readonly #rest: Pick<PrivateRest, 'get'>;
  readonly #codes = new Map<string, number>();

  constructor(rest: Pick<PrivateRest, 'get'>) {
    this.#rest = rest;
  }

  /** Reads them anew. Never throws: what has no number is sent by REST, where the name does. */
  async read(): Promise<void> {
    try {
      for (const { instId, instIdCode } of await this.#rest.get(LIST, { instType: 'SPOT' })) {
        const code = numericOf(instIdCode);
        if (typeof instId === 'string' && Number.isSafeInteger(code) && code > 0)
          this.#codes.set(instId, code);
      }
    } catch {
      // Those that were read before still stand.
    }
  }

  /** They were read, now or before. */
  get isKnown(): boolean {
    return this.#codes.size > 0;
  }

  /** How a request names this instrument; undefined: its number is not known. */
  find(symbol: string): { readonly instIdCode: number } | undefined {
    const instIdCode = this.#codes.get(symbol);
    return instIdCode === undefined ? undefined : { instIdCode };
  }
}
