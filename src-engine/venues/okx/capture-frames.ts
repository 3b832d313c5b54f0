/** A recorded wire as the frames of a recording: books and trades word for word, each book by REST under its symbol. */
import { UserError } from '../../domain/errors.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import { isObject } from '../toolkit/json.ts';
import type { CaptureFrame, CaptureFrames } from '../venue-adapter.ts';
import { instrumentsFromRows } from './instruments.ts';
import { restBookFrame } from './parse.ts';

/** Names of channels that are counted apart. */
const MOST_NAMES = 30;
const NOTHING: readonly CaptureFrame[] = [];
/** Futures, swaps and options have more parts in their names. */
const SPOT = /^[^-]+-[^-]+$/;
const BOOK_PATH = /\/api\/v5\/market\/books\?/;
const LIST_PATH = /\/api\/v5\/public\/instruments\?.*instType=SPOT/;

export class OkxCaptureFrames implements CaptureFrames {
  listing: CaptureFrames['listing'];
  readonly others = new Map<string, number>();

  read({ kind, url, text }: CaptureRecord): readonly CaptureFrame[] {
    if (kind === 'http') return this.#answer(url, text);
    if (text === 'ping' || text === 'pong') return NOTHING;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#other('not JSON');
    }
    if (!isObject(json)) return this.#other('no object');
    if ('event' in json) return NOTHING;
    const { channel, instId } = isObject(json['arg']) ? json['arg'] : {};
    if ((channel === 'books' || channel === 'trades') && typeof instId === 'string')
      return SPOT.test(instId) ? [{ symbol: instId, text }] : this.#other(`${channel} of another market`);
    return this.#other(typeof channel === 'string' ? channel : 'no known channel');
  }

  #answer(url: string, text: string): readonly CaptureFrame[] {
    if (BOOK_PATH.test(url)) {
      const symbol = new URL(url).searchParams.get('instId') ?? '';
      return symbol === ''
        ? this.#other('a book without a symbol')
        : [{ symbol, text: restBookFrame(symbol, text) }];
    }
    if (!LIST_PATH.test(url) || this.listing !== undefined) return NOTHING;
    try {
      const json: unknown = JSON.parse(text);
      this.listing = instrumentsFromRows(isObject(json) ? json['data'] : undefined);
      return NOTHING;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof UserError)) throw error;
      return this.#other('a list of instruments that cannot be read');
    }
  }

  #other(name: string): readonly CaptureFrame[] {
    const short = name.slice(0, 40);
    const key = this.others.has(short) || this.others.size < MOST_NAMES ? short : 'other channels';
    this.others.set(key, (this.others.get(key) ?? 0) + 1);
    return NOTHING;
  }
}
