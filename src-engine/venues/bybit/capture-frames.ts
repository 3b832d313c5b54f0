/** A recorded wire as the frames of a recording: books and trades of the spot market word for word; futures have the same symbols. */
import { UserError } from '../../domain/errors.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import { isObject } from '../toolkit/json.ts';
import type { CaptureFrame, CaptureFrames } from '../venue-adapter.ts';
import { instrumentsFromInfo } from './instruments.ts';

/** Names of channels that the reader knows. */
const MOST_NAMES = 30;
const NOTHING: readonly CaptureFrame[] = [];
const LIST_PATH = /\/v5\/market\/instruments-info\?.*category=spot/;
const OTHER_MARKET = /\/v5\/public\/(?!spot)/;

export class BybitCaptureFrames implements CaptureFrames {
  listing: CaptureFrames['listing'];
  readonly others = new Map<string, number>();

  read({ kind, url, text }: CaptureRecord): readonly CaptureFrame[] {
    if (kind === 'http') return this.#answer(url, text);
    if (OTHER_MARKET.test(url)) return this.#other('another market');
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#other('not JSON');
    }
    if (!isObject(json)) return this.#other('no object');
    const { topic } = json;
    if (typeof topic !== 'string') return 'op' in json ? NOTHING : this.#other('no known type');
    const symbol = topic.slice(topic.lastIndexOf('.') + 1);
    if (/^(orderbook|publicTrade)\./.test(topic)) return [{ symbol, text }];
    return this.#other(topic.slice(0, topic.indexOf('.')));
  }

  #answer(url: string, text: string): readonly CaptureFrame[] {
    if (!LIST_PATH.test(url) || this.listing !== undefined) return NOTHING;
    try {
      const json: unknown = JSON.parse(text);
      this.listing = instrumentsFromInfo(isObject(json) ? json['result'] : undefined);
      return NOTHING;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof UserError)) throw error;
      return this.#other('instruments-info that cannot be read');
    }
  }

  #other(name: string): readonly CaptureFrame[] {
    const short = name.slice(0, 40);
    const key = this.others.has(short) || this.others.size < MOST_NAMES ? short : 'other channels';
    this.others.set(key, (this.others.get(key) ?? 0) + 1);
    return NOTHING;
  }
}
