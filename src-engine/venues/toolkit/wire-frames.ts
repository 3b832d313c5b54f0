/** A recorded wire as the frames of a recording: what is the same for every venue. A venue says only which record is which. */
import { UserError } from '../../domain/errors.ts';
import type { CaptureFrame, CaptureFrames, InstrumentListing } from '../venue-adapter.ts';
import { isObject, type Json } from './json.ts';

type CaptureRecord = Parameters<CaptureFrames['read']>[0];

/** Frames of the recording; or a name: the record is left out, and counted under it. */
export type WireReading = readonly CaptureFrame[] | string;

/** What a venue says of the records of its wire. */
export type WireRules = {
  /** The answer that lists its instruments: the first one that can be read is taken. */
  readonly list: {
    readonly url: RegExp;
    readonly name: string;
    /** @throws UserError for an answer without its list. */
    read(json: unknown): InstrumentListing;
  };
  /** Answers that are books, where changes join on to them: a query parameter has the symbol. */
  readonly books?:
    | {
        readonly url: RegExp;
        readonly parameter: string;
        readonly nameless: string;
        /** @param query of the address that was asked. */
        frame(symbol: string, body: string, query: URLSearchParams): string;
      }
    | undefined;
  /** Name of all that is left out once MOST_NAMES are counted apart. */
  readonly rest: string;
  /** Before a message is taken for JSON; undefined: it is. */
  beforehand?(record: CaptureRecord): WireReading | undefined;
  /** A message that is a JSON object. @param count counts something under a name, whatever becomes of the message. */
  message(json: Json, record: CaptureRecord, count: (name: string) => void): WireReading;
};

/** No frame of a recording, and nothing that is missed: it is not counted. */
export const NOTHING: readonly CaptureFrame[] = [];
/** Names of channels that are counted apart. */
const MOST_NAMES = 30;
/** Longest name, in characters. */
const MAX_NAME = 40;

export class WireFrames implements CaptureFrames {
  listing: CaptureFrames['listing'];
  readonly others = new Map<string, number>();
  readonly #rules: WireRules;
  readonly #count = (name: string): void => {
    const short = name.slice(0, MAX_NAME);
    const key = this.others.has(short) || this.others.size < MOST_NAMES ? short : this.#rules.rest;
    this.others.set(key, (this.others.get(key) ?? 0) + 1);
  };

  constructor(rules: WireRules) {
    this.#rules = rules;
  }

  read(record: CaptureRecord): readonly CaptureFrame[] {
    const reading = record.kind === 'http' ? this.#answer(record.url, record.text) : this.#message(record);
    if (typeof reading !== 'string') return reading;
    this.#count(reading);
    return NOTHING;
  }

  #message(record: CaptureRecord): WireReading {
    const reading = this.#rules.beforehand?.(record);
    if (reading !== undefined) return reading;
    let json: unknown;
    try {
      json = JSON.parse(record.text);
    } catch {
      return 'not JSON';
    }
    return isObject(json) ? this.#rules.message(json, record, this.#count) : 'no object';
  }

  #answer(url: string, text: string): WireReading {
    const { books, list } = this.#rules;
    if (books?.url.test(url) === true) {
      const query = new URL(url).searchParams;
      const symbol = query.get(books.parameter) ?? '';
      return symbol === '' ? books.nameless : [{ symbol, text: books.frame(symbol, text, query) }];
    }
    if (!list.url.test(url) || this.listing !== undefined) return NOTHING;
    try {
      this.listing = list.read(JSON.parse(text));
      return NOTHING;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof UserError)) throw error;
      return `${list.name} that cannot be read`;
    }
  }
}
