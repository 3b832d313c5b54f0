/** Which record of a recorded wire is which: books, best prices and trades word for word, each REST snapshot under its symbol. */
import { isObject, type Json } from '../toolkit/json.ts';
import { NOTHING, type WireReading, type WireRules } from '../toolkit/wire-frames.ts';
import { instrumentsFromExchangeInfo } from './instruments.ts';
import { snapshotFrame } from './parse.ts';

const LIST: WireRules['list'] = {
  url: /\/api\/v3\/exchangeInfo(\?|$)/,
  name: 'exchangeInfo',
  read: instrumentsFromExchangeInfo,
};
const NAMELESS = 'depth without a symbol';
const BOOKS: WireRules['books'] = {
  url: /\/api\/v3\/depth\?/,
  parameter: 'symbol',
  nameless: NAMELESS,
  frame: (symbol, body, query) => snapshotFrame(symbol, body, limitOf(query)),
};

/** What the question asked for; it gets 100 levels where it does not say. */
function limitOf(query: URLSearchParams): number | undefined {
  const text = query.get('limit') ?? '100';
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

/** `@depth20`: the best levels, again and again; neither a change nor the snapshot that changes join on to. */
const PARTIAL_DEPTH = /@depth(5|10|20)(@|$)/;

export class BinanceWire implements WireRules {
  readonly list = LIST;
  readonly books = BOOKS;
  readonly rest = 'other streams';
  /** Symbols of the changes so far: a snapshot that stands in the stream does not name its own. */
  readonly #symbols = new Set<string>();
  #nameless: string | undefined;

  message(json: Json, { text }: { readonly text: string }): WireReading {
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
    return stream.split('@').slice(1).join('@') || type;
  }

  /** In the stream itself: of the only symbol that the recording has. */
  #snapshot(body: string): WireReading {
    const [symbol, ...others] = this.#symbols;
    if (others.length > 0) return NAMELESS;
    if (symbol !== undefined) return [{ symbol, text: snapshotFrame(symbol, body) }];
    this.#nameless = body;
    return NOTHING;
  }
}
