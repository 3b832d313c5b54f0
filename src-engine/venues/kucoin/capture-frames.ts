/** A recorded wire as the frames of a recording: changes and trades word for word, each REST order book under its symbol. */
import { UserError } from '../../domain/errors.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import { isObject } from '../toolkit/json.ts';
import type { CaptureFrame, CaptureFrames } from '../venue-adapter.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { BOOK_TOPIC, snapshotFrame, TRADE_TOPIC } from './parse.ts';

/** Names of topics that the reader knows. */
const MOST_NAMES = 30;
const NOTHING: readonly CaptureFrame[] = [];
const BOOK_PATH = /\/api\/v\d\/market\/orderbook\/level2(?:_\d+)?\?/;
const LIST_PATH = /\/api\/v\d\/symbols(\?|$)/;

export class KucoinCaptureFrames implements CaptureFrames {
  listing: CaptureFrames['listing'];
  readonly others = new Map<string, number>();

  read({ kind, url, text }: CaptureRecord): readonly CaptureFrame[] {
    if (kind === 'http') return this.#answer(url, text);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#other('not JSON');
    }
    if (!isObject(json)) return this.#other('no object');
    // A recording of ours has them as frames already.
    if (typeof json['snapshot'] === 'string') return [{ symbol: json['snapshot'], text }];
    const { type, topic } = json;
    if (typeof topic !== 'string')
      return typeof type === 'string' && type !== 'message' ? NOTHING : this.#other('no known type');
    const known = [BOOK_TOPIC, TRADE_TOPIC].find((start) => topic.startsWith(start));
    if (known === undefined) return this.#other(topic.split(':')[0] ?? topic);
    return [{ symbol: topic.slice(known.length), text }];
  }

  #answer(url: string, text: string): readonly CaptureFrame[] {
    if (BOOK_PATH.test(url)) {
      const symbol = new URL(url).searchParams.get('symbol') ?? '';
      return symbol === ''
        ? this.#other('order book without a symbol')
        : [{ symbol, text: snapshotFrame(symbol, text) }];
    }
    if (!LIST_PATH.test(url) || this.listing !== undefined) return NOTHING;
    try {
      const json: unknown = JSON.parse(text);
      this.listing = instrumentsFromSymbols(isObject(json) ? json['data'] : undefined);
      return NOTHING;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof UserError)) throw error;
      return this.#other('symbols that cannot be read');
    }
  }

  #other(name: string): readonly CaptureFrame[] {
    const short = name.slice(0, 40);
    const key = this.others.has(short) || this.others.size < MOST_NAMES ? short : 'other topics';
    this.others.set(key, (this.others.get(key) ?? 0) + 1);
    return NOTHING;
  }
}
