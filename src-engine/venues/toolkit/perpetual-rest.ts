/** Public REST calls about perpetuals, with every number as the text that the venue wrote. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { exactJson } from '../../lib/exact-json.ts';
import { isObject, type Json } from './json.ts';
import { PublicRest, type PublicRestOptions, VenueUnreachable } from './public-rest.ts';

export type ExactAnswer = {
  readonly json: unknown;
  /** When the venue sent it, in whole seconds, as its header says; undefined where it does not. */
  readonly dateUs: TimeUs | undefined;
};

export class PerpetualRest {
  readonly #rest: PublicRest;

  constructor(options: PublicRestOptions) {
    this.#rest = new PublicRest(options);
  }

  /** @throws Throttled, VenueRefused, VenueUnreachable. */
  async answer(call: string, path: string): Promise<ExactAnswer> {
    const { body, headers } = await this.#rest.answer(call, path);
    const dateUs = Date.parse(headers?.['date'] ?? '') * US_PER_MS;
    return { json: exactJson(body), dateUs: dateUs > 0 ? dateUs : undefined };
  }

  /**
   * The rows of an answer. @param fields where they lie in it, from the outside in; none: it is the list itself.
   * @throws as `answer`, and VenueUnreachable where there is no list.
   */
  async rows(
    call: string,
    path: string,
    ...fields: readonly string[]
  ): Promise<ExactAnswer & { readonly rows: readonly unknown[] }> {
    const answer = await this.answer(call, path);
    let at: unknown = answer.json;
    for (const field of fields) at = isObject(at) ? at[field] : undefined;
    if (!Array.isArray(at)) throw new VenueUnreachable(call, 'the answer is not a list');
    return { ...answer, rows: at as readonly unknown[] };
  }
}

/** The object that an answer is. */
export const objectOf = ({ json }: ExactAnswer): Json => (isObject(json) ? json : {});
