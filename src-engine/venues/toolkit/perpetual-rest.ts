/** Public REST calls about perpetuals, with every number as the text that the venue wrote. */
import type { UnreadRow } from '../../domain/perpetual.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { exactJson } from '../../lib/exact-json.ts';
import { namedRow } from './instrument-rows.ts';
import { isObject, type Json } from './json.ts';
import { rowsBy } from './perpetual-rows.ts';
import { PublicRest, type PublicRestOptions, VenueRefused, VenueUnreachable } from './public-rest.ts';

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

  /**
   * Rows, by a field of theirs, that a reading can do without: why there are none is among the unread.
   * @param fields as of `rows`. @throws Throttled.
   */
  async extraRows(
    call: string,
    path: string,
    nameField: string,
    ...fields: readonly string[]
  ): Promise<{ readonly byName: ReadonlyMap<string, Json>; readonly unread: readonly UnreadRow[] }> {
    try {
      const { rows } = await this.rows(call, path, ...fields);
      return { byName: rowsBy(rows, nameField), unread: [] };
    } catch (error) {
      if (!(error instanceof VenueRefused || error instanceof VenueUnreachable)) throw error;
      return { byName: new Map(), unread: [namedRow(call, error.message)] };
    }
  }
}

/** The object that an answer is. */
export const objectOf = ({ json }: ExactAnswer): Json => (isObject(json) ? json : {});
