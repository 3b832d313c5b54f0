/** A recorded wire as the frames of a recording: books, best prices and trades word for word, each REST snapshot under its symbol. */
import { UserError } from '../../domain/errors.ts';
import type { CaptureFrame, CaptureFrames } from '../venue-adapter.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import { instrumentsFromExchangeInfo } from './instruments.ts';
import { snapshotFrame } from './parse.ts';
import { isObject } from './rest-errors.ts';

/** Names of streams that the reader knows. */
const MOST_NAMES = 30;
const NOTHING: readonly CaptureFrame[] = [];
const DEPTH_PATH = /\/api\/v3\/depth\?/;
const LIST_PATH = /\/api\/v3\/exchangeInfo(\?|$)/;
/** `@depth20`: the best levels, again and again; neither a change nor the snapshot that changes join on to. */
const PARTIAL_DEPTH = /@depth(5|10|20)(@|$)/;

export class BinanceCaptureFrames implements CaptureFrames {
  listing: CaptureFrames['listing'];
  readonly others = new Map<string, number>();
  /** Symbols of the changes so far: a snapshot that stands in the stream does not name its own. */
  readonly #symbols = new Set<string>();
  #nameless: string | undefined;

  read({ kind, url, text }: CaptureRecord): readonly CaptureFrame[] {
    if (kind === 'http') return this.#answer(url, text);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#other('not JSON');
    }
    if (!isObject(json)) return this.#other('no object');
    const stream = typeof json['stream'] === 'string' ? json['stream'] : '';
    const data = isObject(json['data']) ? json['data'] : json;
    const symbol = typeof data['s'] === 'string' ? data['s'] : '';
    if (data['e'] === 'depthUpdate' && symbol !== '') {
      this.#symbols.add(symbol);
      const held = this.#nameless;
      this.#nameless = undefined;
      const own = { symbol, text };
      return held === undefined ? [own] : [{ symbol, text: snapshotFrame(symbol, held) }, own];
    }
    if (data['e'] === 'trade' || (data['e'] === undefined && 'B' in data && 'u' in data))
      return [{ symbol, text }];
    if ('lastUpdateId' in data && !PARTIAL_DEPTH.test(stream)) return this.#snapshot(JSON.stringify(data));
    if ('id' in json && ('result' in json || 'error' in json)) return NOTHING;
    const type = typeof data['e'] === 'string' ? data['e'] : 'no known type';
    return this.#other(stream.split('@').slice(1).join('@') || type);
  }

  #answer(url: string, text: string): readonly CaptureFrame[] {
    if (DEPTH_PATH.test(url)) {
      const symbol = new URL(url).searchParams.get('symbol') ?? '';
      return symbol === ''
        ? this.#other('depth without a symbol')
        : [{ symbol, text: snapshotFrame(symbol, text) }];
    }
    if (!LIST_PATH.test(url) || this.listing !== undefined) return NOTHING;
    try {
      this.listing = instrumentsFromExchangeInfo(JSON.parse(text));
      return NOTHING;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof UserError)) throw error;
      return this.#other('exchangeInfo that cannot be read');
    }
  }

  /** In the stream itself: of the only symbol that the recording has. */
  #snapshot(body: string): readonly CaptureFrame[] {
    const [symbol, ...others] = this.#symbols;
    if (others.length > 0) return this.#other('depth without a symbol');
    if (symbol !== undefined) return [{ symbol, text: snapshotFrame(symbol, body) }];
    this.#nameless = body;
    return NOTHING;
  }

  #other(name: string): readonly CaptureFrame[] {
    const short = name.slice(0, 40);
    const key = this.others.has(short) || this.others.size < MOST_NAMES ? short : 'other streams';
    this.others.set(key, (this.others.get(key) ?? 0) + 1);
    return NOTHING;
  }
}
